"""What shown proposals mean: made beside the requests, kept in the database, and read by each process as it changes."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.transaction import collect, in_transaction, transaction
from civic.proposals.likeness import encoder
from civic.proposals.likeness.learnt import learnt, vectors_of
from civic.proposals.likeness.meaning import Meanings, packed
from civic.proposals.models import Meaning, MeaningSeries, Proposal

LEARN_MEANING = "proposals.learn_meaning"
AT_ONCE = 8
BETWEEN_SECONDS = 0.02
"""Of what is learnt again by a serving process: requests, which a batch keeps waiting for some 20 ms, are served between two."""
ONLY = 1
NOTHING = b""

Written = tuple[int, bytes]


# Writing


def forget_meaning(proposal_id: int, *, is_shown: bool) -> None:
    """Within the transaction that changes a proposal: what it meant is no longer found. Shown, it is learnt again beside the requests."""
    held = sa.select(Meaning.proposal_id).where(
        Meaning.proposal_id == proposal_id, Meaning.vectors != NOTHING
    )
    if db.session.scalar(held) is not None:
        collect(_write, (proposal_id, NOTHING))
    if is_shown and encoder.is_wanted():
        owe(LEARN_MEANING, {"proposal_id": proposal_id}, now=utc_now())


def learn_meanings(proposal_ids: list[int]) -> int:
    """Have proposals found by what they mean now. Returns how many were written; what changed meanwhile is left to its own turn."""
    encode = encoder.encoder()
    before = _texts(proposal_ids)
    if not in_transaction():  # the demonstration is loaded whole, or not at all
        db.session.rollback()  # nothing is held while the model counts
    if encode is None or not before:
        return 0
    vectors = _encoded(encode, before)
    with transaction():
        now = _texts(list(vectors), is_locked=True)
        written = [(key, rows) for key, rows in vectors.items() if now.get(key) == before[key]]
        for each in written:
            collect(_write, each)
    return len(written)


def _encoded(encode: encoder.Encode, texts: Mapping[int, tuple[str, str]]) -> dict[int, bytes]:
    found = vectors_of(encode, list(texts.values()))
    return {key: packed(rows) for key, rows in zip(texts, found, strict=True)}


def _made_by() -> str:
    """Return what vectors are made by, kept beside them: those of another model, or of what was learnt before, are not compared."""
    return f"{encoder.model_name()}, {learnt().name}"


def learn_missing(*, pause_seconds: float = 0.0) -> int:
    """Learn what every shown proposal means that was not learnt, or by another model, in batches; and forget the others. Returns how many."""
    done, last = 0, 0
    while encoder.is_wanted() and (batch := _missing(after_id=last)):
        done, last = done + learn_meanings(batch), batch[-1]
        time.sleep(pause_seconds)
    _forget_unshown()
    return done


def mend_meanings(now: datetime) -> int:
    """Once an hour: after an update, a restored copy, or a message that never came."""
    return learn_missing(pause_seconds=BETWEEN_SECONDS)


def _texts(proposal_ids: list[int], *, is_locked: bool = False) -> dict[int, tuple[str, str]]:
    """Return the title and the text of those of some proposals that everybody sees."""
    query = sa.select(Proposal.id, Proposal.title, Proposal.body_source).where(
        Proposal.id.in_(proposal_ids), Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None)
    )
    if is_locked:
        query = query.order_by(Proposal.id).with_for_update()
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def _missing(*, after_id: int) -> list[int]:
    query = (
        sa.select(Proposal.id)
        .outerjoin(Meaning, Meaning.proposal_id == Proposal.id)
        .where(
            Proposal.id > after_id,
            Proposal.hidden_at.is_(None),
            Proposal.withdrawn_at.is_(None),
            sa.or_(Meaning.model.is_(None), Meaning.model != _made_by(), Meaning.vectors == NOTHING),
        )
        .order_by(Proposal.id)
    )
    return list(db.session.scalars(query.limit(AT_ONCE)))


def _forget_unshown() -> None:
    query = (
        sa.select(Meaning.proposal_id)
        .join(Proposal, Proposal.id == Meaning.proposal_id)
        .where(
            sa.or_(Proposal.hidden_at.is_not(None), Proposal.withdrawn_at.is_not(None)),
            Meaning.vectors != NOTHING,
        )
    )
    unshown = list(db.session.scalars(query))
    if unshown:
        with transaction():
            for proposal_id in unshown:
                collect(_write, (proposal_id, NOTHING))


def _write(changes: list[Written]) -> None:
    """Keep vectors under versions of their own, late in the transaction: whoever comes next waits for this one to be seen."""
    last = dict(changes)
    first = _take_versions(len(last))
    model = _made_by()
    rows = [
        {"proposal_id": key, "version": first + number, "model": model, "vectors": last[key]}
        for number, key in enumerate(sorted(last))
    ]
    db.session.execute(sa.delete(Meaning).where(Meaning.proposal_id.in_(last)))
    db.session.execute(sa.insert(Meaning), rows)


def _take_versions(count: int) -> int:
    """Return the first of so many versions that follow one another."""
    taken = (
        sa.update(MeaningSeries)
        .where(MeaningSeries.id == ONLY)
        .values(version=MeaningSeries.version + count)
        .returning(MeaningSeries.version)
        .execution_options(synchronize_session=False)
    )
    last = db.session.scalar(taken)
    if last is None:
        _begin_series()
        last = db.session.scalar(taken)
    return int(last or 0) - count + 1


def _begin_series() -> None:
    """Make the row; two first ones at once make one."""
    try:
        with db.session.begin_nested():
            db.session.add(MeaningSeries(id=ONLY, name=secrets.token_hex(8), version=0))
    except IntegrityError:
        return


# Reading


@dataclass(frozen=True)
class _Known:
    """What this process has read. ``ids``: of every row, those that hold nothing too."""

    series: str
    version: int = 0
    ids: frozenset[int] = frozenset()
    meanings: Meanings = field(default_factory=lambda: Meanings({}))


def read_meanings() -> Meanings:
    """Return what every shown proposal means, as the database holds it now: what changed is read from it, the rest is in memory."""
    count = sa.select(sa.func.count()).select_from(Meaning).scalar_subquery()
    found = db.session.execute(sa.select(MeaningSeries.name, MeaningSeries.version, count)).one_or_none()
    if found is None:
        return Meanings({})
    series, version, held = found
    known: _Known | None = current_app.extensions.get(LEARN_MEANING)
    if known is None or known.series != series or known.version > version:
        known = _read_since(_Known(series))
    elif (known.version, len(known.ids)) != (version, held):
        known = _read_since(known)
        if len(known.ids) != held:
            known = _read_since(_Known(series))  # some are gone with their consultation
    current_app.extensions[LEARN_MEANING] = known
    return known.meanings


def _read_since(known: _Known) -> _Known:
    query = sa.select(Meaning.proposal_id, Meaning.version, Meaning.model, Meaning.vectors)
    changes, version, name = {}, known.version, _made_by()
    for row in db.session.execute(query.where(Meaning.version > known.version)):
        changes[row[0]] = row[3] if row[2] == name else NOTHING  # what was made otherwise is not compared
        version = max(version, row[1])
    if not changes:
        return known
    return _Known(known.series, version, known.ids | changes.keys(), known.meanings.with_changes(changes))
