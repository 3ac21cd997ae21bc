"""What the pages of a help that comes back read."""

from civic.mutual_aid.series.rules import Repeat
from civic.web.schemas import BaseSchema, Instant, OneOf, fields


class ChangeSeriesSchema(BaseSchema):
    """The next time, which gives the day and the hours; how often; until when."""

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    repeat = OneOf(Repeat, required=True)
    repeat_until = fields.Date(load_default=None, allow_none=True)
