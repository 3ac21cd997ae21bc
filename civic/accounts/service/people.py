"""Persons, and their roles."""

import secrets
from datetime import date

from sqlalchemy.exc import IntegrityError

from civic.accounts import queries
from civic.accounts.access import AccountsAction
from civic.accounts.errors import EmailTaken
from civic.accounts.events import ResidencyWritten, RolesChanged
from civic.accounts.models import (
    ApiToken,
    Membership,
    Organisation,
    Person,
    Residency,
    ResidencyStatus,
    Role,
    RoleGrant,
)
from civic.accounts.passwords import ensure_long_enough, hash_password
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories


def create_person(*, name: str, email: str, password: str, born_on: date | None = None) -> int:
    """Make a confirmed account, on the command line or in a demonstration: no actor is asked, since there may be none yet.

    Returns:
        The person's id.

    Raises:
        EmailTaken: an account has this address.
    """
    password_hash = hash_password(password)
    now = utc_now()
    person = Person(
        name=name,
        email=email.casefold(),
        password_hash=password_hash,
        email_confirmed_at=now,
        created_at=now,
        born_on=born_on,
    )
    try:
        with transaction():
            db.session.add(person)
            db.session.flush()
    except IntegrityError as error:
        raise EmailTaken from error
    return person.id


def create_account(*, name: str, email: str, password: str, role: str, territory_code: str) -> int:
    """Make a confirmed account with a role on a territory, all or nothing. For the command line, which holds every right.

    Args:
        role: a ``Role``, ``resident`` (lives in the territory) or ``association`` (speaks for one that bears her name).

    Returns:
        The person's id.

    Raises:
        EmailTaken, TerritoryNotFound.
        PasswordTooWeak: it has fewer than 12 characters.
    """
    ensure_long_enough(password)
    with transaction():
        territory = territories.get_territory_by_code(territory_code)
        person_id = create_person(name=name, email=email, password=password)
        if role == "resident":
            set_residency(person_id=person_id, territory_id=territory.id, status=ResidencyStatus.VERIFIED)
        elif role == "association":
            add_organisation(name=name, territory_id=territory.id, member_ids=[person_id], is_verified=True)
        else:
            assign_role(person_id=person_id, role=Role(role), territory_id=territory.id)
    return person_id


def add_organisation(
    *,
    name: str,
    territory_id: int,
    member_ids: list[int],
    description: str = "",
    registration_number: str | None = None,
    is_verified: bool = False,
) -> int:
    """Write down an association and those who speak for it. Returns its id."""
    now = utc_now()
    with transaction():
        organisation = Organisation(
            name=name,
            description=description,
            registration_number=registration_number,
            territory_id=territory_id,
            created_at=now,
            verified_at=now if is_verified else None,
        )
        db.session.add(organisation)
        db.session.flush()
        for person_id in member_ids:
            db.session.add(Membership(organisation_id=organisation.id, person_id=person_id, created_at=now))
    return organisation.id


def grant_role(actor: Actor, *, person_id: int, role: Role, territory_id: int) -> None:
    """Give a role on a territory, and on its neighbourhoods if it is a commune. Giving it twice changes nothing.

    Raises:
        NotAllowed: the actor is not an administrator there.
        PersonNotFound: there is no such person.
    """
    with transaction():
        require(actor, AccountsAction.MANAGE_ROLES, territory_id)
        assign_role(person_id=person_id, role=role, territory_id=territory_id, granted_by_id=actor.person_id)


def assign_role(*, person_id: int, role: Role, territory_id: int, granted_by_id: int | None = None) -> None:
    """Give a role without asking who acts: the command line, which holds every right, and ``grant_role``, which has asked.

    Raises:
        PersonNotFound: there is no such person.
    """
    now = utc_now()
    with transaction():
        person = queries.get_person(person_id)
        held = queries.list_roles_of({person.id}).get(person.id, [])
        if any(grant.role == role and grant.territory_id == territory_id for grant in held):
            return
        db.session.add(
            RoleGrant(
                person_id=person.id,
                role=role,
                territory_id=territory_id,
                granted_at=now,
                granted_by_id=granted_by_id,
            )
        )
        publish(
            RolesChanged(
                occurred_at=now,
                actor_id=granted_by_id,
                person_id=person.id,
                territory_id=territory_id,
                role=role.value,
                is_granted=True,
            )
        )


def set_residency(
    *, person_id: int, territory_id: int, status: ResidencyStatus = ResidencyStatus.DECLARED
) -> None:
    """Write where a person lives; a person lives in one place, and moving makes the residency a declared one again.

    Raises:
        PersonNotFound: there is no such person.
    """
    now = utc_now()
    with transaction():
        person = queries.get_person(person_id)
        residency = person.residencies[0] if person.residencies else None
        if residency is None:
            person.residencies.append(Residency(territory_id=territory_id, status=status, declared_at=now))
        else:
            residency.territory_id, residency.status, residency.declared_at = territory_id, status, now
            residency.verified_by_id = residency.verified_at = residency.proof = None
        publish(ResidencyWritten(occurred_at=now, person_id=person_id, territory_id=territory_id))


def issue_api_token(*, person_id: int, label: str = "") -> str:
    """Return a new secret token for the API, of which only a keyed digest is kept.

    Raises:
        PersonNotFound: there is no such person.
    """
    token = secrets.token_urlsafe(32)
    with transaction():
        person = queries.get_person(person_id)
        db.session.add(
            ApiToken(
                token_digest=keyed_digest("api_token", token),
                person_id=person.id,
                label=label,
                created_at=utc_now(),
            )
        )
    return token
