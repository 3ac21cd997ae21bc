"""What goes into a calendar, of a match and of a request."""
