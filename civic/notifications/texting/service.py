"""An invitation by text message, and the reply that enters the same transaction as the button."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.access import Channel
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Refusal
from civic.kernel.outbox import owe
from civic.kernel.sealing import seal
from civic.kernel.telephone import NUMBER, international, number_digest
from civic.kernel.transaction import transaction
from civic.matching.models import Invitation
from civic.matching.rules import InvitationState
from civic.matching.service.invitations import accept_invitation, decline_invitation
from civic.mutual_aid.codes.queries import find_verified_number
from civic.mutual_aid.codes.service import count_answer
from civic.mutual_aid.desk.consent_codes import answer_code
from civic.mutual_aid.volunteers.queries import get_limits
from civic.notifications.texting import rules
from civic.notifications.texting.models import TextAsk

ASK, ANSWER = "text.ask", "text.answer"
KEPT = timedelta(days=7)


def ask_by_text(*, invitation_id: int, volunteer_id: int, now: datetime) -> None:
    """Owe a text message to a volunteer who wishes to be reached so, at a number that she proved to be hers, with a code that no other
    invitation of hers has now."""
    number = find_verified_number(volunteer_id)
    if number is None or not get_limits(volunteer_id).by_sms:
        return
    digest = number_digest(number)
    with transaction():
        last = _last_code(digest)
        # Asked again, for another day: a yes to the former message is none to this one.
        db.session.execute(sa.delete(TextAsk).where(TextAsk.invitation_id == invitation_id))
        code = rules.next_free_code(last, _codes_in_use(digest, now=now))
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


def _last_code(digest: str) -> str | None:
    return db.session.scalar(
        sa.select(TextAsk.code)
        .filter_by(phone_digest=digest)
        .order_by(TextAsk.asked_at.desc(), TextAsk.invitation_id.desc())
        .limit(1)
    )


def _codes_in_use(digest: str, *, now: datetime) -> set[str]:
    """A code whose invitation was answered or is over is kept for a week, so that a reply sent again is told the same; then its row goes."""
    live = sa.select(Invitation.id).where(
        Invitation.state.in_((InvitationState.SENT, InvitationState.EXPIRED))
    )
    db.session.execute(
        sa.delete(TextAsk).where(
            TextAsk.phone_digest == digest,
            TextAsk.asked_at < now - KEPT,
            TextAsk.invitation_id.not_in(live),
        )
    )
    return set(db.session.scalars(sa.select(TextAsk.code).filter_by(phone_digest=digest)))


def receive_reply(*, number: str, text: str) -> None:
    """Do what a reply says, as the button would: the same command, the same transaction, the same winner. What it was is told by text.

    A reply from a number that was asked nothing, or that is nobody's any more, is left without an answer: nobody learns from it who
    volunteers. So is one that comes after many on the same day: two machines may be answering one another.
    """
    known = international(number)
    if known is None:
        return
    now, digest, reply = utc_now(), number_digest(known), rules.read_reply(text)
    asked = _asked_at(known)
    ask = next((each for each in asked if each.code == reply.code), None)
    if ask is not None:
        invitation_id, person_id = ask.invitation_id, ask.person_id
        outcome = _answer(ask, is_yes=reply.is_yes)
        reference = f"answer-{invitation_id}-{outcome}"
    else:
        said = answer_code(phone_digest=digest, text=text, says_no=rules.refuses(text), now=now)
        if said is None and not asked:
            return
        outcome, person_id = said or ("which", asked[0].person_id)
        # The gateway sends one reference once: each reply that names no invitation has an answer of its own.
        reference = f"answer-{secrets.token_hex(8)}"
    told = {"number": seal(NUMBER, known), "outcome": outcome, "person_id": person_id, "reference": reference}
    with transaction():
        if count_answer(phone_digest=digest, person_id=person_id, now=now):
            owe(ANSWER, told, now=now)


def _asked_at(number: str) -> list[TextAsk]:
    """Return what waits for an answer from a number, of those whose number it still is."""
    asked = db.session.scalars(sa.select(TextAsk).filter_by(phone_digest=number_digest(number)))
    return [each for each in asked if find_verified_number(each.person_id) == number]


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
