"""Persons and their one identity, organisations, credentials, roles by territory, residency, sign-in."""
