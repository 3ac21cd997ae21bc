import re
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import post_load, pre_load

from civic.councils.motions import USUAL_QUORUM_PERCENT
from civic.councils.rules import VoiceAnswer
from civic.web.schemas import BaseSchema, Line, OneOf, ValidationError, Whole, fields

LONGEST_MOTION = 500
ABSENT, PRESENT, PROXY = "absent", "present", "proxy-"
_BOX = re.compile(r"seat-(\d{1,9})")
_PLACE = re.compile(r"absent|present|proxy-\d{1,9}")


class OpenVoteSchema(BaseSchema):
    """The page's form: ``seat-<id>`` says absent, present, or to whom (``proxy-<seat>``) somebody absent gave her proxy."""

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


class CastVoiceSchema(BaseSchema):
    answer = OneOf(VoiceAnswer, required=True)
