"""Counts made readable: from a tally alone, why each option won or did not, and what it lacked. Pure; the sentences are in ``telling``."""
