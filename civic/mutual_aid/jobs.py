"""What mutual aid forgets by itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts.events import PersonErased
from civic.accounts.models import Person
from civic.accounts.personal_data import erase_personal_data
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.models import Caller, HelpRequest
from civic.mutual_aid.rules import OVER

CALLER_KEPT_FOR = timedelta(days=365)
MOST_AT_ONCE = 20


@hourly
def forget_callers(now: datetime) -> int:
    """Erase who telephoned, has no account, and has asked for nothing for a year. Returns how many.

    Nobody can delete an account that she does not have: it is for us to remember to forget.
    """
    person_ids = list_callers_to_forget(before=now - CALLER_KEPT_FOR, size=MOST_AT_ONCE)
    for person_id in person_ids:
        with transaction():
            erase_personal_data(person_id, now)
            publish(PersonErased(occurred_at=now, person_id=person_id))
    return len(person_ids)


def list_callers_to_forget(*, before: datetime, size: int) -> list[int]:
    """Return persons who telephoned, have no address to sign in with, and whose requests are all over since before an instant."""
    is_recent = sa.exists().where(
        HelpRequest.requester_id == Caller.person_id,
        sa.or_(HelpRequest.state.not_in(OVER), HelpRequest.changed_at >= before),
    )
    query = (
        sa.select(Caller.person_id)
        .join(Person, Person.id == Caller.person_id)
        .where(
            Person.email.is_(None),
            Person.identity_digest.is_(
                None
            ),  # known at the desk too: her ballots on paper count once because of it
            Person.created_at < before,
            ~is_recent,
        )
    )
    return list(db.session.scalars(query.order_by(Caller.person_id).limit(size)))
