"""What ends a help that comes back: its consent withdrawn, the town hall's decision about one time of it, the departure of who asked."""

from datetime import datetime

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.desk.events import ConsentWithdrawn
from civic.mutual_aid.events import RequestChanged
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import RequestState
from civic.mutual_aid.series.models import RequestSeries
from civic.mutual_aid.series.queries import lock_series
from civic.mutual_aid.series.service import close_series

ENDING = frozenset({RequestState.REDIRECTED, RequestState.DUPLICATE})


@within_transaction(RequestChanged)
def end_with_the_decision(fact: RequestChanged) -> None:
    if fact.former_state is not None and fact.state in ENDING:
        _end(fact.request_id, fact.actor_id, fact.occurred_at)


@within_transaction(ConsentWithdrawn)
def end_with_the_consent(fact: ConsentWithdrawn) -> None:
    _end(fact.request_id, fact.actor_id, fact.occurred_at)


def _end(request_id: int, actor_id: int | None, now: datetime) -> None:
    series_id = mutual_aid.get_request(request_id).series_id
    if series_id is not None:
        close_series(lock_series(series_id), actor_id=actor_id, now=now)


@erases_personal_data("request_series")
def erase(person_id: int, now: datetime) -> None:
    """What is written ahead for her goes; what was asked is emptied with the rest."""
    own = sa.select(RequestSeries.id).where(RequestSeries.requester_id == person_id)
    drafts = sa.and_(HelpRequest.series_id.in_(own), HelpRequest.state == RequestState.DRAFT)
    db.session.execute(sa.delete(HelpRequest).where(drafts))
    db.session.execute(sa.delete(RequestSeries).where(RequestSeries.requester_id == person_id))
