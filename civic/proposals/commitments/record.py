"""The town's record: year by year, what it was asked, answered, promised and kept. Computed from the rows that pages show; names nobody."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from civic.consultations import queries as consultations
from civic.consultations.channels import Channel
from civic.consultations.models import Consultation
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.proposals.answers import queries as answers
from civic.proposals.answers.models import ExpectedAnswer
from civic.proposals.answers.queries import ExpectedView, Waits
from civic.proposals.commitments import queries, ways
from civic.proposals.commitments.models import Commitment
from civic.proposals.commitments.rules import CommitmentState
from civic.proposals.models import Answer, Argument, Proposal, Support
from civic.proposals.rules import AnswerState

MOST_LATE = 50
"""How many late answers a page lists; the number of all of them is said."""


@dataclass(frozen=True)
class Kept:
    """Commitments, by where they stand today."""

    kept: int = 0
    kept_late: int = 0
    under_way: int = 0
    late: int = 0
    dropped: int = 0

    @property
    def made(self) -> int:
        return self.kept + self.kept_late + self.under_way + self.late + self.dropped


@dataclass(frozen=True)
class Year:
    """A year of the town's calendar: the proposals published in it, the answers that became due, the commitments made.

    ``channels``: the proposals, the arguments and the supports of residents, by the way by which they came. A support counts in the
    year of its proposal, and none does while a phase hides those of its consultation.
    """

    year: int
    proposals: int
    answers: Waits
    commitments: Kept
    channels: dict[Channel, int]


def list_years(territory_id: int, *, at: datetime) -> list[Year]:
    """Return each year in which something was asked or promised, the latest first: the same few queries, however many years."""
    first = db.session.scalar(_of_town(sa.select(sa.func.min(Proposal.published_at)), territory_id))
    if first is None:
        return []
    years = list(range(_town_year(first), _town_year(at) + 1))
    proposals = _by_channel(_count_proposals(territory_id, years))
    arguments = _by_channel(_count_arguments(territory_id, years))
    supports = _supports_by_channel(territory_id, years, at)
    waits = _by_year(_count_waits(territory_id, years, at), years)
    kept = _by_year(_count_commitments(territory_id, years, at), years)
    return [
        Year(
            year,
            sum(proposals[year].values()),
            Waits(*waits.get(year, ())),
            Kept(*kept.get(year, ())),
            {way: proposals[year][way] + arguments[year][way] + supports[year][way] for way in Channel},
        )
        for year in reversed(years)
    ]


def _town_year(instant: datetime) -> int:
    return instant.astimezone(TOWN_TIME).year


def _year_of(column: Any, years: list[int]) -> sa.ColumnElement[int]:
    """Return the year of the town's calendar in which an instant falls, for the database."""
    ends = [(year, datetime(year + 1, 1, 1, tzinfo=TOWN_TIME).astimezone(UTC)) for year in years]
    return sa.case(*((column < end, year) for year, end in ends), else_=years[-1] + 1).label("year")


def _by_year(query: Any, years: list[int]) -> dict[int, tuple[int, ...]]:
    return {row[0]: tuple(row[1:]) for row in db.session.execute(query) if row[0] in years}


def _by_channel(query: Any) -> defaultdict[int, Counter[Channel]]:
    found: defaultdict[int, Counter[Channel]] = defaultdict(Counter)
    for year, channel, count in db.session.execute(query):
        found[year][channel] = count
    return found


def _of_town(query: Any, territory_id: int) -> Any:
    """Restrict a query to what residents see of the consultations of a commune."""
    return query.join(Consultation, Consultation.id == Proposal.consultation_id).where(
        Consultation.territory_id == territory_id, answers.is_shown()
    )


def _count_proposals(territory_id: int, years: list[int]) -> Any:
    """What residents proposed: the articles of the town hall's own texts are not among them."""
    year = _year_of(Proposal.published_at, years)
    query = _of_town(sa.select(year, Proposal.channel, sa.func.count()).select_from(Proposal), territory_id)
    return query.where(Proposal.article_number.is_(None)).group_by(year, Proposal.channel)


def _count_arguments(territory_id: int, years: list[int]) -> Any:
    """What residents argued, and answered one another, that is still read."""
    year = _year_of(Argument.created_at, years)
    thread = aliased(Argument)
    query = (
        sa.select(year, Argument.channel, sa.func.count())
        .select_from(Argument)
        .join(Proposal, Proposal.id == Argument.proposal_id)
        .outerjoin(thread, thread.id == Argument.parent_id)
        .where(Argument.hidden_at.is_(None), Argument.withdrawn_at.is_(None), thread.hidden_at.is_(None))
    )
    return _of_town(query, territory_id).group_by(year, Argument.channel)


def _supports_by_channel(territory_id: int, years: list[int], at: datetime) -> dict[int, Counter[Channel]]:
    """Count the supports of the proposals that are shown: what was not typed at the town hall came by this site."""
    year, hiding = (
        _year_of(Proposal.published_at, years),
        consultations.is_hiding(Proposal.consultation_id, at=at),
    )
    every = _of_town(sa.select(year, sa.func.sum(Proposal.support_count)).select_from(Proposal), territory_id)
    found: defaultdict[int, Counter[Channel]] = defaultdict(Counter)
    for each, count in db.session.execute(every.where(~hiding).group_by(year)):
        found[each][Channel.WEB] = int(count)
    for typed in ways.list_typed():
        query = (
            sa.select(year, typed.c.channel, sa.func.count())
            .select_from(typed)
            .join(Support, Support.id == typed.c.support_id)
            .join(Proposal, Proposal.id == Support.proposal_id)
            .where(~hiding)
        )
        for each, channel, count in db.session.execute(
            _of_town(query, territory_id).group_by(year, typed.c.channel)
        ):
            found[each][Channel(channel)] += count
            found[each][Channel.WEB] -= count
    return found


def _count_waits(territory_id: int, years: list[int], at: datetime) -> Any:
    year, answered, due = (
        _year_of(ExpectedAnswer.since, years),
        ExpectedAnswer.answered_at,
        ExpectedAnswer.due_at,
    )
    query = sa.select(
        year,
        _count_if(answered < due),
        _count_if(answered >= due),
        _count_if(sa.and_(answered.is_(None), due > at)),
        _count_if(sa.and_(answered.is_(None), due <= at)),
    ).select_from(ExpectedAnswer)
    return _of_town(query.join(Proposal, Proposal.id == ExpectedAnswer.proposal_id), territory_id).group_by(
        year
    )


def _count_commitments(territory_id: int, years: list[int], at: datetime) -> Any:
    year, steps = _year_of(Commitment.published_at, years), queries.facts()
    today = at.astimezone(TOWN_TIME).date()
    in_order = (
        CommitmentState.KEPT,
        CommitmentState.KEPT_LATE,
        CommitmentState.UNDER_WAY,
        CommitmentState.LATE,
        CommitmentState.DROPPED,
    )
    counts = [_count_if(queries.state_condition(state, steps, today)) for state in in_order]
    query = sa.select(year, *counts).select_from(Commitment)
    query = query.join(steps, steps.c.commitment_id == Commitment.id)
    query = query.join(Proposal, Proposal.id == Commitment.proposal_id)
    return _of_town(query, territory_id).where(Commitment.published_at.is_not(None)).group_by(year)


def _count_if(condition: Any) -> sa.Function[int]:
    return sa.func.count(sa.case((condition, 1)))


@dataclass(frozen=True)
class LateAnswer:
    """``is_studied``: the town hall said that it studies it, and decided nothing. ``support_count``: None while it is hidden."""

    title: str
    support_count: int | None
    is_studied: bool
    expected: ExpectedView


def list_late_answers(territory_id: int, *, at: datetime) -> list[LateAnswer]:
    """Return the answers that are late now, the longest late first; their proposals alone are named, never who wrote them."""
    said = sa.exists().where(Answer.proposal_id == Proposal.id, Answer.state == AnswerState.PUBLISHED)
    is_hiding = consultations.is_hiding(Proposal.consultation_id, at=at)
    known_supports = sa.case((is_hiding, None), else_=Proposal.support_count)
    query = (
        sa.select(ExpectedAnswer, Proposal.title, known_supports, said)
        .join(Proposal, Proposal.id == ExpectedAnswer.proposal_id)
        .where(ExpectedAnswer.answered_at.is_(None), ExpectedAnswer.due_at <= at)
    )
    rows = db.session.execute(
        _of_town(query, territory_id)
        .order_by(ExpectedAnswer.due_at, ExpectedAnswer.proposal_id)
        .limit(MOST_LATE)
    )
    return [LateAnswer(row[1], row[2], row[3], answers.view_of(row[0], at=at)) for row in rows]


def count_kept(consultation_id: int, *, today: date) -> Kept:
    """Count the commitments of one consultation, in one query, by where they stand."""
    steps = queries.facts()
    in_order = ("KEPT", "KEPT_LATE", "UNDER_WAY", "LATE", "DROPPED")
    row = db.session.execute(
        sa.select(
            *(_count_if(queries.state_condition(CommitmentState[name], steps, today)) for name in in_order)
        )
        .select_from(Commitment)
        .join(steps, steps.c.commitment_id == Commitment.id)
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .where(Proposal.consultation_id == consultation_id, queries.is_shown())
    ).one()
    return Kept(*tuple(row))
