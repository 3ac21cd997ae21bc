"""Polls whose ballots are sealed in the voter's browser: prepared, voted, opened by their trustees, and public at every moment."""
