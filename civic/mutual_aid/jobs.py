"""What mutual aid forgets by itself."""

from datetime import datetime, timedelta

from civic.accounts.events import PersonErased
from civic.accounts.personal_data import erase_personal_data
from civic.kernel.jobs import hourly
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries

CALLER_KEPT_FOR = timedelta(days=365)
MOST_AT_ONCE = 20


@hourly
def forget_callers(now: datetime) -> int:
    """Erase who telephoned, has no account, and has asked for nothing for a year. Returns how many.

    Nobody can delete an account that she does not have: it is for us to remember to forget.
    """
    person_ids = queries.list_callers_to_forget(before=now - CALLER_KEPT_FOR, size=MOST_AT_ONCE)
    for person_id in person_ids:
        with transaction():
            erase_personal_data(person_id, now)
            publish(PersonErased(occurred_at=now, person_id=person_id))
    return len(person_ids)
