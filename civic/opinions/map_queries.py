"""Reads of the map of opinions: what there is to count, and what was counted. A hidden statement is in neither."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from civic.kernel.database import db
from civic.opinions.models import (
    OpinionGroup,
    OpinionMap,
    OpinionOfGroup,
    OpinionPlace,
    Participant,
    Reaction,
    SharedOpinion,
    Statement,
)


@dataclass(frozen=True)
class ToCount:
    """Reactions, as ranks in the lists of participants and statements."""

    participants: list[int]
    statements: list[int]
    rows: list[int]
    columns: list[int]
    values: list[int]


def read_reactions(consultation_id: int) -> ToCount:
    """Return every reaction to a statement that is not hidden, in an order that never varies."""
    found = db.session.execute(
        sa.select(Reaction.participant_id, Reaction.statement_id, Reaction.value)
        .join(Statement, Statement.id == Reaction.statement_id)
        .where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None))
        .order_by(Reaction.participant_id, Reaction.statement_id)
    ).all()
    people = sorted({row.participant_id for row in found})
    statements = sorted({row.statement_id for row in found})
    rank_of_person = {key: rank for rank, key in enumerate(people)}
    rank_of_statement = {key: rank for rank, key in enumerate(statements)}
    return ToCount(
        people,
        statements,
        [rank_of_person[row.participant_id] for row in found],
        [rank_of_statement[row.statement_id] for row in found],
        [row.value for row in found],
    )


def find_map(consultation_id: int) -> OpinionMap | None:
    return db.session.get(OpinionMap, consultation_id)


def list_groups(consultation_id: int) -> list[OpinionGroup]:
    query = sa.select(OpinionGroup).filter_by(consultation_id=consultation_id).order_by(OpinionGroup.number)
    return list(db.session.scalars(query))


def find_place(consultation_id: int, person_id: int) -> OpinionPlace | None:
    query = (
        sa.select(OpinionPlace)
        .join(Participant, Participant.id == OpinionPlace.participant_id)
        .where(Participant.consultation_id == consultation_id, Participant.person_id == person_id)
    )
    return db.session.scalars(query).one_or_none()


def list_held(consultation_id: int) -> Sequence[sa.Row[OpinionOfGroup, Statement]]:
    """Return ``(OpinionOfGroup, Statement)`` for what stands for each group, the strongest first."""
    query = (
        sa.select(OpinionOfGroup, Statement)
        .join(Statement, Statement.id == OpinionOfGroup.statement_id)
        .where(
            Statement.consultation_id == consultation_id,
            Statement.hidden_at.is_(None),
            OpinionOfGroup.holds != 0,
        )
        .order_by(OpinionOfGroup.number, OpinionOfGroup.strength.desc(), Statement.id)
    )
    return db.session.execute(query).all()


def list_shared(
    consultation_id: int, score: sa.orm.InstrumentedAttribute[float], *, most: int
) -> Sequence[Statement]:
    """Return the statements with the highest of one score, those that have any."""
    query = (
        sa.select(Statement)
        .join(SharedOpinion, SharedOpinion.statement_id == Statement.id)
        .where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None), score > 0)
        .order_by(score.desc(), Statement.id)
        .limit(most)
    )
    return db.session.scalars(query).all()


def list_scored(consultation_id: int) -> Sequence[tuple[Statement, SharedOpinion | None]]:
    """Return ``(Statement, SharedOpinion or None)`` for every statement, in order of their number."""
    query = (
        sa.select(Statement, SharedOpinion)
        .outerjoin(SharedOpinion, SharedOpinion.statement_id == Statement.id)
        .where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None))
        .order_by(Statement.id)
    )
    return [(statement, shared) for statement, shared in db.session.execute(query)]


def counts_of_groups(statement_ids: Sequence[int]) -> dict[int, list[OpinionOfGroup]]:
    """Return what each group said of these statements, in order of the groups."""
    query = (
        sa.select(OpinionOfGroup)
        .where(OpinionOfGroup.statement_id.in_(statement_ids))
        .order_by(OpinionOfGroup.statement_id, OpinionOfGroup.number)
    )
    counts: dict[int, list[OpinionOfGroup]] = {key: [] for key in statement_ids}
    for row in db.session.scalars(query):
        counts[row.statement_id].append(row)
    return counts
