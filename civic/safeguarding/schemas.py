"""What the pages of safeguarding read."""

from civic.safeguarding.rules import ConcernDecision, ConcernKind
from civic.web.schemas import BaseSchema, Line, Lines, OneOf, PageQuery, fields

LONGEST_CONCERN = 4_000
LONGEST_TOLD = 1_000


class RaiseConcernSchema(BaseSchema):
    kind = OneOf(ConcernKind, required=True)
    text = Lines(10, LONGEST_CONCERN, required=True)


class ConcernsQuery(PageQuery):
    state = Line(0, 20, load_default="waiting")


class HandleConcernSchema(BaseSchema):
    decision = OneOf(ConcernDecision, required=True)
    text = Lines(3, LONGEST_CONCERN, required=True)


class SuspendSchema(BaseSchema):
    told = Lines(10, LONGEST_TOLD, required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
