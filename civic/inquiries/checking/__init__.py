"""The program that checks an exported register, and makes the fingerprints of this site: one file, which anybody runs alone."""
