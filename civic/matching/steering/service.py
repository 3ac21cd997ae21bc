from dataclasses import asdict

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.matching.access import MatchingAction
from civic.matching.events import PaceChanged
from civic.matching.models import SearchSettings
from civic.matching.pace import DispatchPace
from civic.territories import queries as territories


def set_pace(actor: Actor, *, town_id: int, pace: DispatchPace | None, seen: str | None = None) -> None:
    """Choose the pace of the search in a commune, or (None) that of everybody again. What is under way follows from its next step on.

    Args:
        seen: what was stored when it was read.

    Raises:
        ChangedMeanwhile: somebody else chose another since.
        NotAllowed: the actor is neither an agent nor an administrator there.
    """
    now = utc_now()
    with transaction():
        require(actor, MatchingAction.SET_PACE, town_id)
        territories.lock_territory(town_id)  # two first writers: the second finds the row of the first
        settings = db.session.get(SearchSettings, town_id, with_for_update=True)
        if pace is None:
            if settings is not None:
                db.session.delete(settings)
        else:
            settings = settings or SearchSettings(town_id=town_id)
            with settings.written_over(seen):
                settings.pace = asdict(pace)
            settings.changed_at = now
            db.session.add(settings)
        db.session.flush()
        publish(PaceChanged(occurred_at=now, actor_id=actor.id, territory_id=town_id))
