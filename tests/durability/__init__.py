"""Kills the server under load, and reads what its clients were told against what the database holds."""
