"""Writing a call, answering it, and filling its seats."""
