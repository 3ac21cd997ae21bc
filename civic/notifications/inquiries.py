"""Who is told of inquiries: a commissioner that she is named, and whoever left an address, by mail, the proof of her deposit."""

from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext

from civic.inquiries import lines, queries
from civic.inquiries.events import CommissionersNamed
from civic.inquiries.models import InquiryObservation
from civic.inquiries.proof import Proof, as_text
from civic.inquiries.service.depositing import PROOF_MAIL
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.notifications.mail import send_mail_if_taken, write_mail
from civic.notifications.rules import Kind
from civic.notifications.service import notify_all
from civic.territories import queries as territories

LANGUAGE = "fr"
"""Of a mail to who may have no account: that of the register."""


@within_transaction(CommissionersNamed)
def tell_commissioners(fact: CommissionersNamed) -> None:
    """Once a person, however often the names are written again."""
    notify_all(
        list(fact.person_ids),
        kind=Kind.INQUIRY_NAMED,
        key=f"inquiry_named:{fact.inquiry_id}",
        params={"title": queries.get_inquiry(fact.inquiry_id).title},
        path=f"{queries.PATH}{fact.inquiry_id}",
        now=fact.occurred_at,
    )


@delivers(PROOF_MAIL, is_slow=True)
def mail_proof(owed: dict[str, Any]) -> None:
    """Send the proof to the address that was left with the observation, without its words; erased meanwhile, nothing is sent."""
    row = db.session.get(InquiryObservation, owed["observation_id"])
    if row is None or not row.contact:
        return
    path = f"{queries.PATH}{row.inquiry_id}/registre/{row.number}/preuve"
    inquiry, town = queries.get_inquiry(row.inquiry_id), territories.find_town()
    url = f"{current_app.config['SETTINGS'].public_url}{path}"
    nonce = None if row.masked_at else row.nonce
    proof = Proof(inquiry.title, town.name if town else "", lines.view_lines([row])[0], nonce, url, url)
    with force_locale(LANGUAGE):
        subject = gettext("Votre preuve de dépôt, observation n° %(number)s", number=row.number)
    mail = write_mail(
        "inquiry_proof",
        recipient=row.contact,
        language=LANGUAGE,
        subject=subject,
        path=path,
        reference=f"inquiry-{row.inquiry_id}-{row.number}",
        title=inquiry.title,
        proof=as_text(proof, holds_words=False),
    )
    db.session.rollback()  # a mail server may take seconds: no snapshot of the database is held meanwhile
    send_mail_if_taken(mail)  # else the proof is on its page
