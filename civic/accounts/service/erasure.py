"""A person's departure: what goes with her, and what stays, unsigned."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries
from civic.accounts.events import PersonDeactivated, PersonErased
from civic.accounts.models import (
    ApiToken,
    MailedToken,
    MemberRight,
    Membership,
    MembershipInvitation,
    Person,
    Residency,
    RoleGrant,
    SignIn,
)
from civic.accounts.personal_data import (
    erase_personal_data,
    erases_personal_data,
    exports_personal_data,
)
from civic.accounts.service.credentials import ensure_own_password
from civic.accounts.service.roles import ensure_not_the_last_admin
from civic.accounts.service.sign_in import end_sessions
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.kernel.work import forget_owner
from civic.territories import queries as territories
from civic.web.idempotency import KeptAnswer

NAME_LEFT = "Compte supprimé"


def delete_account(actor: Actor, *, present_password: str) -> None:
    """Delete the actor's account: personal rows are removed, and what others answered to stays, unsigned.

    Raises:
        NotSignedIn, WrongPassword.
        LastAdmin: nobody would administer the platform.
    """
    ensure_own_password(actor, present_password)
    now = utc_now()
    with transaction():
        person = queries.get_person(actor.id)
        ensure_not_the_last_admin(person.id)
        sign_in_ids = tuple(session.id for session in queries.list_sign_ins(person.id, now))
        end_sessions(person_id=person.id)
        erase_personal_data(person.id, now)
        publish(
            PersonDeactivated(
                occurred_at=now, actor_id=person.id, person_id=person.id, sign_in_ids=sign_in_ids
            )
        )
        publish(PersonErased(occurred_at=now, person_id=person.id))


@erases_personal_data("account")
def erase_account(person_id: int, now: datetime) -> None:
    person = queries.get_person(person_id)
    forget_owner(person_id)
    db.session.execute(sa.delete(MembershipInvitation).where(MembershipInvitation.email == person.email))
    _leave_an_owner(person_id)
    for table in (SignIn, ApiToken, MailedToken, Residency, Membership, RoleGrant, KeptAnswer):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    db.session.expire(person, ["residencies"])
    person.name, person.language = NAME_LEFT, "fr"
    person.email = person.password_hash = person.phone = None
    person.email_confirmed_at = None
    person.born_on = None
    person.identity_digest = None
    person.deactivated_at = now


def _leave_an_owner(person_id: int) -> None:
    """An association that she alone kept is kept by who has been in it longest, an organiser rather than a reader: nobody else could invite."""
    own = sa.select(Membership.organisation_id).filter_by(person_id=person_id, right=MemberRight.OWNER)
    for organisation_id in list(db.session.scalars(own.order_by(Membership.organisation_id))):
        others = sa.select(Membership).where(
            Membership.organisation_id == organisation_id, Membership.person_id != person_id
        )
        left = list(db.session.scalars(others.order_by(Membership.id).with_for_update()))
        if left and all(member.right is not MemberRight.OWNER for member in left):
            heir = next((member for member in left if member.right is MemberRight.ORGANISER), left[0])
            heir.right = MemberRight.OWNER
    db.session.flush()


@exports_personal_data("account")
def export_account(person_id: int) -> dict[str, Any]:
    person = queries.get_person(person_id)
    grants = queries.list_roles_of({person_id}).get(person_id, [])
    residencies = person.residencies
    places = territories.names_of(
        {grant.territory_id for grant in grants} | {one.territory_id for one in residencies}
    )
    return {
        **_describe_person(person),
        "residencies": [
            {
                "territory": places[one.territory_id],
                "status": one.status.value,
                "declared_at": one.declared_at.isoformat(),
                "verified_at": _iso(one.verified_at),
                "proof": one.proof.value if one.proof else None,
            }
            for one in residencies
        ],
        "roles": [
            {
                "role": grant.role.value,
                "territory": places[grant.territory_id],
                "granted_at": grant.granted_at.isoformat(),
            }
            for grant in grants
        ],
        "organisations": [one.name for one in queries.list_organisations_of(person_id)],
        **_describe_sessions(person_id),
    }


def _describe_person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "born_on": _iso(person.born_on),
        "language": person.language,
        "created_at": person.created_at.isoformat(),
        "civil_identity_recorded": person.identity_digest is not None,
    }


def _describe_sessions(person_id: int) -> dict[str, Any]:
    sessions = db.session.scalars(sa.select(SignIn).filter_by(person_id=person_id).order_by(SignIn.id))
    tokens = db.session.scalars(sa.select(ApiToken).filter_by(person_id=person_id).order_by(ApiToken.id))
    return {
        "sessions": [
            {
                "device": one.device,
                "created_at": one.created_at.isoformat(),
                "ended_at": _iso(one.ended_at),
            }
            for one in sessions
        ],
        "api_tokens": [
            {
                "label": one.label,
                "created_at": one.created_at.isoformat(),
                "revoked_at": _iso(one.revoked_at),
            }
            for one in tokens
        ],
    }


def _iso(value: Any) -> str | None:
    return None if value is None else value.isoformat()
