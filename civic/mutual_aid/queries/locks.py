"""One order in which locks are taken, so that no two commands ever wait for one another: who telephoned, then the series by id, then the
requests by id. A command that needs several takes them all before it changes anything."""

from collections.abc import Collection

import sqlalchemy as sa

from civic.kernel.database import db
from civic.mutual_aid.models import Caller, HelpRequest
from civic.mutual_aid.series.models import RequestSeries


def lock_caller(person_id: int) -> None:
    """Keep a record of who telephoned as it is until the end of the transaction."""
    db.session.execute(sa.select(Caller.person_id).filter_by(person_id=person_id).with_for_update())


def lock_series_of(person_id: int) -> None:
    """Keep the series of a person as they are until the end of the transaction."""
    own = sa.select(RequestSeries.id).filter_by(requester_id=person_id).order_by(RequestSeries.id)
    db.session.execute(own.with_for_update()).all()


def lock_requests(request_ids: Collection[int]) -> None:
    """Keep several requests as they are until the end of the transaction; what was read of them before is read again."""
    several = sa.select(HelpRequest).where(HelpRequest.id.in_(request_ids)).order_by(HelpRequest.id)
    db.session.scalars(several.with_for_update().execution_options(populate_existing=True)).all()
