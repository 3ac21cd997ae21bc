"""Communes, founded."""

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import clean_line
from civic.kernel.transaction import transaction
from civic.territories import queries
from civic.territories.errors import TerritoryCodeTaken
from civic.territories.models import Territory, TerritoryKind


def found_commune(*, code: str, name: str) -> int:
    """Write down the commune that this installation serves: on the command line, before anybody has a role.

    Returns:
        The territory's id.

    Raises:
        TerritoryCodeTaken: a territory bears this code.
    """
    with transaction():
        if queries.find_territory_by_code(code) is not None:
            raise TerritoryCodeTaken(territory_code=code)
        commune = Territory(
            kind=TerritoryKind.COMMUNE, code=code, name=clean_line(name), created_at=utc_now()
        )
        db.session.add(commune)
        db.session.flush()
    return commune.id
