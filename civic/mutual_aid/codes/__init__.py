"""Codes of six figures sent by text message: to say yes on the telephone, and to prove that a number is one’s own."""
