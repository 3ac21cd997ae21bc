"""What the frame of every page shows."""

from civic.kernel.database import db
from civic.notifications import queries as notifications
from civic.pages.models import TownHall


def find_town_hall(territory_id: int) -> TownHall | None:
    return db.session.get(TownHall, territory_id)


def count_unread(person_id: int) -> int:
    """Return how many notifications a person has not read."""
    return notifications.count_unread(person_id)
