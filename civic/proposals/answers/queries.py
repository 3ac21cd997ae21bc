from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.models import Person, Role, RoleGrant
from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.kernel.database import UtcDateTime, db
from civic.kernel.editing import fingerprint, seen_of
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.proposals.answers import rules
from civic.proposals.answers.models import (
    AnswerCharge,
    AnswerPromise,
    AnswerReading,
    ExpectedAnswer,
    TownAnswerPromise,
)
from civic.proposals.answers.rules import Lack, Promise, Reading, Verdict, Wait
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState, Decision


@dataclass(frozen=True)
class ExpectedView:
    """An answer that was promised, and where it stands now.

    Attributes:
        last_day: the last day on which it is in time.
        days_waited: since the support that reached the threshold; days_late: since the last day.
        is_extended: « à l’étude » was said in time, and put the date off.
    """

    proposal_id: int
    since: datetime
    due_at: datetime
    answered_at: datetime | None
    wait: Wait
    last_day: date
    days_waited: int
    days_late: int
    is_extended: bool


def town_promise(territory_id: int) -> Promise:
    """Return what the consultations of a commune promise unless they say otherwise."""
    stored = find_town_promise(territory_id)
    return stored.promise if stored else Promise()


def find_town_promise(territory_id: int) -> TownAnswerPromise | None:
    return db.session.get(TownAnswerPromise, territory_id)


def find_promise(consultation_id: int) -> Promise | None:
    """Return what a consultation promises; None where nothing was promised, or not yet."""
    stored = db.session.get(AnswerPromise, consultation_id)
    return stored.promise if stored else None


def seen_promise(consultation_id: int) -> str:
    """Return what the form that promises again carries."""
    stored = db.session.get(AnswerPromise, consultation_id)
    return fingerprint(seen_of(stored), list_charge(consultation_id))


def promise_shown(consultation: Consultation) -> Promise | None:
    """Return what the page of a consultation says: of a draft, what its publication will promise."""
    promise = find_promise(consultation.id)
    if promise is None and consultation.state is ConsultationState.DRAFT:
        return town_promise(consultation.territory_id)
    return promise


def list_charge(consultation_id: int) -> list[int]:
    """Return who is in charge of the answers of a consultation, in order."""
    query = sa.select(AnswerCharge.person_id).filter_by(consultation_id=consultation_id)
    return list(db.session.scalars(query.order_by(AnswerCharge.rank)))


def list_staff(territory_id: int) -> list[tuple[int, str]]:
    """Return the councillors, then the agents of a commune: (id, name), each once."""
    return list(dict.fromkeys((row.id, row.name) for row in _staff(territory_id)))


def staff_ids(territory_id: int) -> tuple[list[int], list[int]]:
    """Return the councillors and the agents of a commune, by id."""
    rows = _staff(territory_id)
    councillors = [row.id for row in rows if row.role is Role.COUNCILLOR]
    return councillors, [row.id for row in rows if row.role is Role.AGENT]


def _staff(territory_id: int) -> list[Any]:
    query = (
        sa.select(Person.id, Person.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.territory_id == territory_id,
            RoleGrant.role.in_([Role.COUNCILLOR, Role.AGENT]),
            Person.deactivated_at.is_(None),
        )
    )
    return sorted(db.session.execute(query), key=lambda row: (row.role is not Role.COUNCILLOR, row.name))


def find_expected(proposal_id: int, *, at: datetime) -> ExpectedView | None:
    return expected_of([proposal_id], at=at).get(proposal_id)


def expected_of(proposal_ids: Collection[int], *, at: datetime) -> dict[int, ExpectedView]:
    """Return, in one query, the answers that some proposals are owed, or got."""
    rows = db.session.execute(_EXPECTED, {"ids": list(proposal_ids)}) if proposal_ids else ()
    return {row.proposal_id: view_of(row, at=at) for row in rows}


_EXPECTED = sa.select(ExpectedAnswer.__table__).where(
    ExpectedAnswer.__table__.c.proposal_id.in_(sa.bindparam("ids", expanding=True))
)


def view_of(row: Any, *, at: datetime) -> ExpectedView:
    return ExpectedView(
        proposal_id=row.proposal_id,
        since=row.since,
        due_at=row.due_at,
        answered_at=row.answered_at,
        wait=rules.wait_of(row.due_at, row.answered_at, at=at),
        last_day=rules.last_day(row.due_at),
        days_waited=rules.days_waited(row.since, at=at),
        days_late=rules.days_late(row.due_at, at=at),
        is_extended=row.extended_at is not None,
    )


def is_shown() -> sa.ColumnElement[bool]:
    """Who withdraws a proposal asks nothing any more, and a hidden one is answered to nobody."""
    return sa.and_(Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None))


@dataclass(frozen=True)
class Waits:
    """How the answers promised by a consultation, or in a year, stand."""

    in_time: int = 0
    answered_late: int = 0
    awaited: int = 0
    late: int = 0

    @property
    def expected(self) -> int:
        return self.in_time + self.answered_late + self.awaited + self.late

    @property
    def answered(self) -> int:
        return self.in_time + self.answered_late


def count_waits(consultation_id: int, *, at: datetime) -> Waits:
    """Count, in one query, how the answers that a consultation promised stand."""
    return Waits(*db.session.execute(_WAITS, {"consultation": consultation_id, "at": at}).one())


def _count_if(condition: Any) -> sa.Function[int]:
    return sa.func.count(sa.case((condition, 1)))


_AT = sa.bindparam("at", type_=UtcDateTime())
_WAITS = (
    sa.select(
        _count_if(ExpectedAnswer.answered_at < ExpectedAnswer.due_at),
        _count_if(ExpectedAnswer.answered_at >= ExpectedAnswer.due_at),
        _count_if(sa.and_(ExpectedAnswer.answered_at.is_(None), ExpectedAnswer.due_at > _AT)),
        _count_if(sa.and_(ExpectedAnswer.answered_at.is_(None), ExpectedAnswer.due_at <= _AT)),
    )
    .join(Proposal, Proposal.id == ExpectedAnswer.proposal_id)
    .where(ExpectedAnswer.consultation_id == sa.bindparam("consultation"), is_shown())
)


def is_settled(proposal_id: int) -> bool:
    """Tell whether the town hall already decided something of a proposal."""
    query = sa.select(Answer.id).where(
        Answer.proposal_id == proposal_id,
        Answer.state == AnswerState.PUBLISHED,
        Answer.decision != Decision.STUDYING,
    )
    return db.session.scalar(query.limit(1)) is not None


def list_reached(consultation_id: int, threshold: int) -> list[int]:
    """Return the proposals, shown and without a decision, that reach a threshold and are owed nothing yet."""
    is_owed = sa.exists().where(ExpectedAnswer.proposal_id == Proposal.id)
    is_answered = sa.exists().where(
        Answer.proposal_id == Proposal.id,
        Answer.state == AnswerState.PUBLISHED,
        Answer.decision != Decision.STUDYING,
    )
    query = sa.select(Proposal.id).where(
        Proposal.consultation_id == consultation_id,
        Proposal.support_count >= threshold,
        Proposal.article_number.is_(None),
        is_shown(),
        ~is_owed,
        ~is_answered,
    )
    return list(db.session.scalars(query.order_by(Proposal.id)))


class DeskFilter(StrEnum):
    """Which answers the desk lists."""

    ALL = "all"
    LATE = "late"
    DRAFTED = "drafted"
    TO_READ = "to_read"


@dataclass(frozen=True)
class DeskRow:
    """An answer that is owed, or written and not published, as the town hall sees it.

    Attributes:
        expected: None where the threshold was not reached.
        version: of the draft; None where nothing is written.
        reader_name: who was asked to read it; None when nobody was, or she left.
        lack: what stands against its publication, None when it is ready; unknown commitments apart.
    """

    proposal_id: int
    title: str
    consultation_id: int
    consultation_title: str
    support_count: int | None
    expected: ExpectedView | None
    version: int | None
    decision: Decision | None
    writer_name: str | None
    reader_name: str | None
    verdict: Verdict | None
    note: str
    lack: Lack | None
    is_mine_to_read: bool


def list_desk(
    territory_ids: Collection[int],
    *,
    reader_id: int,
    at: datetime,
    which: DeskFilter = DeskFilter.ALL,
    consultation_id: int | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[DeskRow]:
    """Read a page of what the town hall owes, the first due first; what was promised no date comes last."""
    query = _desk_query(territory_ids)
    is_drafted, is_waiting = Answer.id.is_not(None), ExpectedAnswer.answered_at.is_(None)
    is_owed = sa.and_(ExpectedAnswer.proposal_id.is_not(None), is_waiting)
    to_read = sa.and_(AnswerReading.reader_id == reader_id, AnswerReading.verdict.is_(None))
    conditions = {
        DeskFilter.ALL: sa.or_(is_owed, is_drafted),
        DeskFilter.LATE: sa.and_(is_owed, ExpectedAnswer.due_at <= at),
        DeskFilter.DRAFTED: is_drafted,
        DeskFilter.TO_READ: sa.and_(is_drafted, to_read),
    }
    query = query.where(conditions[which])
    if consultation_id is not None:
        query = query.where(Proposal.consultation_id == consultation_id)
    has_date = sa.case((is_owed, 0), else_=1)
    is_hiding = consultations.is_hiding(Proposal.consultation_id, at=at)
    known_supports = sa.case((is_hiding, 0), else_=Proposal.support_count)
    page = paginate(
        query.order_by(has_date, ExpectedAnswer.due_at, known_supports.desc(), Proposal.id),
        number=number, size=size, scalars=False,
    )  # fmt: skip
    rows = _desk_rows(page.items, reader_id=reader_id, at=at)
    return Page(rows, page.number, page.size, page.total)


def _desk_query(territory_ids: Collection[int]) -> Any:
    return (
        sa.select(Proposal, Consultation.title, ExpectedAnswer, Answer, AnswerReading, AnswerPromise)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .outerjoin(ExpectedAnswer, ExpectedAnswer.proposal_id == Proposal.id)
        .outerjoin(Answer, sa.and_(Answer.proposal_id == Proposal.id, Answer.state == AnswerState.DRAFT))
        .outerjoin(AnswerReading, AnswerReading.answer_id == Answer.id)
        .outerjoin(AnswerPromise, AnswerPromise.consultation_id == Proposal.consultation_id)
        .where(
            Consultation.territory_id.in_(territory_ids),
            Consultation.state == ConsultationState.PUBLISHED,
            is_shown(),
        )
    )


def _desk_rows(rows: Sequence[Any], *, reader_id: int, at: datetime) -> list[DeskRow]:
    people = {row.Answer.author_id for row in rows if row.Answer}
    people |= {row.AnswerReading.reader_id for row in rows if row.AnswerReading}
    names = accounts.names_of({person for person in people if person})
    hiding = consultations.hiding_among({row.Proposal.consultation_id for row in rows}, at=at)
    return [_desk_row(row, names, hiding, reader_id=reader_id, at=at) for row in rows]


def _desk_row(row: Any, names: dict[int, str], hiding: set[int], *, reader_id: int, at: datetime) -> DeskRow:
    proposal, answer, reading = row.Proposal, row.Answer, row.AnswerReading
    promise = row.AnswerPromise.promise if row.AnswerPromise else Promise()
    lack = None
    if answer is not None:
        lack = rules.lack_of(reading_of(reading), answer.version, needs_reading=promise.needs_reading)
    return DeskRow(
        proposal_id=proposal.id,
        title=proposal.title,
        consultation_id=proposal.consultation_id,
        consultation_title=row.title,
        support_count=None if proposal.consultation_id in hiding else proposal.support_count,
        expected=view_of(row.ExpectedAnswer, at=at) if row.ExpectedAnswer else None,
        version=answer.version if answer else None,
        decision=answer.decision if answer else None,
        writer_name=names.get(answer.author_id or 0) if answer else None,
        reader_name=names.get(reading.reader_id or 0) if reading else None,
        verdict=reading.verdict if reading else None,
        note=reading.note if reading else "",
        lack=lack,
        is_mine_to_read=bool(reading and reading.reader_id == reader_id and reading.verdict is None),
    )


def reading_of(row: AnswerReading | None) -> Reading | None:
    return Reading(row.asked_version, row.verdict, row.read_version) if row else None


def find_reading(answer_id: int) -> AnswerReading | None:
    return db.session.get(AnswerReading, answer_id)


@dataclass(frozen=True)
class DeskCounts:
    """``mine``: drafts that wait for who reads the desk."""

    late: int
    due: int
    drafted: int
    mine: int


def count_desk(territory_ids: Collection[int], *, reader_id: int, at: datetime) -> DeskCounts:
    """Count, in one query, what the desk lists."""
    wanted = _desk_query(territory_ids)
    is_owed = sa.and_(ExpectedAnswer.proposal_id.is_not(None), ExpectedAnswer.answered_at.is_(None))
    to_read = sa.and_(AnswerReading.reader_id == reader_id, AnswerReading.verdict.is_(None))
    row = db.session.execute(
        wanted.with_only_columns(
            _count_if(sa.and_(is_owed, ExpectedAnswer.due_at <= at)),
            _count_if(is_owed),
            _count_if(Answer.id.is_not(None)),
            _count_if(sa.and_(Answer.id.is_not(None), to_read)),
            maintain_column_froms=True,
        )
    ).one()
    return DeskCounts(*row)


def find_next_owed(territory_id: int, *, after_proposal_id: int) -> int | None:
    """Return the first due of the answers that nobody wrote yet, another than one; None when there is none left."""
    query = (
        sa.select(ExpectedAnswer.proposal_id)
        .join(Proposal, Proposal.id == ExpectedAnswer.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .where(
            Consultation.territory_id == territory_id,
            ExpectedAnswer.answered_at.is_(None),
            ExpectedAnswer.proposal_id != after_proposal_id,
            ~sa.exists().where(Answer.proposal_id == Proposal.id, Answer.state == AnswerState.DRAFT),
            is_shown(),
        )
    )
    return db.session.scalar(query.order_by(ExpectedAnswer.due_at, ExpectedAnswer.proposal_id).limit(1))
