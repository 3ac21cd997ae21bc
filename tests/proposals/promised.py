"""Promised answers, made up: who is at the town hall, what a consultation promises, what the database holds of it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts.models import Role
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from civic.proposals.answers.models import (
    AnswerCharge,
    AnswerPromise,
    AnswerReading,
    ExpectedAnswer,
    TownAnswerPromise,
)
from civic.proposals.answers.promising import set_promise
from civic.proposals.answers.rules import Promise, due_at, last_day, town_day
from civic.proposals.commitments.models import Commitment, CommitmentNews, Milestone
from civic.proposals.models import Answer, Proposal
from civic.proposals.service.taking_part import support_proposal
from tests.conftest import actor_of, add_person
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal

TABLES = (
    Proposal, Answer, TownAnswerPromise, AnswerPromise, AnswerCharge, ExpectedAnswer, AnswerReading, Commitment, Milestone,
    CommitmentNews, Notification,
)  # fmt: skip
TWO_SUPPORTS = Promise(threshold=2, days=60)


def councillor(town: int, name: str = "Isabelle") -> Actor:
    return actor_of(add_person(name, roles=((Role.COUNCILLOR, town),)))


def agent(town: int, name: str = "Karim") -> Actor:
    return actor_of(add_person(name, roles=((Role.AGENT, town),)))


def promised(town: int, actor: Actor, promise: Promise = TWO_SUPPORTS, charge: tuple[int, ...] = ()) -> int:
    """Make an open consultation that promises answers. Returns its id."""
    consultation = add_consultation(town)
    set_promise(actor, consultation_id=consultation, promise=promise, in_charge_ids=charge)
    return consultation


def add_owed(
    town: int, consultation: int, place: int, *, since: datetime | None = None, title: str = "Un banc"
) -> int:
    """Make a proposal that two residents support, the second of them at an instant (now, when None). Returns its id."""
    proposal = add_proposal(town, consultation=consultation, author=add_person("Ada"), title=title)
    for name in ("Bob", "Cleo"):
        support_proposal(actor_of(add_person(name, lives_in=place)), proposal_id=proposal)
    if since is not None:
        move_back(proposal, utc_now() - since)
    return proposal


def move_back(proposal_id: int, ago: timedelta) -> None:
    """Have a promise be older than it is."""
    with transaction():
        row = db.session.get_one(ExpectedAnswer, proposal_id)
        days = (last_day(row.due_at) - town_day(row.since)).days
        row.since -= ago
        row.due_at = due_at(
            row.since, days
        )  # at a midnight of the town hall, on whichever side of a change of hour
        row.remind_at = row.remind_at - ago if row.remind_at else None


def expected(proposal_id: int) -> ExpectedAnswer | None:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(ExpectedAnswer, proposal_id)


def told(kind: Kind) -> list[tuple[int, dict[str, object]]]:
    """Return who was told something of a kind, and with what."""
    db.session.rollback()
    rows = db.session.scalars(sa.select(Notification).filter_by(kind=kind).order_by(Notification.id))
    return [(row.person_id, row.params) for row in rows]


def kept() -> list[tuple[object, ...]]:
    """Everything that the tables of answers hold."""
    db.session.rollback()
    tables = [model.__table__ for model in TABLES]
    return [
        tuple(row)
        for table in tables
        for row in db.session.execute(sa.select(table).order_by(*table.primary_key.columns))
    ]
