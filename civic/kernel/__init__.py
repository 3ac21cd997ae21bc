"""What every room of the town hall stands on. Knows no feature and no HTTP."""
