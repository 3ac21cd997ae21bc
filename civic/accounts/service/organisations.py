"""Associations: asked for by a resident, verified by an agent, kept by their members."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries
from civic.accounts.access import AccountsAction
from civic.accounts.errors import (
    AlreadyVerified,
    InvitationNotFound,
    LastMember,
    LastOwner,
    MembershipNotFound,
    OrganisationNotFound,
    RegistrationNumberTaken,
)
from civic.accounts.events import (
    MemberRightChanged,
    MembershipChanged,
    OrganisationRefused,
    OrganisationRequested,
    OrganisationVerified,
)
from civic.accounts.models import MemberRight, Membership, MembershipInvitation, Organisation
from civic.accounts.service.people import add_organisation
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction


def request_organisation(
    actor: Actor, *, territory_id: int, name: str, description: str, registration_number: str | None
) -> int:
    """Ask for an association to be written down; it speaks once an agent has verified it.

    Returns:
        The organisation's id.

    Raises:
        NotSignedIn.
        NotAllowed: the actor does not live in the territory.
        RegistrationNumberTaken: an association bears this number.
    """
    now = utc_now()
    try:
        with transaction():
            require(actor, AccountsAction.REQUEST_ORGANISATION, territory_id)
            organisation_id = add_organisation(
                name=name,
                description=description,
                registration_number=registration_number,
                territory_id=territory_id,
                member_ids=[actor.id],
            )
            publish(
                OrganisationRequested(
                    occurred_at=now,
                    organisation_id=organisation_id,
                    territory_id=territory_id,
                    actor_id=actor.id,
                )
            )
    except IntegrityError as error:
        raise RegistrationNumberTaken(
            fields={"registration_number": [RegistrationNumberTaken.message]}
        ) from error
    return organisation_id


def see_organisation(actor: Actor, *, organisation_id: int) -> Organisation:
    """Return an association: a verified one to everybody, one that waits to its members and to those who verify.

    Raises:
        OrganisationNotFound: there is none, or it is not to be seen.
    """
    organisation = queries.get_organisation(organisation_id)
    is_seen = (
        organisation.verified_at is not None
        or can(actor, AccountsAction.VERIFY_ORGANISATION, organisation.territory_id)
        or (actor.person_id is not None and queries.is_member(organisation_id, actor.person_id))
    )
    if not is_seen:
        raise OrganisationNotFound
    return organisation


def verify_organisation(actor: Actor, *, organisation_id: int) -> None:
    """Write that the town hall knows this association: it may then speak.

    Raises:
        OrganisationNotFound, NotSignedIn, NotAllowed, AlreadyVerified.
    """
    now = utc_now()
    with transaction():
        organisation = see_organisation(actor, organisation_id=organisation_id)
        require(actor, AccountsAction.VERIFY_ORGANISATION, organisation.territory_id)
        if organisation.verified_at is not None:
            raise AlreadyVerified
        organisation.verified_at = now
        publish(OrganisationVerified(occurred_at=now, actor_id=actor.id, organisation_id=organisation.id))


def refuse_organisation(actor: Actor, *, organisation_id: int) -> None:
    """Remove an association that waits.

    Raises:
        OrganisationNotFound, NotSignedIn, NotAllowed.
        AlreadyVerified: it no longer waits.
    """
    now = utc_now()
    with transaction():
        organisation = see_organisation(actor, organisation_id=organisation_id)
        require(actor, AccountsAction.VERIFY_ORGANISATION, organisation.territory_id)
        if organisation.verified_at is not None:
            raise AlreadyVerified
        db.session.delete(organisation)
        publish(OrganisationRefused(occurred_at=now, actor_id=actor.id, organisation_id=organisation_id))


def describe_organisation(
    actor: Actor, *, organisation_id: int, name: str, description: str, seen: str | None = None
) -> None:
    """Change what an association says of itself.

    Args:
        seen: what was stored when it was read (``Organisation.seen``).

    Raises:
        OrganisationNotFound, NotSignedIn, NotAllowed; ChangedMeanwhile: somebody else changed it since.
    """
    with transaction():
        organisation = see_organisation(actor, organisation_id=organisation_id)
        require(actor, AccountsAction.SPEAK_FOR_ORGANISATION, organisation.id)
        with organisation.written_over(seen):
            organisation.name, organisation.description = name, description


def invite_member(actor: Actor, *, organisation_id: int, email: str) -> None:
    """Ask whoever has this address to be a member: the invitation waits in her account, if there is one. Twice is once.

    Raises:
        OrganisationNotFound, NotSignedIn.
        NotAllowed: the actor does not keep this (verified) association.
    """
    with transaction():
        organisation = see_organisation(actor, organisation_id=organisation_id)
        require(actor, AccountsAction.MANAGE_MEMBERS, organisation.id)
        invitation = MembershipInvitation(
            organisation_id=organisation.id, email=email.casefold(), created_at=utc_now()
        )
        try:
            with db.session.begin_nested():
                db.session.add(invitation)
        except IntegrityError:
            return


def answer_invitation(actor: Actor, *, organisation_id: int, is_accepted: bool) -> None:
    """Accept or decline to be a member.

    Raises:
        NotSignedIn.
        InvitationNotFound: nobody asked the actor, or she answered.
    """
    now = utc_now()
    with transaction():
        person = queries.get_person(actor.id)
        asked = sa.delete(MembershipInvitation).where(
            MembershipInvitation.organisation_id == organisation_id,
            MembershipInvitation.email == (person.email or ""),
        )
        if not db.session.scalars(asked.returning(MembershipInvitation.id)).all():
            raise InvitationNotFound
        if is_accepted and not queries.is_member(organisation_id, person.id):
            right = MemberRight.ORGANISER if queries.rights_in(organisation_id) else MemberRight.OWNER
            db.session.add(
                Membership(organisation_id=organisation_id, person_id=person.id, right=right, created_at=now)
            )
            _tell(actor, organisation_id, person.id, is_member=True)


def remove_member(actor: Actor, *, organisation_id: int, person_id: int) -> None:
    """Have a person leave an association: a member sends her away, or she goes.

    Raises:
        OrganisationNotFound, NotSignedIn, NotAllowed.
        MembershipNotFound: she is not a member.
        LastMember: nobody would be left.
        LastOwner: nobody would be left who keeps the association.
    """
    with transaction():
        organisation = see_organisation(actor, organisation_id=organisation_id)
        if person_id != actor.id:
            require(actor, AccountsAction.MANAGE_MEMBERS, organisation.id)
        members = queries.lock_members(organisation.id)
        if person_id not in members:
            raise MembershipNotFound
        if len(members) == 1:
            raise LastMember
        _ensure_another_owner(organisation.id, person_id)
        db.session.execute(
            sa.delete(Membership).where(
                Membership.organisation_id == organisation.id, Membership.person_id == person_id
            )
        )
        _tell(actor, organisation.id, person_id, is_member=False)


def set_member_right(actor: Actor, *, organisation_id: int, person_id: int, right: MemberRight) -> None:
    """Say what a member may do in the name of an association. Saying it again changes nothing.

    Raises:
        OrganisationNotFound, NotSignedIn.
        NotAllowed: the actor does not keep the association.
        MembershipNotFound: the person is not a member.
        LastOwner: nobody would be left who keeps it.
    """
    with transaction():
        organisation = see_organisation(actor, organisation_id=organisation_id)
        require(actor, AccountsAction.MANAGE_MEMBERS, organisation.id)
        if person_id not in queries.lock_members(organisation.id):
            raise MembershipNotFound
        if queries.rights_in(organisation.id)[person_id] is right:
            return
        _ensure_another_owner(organisation.id, person_id)
        db.session.execute(
            sa.update(Membership)
            .where(Membership.organisation_id == organisation.id, Membership.person_id == person_id)
            .values(right=right)
        )
        publish(
            MemberRightChanged(
                occurred_at=utc_now(),
                actor_id=actor.id,
                person_id=person_id,
                organisation_id=organisation.id,
                role=right.value,
            )
        )


def _ensure_another_owner(organisation_id: int, person_id: int) -> None:
    """Raises LastOwner: the person alone keeps the association, whose members are locked."""
    owners = {
        member for member, right in queries.rights_in(organisation_id).items() if right is MemberRight.OWNER
    }
    if owners == {person_id}:
        raise LastOwner


def _tell(actor: Actor, organisation_id: int, person_id: int, *, is_member: bool) -> None:
    publish(
        MembershipChanged(
            occurred_at=utc_now(),
            actor_id=actor.id,
            person_id=person_id,
            organisation_id=organisation_id,
            is_member=is_member,
        )
    )
