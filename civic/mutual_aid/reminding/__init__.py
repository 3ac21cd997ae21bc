"""Reminders of what was promised: when they are due, at the hour that the commune chose."""
