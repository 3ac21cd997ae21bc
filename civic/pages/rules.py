"""Search, in what does not need a database."""

LONGEST_QUERY = 200
MOST_WORDS = 8
EXCERPT_LENGTH = 220


def excerpt_of(text: str) -> str:
    """Return the beginning of a plain text, on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= EXCERPT_LENGTH:
        return line
    return line[:EXCERPT_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
