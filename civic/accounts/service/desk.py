"""What agents and administrators do about persons."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries, rules
from civic.accounts.access import AccountsAction
from civic.accounts.errors import (
    AccountErased,
    AlreadyDeactivated,
    IdentityTaken,
    NoResidency,
    OwnResidency,
)
from civic.accounts.events import (
    IdentityRecorded,
    PersonDeactivated,
    PersonReactivated,
    PersonRegistered,
    ResidencyVerified,
)
from civic.accounts.models import Person, ResidencyProof, ResidencyStatus
from civic.accounts.service.credentials import revoke_api_tokens
from civic.accounts.service.people import set_residency
from civic.accounts.service.roles import ensure_not_the_last_admin
from civic.accounts.service.sign_in import end_sessions
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.pagination import Page
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories

IDENTITY = "civil_identity"


@dataclass(frozen=True)
class CivilIdentity:
    """What an identity document says. It is hashed, and not kept but for the birth date."""

    family_name: str
    first_names: str
    born_on: date
    birth_place: str

    @property
    def digest(self) -> str:
        return keyed_digest(
            IDENTITY,
            rules.civil_identity(
                family_name=self.family_name,
                first_names=self.first_names,
                born_on=self.born_on,
                birth_place=self.birth_place,
            ),
        )


def require_desk(actor: Actor, action: AccountsAction = AccountsAction.SEE_PEOPLE) -> None:
    """Raises NotSignedIn or NotAllowed: the people's desk is the commune's."""
    town = territories.find_town()
    require(actor, action, town.id if town else None)


def search_people(
    actor: Actor, *, text: str = "", residency: ResidencyStatus | None = None, number: int = 1
) -> Page[Person]:
    """Return a page of persons whose name or e-mail holds every word typed. Raises NotSignedIn or NotAllowed."""
    require_desk(actor)
    return queries.list_people(text=text, residency=residency, number=number)


def see_person(actor: Actor, *, person_id: int) -> Person:
    """Raises NotSignedIn, NotAllowed, PersonNotFound."""
    require_desk(actor)
    return queries.get_person(person_id)


def find_person_of_identity(actor: Actor, identity: CivilIdentity) -> Person | None:
    """Return who is already known under a civil identity. Raises NotSignedIn or NotAllowed."""
    require_desk(actor, AccountsAction.REGISTER_PERSON)
    return db.session.scalars(sa.select(Person).filter_by(identity_digest=identity.digest)).one_or_none()


def register_person(
    actor: Actor,
    *,
    name: str,
    identity: CivilIdentity,
    phone: str | None = None,
    territory_id: int | None = None,
) -> int:
    """Write down somebody who is never online.

    Returns:
        The person's id.

    Raises:
        NotSignedIn, NotAllowed, BirthDateImpossible, TerritoryNotFound.
        IdentityTaken: somebody is known under this civil identity.
    """
    now = utc_now()
    rules.ensure_possible_birth(identity.born_on, town_today())
    person = Person(
        name=name, phone=phone, born_on=identity.born_on, identity_digest=identity.digest, created_at=now
    )
    try:
        with transaction():
            require_desk(actor, AccountsAction.REGISTER_PERSON)
            db.session.add(person)
            db.session.flush()
            if territory_id is not None:
                place = territories.get_territory(territory_id)
                set_residency(person_id=person.id, territory_id=place.id)
            publish(PersonRegistered(occurred_at=now, actor_id=actor.id, person_id=person.id))
    except IntegrityError as error:
        raise IdentityTaken from error
    return person.id


def record_identity(actor: Actor, *, person_id: int, identity: CivilIdentity) -> None:
    """Write the civil identity of somebody who has an account, so that she is one person online, at the desk and on paper.

    Raises:
        NotSignedIn, NotAllowed, PersonNotFound, BirthDateImpossible.
        IdentityTaken: somebody else is known under this civil identity.
    """
    now = utc_now()
    rules.ensure_possible_birth(identity.born_on, town_today())
    try:
        with transaction():
            require_desk(actor, AccountsAction.REGISTER_PERSON)
            person = _get_reachable(person_id)
            person.identity_digest, person.born_on = identity.digest, identity.born_on
            db.session.flush()
            publish(IdentityRecorded(occurred_at=now, actor_id=actor.id, person_id=person.id))
    except IntegrityError as error:
        raise IdentityTaken from error


def _get_reachable(person_id: int) -> Person:
    person = queries.get_person(person_id)
    if person.deactivated_at is not None:
        raise AlreadyDeactivated
    return person


def verify_residency(actor: Actor, *, person_id: int, proof: ResidencyProof) -> None:
    """Write that an agent saw a proof of where a person says that she lives. The proof itself is not kept.

    Raises:
        NotSignedIn, NotAllowed, PersonNotFound.
        NoResidency: she did not say where she lives.
        OwnResidency: the agent is that person.
    """
    now = utc_now()
    with transaction():
        person = queries.get_person(person_id)
        residency = person.residencies[0] if person.residencies else None
        town = territories.find_town()
        require(
            actor,
            AccountsAction.VERIFY_RESIDENCY,
            residency.territory_id if residency else town.id if town else None,
        )
        if residency is None:
            raise NoResidency
        if person.id == actor.id:
            raise OwnResidency
        residency.status, residency.proof = ResidencyStatus.VERIFIED, proof
        residency.verified_at, residency.verified_by_id = now, actor.id
        publish(
            ResidencyVerified(
                occurred_at=now,
                actor_id=actor.id,
                person_id=person.id,
                territory_id=residency.territory_id,
                proof=proof.value,
            )
        )


def deactivate_person(actor: Actor, *, person_id: int) -> None:
    """Close an account: its sessions and API tokens end at once, and it can no longer sign in.

    Raises:
        NotSignedIn, NotAllowed, PersonNotFound, AlreadyDeactivated, LastAdmin.
    """
    now = utc_now()
    with transaction():
        require_desk(actor, AccountsAction.DEACTIVATE_PERSON)
        person = _get_reachable(person_id)
        ensure_not_the_last_admin(person.id)
        sign_in_ids = tuple(session.id for session in queries.list_sign_ins(person.id, now))
        end_sessions(person_id=person.id)
        revoke_api_tokens(person.id, now)
        person.deactivated_at = now
        publish(
            PersonDeactivated(
                occurred_at=now, actor_id=actor.id, person_id=person.id, sign_in_ids=sign_in_ids
            )
        )


def reactivate_person(actor: Actor, *, person_id: int) -> None:
    """Open a deactivated account again; its sessions and tokens do not come back. An active one changes nothing.

    Raises:
        NotSignedIn, NotAllowed, PersonNotFound.
        AccountErased: its owner deleted it.
    """
    now = utc_now()
    with transaction():
        require_desk(actor, AccountsAction.DEACTIVATE_PERSON)
        person = queries.get_person(person_id)
        if person.deactivated_at is None:
            return
        if person.email is None and person.identity_digest is None:
            raise AccountErased
        person.deactivated_at = None
        publish(PersonReactivated(occurred_at=now, actor_id=actor.id, person_id=person.id))
