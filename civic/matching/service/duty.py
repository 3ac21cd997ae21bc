"""Being on duty: whether a volunteer may be asked now."""

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.matching import queries
from civic.matching.access import MatchingAction
from civic.matching.events import DutyChanged
from civic.matching.service.dispatch import wake_searches
from civic.territories import queries as territories


def set_duty(actor: Actor, *, on: bool) -> bool:
    """Go on duty, or off. Saying it again changes nothing; who goes on duty may be asked at once for what is being sought.

    Returns:
        Whether the actor is on duty.

    Raises:
        NotSignedIn: nobody is signed in.
    """
    now = utc_now()
    with transaction():
        require(actor, MatchingAction.SET_DUTY)
        duty = queries.lock_duty(actor.id, now)
        if duty.on is on:
            return on
        duty.on, duty.since = on, now
        db.session.flush()
        publish(DutyChanged(occurred_at=now, person_id=actor.id, on=on))
        if on:
            communes = queries.list_communes_of(actor.id)
            places = {place for commune_id in communes for place in territories.ids_within(commune_id)}
            wake_searches(territory_ids=places, now=now)
    return on
