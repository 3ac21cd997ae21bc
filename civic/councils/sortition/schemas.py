from typing import Any

from marshmallow import post_load

from civic.councils.sortition.rules import Quota
from civic.councils.sortition.states import USUAL_ANSWER_DAYS, DrawWish
from civic.web.schemas import BaseSchema, Instant, Line, Lines, Seen, Whole, fields, page_schema

MOST_SEATS, MOST_KEEP_DAYS, USUAL_KEEP_DAYS = 150, 730, 90
FEWEST_ANSWER_DAYS, MOST_ANSWER_DAYS = 2, 90
LONGEST_PURPOSE, LONGEST_SOURCE = 1_000, 300


class DrawWishSchema(BaseSchema):
    """What is said of a draw, as a ``DrawWish``."""

    title = Line(3, 120, required=True)
    purpose = Lines(10, LONGEST_PURPOSE, required=True)
    seats = Whole(2, MOST_SEATS, required=True)
    substitutes = Whole(0, MOST_SEATS, load_default=0)
    keep_days = Whole(1, MOST_KEEP_DAYS, load_default=USUAL_KEEP_DAYS)
    shows_list = fields.Boolean(load_default=False)
    answer_days = Whole(FEWEST_ANSWER_DAYS, MOST_ANSWER_DAYS, load_default=USUAL_ANSWER_DAYS)

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        seen = {"seen": data.pop("seen")} if "seen" in data else {}
        return {"wish": DrawWish(**data), **seen}


class EditDrawSchema(DrawWishSchema):
    seen = Seen()


class QuotaSchema(BaseSchema):
    criterion = Line(1, 60, required=True)
    value = Line(1, 60, required=True)
    least = Whole(0, MOST_SEATS, required=True)
    most = Whole(0, MOST_SEATS, required=True)

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Quota:
        return Quota(**data)


class SetQuotasSchema(BaseSchema):
    quotas = fields.List(fields.Nested(QuotaSchema), required=True)


class QuotaFormSchema(BaseSchema):
    """The two columns of the form, in the order of its rows. ``check``: the button that only looks."""

    least = fields.List(Whole(0, MOST_SEATS), required=True)
    most = fields.List(Whole(0, MOST_SEATS), required=True)
    seen = Seen()


class ListTextSchema(BaseSchema):
    """The list as a text, over JSON."""

    text = fields.String(required=True)


class FreezeDrawSchema(BaseSchema):
    seed_source = Line(10, LONGEST_SOURCE, required=True)
    seed_at = Instant(required=True)


class CancelDrawSchema(BaseSchema):
    reason = Lines(10, LONGEST_PURPOSE, required=True)


class DrawLotsSchema(BaseSchema):
    seed = Line(4, 200, required=True)
    witnesses = Line(3, 200, required=True)


class AnswerPlaceSchema(BaseSchema):
    is_accepted = fields.Boolean(required=True)
    is_named = fields.Boolean(load_default=False)


class DrawIdSchema(BaseSchema):
    id = fields.Integer(required=True)


class DrawListReadSchema(BaseSchema):
    entrants = fields.Integer(required=True)


class CalledSchema(BaseSchema):
    called = fields.String(required=True, allow_none=True)


class DrawSchema(BaseSchema):
    id = fields.Integer(required=True)
    territory_id = fields.Integer(required=True)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": ["draft", "frozen", "drawn", "cancelled"]})
    seats = fields.Integer(required=True)
    entrants = fields.Integer(required=True)
    frozen_at = Instant(required=True, allow_none=True)
    seed_source = fields.String(required=True)
    seed_at = Instant(required=True, allow_none=True)
    drawn_at = Instant(required=True, allow_none=True)
    cancelled_at = Instant(required=True, allow_none=True)


class CalledPlaceSchema(BaseSchema):
    number = fields.String(required=True)
    state = fields.String(required=True)
    due_at = Instant(required=True, allow_none=True)
    replaces = fields.String(required=True, allow_none=True)


class OneDrawSchema(DrawSchema):
    list_sha256 = fields.String(required=True, allow_none=True)
    rules_sha256 = fields.String(required=True, allow_none=True)
    seed = fields.String(required=True, allow_none=True)
    witnesses = fields.String(required=True)
    cancel_reason = fields.String(required=True)
    quotas = fields.List(fields.Nested(QuotaSchema), required=True)
    panel = fields.List(fields.String(), required=True)
    substitutes = fields.List(fields.String(), required=True)
    called = fields.List(fields.Nested(CalledPlaceSchema), required=True)
    seen = fields.String(required=True)


DrawPageSchema = page_schema(DrawSchema)
