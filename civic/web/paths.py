"""What a number in an address may be."""

from werkzeug.routing import IntegerConverter

from civic.web.schemas import LARGEST_ID


class RowNumber(IntegerConverter):
    """The number of a row: beyond the largest there is nothing to look for, and databases overflow."""

    def __init__(self, map: object, **options: object):
        super().__init__(map, min=1, max=LARGEST_ID, **options)  # type: ignore[arg-type]
