"""Preparing a draw, and drawing."""
