"""The commands of safeguarding, by subject."""
