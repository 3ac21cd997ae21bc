"""What a person follows, how often she is told of it, and the one mail that gathers it."""
