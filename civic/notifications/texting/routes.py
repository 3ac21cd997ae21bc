"""The way in: the replies that a gateway hands over, each signed."""

from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from civic.kernel.clock import utc_now
from civic.kernel.errors import NotFound
from civic.notifications.texting import rules, service
from civic.web.schemas import BaseSchema, Line

blueprint = Blueprint("texting", __name__)

SIGNATURE, TIMESTAMP = "X-Signature", "X-Timestamp"


class ReplySchema(BaseSchema):
    """``from`` is a word of Python's: it is read as ``number``."""

    number = Line(4, 40, required=True, data_key="from")
    text = Line(0, 1_000, load_default="")


@blueprint.post("/sms/reponses")
def receive_reply() -> ResponseReturnValue:
    """Without the right signature, and where text messages are off, there is no such address."""
    secret = current_app.config["SETTINGS"].sms_secret
    headers, body = request.headers, request.get_data(cache=True)
    is_signed = rules.is_signed(
        secret,
        headers.get(TIMESTAMP, ""),
        body,
        headers.get(SIGNATURE, ""),
        now=utc_now().timestamp(),
    )
    if not is_signed:
        raise NotFound
    data: dict[str, Any] = ReplySchema().load(request.get_json(force=True, silent=True) or {})
    service.receive_reply(number=data["number"], text=data["text"])
    return "", 204
