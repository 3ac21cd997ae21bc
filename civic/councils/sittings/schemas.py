import re
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import post_load, pre_load

from civic.councils.motions import USUAL_QUORUM_PERCENT
from civic.councils.sittings.rules import (
    LONGEST_QUESTION,
    MOST_PLACES,
    Approval,
    MemberAnswer,
    Presence,
    QuestionState,
)
from civic.kernel.text import is_safe_address
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Line,
    Lines,
    OneOf,
    Seen,
    ValidationError,
    Whole,
    fields,
    page_schema,
    validate,
)

LONGEST_ITEM_MINUTES = 480
MOST_SEATS = 200
UP, DOWN = "up", "down"
_BOX = re.compile(r"seat-(\d{1,9})")


def _is_address(address: str) -> None:
    if not address.startswith(("http://", "https://", "/")) or not is_safe_address(address):
        raise ValidationError(str(_l("Écrivez une adresse entière, qui commence par https://")))


class ItemSchema(BaseSchema):
    title = Line(3, 200, required=True)
    presenter = Line(0, 120, load_default="")
    expected_minutes = Whole(1, LONGEST_ITEM_MINUTES, load_default=None, allow_none=True)
    link = fields.String(load_default="", validate=[validate.Length(max=500), _is_address])
    text = Lines(0, 4_000, load_default="")


class ChangeItemSchema(ItemSchema):
    seen = Seen()


class MoveItemSchema(BaseSchema):
    direction = fields.String(
        required=True, validate=validate.OneOf((UP, DOWN), error=_l("Choisissez une des réponses proposées."))
    )


class PlacesSchema(BaseSchema):
    places = Whole(1, MOST_PLACES, load_default=None, allow_none=True)


class AnswerCallSchema(BaseSchema):
    answer = OneOf(MemberAnswer, required=True)


class _RollSchema(BaseSchema):
    """A page's form: ``seat-<id>`` says who is present, excused or absent."""

    seats = fields.Dict(required=True)

    @pre_load
    def gather_seats(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        others = {name: value for name, value in data.items() if not _BOX.fullmatch(name)}
        seats = {found[1]: value for name, value in data.items() if (found := _BOX.fullmatch(name))}
        known = {each.value for each in Presence}
        if not all(isinstance(value, str) and value in known for value in seats.values()):
            raise ValidationError(str(_l("Cette réponse n’est pas connue.")), field_name="present")
        return {**others, "seats": seats}

    @post_load
    def name_presences(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        data["presences"] = {int(seat): Presence(said) for seat, said in data.pop("seats").items()}
        return data


class OpenSittingSchema(_RollSchema):
    chair_seat_id = Id(required=True)
    quorum_percent = Whole(0, 100, load_default=USUAL_QUORUM_PERCENT)


class CallRollSchema(_RollSchema):
    pass


class AskQuestionSchema(BaseSchema):
    text = Line(5, LONGEST_QUESTION, required=True)
    is_from_room = fields.Boolean(load_default=False)


class SettleQuestionSchema(BaseSchema):
    state = OneOf(QuestionState, required=True)
    words = Line(0, 500, load_default="")

    @post_load
    def ensure_settled(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if data["state"] is QuestionState.WAITING:
            raise ValidationError(str(_l("Choisissez une des réponses proposées.")), field_name="state")
        return data


class EditMinutesSchema(BaseSchema):
    text = Lines(1, 60_000, required=True)
    version = Whole(1, 1_000_000, required=True)


class ApproveMinutesSchema(BaseSchema):
    version = Whole(1, 1_000_000, required=True)
    approval = OneOf(Approval, required=True)
    on = fields.Date(required=True)
    later_id = Id(load_default=None, allow_none=True)


class CorrectionSchema(BaseSchema):
    text = Lines(5, 8_000, required=True)


class FollowSittingSchema(BaseSchema):
    sitting_id = Id(required=True)


# Over JSON


class SeatPresenceSchema(BaseSchema):
    seat_id = Id(required=True)
    presence = OneOf(Presence, required=True)


class CallTheRollSchema(BaseSchema):
    """A seat that is left out is absent."""

    roll = fields.List(
        fields.Nested(SeatPresenceSchema), required=True, validate=validate.Length(max=MOST_SEATS)
    )

    @post_load
    def name_presences(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        data["presences"] = {each["seat_id"]: each["presence"] for each in data.pop("roll")}
        return data


class BeginSittingSchema(CallTheRollSchema):
    chair_seat_id = Id(required=True)
    quorum_percent = Whole(0, 100, load_default=USUAL_QUORUM_PERCENT)


class MoveSittingSchema(BaseSchema):
    """Where to bring a sitting that was opened."""

    state = fields.String(
        required=True,
        validate=validate.OneOf(
            ("suspended", "open", "closed"), error=_l("Choisissez une des réponses proposées.")
        ),
    )


class ShownQuestionSchema(BaseSchema):
    """``author`` is empty for a question that was asked in the room, or whose author left."""

    id = fields.Integer(required=True)
    text = fields.String(required=True)
    author = fields.String(required=True)
    is_from_room = fields.Boolean(required=True)
    is_supported = fields.Boolean(required=True)
    supports = fields.Integer(required=True)
    state = fields.Enum(QuestionState, by_value=True, required=True)
    words = fields.String(required=True)
    asked_at = Instant(required=True)


ShownQuestionPageSchema = page_schema(ShownQuestionSchema)


class ShownItemSchema(BaseSchema):
    """``questions``: the first of them; ``question_count``: how many there are, which have their own address."""

    id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    presenter = fields.String(required=True)
    expected_minutes = fields.Integer(required=True, allow_none=True)
    text = fields.String(required=True)
    link = fields.String(required=True)
    state = fields.String(required=True)
    opened_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    questions = fields.List(fields.Nested(ShownQuestionSchema), required=True)
    question_count = fields.Integer(required=True)
    vote_ids = fields.List(fields.Integer(), required=True)


class QuorumSchema(BaseSchema):
    present = fields.Integer(required=True)
    seats = fields.Integer(required=True)
    needed = fields.Integer(required=True)
    is_reached = fields.Boolean(required=True)


class LiveSittingSchema(BaseSchema):
    """A sitting as anybody follows it. ``quorum`` is null before its opening."""

    id = fields.Integer(required=True)
    council_id = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    presided_by = fields.String(required=True)
    opened_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    quorum = fields.Nested(QuorumSchema, required=True, allow_none=True)
    open_item_id = fields.Integer(required=True, allow_none=True)
    open_vote_id = fields.Integer(required=True, allow_none=True)
    coming = fields.Integer(required=True)
    places = fields.Integer(required=True, allow_none=True)
    items = fields.List(fields.Nested(ShownItemSchema), required=True)


class NewQuestionSchema(BaseSchema):
    id = fields.Integer(required=True)


class SupportsSchema(BaseSchema):
    supports = fields.Integer(required=True)


class ComingSchema(BaseSchema):
    coming = fields.Integer(required=True)


class SentConvocationSchema(BaseSchema):
    id = fields.Integer(required=True)


class PublishedMinutesSchema(BaseSchema):
    text = fields.String(attribute="source", required=True)
    approved_on = fields.Date(required=True)
    approval = fields.Enum(Approval, by_value=True, required=True)
    published_at = Instant(required=True)
    fingerprint = fields.String(required=True)
