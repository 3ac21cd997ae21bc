"""A Polis conversation becomes a consultation, with its statements and reactions; twice adds what is new and doubles nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import Activity, ConsultationState
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.opinions import polis, queries
from civic.opinions.errors import PolisExportRefused
from civic.opinions.events import PolisImported
from civic.opinions.models import Participant, PolisImport, Reaction, Statement
from civic.opinions.service.mapping import ask_for_map
from civic.territories import queries as territories

BATCH = 200
"""Participants written at a time: a few tens of thousands of reactions, whatever the size of the export."""

REACTING_LASTS = timedelta(days=60)

Progress = Callable[[int], None]


@dataclass(frozen=True)
class ImportSummary:
    """What the consultation holds once imported, and what this import added.

    ``hidden_statements`` are those, among ``statements``, that the moderators of the conversation had rejected: they are kept,
    with their reactions, and shown to nobody.
    """

    consultation_id: int
    statements: int
    hidden_statements: int
    participants: int
    reactions: int
    added_statements: int
    added_participants: int
    added_reactions: int


def import_polis(
    folder: Path, *, territory_code: str, progress: Progress = lambda done: None
) -> ImportSummary:
    """Import a Polis export, all or nothing. For the command line, which holds every right.

    Args:
        folder: holds ``summary.csv``, ``comments.csv`` and ``participants-votes.csv``.
        territory_code: of the commune that holds the consultation.
        progress: called with the number of participants written since the last call.

    Raises:
        PolisExportRefused: names the file and the line that cannot be read; nothing was imported.
        TerritoryNotFound: no territory has this code.
    """
    summary = polis.read_summary(folder)
    statements = polis.read_statements(folder)
    now = utc_now()
    with transaction():
        territory = territories.get_territory_by_code(territory_code)
        consultation_id = _ensure_consultation(territory.id, summary, now)
        before = _count(consultation_id)
        statement_ids = _write_statements(consultation_id, statements, now)
        for batch in _batches(polis.read_participants(folder)):
            _write_participants(consultation_id, batch, statement_ids)
            progress(len(batch))
        _write_counters(consultation_id)
        ask_for_map(consultation_id, now=now)
        after = _count(consultation_id)
        publish(
            PolisImported(
                occurred_at=now,
                consultation_id=consultation_id,
                statements=after[0],
                participants=after[1],
                reactions=after[2],
            )
        )
        hidden = after[0] - queries.count_statements(consultation_id)
    added = (new - old for new, old in zip(after, before, strict=True))
    return ImportSummary(consultation_id, after[0], hidden, after[1], after[2], *added)


def _ensure_consultation(territory_id: int, summary: polis.PolisSummary, now: datetime) -> int:
    source = summary.url or summary.topic
    known = queries.find_import(territory_id, source)
    if known is not None:
        return known.consultation_id
    consultation = Consultation(
        territory_id=territory_id,
        title=summary.topic,
        summary=summary.description or summary.topic,
        body_source=summary.description,
        body_html=markdown_to_html(summary.description),
        state=ConsultationState.PUBLISHED,
        created_at=now,
        published_at=now,
    )
    consultation.phases.append(
        Phase(
            name="Réagir aux affirmations",
            opens_at=now,
            closes_at=now + REACTING_LASTS,
            activities=[Activity.READ.value, Activity.REACT.value],
        )
    )
    db.session.add(consultation)
    db.session.flush()
    db.session.add(
        PolisImport(
            territory_id=territory_id, source=source, consultation_id=consultation.id, imported_at=now
        )
    )
    return consultation.id


def _write_statements(
    consultation_id: int, statements: list[polis.PolisStatement], now: datetime
) -> dict[str, int]:
    """Add the statements that are not there yet. Returns every statement's id by its number in the export."""
    rows = [
        {
            "consultation_id": consultation_id,
            "external_ref": statement.ref,
            "body": statement.body,
            "created_at": statement.created_at,
            "hidden_at": now if statement.is_rejected else None,
        }
        for statement in statements
    ]
    _insert_new(Statement, rows, ["consultation_id", "external_ref"])
    found = db.session.execute(
        sa.select(Statement.external_ref, Statement.id).where(
            Statement.consultation_id == consultation_id, Statement.external_ref.is_not(None)
        )
    )
    return {row.external_ref: row.id for row in found}


def _write_participants(
    consultation_id: int, batch: list[polis.PolisParticipant], statement_ids: dict[str, int]
) -> None:
    rows = [{"consultation_id": consultation_id, "external_ref": who.ref} for who in batch]
    _insert_new(Participant, rows, ["consultation_id", "external_ref"])
    found = db.session.execute(
        sa.select(Participant.external_ref, Participant.id).where(
            Participant.consultation_id == consultation_id,
            Participant.external_ref.in_([who.ref for who in batch]),
        )
    )
    ids = {row.external_ref: row.id for row in found}
    _write_reactions(list(_reactions(batch, ids, statement_ids)))


def _reactions(
    batch: list[polis.PolisParticipant], ids: dict[str, int], statement_ids: dict[str, int]
) -> Iterator[dict[str, int]]:
    for who in batch:
        for ref, value in who.reactions.items():
            if ref not in statement_ids:
                problem = f"participants-votes.csv: statement {ref} is not in comments.csv."
                raise PolisExportRefused(problem=problem)
            yield {"participant_id": ids[who.ref], "statement_id": statement_ids[ref], "value": value}


def _write_reactions(rows: list[dict[str, int]]) -> None:
    """Write reactions; one that is there already takes the value of the export."""
    if not rows:
        return
    statement = _insert(Reaction)
    statement = statement.on_conflict_do_update(
        index_elements=["participant_id", "statement_id"], set_={"value": statement.excluded.value}
    )
    db.session.execute(statement, rows)


def _insert_new(model: Any, rows: list[dict[str, Any]], key: list[str]) -> None:
    if rows:
        db.session.execute(_insert(model).on_conflict_do_nothing(index_elements=key), rows)


def _insert(model: Any) -> Any:
    """Return an INSERT that knows ON CONFLICT, which both databases have and the common language has not."""
    dialect = db.session.connection().dialect.name
    return (postgresql if dialect == "postgresql" else sqlite).insert(model.__table__)


def _write_counters(consultation_id: int) -> None:
    counters = [
        {
            "key": statement_id,
            "agree": counts.agree,
            "disagree": counts.disagree,
            "passed": counts.passed,
        }
        for statement_id, counts in queries.recount(consultation_id).items()
    ]
    table: Any = Statement.__table__
    db.session.connection().execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("key"))
        .values(
            agree_count=sa.bindparam("agree"),
            disagree_count=sa.bindparam("disagree"),
            pass_count=sa.bindparam("passed"),
        ),
        counters,
    )


def _count(consultation_id: int) -> tuple[int, int, int]:
    """Return how many statements (hidden ones included), participants and reactions a consultation holds."""
    statements = sa.select(sa.func.count()).select_from(Statement).filter_by(consultation_id=consultation_id)
    reactions = (
        sa.select(sa.func.count())
        .select_from(Reaction)
        .join(Statement, Statement.id == Reaction.statement_id)
    ).where(Statement.consultation_id == consultation_id)
    return (
        db.session.scalar(statements) or 0,
        queries.count_participants(consultation_id),
        db.session.scalar(reactions) or 0,
    )


def _batches(participants: Iterable[polis.PolisParticipant]) -> Iterator[list[polis.PolisParticipant]]:
    source = iter(participants)
    while batch := list(islice(source, BATCH)):
        yield batch
