"""Having the head of a register by mail, once a day at most: what somebody keeps elsewhere, nobody here can take back."""

from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.transaction import transaction
from civic.voting import queries as voting
from civic.voting import rules
from civic.voting.access import VotingAction
from civic.voting.models import Poll
from civic.voting.register import queries
from civic.voting.register.models import RegisterFollower
from civic.voting.rules import PollStatus
from civic.voting.service.reading import get_visible_poll

MAIL_HEADS = "voting.register_mails"
HEAD_MAIL = "voting.register_mail"
MAILED_AT = time(18)
"""On the town hall's clock, after the heads of the day."""
MAILED_AFTER_CLOSING = timedelta(days=2)


def follow_register(actor: Actor, *, poll_id: int, follows: bool) -> None:
    """Ask for the head of a register by mail, or for no more of it. Asking twice changes nothing.

    Raises:
        PollNotFound: there is no such poll, or it is not public.
        NotSignedIn, NotAllowed.
        NotFrozenYet: a draft has no register.
    """
    with transaction():
        poll = get_visible_poll(actor, poll_id)
        require(actor, VotingAction.FOLLOW_REGISTER, poll)
        rules.ensure_frozen(poll)
        follower = queries.find_follower(poll_id, actor.id)
        if follows and follower is None:
            db.session.add(RegisterFollower(poll_id=poll_id, person_id=actor.id))
            owe_next_mails(poll, now=utc_now())
        elif follower is not None and not follows:
            db.session.delete(follower)


def owe_next_mails(poll: Poll, *, now: datetime) -> None:
    """Owe the mails of this day or the next, once; none two days after the closing."""
    local = now.astimezone(TOWN_TIME)
    day = local.date() + timedelta(days=1 if local.time() >= MAILED_AT else 0)
    due = datetime.combine(day, MAILED_AT, TOWN_TIME)
    key = f"{MAIL_HEADS}:{poll.id}:{day.isoformat()}"
    if due <= poll.closes_at + MAILED_AFTER_CLOSING and not queries.is_owed(key):
        owe(MAIL_HEADS, {"poll_id": poll.id}, now=now, due_at=due, key=key)


def mail_heads(*, poll_id: int) -> int:
    """Owe each follower the head that she has not had yet, once a day at most. Called by a timer. Returns how many were written to."""
    with transaction():
        poll = voting.get_poll_alone(poll_id)
        now = utc_now()
        today = now.astimezone(TOWN_TIME).date()
        line = queries.find_last_line(poll_id)
        if line is None:
            return 0
        waiting = sa.select(RegisterFollower).where(
            RegisterFollower.poll_id == poll_id,
            sa.or_(RegisterFollower.mailed_on.is_(None), RegisterFollower.mailed_on < today),
            sa.or_(RegisterFollower.mailed_height.is_(None), RegisterFollower.mailed_height < line.height),
        )
        followers = list(db.session.scalars(waiting))
        for follower in followers:
            owe(HEAD_MAIL, _mail(poll, follower, line.height, line.hash, line.at), now=now)
            follower.mailed_on, follower.mailed_height = today, line.height
        if _has_followers(poll_id):
            owe_next_mails(poll, now=now)
    return len(followers)


def _mail(poll: Poll, follower: RegisterFollower, height: int, head: str, at: str) -> dict[str, Any]:
    return {
        "person_id": follower.person_id,
        "poll_id": poll.id,
        "question": poll.question,
        "height": height,
        "head": head,
        "at": at,
        "is_closed": rules.status_of(poll, at=utc_now()) is PollStatus.CLOSED,
        "since": follower.mailed_height,
    }


def _has_followers(poll_id: int) -> bool:
    query = sa.select(RegisterFollower.person_id).filter_by(poll_id=poll_id).limit(1)
    return db.session.scalar(query) is not None


@exports_personal_data("registers")
def export_followed(person_id: int) -> dict[str, Any]:
    followed = (
        sa.select(Poll.question, RegisterFollower.mailed_on)
        .join(RegisterFollower, RegisterFollower.poll_id == Poll.id)
        .where(RegisterFollower.person_id == person_id)
        .order_by(Poll.id)
    )
    return {
        "followed": [
            {"poll": question, "mailed_on": mailed_on.isoformat() if mailed_on else None}
            for question, mailed_on in db.session.execute(followed)
        ]
    }


@erases_personal_data("registers")
def erase_followed(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(RegisterFollower).where(RegisterFollower.person_id == person_id))
