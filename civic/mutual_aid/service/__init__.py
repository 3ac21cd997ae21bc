"""The commands of mutual aid: offers, and requests."""
