"""What the frame of every page shows."""

import sqlalchemy as sa

from civic.identity.models import TownIdentity
from civic.kernel.database import db
from civic.notifications import queries as notifications
from civic.pages.models import TownHall
from civic.territories.models import Territory
from civic.territories.queries import keep_town, only_town

_TOWN = (
    only_town(sa.select(Territory, TownIdentity, TownHall))
    .outerjoin_from(Territory, TownIdentity, TownIdentity.territory_id == Territory.id)
    .outerjoin(TownHall, TownHall.territory_id == Territory.id)
)


def read_town() -> tuple[Territory | None, TownIdentity | None, TownHall | None]:
    """Return the town, how it presents itself and where its town hall is: one statement, which every page asks."""
    town, identity, town_hall = db.session.execute(_TOWN).first() or (None, None, None)
    keep_town(town)
    return town, identity, town_hall


def find_town_hall(territory_id: int) -> TownHall | None:
    return db.session.get(TownHall, territory_id)


def count_unread(person_id: int) -> int:
    """Return how many notifications a person has not read."""
    return notifications.count_unread(person_id)
