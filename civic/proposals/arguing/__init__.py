"""What is said under an argument, what enlightens, and in which order arguments are read."""
