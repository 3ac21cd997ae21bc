import sqlalchemy as sa

from civic.kernel.database import db
from civic.mutual_aid.reminding.models import ReminderSettings
from civic.mutual_aid.reminding.rules import USUAL_HOUR
from civic.territories import queries as territories


def get_hour(territory_id: int) -> int:
    """Return the hour that the commune of a territory chose, or that of everybody."""
    query = sa.select(ReminderSettings.hour).where(
        ReminderSettings.town_id.in_(territories.ids_around(territory_id))
    )
    chosen = db.session.scalars(query).first()
    return USUAL_HOUR if chosen is None else chosen
