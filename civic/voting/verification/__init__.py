"""What anyone verifies of a poll once its files are on her own machine."""
