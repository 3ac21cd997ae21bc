"""What a number in an address may be."""

from werkzeug.routing import IntegerConverter

LARGEST = 999_999_999


class RowNumber(IntegerConverter):
    """The number of a row, of at most nine digits: beyond, there is nothing to look for, and databases overflow."""

    regex = r"[1-9]\d{0,8}"
