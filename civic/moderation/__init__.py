"""Flags on contents, moderators' decisions, and authors' appeals."""
