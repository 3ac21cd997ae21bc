from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa

from civic.accounts.errors import OrganisationNotFound, PersonNotFound
from civic.accounts.models import ApiToken, Membership, Organisation, Person, Residency, RoleGrant, SignIn
from civic.kernel.access import ANONYMOUS, Actor, Channel
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.territories.models import Territory


def get_person(person_id: int) -> Person:
    """Raises PersonNotFound."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise PersonNotFound
    return person


def find_person_by_email(email: str) -> Person | None:
    return db.session.scalars(sa.select(Person).filter_by(email=email.casefold())).one_or_none()


def get_organisation(organisation_id: int) -> Organisation:
    """Raises OrganisationNotFound."""
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise OrganisationNotFound
    return organisation


def list_organisations_of(person_id: int) -> list[Organisation]:
    mine = sa.select(Organisation).join(Membership).where(Membership.person_id == person_id)
    return list(db.session.scalars(mine.order_by(Organisation.name)))


def names_of(person_ids: set[int]) -> dict[int, str]:
    """Return the public names of persons by id, in one query."""
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def organisation_names_of(organisation_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    )
    return {row.id: row.name for row in rows}


def get_actor(person_id: int, channel: Channel = Channel.WEB) -> Actor:
    """Return who a person is as an actor, with every right as it stands now; anonymous if the account is deactivated."""
    is_active = db.session.scalar(
        sa.select(Person.id).where(Person.id == person_id, Person.deactivated_at.is_(None))
    )
    if is_active is None:
        return ANONYMOUS
    organisations = sa.select(Membership.organisation_id).filter_by(person_id=person_id)
    return Actor(
        person_id=person_id,
        grants=_grants_of(person_id),
        organisation_ids=frozenset(db.session.scalars(organisations)),
        residence_ids=_residences_of(person_id),
        channel=channel,
    )


def _grants_of(person_id: int) -> frozenset[tuple[str, int]]:
    """A role held on a commune is held on each of its neighbourhoods."""
    covers = sa.or_(Territory.id == RoleGrant.territory_id, Territory.parent_id == RoleGrant.territory_id)
    rows = db.session.execute(
        sa.select(RoleGrant.role, Territory.id)
        .join(Territory, covers)
        .where(RoleGrant.person_id == person_id)
    )
    return frozenset((row.role.value, row.id) for row in rows)


def _residences_of(person_id: int) -> frozenset[int]:
    rows = db.session.execute(
        sa.select(Territory.id, Territory.parent_id)
        .join(Residency, Residency.territory_id == Territory.id)
        .where(Residency.person_id == person_id)
    )
    return frozenset(place for row in rows for place in (row.id, row.parent_id) if place is not None)


def find_sign_in(token: str, now: datetime) -> SignIn | None:
    """Return the open session of a token, if it is neither ended nor expired."""
    query = sa.select(SignIn).where(
        SignIn.token_digest == keyed_digest("sign_in", token),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
    )
    return db.session.scalars(query).one_or_none()


def find_person_id_by_api_token(token: str) -> int | None:
    query = sa.select(ApiToken.person_id).where(
        ApiToken.token_digest == keyed_digest("api_token", token), ApiToken.revoked_at.is_(None)
    )
    return db.session.scalar(query)


def list_roles_of(person_ids: set[int]) -> dict[int, list[RoleGrant]]:
    grants: defaultdict[int, list[RoleGrant]] = defaultdict(list)
    for grant in db.session.scalars(
        sa.select(RoleGrant).where(RoleGrant.person_id.in_(person_ids)).order_by(RoleGrant.id)
    ):
        grants[grant.person_id].append(grant)
    return grants
