from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, post_load

from civic.councils.calls.states import CallWish, Sex, Way
from civic.kernel.pagination import LAST_PAGE
from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, OneOf, Seen, Whole, fields, page_schema

MOST_SEATS, OLDEST_LEAST_AGE = 150, 25
LONGEST_BODY, LONGEST_CANDIDACY, LONGEST_OUTCOME = 5_000, 1_000, 1_000


class WriteCallSchema(BaseSchema):
    """What is said of a call, as a ``CallWish``."""

    title = Line(3, 120, required=True)
    body = Lines(20, LONGEST_BODY, required=True)
    seats = Whole(1, MOST_SEATS, required=True)
    way = OneOf(Way, required=True)
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    territory_id = Id(required=True)
    council_id = Id(load_default=None)
    least_age = Whole(6, OLDEST_LEAST_AGE, load_default=None)
    asks_sex = fields.Boolean(load_default=False)
    shows_candidates = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        seen = {"seen": data.pop("seen")} if "seen" in data else {}
        return {"wish": CallWish(**data), **seen}


class EditCallSchema(WriteCallSchema):
    seen = Seen()


def _must_agree(value: bool) -> None:
    if not value:
        raise ValidationError(_l("Sans votre accord, la mairie ne peut pas garder votre candidature."))


class ApplySchema(BaseSchema):
    text = Lines(20, LONGEST_CANDIDACY, required=True)
    sex = OneOf(Sex, load_default=None)
    is_shown = fields.Boolean(load_default=False)
    is_agreed = fields.Boolean(
        required=True,
        validate=_must_agree,
        error_messages={"required": _l("Sans votre accord, la mairie ne peut pas garder votre candidature.")},
    )


class CancelCallSchema(BaseSchema):
    reason = Lines(10, LONGEST_OUTCOME, required=True)


class LinkPollSchema(BaseSchema):
    poll_id = Id(required=True)


class DecideCallSchema(BaseSchema):
    chosen_ids = fields.List(Id(), load_default=list)
    outcome = Lines(10, LONGEST_OUTCOME, required=True)


class DecideCallFormSchema(DecideCallSchema):
    """``here``: the page of the candidates on which the form was."""

    here = Whole(1, LAST_PAGE, load_default=1)


class CallIdSchema(BaseSchema):
    id = fields.Integer(required=True)


class CallSchema(BaseSchema):
    id = fields.Integer(required=True)
    territory_id = fields.Integer(required=True)
    council_id = fields.Integer(required=True, allow_none=True)
    title = fields.String(required=True)
    body = fields.String(attribute="body_source", required=True)
    seats = fields.Integer(required=True)
    way = fields.String(required=True)
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    least_age = fields.Integer(required=True, allow_none=True)
    draw_id = fields.Integer(required=True, allow_none=True)
    poll_id = fields.Integer(required=True, allow_none=True)
    outcome = fields.String(required=True)
    decided_at = Instant(required=True, allow_none=True)
    cancelled_at = Instant(required=True, allow_none=True)
    seen = fields.String(required=True)


class ShownCandidateSchema(BaseSchema):
    name = fields.String(required=True)
    text = fields.String(required=True)
    is_chosen = fields.Boolean(required=True)


CallPageSchema = page_schema(CallSchema)
ShownCandidatePageSchema = page_schema(ShownCandidateSchema)
