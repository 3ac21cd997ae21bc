"""What a number, or a word, in an address may be."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map, PathConverter, UnicodeConverter

LARGEST = 999_999_999


class RowNumber(IntegerConverter):
    """The number of a row, of at most nine digits: beyond, there is nothing to look for, and databases overflow."""

    regex = r"[1-9]\d{0,8}"


class PathWord(UnicodeConverter):
    """A word without control characters: nothing has one in its name, and PostgreSQL refuses to look for some."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any):
        super().__init__(map, *args, **kwargs)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


class PathWords(PathConverter):
    """Several of them: « 2027/12 » is the number of somebody on a list."""

    regex = r"[^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*?"
