"""Two persons who are never put together again."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts.queries import get_person
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.safeguarding import queries
from civic.safeguarding.access import SafeguardingAction
from civic.safeguarding.events import BlockRemoved, PersonBlocked
from civic.safeguarding.models import Block


def block_person(actor: Actor, *, blocker_id: int, blocked_id: int) -> None:
    """Never put two persons together again. Nobody is told of it. Saying it again changes nothing.

    Args:
        blocker_id: the actor, or the person for whom she speaks: the caller has asked which.

    Raises:
        NotSignedIn, PersonNotFound.
    """
    now = utc_now()
    with transaction():
        require(actor, SafeguardingAction.BLOCK_PERSON)
        get_person(blocked_id)
        if queries.has_blocked(blocker_id, blocked_id):
            return
        try:
            with db.session.begin_nested():
                db.session.add(Block(blocker_id=blocker_id, blocked_id=blocked_id, created_at=now))
        except IntegrityError:  # the same button, pressed twice, arrived at the same moment
            if not queries.has_blocked(blocker_id, blocked_id):
                raise
            return
        publish(PersonBlocked(occurred_at=now, actor_id=actor.id, person_id=blocked_id))


def remove_block(actor: Actor, *, blocked_id: int) -> None:
    """Take back one's own block; that of the other side, if there is one, stays. Doing it twice changes nothing. Raises NotSignedIn."""
    now = utc_now()
    with transaction():
        require(actor, SafeguardingAction.BLOCK_PERSON)
        if not queries.has_blocked(actor.id, blocked_id):
            return
        db.session.execute(sa.delete(Block).filter_by(blocker_id=actor.id, blocked_id=blocked_id))
        publish(BlockRemoved(occurred_at=now, actor_id=actor.id, person_id=blocked_id))
