"""What the timers of registers call."""

from typing import Any

from civic.kernel.outbox import delivers
from civic.voting.register import following, writing


@delivers(writing.TAKE_HEAD)
def take_hourly_head(payload: dict[str, Any]) -> None:
    writing.take_head(poll_id=payload["poll_id"])


@delivers(writing.CLOSE_REGISTER)
def close_register(payload: dict[str, Any]) -> None:
    writing.close_register(poll_id=payload["poll_id"])


@delivers(following.MAIL_HEADS)
def mail_heads(payload: dict[str, Any]) -> None:
    following.mail_heads(poll_id=payload["poll_id"])
