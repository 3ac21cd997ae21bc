"""Reads that cross features, by page."""
