"""What the pages of the telephone desk read."""

from civic.mutual_aid.desk.rules import CallOutcome
from civic.mutual_aid.schemas import SaidConsent, WindowSchema
from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, OneOf, PageQuery, Phone, Whole, fields

LONGEST_NOTE = 300


MOST_SHEETS = 20


class PrintSheetsSchema(BaseSchema):
    count = Whole(1, MOST_SHEETS, required=True)


class SheetsQuery(BaseSchema):
    """The first and the last sheet to print."""

    first = Id(load_default=1)
    last = Id(load_default=0)


class CallsQuery(PageQuery):
    over = fields.Boolean(load_default=False)


class AskCallSchema(BaseSchema):
    name = Line(2, 100, required=True)
    phone = Phone(required=True)
    note = Lines(0, LONGEST_NOTE, load_default="")
    due_at = Instant(load_default=None, allow_none=True)


class AnswerCallSchema(BaseSchema):
    outcome = OneOf(CallOutcome, required=True)
    right_number = Phone(load_default=None, allow_none=True)
    note = Lines(0, LONGEST_NOTE, load_default="")


class RecordConsentSchema(BaseSchema):
    consent = OneOf(SaidConsent, required=True)


class ConsentCodeSchema(BaseSchema):
    code = Line(1, 40, required=True)


class WithdrawConsentSchema(BaseSchema):
    is_for_all = fields.Boolean(load_default=False)


class StillNeededSchema(WindowSchema):
    """With a window, help may come then instead."""

    is_needed = fields.Boolean(required=True)
