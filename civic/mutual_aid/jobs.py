"""What mutual aid forgets by itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts.events import PersonErased
from civic.accounts.models import Person
from civic.accounts.personal_data import erase_personal_data
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.models import Caller, HelpRequest, Offer
from civic.mutual_aid.queries import lock_caller
from civic.mutual_aid.rules import SEEKING, OfferState

CALLER_KEPT_FOR = timedelta(days=365)
MOST_AT_ONCE = 20


@hourly
def forget_callers(now: datetime) -> int:
    """Erase who telephoned, has no account, and has asked for nothing for a year. Returns how many.

    Nobody can delete an account that she does not have: it is for us to remember to forget.
    """
    before = now - CALLER_KEPT_FOR
    person_ids = list(db.session.scalars(_callers_to_forget(before).limit(MOST_AT_ONCE)))
    return sum(_forget_caller(person_id, before, now) for person_id in person_ids)


def _forget_caller(person_id: int, before: datetime, now: datetime) -> bool:
    """Ask again once her record is locked: she may be telephoning in this moment."""
    with transaction():
        lock_caller(person_id)
        still = db.session.scalar(_callers_to_forget(before).where(Caller.person_id == person_id))
        if still is None:
            return False
        erase_personal_data(person_id, now)
        publish(PersonErased(occurred_at=now, person_id=person_id))
    return True


def _callers_to_forget(before: datetime) -> sa.Select[int]:
    """Select who telephoned, has no address to sign in with, and has no request that seeks somebody, or was for or changed after an instant.

    A request that nobody closed does not count for ever: she is forgotten a year after the day that it was for. Whoever offers help,
    as she agreed on the telephone, is not forgotten as long as she offers it.
    """
    offers = sa.exists().where(Offer.author_id == Caller.person_id, Offer.state != OfferState.ENDED)
    is_recent = sa.exists().where(
        HelpRequest.requester_id == Caller.person_id,
        sa.or_(
            HelpRequest.state.in_(SEEKING), HelpRequest.ends_at >= before, HelpRequest.changed_at >= before
        ),
    )
    return (
        sa.select(Caller.person_id)
        .join(Person, Person.id == Caller.person_id)
        .where(
            Person.email.is_(None),
            Person.identity_digest.is_(
                None
            ),  # known at the desk too: her ballots on paper count once because of it
            Person.created_at < before,
            ~is_recent,
            ~offers,
        )
        .order_by(Caller.person_id)
    )
