"""What a resident joins to her words: photographs, each with words for who does not see it, and documents."""
