"""Polls made for tests."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.voting import queries
from civic.voting.models import Ballot
from civic.voting.rules import ChoicePlan, PollPlan
from civic.voting.service import polls

YES, NO = "Oui", "Non"


def make_plan(territory_id: int, **changes: Any) -> PollPlan:
    """A poll with two answers, open from an hour ago for a week."""
    now = utc_now()
    values: dict[str, Any] = {
        "territory_id": territory_id,
        "question": "Faut-il planter des tilleuls ?",
        "choices": (ChoicePlan(YES), ChoicePlan(NO)),
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=7),
        **changes,
    }
    return PollPlan(**values)


def add_draft(territory_id: int, **changes: Any) -> int:
    return polls.add_draft(make_plan(territory_id, **changes), author_id=None, now=utc_now()).id


def add_poll(territory_id: int, **changes: Any) -> tuple[int, list[int]]:
    """Make a poll and freeze it with the roll of those who live there now. Returns its id and those of its choices."""
    poll_id = add_draft(territory_id, **changes)
    with transaction():
        poll = queries.get_poll(poll_id)
        polls.freeze_poll(poll, now=min(utc_now(), poll.opens_at), actor_id=None)
    return poll_id, [choice.id for choice in queries.get_poll(poll_id).choices]


def set_birth(person_id: int, born_on: date) -> None:
    with transaction():
        db.session.get_one(Person, person_id).born_on = born_on


def box_of(poll_id: int) -> list[int | None]:
    """Return what is in the box: a choice a ballot, blanks last."""
    rows = db.session.scalars(sa.select(Ballot.choice_id).filter_by(poll_id=poll_id))
    return sorted(rows, key=lambda choice: (choice is None, choice or 0))


def in_an_hour() -> datetime:
    return utc_now() + timedelta(hours=1)
