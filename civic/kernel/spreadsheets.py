"""What a spreadsheet reads of a text file (CSV): no formula of ours, nor of anybody who wrote in it."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet runs, full-width signs included."""


def as_cell(text: str) -> str:
    """Return a text that no spreadsheet runs: a quote in front keeps it a text. A negative number stays one.

    >>> [as_cell(text) for text in ("=1+1", "-3,5", "Un banc")]
    ["'=1+1", '-3,5', 'Un banc']
    """
    is_number = text[:1] == "-" and text[1:].replace(",", "").replace(".", "").isdigit()
    return f"'{text}" if text.startswith(FORMULA) and not is_number else text
