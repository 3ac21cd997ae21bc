"""Passwords and e-mail addresses: forgotten, chosen anew, changed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries
from civic.accounts.errors import TokenExpired, WrongPassword
from civic.accounts.events import EmailChanged, PasswordChanged, SignUpRepeated
from civic.accounts.models import ApiToken, Person, TokenPurpose
from civic.accounts.passwords import ensure_strong, hash_password, is_right_password
from civic.accounts.service.mailed_tokens import issue_mailed_token, use_mailed_token, void_mailed_tokens
from civic.accounts.service.sign_in import end_sessions
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.transaction import publish, transaction

RESET_ASKED = "accounts.password_reset_asked"


def request_password_reset(*, email: str, language: str) -> None:
    """Ask for a link to choose a password anew.

    Whether the address has an account is looked up later, by the relay: this call does the same work in every case.
    """
    with transaction():
        owe(RESET_ASKED, {"email": email.casefold(), "language": language}, now=utc_now())


def issue_password_reset(*, email: str, language: str) -> None:
    """Send the link, if the address is that of a confirmed account. Called by the relay."""
    now = utc_now()
    with transaction():
        person = queries.find_person_by_email(email)
        if person is None or person.email_confirmed_at is None or person.deactivated_at is not None:
            return
        issue_mailed_token(
            person, TokenPurpose.RESET_PASSWORD, to=email, language=person.language or language, now=now
        )


def reset_password(*, token: str, password: str) -> int:
    """Choose a password anew by a mailed link. Every session and every API token ends: somebody else may hold them.

    Returns:
        The person's id.

    Raises:
        TokenExpired: the link was used or is too old.
        PasswordTooWeak: the link is not used up.
    """
    now = utc_now()
    password_hash = hash_password(password)
    with transaction():
        _, person = use_mailed_token(token, TokenPurpose.RESET_PASSWORD, now)
        ensure_strong(password, name=person.name, email=person.email or "")
        person.password_hash = password_hash
        void_mailed_tokens(person.id, TokenPurpose.CHANGE_EMAIL, now)
        revoke_api_tokens(person.id, now)
        end_sessions(person_id=person.id)
        publish(PasswordChanged(occurred_at=now, person_id=person.id))
    return person.id


def change_password(actor: Actor, *, present_password: str, password: str) -> None:
    """Change the actor's password. Every session ends, and the links already mailed to choose one die.

    Raises:
        NotSignedIn, PasswordTooWeak.
        WrongPassword: the present password is another.
    """
    person = ensure_own_password(actor, present_password)
    ensure_strong(password, name=person.name, email=person.email or "")
    password_hash = hash_password(password)
    now = utc_now()
    with transaction():
        person = queries.get_person(actor.id)
        person.password_hash = password_hash
        void_mailed_tokens(person.id, TokenPurpose.RESET_PASSWORD, now)
        end_sessions(person_id=person.id)
        publish(PasswordChanged(occurred_at=now, person_id=person.id))


def ensure_own_password(actor: Actor, password: str) -> Person:
    """Return the actor's person. Raises NotSignedIn, or WrongPassword. Slow: called outside transactions."""
    person = queries.get_person(actor.id)
    if not is_right_password(person.password_hash, password):
        raise WrongPassword(fields={"present_password": [WrongPassword.message]})
    return person


def request_email_change(actor: Actor, *, email: str, present_password: str) -> None:
    """Ask to change the actor's address: nothing changes until the new one is confirmed.

    If the new address has an account, its owner is told by mail, and the actor is not.

    Raises:
        NotSignedIn, WrongPassword.
    """
    person = ensure_own_password(actor, present_password)
    now = utc_now()
    with transaction():
        person = queries.get_person(actor.id)
        owner = queries.find_person_by_email(email)
        if owner is None:
            issue_mailed_token(person, TokenPurpose.CHANGE_EMAIL, to=email, language=person.language, now=now)
        else:
            publish(SignUpRepeated(occurred_at=now, email=email, language=owner.language))


def confirm_email_change(*, token: str) -> int:
    """Have the confirmed address replace the former one.

    Returns:
        The person's id.

    Raises:
        TokenExpired: the link was used, is too old, or the address was taken meanwhile.
    """
    now = utc_now()
    try:
        with transaction():
            used, person = use_mailed_token(token, TokenPurpose.CHANGE_EMAIL, now)
            former = person.email or ""
            person.email, person.email_confirmed_at = used.email, now
            db.session.flush()
            void_mailed_tokens(person.id, TokenPurpose.RESET_PASSWORD, now)
            publish(
                EmailChanged(
                    occurred_at=now, person_id=person.id, former_email=former, language=person.language
                )
            )
    except IntegrityError as error:
        raise TokenExpired from error
    return person.id


def revoke_api_tokens(person_id: int, now: datetime) -> None:
    with transaction():
        db.session.execute(
            sa.update(ApiToken)
            .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=now)
        )
