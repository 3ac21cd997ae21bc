from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from civic.accounts.errors import OrganisationNotFound, PersonNotFound
from civic.accounts.models import (
    ApiToken,
    MemberRight,
    Membership,
    MembershipInvitation,
    Organisation,
    Person,
    Residency,
    ResidencyStatus,
    Role,
    RoleGrant,
    SignIn,
)
from civic.kernel.access import ANONYMOUS, Actor, Channel
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import fold
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
    organisations = (
        sa.select(Membership.organisation_id)
        .join(Organisation)  # an association speaks once an agent has verified it
        .where(
            Membership.person_id == person_id,
            Membership.right != MemberRight.READER,
            Organisation.verified_at.is_not(None),
        )
    )
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


def list_sign_ins(person_id: int, now: datetime) -> list[SignIn]:
    """Return a person's open sessions, the last one first."""
    query = sa.select(SignIn).where(
        SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now
    )
    return list(db.session.scalars(query.order_by(SignIn.created_at.desc(), SignIn.id.desc())))


def list_api_tokens(person_id: int) -> list[ApiToken]:
    """Return a person's tokens in force, the last one first."""
    query = sa.select(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(ApiToken.id.desc())))


def list_people(*, text: str = "", residency: ResidencyStatus | None = None, number: int = 1) -> Page[Person]:
    """Return a page of persons whose name, or e-mail, holds every word, and whose residency is in this state."""
    query = (
        sa.select(Person).order_by(Person.folded_name, Person.id).options(selectinload(Person.residencies))
    )
    if "@" in text:
        query = query.where(Person.email.contains(text.strip().casefold(), autoescape=True))
    else:
        for word in fold(text).split():
            query = query.where(
                sa.or_(
                    Person.folded_name.contains(word, autoescape=True),
                    Person.email.contains(word, autoescape=True),
                )
            )
    if residency is not None:
        query = query.where(
            Person.residencies.any(Residency.status == residency), Person.deactivated_at.is_(None)
        )
    return paginate(query, number=number)


def list_organisations(
    *, is_verified: bool = True, of_person: int | None = None, number: int = 1
) -> Page[Organisation]:
    """Return a page of the verified associations, or of those that wait (of one person only, when given)."""
    verified = Organisation.verified_at.is_not(None)
    query = sa.select(Organisation).where(verified if is_verified else ~verified)
    if of_person is not None:
        query = query.where(
            Organisation.id.in_(sa.select(Membership.organisation_id).filter_by(person_id=of_person))
        )
    return paginate(query.order_by(Organisation.name, Organisation.id), number=number)


def is_member(organisation_id: int, person_id: int) -> bool:
    query = sa.select(Membership.id).filter_by(organisation_id=organisation_id, person_id=person_id)
    return db.session.scalar(query) is not None


def list_members(organisation_id: int) -> list[Person]:
    members = sa.select(Person).join(Membership, Membership.person_id == Person.id)
    query = members.where(Membership.organisation_id == organisation_id).order_by(
        Person.folded_name, Person.id
    )
    return list(db.session.scalars(query))


def lock_members(organisation_id: int) -> list[int]:
    """Return the ids of the members, whom nobody can remove meanwhile."""
    query = sa.select(Membership).filter_by(organisation_id=organisation_id).order_by(Membership.id)
    return [membership.person_id for membership in db.session.scalars(query.with_for_update())]


def organisations_read_by(person_id: int | None) -> frozenset[int]:
    """Return the verified organisations of which a person is a member, whatever her right."""
    if person_id is None:
        return frozenset()
    query = sa.select(Membership.organisation_id).join(Organisation)
    own = query.where(Membership.person_id == person_id, Organisation.verified_at.is_not(None))
    return frozenset(db.session.scalars(own))


def rights_in(organisation_id: int) -> dict[int, MemberRight]:
    """Return the right of each member, by her id."""
    rows = db.session.execute(
        sa.select(Membership.person_id, Membership.right).filter_by(organisation_id=organisation_id)
    )
    return {row.person_id: row.right for row in rows}


def list_invited_emails(organisation_id: int) -> list[str]:
    query = sa.select(MembershipInvitation.email).filter_by(organisation_id=organisation_id)
    return list(db.session.scalars(query.order_by(MembershipInvitation.email)))


def list_invitations_of(email: str | None) -> list[Organisation]:
    """Return the associations that ask whoever has this address to be a member."""
    asking = sa.select(MembershipInvitation.organisation_id).where(
        MembershipInvitation.email == (email or "")
    )
    return list(
        db.session.scalars(
            sa.select(Organisation).where(Organisation.id.in_(asking)).order_by(Organisation.name)
        )
    )


def list_person_ids_with_role(role: Role, territory_id: int) -> list[int]:
    """Return who holds a role on a territory, or on the commune that it is part of; deactivated accounts left out."""
    place = sa.select(Territory.parent_id).filter_by(id=territory_id).scalar_subquery()
    query = (
        sa.select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == role,
            sa.or_(RoleGrant.territory_id == territory_id, RoleGrant.territory_id == place),
            Person.deactivated_at.is_(None),
        )
        .distinct()
        .order_by(RoleGrant.person_id)
    )
    return list(db.session.scalars(query))
