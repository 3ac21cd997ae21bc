"""The count from a command line, and the single file with which anyone does it again."""
