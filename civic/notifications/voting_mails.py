"""Mails about polls that somebody asked for: the head of a register, her own receipt."""

from datetime import datetime
from typing import Any

from flask_babel import force_locale, gettext

from civic.kernel.database import db
from civic.kernel.outbox import delivers
from civic.notifications.mail import send_mail_if_taken, write_mail
from civic.notifications.service import find_mail_address
from civic.voting.register.checking import RECEIPT_MAIL
from civic.voting.register.following import HEAD_MAIL
from civic.web.languages import instant_in_words

CHECK_PATH = "/scrutins/recepisse"


@delivers(HEAD_MAIL, is_slow=True)
def mail_register_head(owed: dict[str, Any]) -> None:
    _send(
        "register_head",
        owed["person_id"],
        path=f"/scrutins/{owed['poll_id']}/registre",
        reference=f"register-{owed['poll_id']}-{owed['height']}-{owed['person_id']}",
        question=owed["question"],
        height=owed["height"],
        head=owed["head"],
        at=owed["at"],
        is_closed=owed["is_closed"],
    )


@delivers(RECEIPT_MAIL, is_slow=True)
def mail_receipt(owed: dict[str, Any]) -> None:
    """What it says is deleted with the row, once it is sent."""
    _send(
        "receipt",
        owed["person_id"],
        path=CHECK_PATH,
        reference=None,
        question=owed["question"],
        receipt=owed["text"],
    )


def _send(
    template: str, person_id: int, *, path: str, reference: str | None, question: str, **values: Any
) -> None:
    reader = find_mail_address(person_id)
    if reader is None:
        return
    email, language = reader
    with force_locale(language):
        subject = _subject(template, question)
        if "at" in values:
            values["when"] = instant_in_words(datetime.fromisoformat(values.pop("at")))
    mail = write_mail(
        template,
        recipient=email,
        language=language,
        subject=subject,
        path=path,
        reference=reference,
        question=question,
        **values,
    )
    db.session.rollback()  # a mail server may take seconds: no snapshot of the database is held meanwhile
    send_mail_if_taken(mail)


def _subject(template: str, question: str) -> str:
    if template == "receipt":
        return gettext("Votre récépissé de vote")
    return gettext("Registre du scrutin : %(question)s", question=question)
