from collections import defaultdict
from datetime import datetime
from typing import Any

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


def lock_person(person_id: int) -> Person:
    """Return a person whose record nobody else changes until the end of the transaction; who only names her does not wait.

    Raises:
        PersonNotFound.
    """
    query = sa.select(Person).filter_by(id=person_id).with_for_update(key_share=True)
    person = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
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


_PERSONS = Person.__table__.c
_NAMES = sa.select(_PERSONS.id, _PERSONS.name).where(_PERSONS.id.in_(sa.bindparam("ids", expanding=True)))
"""Built once, of columns alone: each page asks it several times."""


def names_of(person_ids: set[int]) -> dict[int, str]:
    """Return the public names of persons by id, in one query; in none when there is nobody to name."""
    if not person_ids:
        return {}
    return dict(db.session.execute(_NAMES, {"ids": list(person_ids)}).all())


def organisation_names_of(organisation_ids: set[int]) -> dict[int, str]:
    if not organisation_ids:
        return {}
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    )
    return {row.id: row.name for row in rows}


def get_actor(person_id: int, channel: Channel = Channel.WEB) -> Actor:
    """Return who a person is as an actor, with every right as it stands now; anonymous if the account is deactivated."""
    return _actor_of(_BY_ID, {"person_id": person_id}, channel)[1]


def find_actor_by_api_token(token: str, channel: Channel = Channel.API) -> Actor:
    """Return who bears a token that holds; anonymous for another one."""
    return _actor_of(_BY_TOKEN, {"digest": keyed_digest("api_token", token)}, channel)[1]


def find_actor_by_sign_in(token: str, now: datetime) -> tuple[int, Actor] | None:
    """Return the open session of a token, by its id, and whom it signs in."""
    given = {"digest": keyed_digest("sign_in", token), "now": now}
    session_id, actor = _actor_of(_BY_SIGN_IN, given, Channel.WEB)
    return (session_id, actor) if actor.is_signed_in else None


def _actor_of(statement: sa.Executable, given: dict[str, Any], channel: Channel) -> tuple[int, Actor]:
    """Return the number under which a person was found (the session's, or her own), and who she is."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in db.session.execute(statement, given):
        found[row.kind].append(row)
    if not found["person"]:
        return 0, ANONYMOUS
    (person,) = found["person"]
    return person.other, Actor(
        person_id=person.id,
        grants=frozenset((row.word, row.id) for row in found["grant"]),
        organisation_ids=frozenset(row.id for row in found["organisation"]),
        residence_ids=frozenset(
            place for row in found["residence"] for place in (row.id, row.other) if place is not None
        ),
        channel=channel,
    )


def _who_acts(found: sa.Select[int, int]) -> sa.Executable:
    """Return the one statement that reads an actor whole: who is found, her roles, the associations she speaks for, where she lives.

    It is asked at each request and each event. A role held on a commune is held on each of its neighbourhoods, and an association
    speaks once an agent has verified it.
    """
    who = found.where(Person.deactivated_at.is_(None)).cte("who")
    covers = sa.or_(Territory.id == RoleGrant.territory_id, Territory.parent_id == RoleGrant.territory_id)
    return sa.union_all(
        _row("person", who.c.id, other=who.c.found_as).select_from(who),
        _row("grant", Territory.id, word=sa.type_coerce(RoleGrant.role, sa.Text()))
        .select_from(who)
        .join(RoleGrant, RoleGrant.person_id == who.c.id)
        .join(Territory, covers),
        _row("organisation", Membership.organisation_id)
        .select_from(who)
        .join(Membership, Membership.person_id == who.c.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.right != MemberRight.READER, Organisation.verified_at.is_not(None)),
        _row("residence", Territory.id, other=Territory.parent_id)
        .select_from(who)
        .join(Residency, Residency.person_id == who.c.id)
        .join(Territory, Territory.id == Residency.territory_id),
    )


def _row(kind: str, number: Any, *, word: Any = None, other: Any = None) -> sa.Select[Any]:
    return sa.select(
        sa.literal_column(f"'{kind}'").label("kind"),
        number.label("id"),
        (sa.cast(sa.null(), sa.Text()) if word is None else word).label("word"),
        (sa.cast(sa.null(), sa.Integer()) if other is None else other).label("other"),
    )


_BY_ID = _who_acts(
    sa.select(Person.id, Person.id.label("found_as")).where(Person.id == sa.bindparam("person_id"))
)
_BY_TOKEN = _who_acts(
    sa.select(Person.id, ApiToken.id.label("found_as"))
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(ApiToken.token_digest == sa.bindparam("digest"), ApiToken.revoked_at.is_(None))
)
_BY_SIGN_IN = _who_acts(
    sa.select(Person.id, SignIn.id.label("found_as"))
    .join(SignIn, SignIn.person_id == Person.id)
    .where(
        SignIn.token_digest == sa.bindparam("digest"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > sa.bindparam("now"),
    )
)


def find_sign_in(token: str, now: datetime) -> SignIn | None:
    """Return the open session of a token, if it is neither ended nor expired."""
    query = sa.select(SignIn).where(
        SignIn.token_digest == keyed_digest("sign_in", token),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
    )
    return db.session.scalars(query).one_or_none()


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
