"""What the relay calls for the accounts."""

from typing import Any

from civic.accounts.service import credentials, sign_up
from civic.kernel.outbox import delivers


@delivers(credentials.RESET_ASKED)
def issue_password_reset(payload: dict[str, Any]) -> None:
    credentials.issue_password_reset(email=payload["email"], language=payload["language"])


@delivers(sign_up.FORGET_UNCONFIRMED)
def forget_unconfirmed(payload: dict[str, Any]) -> None:
    sign_up.forget_unconfirmed(person_id=payload["person_id"])
