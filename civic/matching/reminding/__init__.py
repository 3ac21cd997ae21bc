"""Reminders of what was promised to somebody: to both sides the day before, by telephone to who reads no screen."""
