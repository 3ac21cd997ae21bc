from typing import Any

from civic.plain_language.rules import LONGEST_READ
from civic.web.schemas import BaseSchema, Lines

LONGEST_PLAIN_TEXT = 800


class PlainText(Lines):
    """The essential of a page in plain words: plain text, one idea a line."""

    def __init__(self, **kwargs: Any):
        super().__init__(least=0, most=LONGEST_PLAIN_TEXT, **kwargs)


class CheckTextSchema(BaseSchema):
    plain_text = Lines(least=0, most=LONGEST_READ, load_default="")
