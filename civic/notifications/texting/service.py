"""An invitation by text message, and the reply that enters the same transaction as the button."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.access import Channel
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Refusal
from civic.kernel.outbox import owe
from civic.kernel.sealing import keyed_digest, seal
from civic.kernel.transaction import transaction
from civic.matching.models import Invitation
from civic.matching.rules import InvitationState
from civic.matching.service.invitations import accept_invitation, decline_invitation
from civic.mutual_aid.volunteers.queries import get_limits
from civic.notifications.texting import rules
from civic.notifications.texting.models import TextAsk

ASK, ANSWER = "text.ask", "text.answer"
NUMBER = "text.number"


def digest_of(number: str) -> str:
    return keyed_digest(NUMBER, number)


def ask_by_text(*, invitation_id: int, volunteer_id: int, now: datetime) -> None:
    """Owe a text message to a volunteer who wishes to be reached so, with a code that no other invitation of hers has now."""
    number = rules.international(accounts.get_person(volunteer_id).phone or "")
    if number is None or not get_limits(volunteer_id).by_sms:
        return
    digest = digest_of(number)
    with transaction():
        code = rules.first_free_code(_codes_in_use(digest))
        if code is None:
            return
        db.session.add(
            TextAsk(
                invitation_id=invitation_id,
                person_id=volunteer_id,
                phone_digest=digest,
                code=code,
                asked_at=now,
            )
        )
        db.session.flush()
        owe(ASK, {"invitation_id": invitation_id}, now=now)


def _codes_in_use(digest: str) -> set[str]:
    """Codes whose invitation was answered or is over are free again, and their rows go."""
    live = sa.select(Invitation.id).where(
        Invitation.state.in_((InvitationState.SENT, InvitationState.EXPIRED))
    )
    db.session.execute(
        sa.delete(TextAsk).where(TextAsk.phone_digest == digest, TextAsk.invitation_id.not_in(live))
    )
    return set(db.session.scalars(sa.select(TextAsk.code).filter_by(phone_digest=digest)))


def receive_reply(*, number: str, text: str) -> None:
    """Do what a reply says, as the button would: the same command, the same transaction, the same winner. What it was is told by text.

    A reply from a number that was asked nothing is left without an answer: nobody learns from it who volunteers.
    """
    known = rules.international(number)
    if known is None:
        return
    now = utc_now()
    asked = list(db.session.scalars(sa.select(TextAsk).filter_by(phone_digest=digest_of(known))))
    if not asked:
        return
    reply = rules.read_reply(text)
    ask = next((each for each in asked if each.code == reply.code), None)
    outcome = _answer(ask, is_yes=reply.is_yes) if ask else "which"
    with transaction():
        told = {
            "number": seal(NUMBER, known),
            "outcome": outcome,
            "person_id": asked[0].person_id,
            # The gateway sends one reference once: each reply that names no invitation has an answer of its own.
            "reference": f"answer-{ask.invitation_id}-{outcome}" if ask else f"answer-{secrets.token_hex(8)}",
        }
        owe(ANSWER, told, now=now)


def _answer(ask: TextAsk, *, is_yes: bool) -> str:
    """Return what to tell: ``accepted``, ``declined``, or the code of the refusal."""
    person_id, invitation_id = ask.person_id, ask.invitation_id
    actor = accounts.get_actor(person_id, Channel.SMS)
    try:
        if is_yes:
            accept_invitation(actor, invitation_id=invitation_id)
            return "accepted"
        decline_invitation(actor, invitation_id=invitation_id)
        return "declined"
    except Refusal as refusal:
        return refusal.code
