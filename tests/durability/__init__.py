"""Kills the server under load, and reads what its clients were told against what the database holds.

``python -m tests.durability --kills 200 --database URL`` runs the long version, and prints its figures as JSON.
"""
