import re
from collections.abc import Sequence
from typing import Any

from marshmallow import post_load

from civic.proposals.answers.queries import DeskFilter
from civic.proposals.answers.rules import Lack, Promise, Verdict, Wait
from civic.proposals.rules import Decision
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Lines,
    OneOf,
    PageFilter,
    PageQuery,
    Seen,
    Whole,
    fields,
    page_schema,
    validate,
)

MOST_SUPPORTS = 1_000_000
LONGEST_DELAY = 365
LONGEST_REMINDER = 60
MOST_IN_CHARGE = 6
MOST_CHOSEN = 100
LONGEST_NOTE = 2_000
LATEST_VERSION = 1_000_000_000


class PromiseSchema(BaseSchema):
    threshold = Whole(0, MOST_SUPPORTS, required=True)
    days = Whole(1, LONGEST_DELAY, required=True)
    remind_days = Whole(1, LONGEST_REMINDER, required=True)
    needs_reading = fields.Boolean(load_default=False)

    @post_load
    def make_promise(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        names = ("threshold", "days", "remind_days", "needs_reading")
        others = {name: value for name, value in data.items() if name not in names}
        return {"promise": Promise(*(data[name] for name in names)), **others}


class ConsultationPromiseSchema(PromiseSchema):
    """``in_charge_ids``: in order; left out of a form, nobody is named."""

    in_charge_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_IN_CHARGE))


class PromiseFormSchema(PromiseSchema):
    seen = Seen()


class ConsultationPromiseFormSchema(ConsultationPromiseSchema):
    seen = Seen()


class ShownPromiseSchema(BaseSchema):
    threshold = fields.Integer(required=True)
    days = fields.Integer(required=True)


class ExpectedAnswerSchema(BaseSchema):
    proposal_id = fields.Integer(required=True)
    since = Instant(required=True)
    due_at = Instant(required=True)
    last_day = fields.Date(required=True)
    answered_at = Instant(allow_none=True, required=True)
    state = fields.Enum(Wait, attribute="wait", by_value=True, required=True)
    days_waited = fields.Integer(required=True)
    days_late = fields.Integer(required=True)
    is_extended = fields.Boolean(required=True)


class ExpectationSchema(BaseSchema):
    """``expected``: null where the proposal is owed nothing."""

    expected = fields.Nested(ExpectedAnswerSchema, allow_none=True, required=True)


class PromiseStateSchema(BaseSchema):
    """``promise``: null where a consultation of before promises made none."""

    promise = fields.Nested(ShownPromiseSchema, allow_none=True, required=True)
    in_time = fields.Integer(required=True)
    answered_late = fields.Integer(required=True)
    awaited = fields.Integer(required=True)
    late = fields.Integer(required=True)


class DeskQuery(PageFilter):
    """What the desk lists, from the address of the page."""

    etat = OneOf(DeskFilter, load_default=DeskFilter.ALL)
    consultation_id = Id(load_default=None)


class ListOwedQuery(PageQuery):
    which = OneOf(DeskFilter, load_default=DeskFilter.ALL)
    consultation_id = Id(load_default=None)


class OwedAnswerSchema(BaseSchema):
    proposal_id = fields.Integer(required=True)
    title = fields.String(required=True)
    consultation_id = fields.Integer(required=True)
    consultation_title = fields.String(required=True)
    support_count = fields.Integer(allow_none=True, required=True)
    expected = fields.Nested(ExpectedAnswerSchema, allow_none=True, required=True)
    version = fields.Integer(allow_none=True, required=True)
    decision = fields.Enum(Decision, by_value=True, allow_none=True, required=True)
    writer_name = fields.String(allow_none=True, required=True)
    reader_name = fields.String(allow_none=True, required=True)
    verdict = fields.Enum(Verdict, by_value=True, allow_none=True, required=True)
    note = fields.String(required=True)
    lack = fields.Enum(Lack, by_value=True, allow_none=True, required=True)


OwedAnswerPageSchema = page_schema(OwedAnswerSchema)


class ChosenSchema(BaseSchema):
    proposal_id = Id(required=True)
    version = Whole(1, LATEST_VERSION, required=True)


class PublishChosenSchema(BaseSchema):
    answers = fields.List(
        fields.Nested(ChosenSchema), required=True, validate=validate.Length(min=1, max=MOST_CHOSEN)
    )


class PublishedCountSchema(BaseSchema):
    published = fields.Integer(required=True)


class AskReadingSchema(BaseSchema):
    proposal_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=MOST_CHOSEN))
    reader_id = Id(required=True)


class AskedCountSchema(BaseSchema):
    asked = fields.Integer(required=True)


class AnswerVerdictSchema(BaseSchema):
    version = Whole(1, LATEST_VERSION, required=True)
    verdict = OneOf(Verdict, required=True)
    note = Lines(least=0, most=LONGEST_NOTE, load_default="")


_CHOSEN = re.compile(r"\A([0-9]{1,9})-([0-9]{1,9})\Z")


def paired(boxes: Sequence[str]) -> dict[int, int]:
    """Return the version that was shown, by proposal, of what was chosen; what is no box of ours is left out."""
    found = (_CHOSEN.match(box) for box in boxes[:MOST_CHOSEN])
    return {int(box[1]): int(box[2]) for box in found if box}


class ChosenFormSchema(BaseSchema):
    """The boxes of the desk: ``<proposal>-<version that was shown>`` each; ``reader_id`` for a reading."""

    chosen = fields.List(
        fields.String(validate=validate.Regexp(_CHOSEN)),
        load_default=list,
        validate=validate.Length(max=MOST_CHOSEN),
    )
    reader_id = Id(load_default=None)

    @post_load
    def pair(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**data, "chosen": paired(data["chosen"])}
