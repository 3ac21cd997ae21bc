"""The map of opinions is counted beside the requests, in a process of its own: asked for by a change, once for all those of some minutes."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.kernel.apart import compute_apart
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.transaction import transaction
from civic.opinions import map_queries
from civic.opinions.models import (
    OpinionGroup,
    OpinionMap,
    OpinionOfGroup,
    OpinionPlace,
    Participant,
    SharedOpinion,
    Statement,
)
from civic.opinions.rules import FORGOTTEN_AFTER, next_count

COUNT_MAP = "opinions.count_map"
LONGEST_SECONDS = 50
"""Less than the lease of what is owed, so that a count which hangs is stopped before another one begins."""


def ask_for_map(consultation_id: int, *, now: datetime) -> None:
    """Owe a new count, unless one is owed already. Inside the transaction of what changed; costs one read when nothing is to be done."""
    known = db.session.execute(
        sa.select(OpinionMap.asked_at, OpinionMap.computed_at).filter_by(consultation_id=consultation_id)
    ).one_or_none()
    if known is None:
        _begin_map(consultation_id)
    elif known.asked_at is not None and now - known.asked_at < FORGOTTEN_AFTER:
        return
    asked = (
        sa.update(OpinionMap)
        .where(
            OpinionMap.consultation_id == consultation_id,
            sa.or_(OpinionMap.asked_at.is_(None), OpinionMap.asked_at <= now - FORGOTTEN_AFTER),
        )
        .values(asked_at=now)
        .execution_options(synchronize_session=False)
    )
    if db.session.execute(asked).rowcount == 1:  # type: ignore[attr-defined]
        due_at = next_count(now=now, last=known.computed_at if known else None)
        owe(COUNT_MAP, {"consultation_id": consultation_id}, now=now, due_at=due_at)


def _begin_map(consultation_id: int) -> None:
    """Make the row of a map; two first reactions at once make one."""
    try:
        with db.session.begin_nested():
            db.session.add(OpinionMap(consultation_id=consultation_id))
    except IntegrityError:
        return


def count_map(*, consultation_id: int) -> None:
    """Count the map of a consultation and keep it. Nothing is locked while it is counted; the same reactions give the same map."""
    now = utc_now()
    with transaction():
        if map_queries.find_map(consultation_id) is None:
            _begin_map(consultation_id)
        _set(consultation_id, asked_at=None)  # before reading: what changes from here on asks again
    asked = map_queries.read_reactions(consultation_id)
    db.session.rollback()
    told = count_reactions(asked)
    with transaction():
        _keep(consultation_id, asked, told, now)


def _set(consultation_id: int, **values: Any) -> None:
    row = sa.update(OpinionMap).where(OpinionMap.consultation_id == consultation_id)
    db.session.execute(row.values(**values).execution_options(synchronize_session=False))


def count_reactions(asked: map_queries.ToCount) -> dict[str, Any]:
    """Count apart: two seconds of processor."""
    question = {
        "people": len(asked.participants),
        "statements": len(asked.statements),
        "rows": asked.rows,
        "columns": asked.columns,
        "values": asked.values,
    }
    return compute_apart("civic.opinions.groups", question, longest_seconds=LONGEST_SECONDS)


def _keep(
    consultation_id: int, asked: map_queries.ToCount, told: dict[str, Any], counted_at: datetime
) -> None:
    """Put a map in the place of the last one, unless a later one is there already."""
    row = db.session.get(OpinionMap, consultation_id, with_for_update=True, populate_existing=True)
    if row is None or (row.computed_at is not None and row.computed_at > counted_at):
        return
    _forget(consultation_id)
    row.computed_at = counted_at
    for name in ("people", "considered", "clearness", "lack"):
        setattr(row, name, told[name])
    row.between_groups = told["between"]
    row.squares = [[one["x"], one["y"], one["group"], one["people"]] for one in told["squares"]]
    _insert(OpinionGroup, [{"consultation_id": consultation_id, **one} for one in told["groups"]])
    _insert(
        OpinionPlace,
        [
            {
                "participant_id": asked.participants[one["person"]],
                "x": one["x"],
                "y": one["y"],
                "number": one["group"],
            }
            for one in told["places"]
        ],
    )
    _insert(OpinionOfGroup, [_of_statement(asked, one, number=one["group"]) for one in told["counts"]])
    _insert(SharedOpinion, [_of_statement(asked, one) for one in told["scores"]])


def _of_statement(asked: map_queries.ToCount, one: dict[str, Any], **more: Any) -> dict[str, Any]:
    others = {name: value for name, value in one.items() if name not in ("statement", "group")}
    return {"statement_id": asked.statements[one["statement"]], **others, **more}


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.insert(model), rows)


def _forget(consultation_id: int) -> None:
    statements = sa.select(Statement.id).filter_by(consultation_id=consultation_id)
    participants = sa.select(Participant.id).filter_by(consultation_id=consultation_id)
    for old in (
        sa.delete(OpinionGroup).where(OpinionGroup.consultation_id == consultation_id),
        sa.delete(OpinionPlace).where(OpinionPlace.participant_id.in_(participants)),
        sa.delete(OpinionOfGroup).where(OpinionOfGroup.statement_id.in_(statements)),
        sa.delete(SharedOpinion).where(SharedOpinion.statement_id.in_(statements)),
    ):
        db.session.execute(old.execution_options(synchronize_session=False))
