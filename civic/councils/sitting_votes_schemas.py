import re
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import post_load, pre_load

from civic.councils.motions import USUAL_QUORUM_PERCENT
from civic.councils.rules import SecretKind, SecretReason, VoiceAnswer
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Line,
    Lines,
    OneOf,
    ValidationError,
    Whole,
    fields,
    validate,
)

LONGEST_MOTION = 500
SHORTEST, USUAL_LENGTH, LONGEST = 2, 10, 180
"""Of a secret vote, in minutes."""
LONGEST_ANSWERS = 4_000
LONGEST_ANSWER = 120
MOST_SEATS = 200
ABSENT, PRESENT, PROXY = "absent", "present", "proxy-"
_BOX = re.compile(r"seat-(\d{1,9})")
_PLACE = re.compile(r"absent|present|proxy-\d{1,9}")


class PresenceSchema(BaseSchema):
    """A page's form: ``seat-<id>`` says absent, present, or to whom (``proxy-<seat>``) somebody absent gave her proxy."""

    motion = Line(5, LONGEST_MOTION, required=True)
    quorum_percent = Whole(0, 100, load_default=USUAL_QUORUM_PERCENT)
    seats = fields.Dict(required=True)

    @pre_load
    def gather_seats(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        others = {name: value for name, value in data.items() if not _BOX.fullmatch(name)}
        seats = {found[1]: value for name, value in data.items() if (found := _BOX.fullmatch(name))}
        if not all(isinstance(value, str) and _PLACE.fullmatch(value) for value in seats.values()):
            raise ValidationError(str(_l("Cette réponse n’est pas connue.")), field_name="present")
        return {**others, "seats": seats}

    @post_load
    def part_seats(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        seats = {int(seat): value for seat, value in data.pop("seats").items()}
        data["present"] = {seat for seat, value in seats.items() if value == PRESENT}
        data["proxies"] = {
            seat: int(value.removeprefix(PROXY)) for seat, value in seats.items() if value.startswith(PROXY)
        }
        return data


class OpenVoteSchema(PresenceSchema):
    shows_voices = fields.Boolean(load_default=False)


class OpenSecretVoteSchema(PresenceSchema):
    """``answers``: one a line, for an appointment."""

    kind = OneOf(SecretKind, load_default=SecretKind.MOTION)
    reason = OneOf(SecretReason, required=True)
    minutes = Whole(SHORTEST, LONGEST, load_default=USUAL_LENGTH)
    answers = Lines(0, LONGEST_ANSWERS, load_default="")

    @post_load
    def part_answers(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        data["answers"] = [line.strip() for line in data["answers"].splitlines() if line.strip()]
        return data


class CastVoiceSchema(BaseSchema):
    answer = OneOf(VoiceAnswer, required=True)


class FollowVoteSchema(BaseSchema):
    sitting_vote_id = Id(required=True)


# Over JSON


class ProxySchema(BaseSchema):
    """Seats: of who is absent, and of who is there and carries her voice."""

    giver = Id(required=True)
    holder = Id(required=True)


class _PutSchema(BaseSchema):
    """``present``: the seats of who is there."""

    motion = Line(5, LONGEST_MOTION, required=True)
    quorum_percent = Whole(0, 100, load_default=USUAL_QUORUM_PERCENT)
    present = fields.List(Id(), required=True, validate=validate.Length(max=MOST_SEATS))
    proxies = fields.List(
        fields.Nested(ProxySchema), load_default=list, validate=validate.Length(max=MOST_SEATS)
    )

    @post_load
    def gather_proxies(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        given = {one["giver"]: one["holder"] for one in data["proxies"]}
        if len(given) < len(data["proxies"]):
            raise ValidationError(str(_l("Une même personne donne deux procurations.")), field_name="proxies")
        return {**data, "present": set(data["present"]), "proxies": given}


class PutToVoteSchema(_PutSchema):
    shows_voices = fields.Boolean(load_default=False)


class PutToSecretVoteSchema(_PutSchema):
    """``answers``: names, for an appointment; a motion is answered for or against."""

    kind = OneOf(SecretKind, load_default=SecretKind.MOTION)
    reason = OneOf(SecretReason, required=True)
    minutes = Whole(SHORTEST, LONGEST, load_default=USUAL_LENGTH)
    answers = fields.List(
        Line(1, LONGEST_ANSWER), load_default=list, validate=validate.Length(max=MOST_SEATS)
    )


class ListedVoteSchema(BaseSchema):
    id = fields.Integer(required=True)
    motion = fields.String(required=True)
    is_secret = fields.Boolean(required=True)
    is_open = fields.Boolean(required=True)


class ListedVotesSchema(BaseSchema):
    items = fields.List(fields.Nested(ListedVoteSchema), required=True)


class ShownVoiceSchema(BaseSchema):
    """``answer`` is null while the reader may not see it; in a secret vote, as ``has_answered`` and ``id``, always."""

    id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    holder = fields.String(required=True)
    answer = fields.Enum(VoiceAnswer, by_value=True, required=True, allow_none=True)
    has_answered = fields.Boolean(required=True, allow_none=True)


class AnswerCountSchema(BaseSchema):
    answer = fields.String(required=True)
    count = fields.Integer(required=True)


class SittingVoteSchema(BaseSchema):
    """``counts`` and ``outcome`` are null while they may not be shown. A secret vote is voted in its poll, ``poll_id``."""

    id = fields.Integer(required=True)
    sitting_id = fields.Integer(required=True)
    council_id = fields.Integer(required=True)
    motion = fields.String(required=True)
    is_secret = fields.Boolean(required=True)
    is_open = fields.Boolean(required=True)
    poll_id = fields.Integer(required=True, allow_none=True)
    shows_voices = fields.Boolean(required=True)
    opened_at = Instant(required=True)
    closes_at = Instant(required=True, allow_none=True)
    seats = fields.Integer(required=True)
    present = fields.Integer(required=True)
    voices = fields.List(fields.Nested(ShownVoiceSchema), required=True)
    counts = fields.List(fields.Nested(AnswerCountSchema), required=True, allow_none=True)
    blanks = fields.Integer(required=True, allow_none=True)
    turnout = fields.Integer(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
