"""What is published of a closed poll: files that anyone reads, counts again and verifies (decision 17)."""
