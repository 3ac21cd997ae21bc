"""Roles withdrawn, and the last administrator who stays."""

import sqlalchemy as sa

from civic.accounts import queries
from civic.accounts.access import AccountsAction
from civic.accounts.errors import LastAdmin
from civic.accounts.events import RolesChanged
from civic.accounts.models import Person, Role, RoleGrant
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction


def withdraw_role(actor: Actor, *, person_id: int, role: Role, territory_id: int) -> None:
    """Take a role back. One that is not held changes nothing.

    Raises:
        NotAllowed: the actor is not an administrator there.
        PersonNotFound: there is no such person.
        LastAdmin: it is the administrator's role of the last one there.
    """
    now = utc_now()
    with transaction():
        require(actor, AccountsAction.MANAGE_ROLES, territory_id)
        person = queries.get_person(person_id)
        if role is Role.ADMIN:
            ensure_not_the_last_admin(person.id, territory_id)
        gone = sa.delete(RoleGrant).where(
            RoleGrant.person_id == person.id, RoleGrant.role == role, RoleGrant.territory_id == territory_id
        )
        if db.session.scalars(gone.returning(RoleGrant.id)).all():
            publish(
                RolesChanged(
                    occurred_at=now,
                    actor_id=actor.person_id,
                    person_id=person.id,
                    territory_id=territory_id,
                    role=role.value,
                    is_granted=False,
                )
            )


def ensure_not_the_last_admin(person_id: int, territory_id: int | None = None) -> None:
    """Raises LastAdmin: without this person, a territory (that one, or any) that has an administrator would have none.

    The administrators' rows are locked, in the order of their ids, so that the last two cannot leave at the same instant.
    """
    admins = (
        sa.select(RoleGrant.person_id, RoleGrant.territory_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMIN, Person.deactivated_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    )
    rows = db.session.execute(admins).all()
    own = {row.territory_id for row in rows if row.person_id == person_id}
    others = {row.territory_id for row in rows if row.person_id != person_id}
    left_alone = own - others
    if left_alone if territory_id is None else territory_id in left_alone:
        raise LastAdmin
