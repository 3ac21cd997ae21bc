"""Sessions: opened, ended, ended everywhere."""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from civic.accounts import queries
from civic.accounts.errors import WrongCredentials
from civic.accounts.events import SignedOut
from civic.accounts.models import Person, SignIn
from civic.accounts.passwords import hash_password, is_right_password, needs_new_hash
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction

SESSION_LASTS = timedelta(days=30)
LONGEST_DEVICE = 200


def sign_in(*, email: str, password: str, device: str) -> str:
    """Check the password and open a session.

    Returns:
        The session's token, of which only a keyed digest is kept.

    Raises:
        WrongCredentials: there is no such account, it is not confirmed or was deactivated, or the password differs; which one is
            not told, and takes the same time.
    """
    person = queries.find_person_by_email(email)
    is_right = is_right_password(person.password_hash if person else None, password)
    if (
        person is None
        or not is_right
        or person.email_confirmed_at is None
        or person.deactivated_at is not None
    ):
        raise WrongCredentials
    if person.password_hash and needs_new_hash(person.password_hash):
        _renew_hash(person.id, hash_password(password))
    return open_session(person_id=person.id, device=device)


def _renew_hash(person_id: int, password_hash: str) -> None:
    with transaction():
        db.session.execute(
            sa.update(Person).where(Person.id == person_id).values(password_hash=password_hash)
        )


def open_session(*, person_id: int, device: str) -> str:
    """Open a session for a person who has shown who she is. Returns its token."""
    token = secrets.token_urlsafe(32)
    now = utc_now()
    with transaction():
        db.session.add(
            SignIn(
                token_digest=keyed_digest("sign_in", token),
                person_id=person_id,
                device=device[:LONGEST_DEVICE],
                created_at=now,
                expires_at=now + SESSION_LASTS,
            )
        )
    return token


def sign_out(*, token: str) -> None:
    """End one session. An unknown or ended one changes nothing."""
    now = utc_now()
    with transaction():
        session = queries.find_sign_in(token, now)
        if session is not None:
            session.ended_at = now
            publish(SignedOut(occurred_at=now, person_id=session.person_id, sign_in_ids=(session.id,)))


def sign_out_everywhere(actor: Actor) -> int:
    """End every session of the actor, on every device. Returns how many there were."""
    with transaction():
        return end_sessions(person_id=actor.id)


def end_sessions(*, person_id: int) -> int:
    """End every session of a person: when her password changes, or her account is closed. Returns how many there were."""
    now = utc_now()
    with transaction():
        open_ones = (
            sa.update(SignIn)
            .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
            .values(ended_at=now)
        )
        ended = tuple(db.session.scalars(open_ones.returning(SignIn.id)))
        if ended:
            publish(SignedOut(occurred_at=now, person_id=person_id, sign_in_ids=ended))
    return len(ended)
