"""Sheets filled in by hand, and what was said by telephone, in a meeting or by mail: typed at the desk, each number once."""
