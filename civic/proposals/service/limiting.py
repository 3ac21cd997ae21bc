"""How many proposals one person may support in a consultation that limits it. The row of ``SupportsGiven`` decides, in one statement, however many come at once."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from civic.consultations import queries as consultations
from civic.kernel.database import db
from civic.proposals.errors import NoSupportLeft
from civic.proposals.models import Proposal, Support, SupportsGiven


@dataclass(frozen=True)
class Allowance:
    """How many proposals of a consultation one person may support, and how many she does."""

    allowed: int
    given: int

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.given)


def find_allowance(consultation_id: int, person_id: int | None) -> Allowance | None:
    """Return what is left to somebody; None where nothing is limited, or nobody is signed in."""
    allowed = consultations.get_consultation(consultation_id).most_supports
    if allowed is None or person_id is None:
        return None
    given = db.session.scalar(sa.select(_given(consultation_id, person_id))) or 0
    return Allowance(allowed, given)


def take_one(consultation_id: int, person_id: int) -> None:
    """Count one support more, once its row is written, where they are limited. Raises NoSupportLeft."""
    allowed = consultations.get_consultation(consultation_id).most_supports
    if allowed is None:
        return
    db.session.flush()
    _begin_count(consultation_id, person_id)
    taken = _of(sa.update(SupportsGiven), consultation_id, person_id).where(SupportsGiven.given < allowed)
    taken = taken.values(given=SupportsGiven.given + 1)
    if _is_changed(taken):
        return
    _correct_count(consultation_id, person_id)
    if not _is_changed(taken):
        raise NoSupportLeft(allowed=allowed)


def give_back(consultation_id: int, person_id: int) -> None:
    """Count one support less, where somebody counts them."""
    freed = _of(sa.update(SupportsGiven), consultation_id, person_id).where(SupportsGiven.given > 0)
    _is_changed(freed.values(given=SupportsGiven.given - 1))


def count_again(consultation_id: int) -> None:
    """Have the supports that each person gave in a consultation counted again: its limit changed."""
    db.session.execute(
        sa.delete(SupportsGiven)
        .where(SupportsGiven.consultation_id == consultation_id)
        .execution_options(synchronize_session=False)
    )


def count_again_of(proposal_id: int) -> None:
    """Have those who support a proposal counted again: it is withdrawn or hidden, which frees their support, or shown again."""
    where = sa.select(Proposal.consultation_id).where(Proposal.id == proposal_id).scalar_subquery()
    who = sa.select(Support.person_id).where(Support.proposal_id == proposal_id)
    db.session.execute(
        sa.delete(SupportsGiven)
        .where(SupportsGiven.consultation_id == where, SupportsGiven.person_id.in_(who))
        .execution_options(synchronize_session=False)
    )


def _begin_count(consultation_id: int, person_id: int) -> None:
    """Make the row of a person, of what she gave before the support that is being written; who makes it at the same time waits."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert = (sqlite_insert if is_sqlite else postgresql_insert)(SupportsGiven)
    before = sa.select(
        sa.literal(consultation_id), sa.literal(person_id), _given(consultation_id, person_id) - 1
    )
    db.session.execute(
        insert.from_select(["consultation_id", "person_id", "given"], before.where(sa.true()))
        .on_conflict_do_nothing()
        .execution_options(synchronize_session=False)
    )


def _correct_count(consultation_id: int, person_id: int) -> None:
    """Count again before refusing: a proposal withdrawn at the moment at which the row was made may be in it. Held first, so that what others gave is seen."""
    held = _of(sa.select(SupportsGiven.given), consultation_id, person_id).with_for_update()
    db.session.execute(held)
    _is_changed(
        _of(sa.update(SupportsGiven), consultation_id, person_id).values(
            given=_given(consultation_id, person_id) - 1
        )
    )


def _given(consultation_id: int, person_id: int) -> sa.ScalarSelect[int]:
    """What is withdrawn or hidden takes nobody's support: it could not be taken back."""
    return (
        sa.select(sa.func.count())
        .select_from(Support)
        .join(Proposal, Proposal.id == Support.proposal_id)
        .where(
            Support.person_id == person_id,
            Proposal.consultation_id == consultation_id,
            Proposal.hidden_at.is_(None),
            Proposal.withdrawn_at.is_(None),
        )
        .scalar_subquery()
    )


def _of(statement: Any, consultation_id: int, person_id: int) -> Any:
    return statement.where(
        SupportsGiven.consultation_id == consultation_id, SupportsGiven.person_id == person_id
    )


def _is_changed(update: Any) -> bool:
    result = db.session.execute(update.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]
