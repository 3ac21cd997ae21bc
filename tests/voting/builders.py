"""Polls made for tests."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.voting import queries
from civic.voting.answers import read_ballot
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.closed_ballots import open_ballot
from civic.voting.models import Ballot
from civic.voting.rules import AssistedChannel, PollPlan
from civic.voting.service import ballots, polls, reading
from civic.voting.service.ballots import CastReceipt

YES, NO = "Oui", "Non"
QUESTION = "Faut-il planter des tilleuls ?"


def make_plan(territory_id: int, **changes: Any) -> PollPlan:
    """A poll with two answers, open from an hour ago for a week."""
    now = utc_now()
    question = changes.get("question", QUESTION)
    choices = changes.pop("choices", (ChoicePlan(YES), ChoicePlan(NO)))
    values: dict[str, Any] = {
        "territory_id": territory_id,
        "question": question,
        "questions": (QuestionPlan(question, choices),),
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


def box_of(poll_id: int, position: int = 1) -> list[int | None]:
    """Return what is in the box: the choices that ballots name, blanks last."""
    question = queries.get_poll(poll_id).questions[position - 1]
    ids = {choice.key: choice.id for choice in question.choices}
    contents = db.session.scalars(sa.select(Ballot.content).filter_by(question_id=question.id))
    plain = [open_ballot(content, question_id=question.id) for content in contents]
    named = [[ids[option] for option in read_ballot(content).named] or [None] for content in plain]
    return sorted(
        (choice for one in named for choice in one), key=lambda choice: (choice is None, choice or 0)
    )


def cast_ballot(actor: Actor, *, poll_id: int, choice_id: int | None) -> CastReceipt:
    """Cast a ballot that names one choice of a poll of one question, or None."""
    return ballots.cast_ballot(actor, poll_id=poll_id, answers=reading.answers_naming(poll_id, choice_id))


def register_ballot(
    actor: Actor, *, poll_id: int, person_id: int, choice_id: int | None, channel: AssistedChannel
) -> CastReceipt:
    return ballots.register_ballot(
        actor,
        poll_id=poll_id,
        person_id=person_id,
        answers=reading.answers_naming(poll_id, choice_id),
        channel=channel,
    )


def in_an_hour() -> datetime:
    return utc_now() + timedelta(hours=1)
