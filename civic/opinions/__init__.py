"""Statements, read one at a time, and the residents' reactions: agree, disagree, pass. The quick way to take part."""
