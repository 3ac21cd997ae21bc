"""Secrets sent by mail: each works once, for one purpose, for a time."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts.errors import TokenExpired
from civic.accounts.events import MailedTokenIssued
from civic.accounts.models import MailedToken, Person, TokenPurpose
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction

LASTS = {
    TokenPurpose.CONFIRM_EMAIL: timedelta(days=3),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=1),
    TokenPurpose.CHANGE_EMAIL: timedelta(days=1),
}


def issue_mailed_token(
    person: Person,
    purpose: TokenPurpose,
    *,
    to: str,
    language: str,
    now: datetime,
    password_hash: str | None = None,
    next_path: str = "/",
) -> int:
    """Make a token, of which only a keyed digest is kept, and state that its mail is owed.

    Args:
        next_path: what the person came for, where her link leads once used.

    Returns:
        The row's id; the token itself goes in the mail alone.
    """
    token = secrets.token_urlsafe(32)
    with transaction():
        row = MailedToken(
            token_digest=keyed_digest(purpose.value, token),
            purpose=purpose,
            person_id=person.id,
            created_at=now,
            expires_at=now + LASTS[purpose],
            password_hash=password_hash,
            email=to,
        )
        db.session.add(row)
        db.session.flush()
        publish(
            MailedTokenIssued(
                occurred_at=now,
                person_id=person.id,
                email=to,
                purpose=purpose.value,
                token=token,
                language=language,
                next_path=next_path,
            )
        )
    return row.id


def is_usable(token: str, purpose: TokenPurpose, now: datetime) -> bool:
    """Tell whether a token would be accepted, so that its page does not ask in vain. Uses nothing up."""
    return db.session.scalar(sa.select(MailedToken.id).where(*_usable(token, purpose, now))) is not None


def use_mailed_token(token: str, purpose: TokenPurpose, now: datetime) -> tuple[MailedToken, Person]:
    """Use a token up, with every other one of the same purpose.

    Returns:
        The token and its person.

    Raises:
        TokenExpired: it is unknown, was used, is too old, or the account is deactivated.
    """
    with transaction():
        used = sa.update(MailedToken).where(*_usable(token, purpose, now)).values(used_at=now)
        token_id = db.session.scalar(used.returning(MailedToken.id))
        row = db.session.get(MailedToken, token_id) if token_id else None
        person = db.session.get(Person, row.person_id) if row else None
        if row is None or person is None or person.deactivated_at is not None:
            raise TokenExpired
        void_mailed_tokens(person.id, purpose, now)
    return row, person


def void_mailed_tokens(person_id: int, purpose: TokenPurpose, now: datetime) -> None:
    with transaction():
        db.session.execute(
            sa.update(MailedToken)
            .where(
                MailedToken.person_id == person_id,
                MailedToken.purpose == purpose,
                MailedToken.used_at.is_(None),
            )
            .values(used_at=now)
        )


def _usable(token: str, purpose: TokenPurpose, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        MailedToken.token_digest == keyed_digest(purpose.value, token),
        MailedToken.purpose == purpose,
        MailedToken.used_at.is_(None),
        MailedToken.expires_at > now,
    )
