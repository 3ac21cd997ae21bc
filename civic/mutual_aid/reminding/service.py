from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.reminding.events import ReminderHourChanged
from civic.mutual_aid.reminding.models import ReminderSettings


def set_hour(actor: Actor, *, town_id: int, hour: int) -> None:
    """Choose at which hour of the day before people are reminded in a commune. The same hour again changes nothing.

    Raises:
        NotAllowed: the actor is neither an agent nor an administrator there.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.SET_REMINDERS, town_id)
        settings = db.session.get(ReminderSettings, town_id, with_for_update=True)
        if settings is None:
            settings = ReminderSettings(town_id=town_id, hour=hour, changed_at=now)
            db.session.add(settings)
        elif settings.hour == hour:
            return
        settings.hour, settings.changed_at = hour, now
        db.session.flush()
        publish(ReminderHourChanged(occurred_at=now, territory_id=town_id, actor_id=actor.id, hour=hour))
