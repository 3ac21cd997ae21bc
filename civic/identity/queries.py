import sqlalchemy as sa

from civic.identity.errors import NoArms
from civic.identity.models import TownIdentity
from civic.kernel.database import db


def find_identity(territory_id: int) -> TownIdentity | None:
    """Return what a town chose, without the image of its arms. Read for every page: never kept from one request to the next,
    so that what is saved in one process is seen at the next page of all the others."""
    return db.session.get(TownIdentity, territory_id)


def get_arms(territory_id: int) -> tuple[bytes, str]:
    """Return the image of a town's arms, and its digest. Raises NoArms."""
    row = db.session.execute(
        sa.select(TownIdentity.arms, TownIdentity.arms_digest).filter_by(territory_id=territory_id)
    ).one_or_none()
    if row is None or row.arms is None:
        raise NoArms
    return row.arms, row.arms_digest
