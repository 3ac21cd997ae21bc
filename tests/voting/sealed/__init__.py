"""Sealed polls, beside belenios-tool 2.0, which we did not write."""
