"""Counts told in plain words, in the reader's language, from what ``explain`` found. Only pages and exports for people use it."""
