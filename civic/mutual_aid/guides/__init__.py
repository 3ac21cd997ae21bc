"""Guides to online procedures, written by the town hall, beside the requests for that help."""
