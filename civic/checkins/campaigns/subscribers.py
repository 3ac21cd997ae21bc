"""What campaigns do when somebody leaves the register or the site, and when a timer is due."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.events import PersonDeactivated
from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.checkins.campaigns.models import (
    CheckinCall,
    CheckinCaller,
    CheckinCampaign,
    CheckinPerson,
    CheckinStep,
)
from civic.checkins.campaigns.rules import FOR_TOWN, LIVE, CallState
from civic.checkins.campaigns.service.calling import free_calls_of
from civic.checkins.campaigns.service.rounds import END, NEXT_ROUND, begin_due_round, end_if_due
from civic.checkins.register.events import EntryRemoved
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers


@within_transaction(EntryRemoved)
def drop_calls(fact: EntryRemoved) -> None:
    """Nobody calls her any more, and what callers wrote of her is erased; the counts remain.

    Who answers at this very moment holds her call: she is waited for, so that what she writes goes too.
    """
    people = sa.select(CheckinPerson.id).where(CheckinPerson.entry_id == fact.entry_id)
    locked = sa.select(CheckinCall.id).where(CheckinCall.person_id.in_(people)).order_by(CheckinCall.id)
    calls = list(db.session.scalars(locked.with_for_update()))
    db.session.execute(
        sa.delete(CheckinStep)
        .where(CheckinStep.call_id.in_(calls))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        sa.update(CheckinCall)
        .where(CheckinCall.person_id.in_(people), CheckinCall.state.in_((*LIVE, *FOR_TOWN)))
        .values(state=CallState.DROPPED, held_until=None, caller_id=None, ended_at=fact.occurred_at)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        sa.update(CheckinPerson)
        .where(CheckinPerson.entry_id == fact.entry_id)
        .values(left_at=fact.occurred_at, entry_id=None)
        .execution_options(synchronize_session=False)
    )


@within_transaction(PersonDeactivated)
def give_back_calls(fact: PersonDeactivated) -> None:
    """Who cannot sign in any more calls nobody: whom she was to call does not wait for the end of her time."""
    free_calls_of(fact.person_id, now=fact.occurred_at)


@delivers(NEXT_ROUND)
def begin_round(payload: dict[str, Any]) -> None:
    begin_due_round(payload["campaign_id"], now=utc_now())


@delivers(END)
def end(payload: dict[str, Any]) -> None:
    end_if_due(payload["campaign_id"], now=utc_now())


@exports_personal_data("checkins")
def export(person_id: int) -> list[dict[str, Any]]:
    """The campaigns for which she calls. Whom she called is not hers to carry away."""
    rows = db.session.execute(
        sa.select(CheckinCaller.said_yes_at, CheckinCampaign.reason)
        .join(CheckinCampaign, CheckinCampaign.id == CheckinCaller.campaign_id)
        .where(CheckinCaller.person_id == person_id)
        .order_by(CheckinCaller.id)
    )
    return [{"reason": row.reason.value, "said_yes_at": iso_utc(row.said_yes_at)} for row in rows]


@erases_personal_data("checkins")
def erase(person_id: int, now: datetime) -> None:
    """The call in hand goes to somebody else; what she did for others stays, unsigned."""
    free_calls_of(person_id, now=now)
    db.session.execute(sa.delete(CheckinCaller).where(CheckinCaller.person_id == person_id))
    for column in (CheckinCall.caller_id, CheckinCall.given_back_by_id):
        db.session.execute(sa.update(CheckinCall).where(column == person_id).values({column: None}))
    db.session.execute(
        sa.update(CheckinStep).where(CheckinStep.author_id == person_id).values(author_id=None)
    )
    db.session.flush()
