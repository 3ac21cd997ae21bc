"""Sign-up: the answer is the same whether or not the address has an account; only the mail differs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries, rules
from civic.accounts.events import EmailConfirmed, PersonSignedUp, SignUpRepeated
from civic.accounts.models import MailedToken, Person, TokenPurpose
from civic.accounts.passwords import ensure_strong, hash_password
from civic.accounts.service.mailed_tokens import issue_mailed_token, use_mailed_token
from civic.accounts.service.people import set_residency
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.transaction import publish, transaction
from civic.territories.queries import get_territory

FORGOTTEN_AFTER = timedelta(days=7)
FORGET_UNCONFIRMED = "accounts.forget_unconfirmed"


@dataclass(frozen=True)
class Newcomer:
    """What somebody who signs up says of herself. The address that she typed to find her neighbourhood is not in it."""

    name: str
    email: str
    language: str = "fr"
    born_on: date | None = None
    territory_id: int | None = None


def sign_up(newcomer: Newcomer, *, password: str, next_path: str = "/") -> int | None:
    """Ask for an account.

    Args:
        next_path: what she came for, where the link of the mail leads.

    Returns:
        What ``send_again`` needs to write to her again. It tells whether the address has an account: it is shown to nobody.

    Raises:
        PasswordTooWeak, BirthDateImpossible, TerritoryNotFound.
    """
    rules.ensure_possible_birth(newcomer.born_on, town_today())
    ensure_strong(password, name=newcomer.name, email=newcomer.email)
    password_hash = hash_password(password)  # in every case: the answer takes as long for a known address
    now = utc_now()
    with transaction():
        if newcomer.territory_id is not None:
            get_territory(newcomer.territory_id)
        person = queries.find_person_by_email(newcomer.email) or _add_unconfirmed(newcomer, now)
        if person.email_confirmed_at is not None or person.deactivated_at is not None:
            publish(SignUpRepeated(occurred_at=now, email=newcomer.email, language=person.language))
            return None
        _take_down(person, newcomer, now)
        return issue_mailed_token(
            person,
            TokenPurpose.CONFIRM_EMAIL,
            to=newcomer.email,
            language=newcomer.language,
            now=now,
            password_hash=password_hash,
            next_path=next_path,
        )


def send_again(*, email: str, token_id: int | None, next_path: str = "/") -> None:
    """Write again to somebody whose mail did not come, for the sign-up that she made in this browser, with its own password.

    Args:
        token_id: what ``sign_up`` returned. Once used, or for an address that already has an account, its owner is told so.
    """
    now = utc_now()
    with transaction():
        first = db.session.get(MailedToken, token_id) if token_id is not None else None
        person = queries.find_person_by_email(email)
        if person is None:
            return
        if first is None or first.person_id != person.id or person.email_confirmed_at is not None:
            publish(SignUpRepeated(occurred_at=now, email=email, language=person.language))
            return
        issue_mailed_token(
            person,
            TokenPurpose.CONFIRM_EMAIL,
            to=email,
            language=person.language,
            now=now,
            password_hash=first.password_hash,
            next_path=next_path,
        )


def _add_unconfirmed(newcomer: Newcomer, now: datetime) -> Person:
    """Return the new row, or the one that a sign-up at the same instant has just made."""
    person = Person(name=newcomer.name, email=newcomer.email, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        return db.session.scalars(sa.select(Person).filter_by(email=newcomer.email)).one()
    publish(PersonSignedUp(occurred_at=now, person_id=person.id))
    return person


def _take_down(person: Person, newcomer: Newcomer, now: datetime) -> None:
    """The last sign-up before the confirmation is the one that counts, but for its password (see ``MailedToken``)."""
    person.name, person.language, person.born_on = newcomer.name, newcomer.language, newcomer.born_on
    if newcomer.territory_id is not None:
        set_residency(person_id=person.id, territory_id=newcomer.territory_id)
    owe(FORGET_UNCONFIRMED, {"person_id": person.id}, now=now, due_at=now + FORGOTTEN_AFTER)


def confirm_email(*, token: str) -> int:
    """Confirm the address of a sign-up; the password is the one chosen in that very sign-up.

    Returns:
        The person's id.

    Raises:
        TokenExpired: the link was used, is too old, or was never sent.
    """
    now = utc_now()
    with transaction():
        used, person = use_mailed_token(token, TokenPurpose.CONFIRM_EMAIL, now)
        person.email_confirmed_at = now
        person.password_hash = used.password_hash
        publish(EmailConfirmed(occurred_at=now, person_id=person.id))
    return person.id


def forget_unconfirmed(*, person_id: int) -> None:
    """Delete a sign-up that nobody confirmed. Called by a timer; one that was renewed since, or confirmed, stays."""
    now = utc_now()
    with transaction():
        person = db.session.get(Person, person_id)
        if person is None or person.email is None or person.email_confirmed_at is not None:
            return
        waiting = sa.select(MailedToken.id).where(
            MailedToken.person_id == person_id, MailedToken.expires_at > now
        )
        if db.session.scalars(waiting.limit(1)).first() is None:
            db.session.delete(person)
