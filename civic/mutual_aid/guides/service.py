"""Guides: written, corrected, taken off the site by the town hall."""

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.guides import queries
from civic.mutual_aid.guides.events import GuideRemoved, GuideWritten
from civic.mutual_aid.guides.models import Guide
from civic.mutual_aid.guides.rules import GuideText


def write_guide(
    actor: Actor,
    *,
    territory_id: int,
    content: GuideText,
    guide_id: int | None = None,
    seen: str | None = None,
) -> int:
    """Write a guide, or another version of one. ``seen``: what was stored when it was read.

    Returns:
        The guide's id.

    Raises:
        NotAllowed: the actor is neither an agent nor an administrator there.
        GuideNotFound: there is none of this id.
        ChangedMeanwhile: somebody else wrote it since.
    """
    now = utc_now()
    with transaction():
        guide = Guide(territory_id=territory_id, created_at=now)
        if guide_id is not None:
            guide = queries.get_guide_alone(guide_id)
        require(actor, MutualAidAction.WRITE_GUIDE, guide)
        with guide.written_over(seen):
            guide.title, guide.summary, guide.text = content.title, content.summary, content.text
            guide.address = content.address
        guide.changed_at, guide.changed_by_id = now, actor.id
        db.session.add(guide)
        db.session.flush()
        publish(
            GuideWritten(
                occurred_at=now, guide_id=guide.id, territory_id=guide.territory_id, actor_id=actor.id
            )
        )
        return guide.id


def remove_guide(actor: Actor, *, guide_id: int) -> None:
    """Take a guide off the site.

    Raises:
        GuideNotFound: there is none, or it was taken off.
        NotAllowed: the actor is neither an agent nor an administrator there.
    """
    now = utc_now()
    with transaction():
        guide = queries.get_guide(guide_id)
        require(actor, MutualAidAction.WRITE_GUIDE, guide)
        guide.removed_at = now
        publish(
            GuideRemoved(
                occurred_at=now, guide_id=guide.id, territory_id=guide.territory_id, actor_id=actor.id
            )
        )
