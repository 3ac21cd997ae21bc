from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.models import Person
from civic.councils.models import Council, Sitting
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.petitions import rules
from civic.petitions.errors import PetitionNotFound, SheetNotFound
from civic.petitions.models import Petition, PetitionSettings, PetitionSheet, PetitionSignature
from civic.petitions.rules import (
    PAPER_DAYS,
    PUBLIC_STEPS,
    Outcome,
    PetitionRules,
    PetitionState,
    RefusalRule,
    Step,
)
from civic.proposals.answers import rules as due
from civic.web.languages import short_day

ASKED_AGAIN = timedelta(days=365)
"""What the council decided may be asked again a year later."""
MOST_COMPARED, MOST_RESEMBLING = 500, 5
PATH = "/petitions/"


class ListFilter(StrEnum):
    """What the public list shows."""

    SIGNING = "signing"
    AWAITING = "awaiting"
    DECIDED = "decided"
    FAILED = "failed"


class DeskFilter(StrEnum):
    """What the desk shows."""

    TO_EXAMINE = "to_examine"
    SIGNING = "signing"
    AWAITING = "awaiting"
    OVER = "over"


@dataclass(frozen=True)
class PetitionView:
    """A petition as it is read.

    Attributes:
        is_signable: it can be signed now. takes_paper: sheets are typed now.
        last_second: the last instant at which it can be signed. last_typing: the last at which sheets are typed.
        last_day: on which a decision is in time; ``days_waited`` since it had what it needs, ``days_late`` since that day.
        was_late: the decision came after it.
    """

    id: int
    title: str
    ask_source: str
    ask_html: str
    why_source: str
    why_html: str
    state: PetitionState
    territory_id: int
    author_id: int | None
    signature: str
    submitted_at: datetime
    is_hidden: bool
    refusal_rule: RefusalRule | None
    refusal_note: str
    opens_at: datetime | None
    closes_at: datetime | None
    last_second: datetime | None
    last_typing: datetime | None
    is_signable: bool
    takes_paper: bool
    needed: int | None
    share_percent: int | None
    roll_size: int | None
    roll_on: date | None
    least_age: int | None
    needs_verified: bool
    decision_days: int | None
    signature_count: int
    online_count: int
    counted_at: datetime | None
    reached_at: datetime | None
    last_day: date | None
    days_waited: int
    days_late: int
    was_late: bool
    agenda_on: date | None
    sitting_id: int | None
    outcome: Outcome | None
    decision_html: str
    deliberated_on: date | None
    deliberation: str
    decided_at: datetime | None

    @property
    def paper_count(self) -> int:
        return self.signature_count - self.online_count

    @property
    def missing(self) -> int:
        """How many signatures it lacks."""
        return max(0, (self.needed or 0) - self.signature_count)


_KEPT = (
    "id", "title", "ask_source", "ask_html", "why_source", "why_html", "territory_id", "author_id", "submitted_at", "refusal_rule",
    "refusal_note", "opens_at", "closes_at", "needed", "share_percent", "roll_size", "roll_on", "least_age", "needs_verified",
    "decision_days", "signature_count", "online_count", "counted_at", "reached_at", "agenda_on", "sitting_id", "outcome",
    "decision_html", "deliberated_on", "deliberation", "decided_at",
)  # fmt: skip


def get_petition(petition_id: int) -> Petition:
    """Raises PetitionNotFound."""
    petition = db.session.get(Petition, petition_id)
    if petition is None:
        raise PetitionNotFound
    return petition


def lock_petition(petition_id: int) -> Petition:
    """Return a petition as it is now, which nobody else changes before the transaction ends. Raises PetitionNotFound."""
    query = sa.select(Petition).filter_by(id=petition_id).with_for_update()
    petition = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if petition is None:
        raise PetitionNotFound
    return petition


def view_petition(petition: Petition, *, at: datetime) -> PetitionView:
    return view_petitions([petition], at=at)[0]


def view_petitions(petitions: Collection[Petition], *, at: datetime) -> list[PetitionView]:
    """Return petitions as they are read, with two queries whatever their number."""
    people = accounts.names_of({each.author_id for each in petitions if each.author_id is not None})
    houses = accounts.organisation_names_of(
        {each.organisation_id for each in petitions if each.organisation_id is not None}
    )
    return [_view(each, people, houses, at) for each in petitions]


def _view(each: Petition, people: dict[int, str], houses: dict[int, str], at: datetime) -> PetitionView:
    state = each.state_at(at)
    kept: dict[str, Any] = {name: getattr(each, name) for name in _KEPT}
    name = houses.get(each.organisation_id or 0) or people.get(each.author_id or 0) or ""
    counted_to = each.decided_at or at
    return PetitionView(
        **kept,
        state=state,
        signature=name,
        is_hidden=each.hidden_at is not None,
        last_second=each.closes_at - timedelta(seconds=1) if each.closes_at else None,
        last_typing=rules.typing_ends_at(each.closes_at) - timedelta(seconds=1) if each.closes_at else None,
        is_signable=rules.can_be_signed(state, each.closes_at, at=at),
        takes_paper=rules.takes_paper(state, each.closes_at, at=at),
        last_day=due.last_day(each.due_at) if each.due_at else None,
        days_waited=due.days_waited(each.reached_at, at=counted_to) if each.reached_at else 0,
        days_late=due.days_late(each.due_at, at=counted_to) if each.due_at else 0,
        was_late=bool(each.due_at and each.decided_at and each.decided_at >= each.due_at),
    )


def is_public() -> sa.ColumnElement[bool]:
    return sa.and_(Petition.step.in_(PUBLIC_STEPS), Petition.hidden_at.is_(None))


def _in_state(which: ListFilter, at: datetime) -> sa.ColumnElement[bool]:
    admitted, reached = Petition.step == Step.ADMITTED, Petition.reached_at.is_not(None)
    if which is ListFilter.DECIDED:
        return Petition.step == Step.DECIDED
    if which is ListFilter.AWAITING:
        return sa.and_(admitted, reached)
    typed_until = at - timedelta(days=PAPER_DAYS)
    if which is ListFilter.SIGNING:  # and those whose sheets are still counted
        return sa.and_(admitted, ~reached, Petition.closes_at > typed_until)
    return sa.and_(admitted, ~reached, Petition.closes_at <= typed_until)


def list_petitions(
    *, at: datetime, which: ListFilter | None = None, number: int = 1, size: int = PAGE_SIZE
) -> Page[Petition]:
    """Return what everybody may read: what can be signed first, the last to end first among what is over."""
    query = sa.select(Petition).where(is_public())
    if which is not None:
        query = query.where(_in_state(which, at))
    order = (sa.case((Petition.closes_at > at, 0), else_=1), Petition.opens_at.desc(), Petition.id.desc())
    return paginate(query.order_by(*order), number=number, size=size)


def list_resembling(petition: Petition, *, at: datetime) -> list[Petition]:
    """Return what is signed, waits for the council, or was decided less than a year ago, in words like those of a petition."""
    lives = sa.or_(
        _in_state(ListFilter.SIGNING, at),
        _in_state(ListFilter.AWAITING, at),
        Petition.decided_at > at - ASKED_AGAIN,
    )
    query = sa.select(Petition).where(
        is_public(), lives, Petition.territory_id == petition.territory_id, Petition.id != petition.id
    )
    wanted = rules.roots_of(f"{petition.title} {petition.ask_source}")
    ranked = [
        (rules.resemblance(wanted, rules.roots_of(f"{each.title} {each.ask_source}")), each)
        for each in db.session.scalars(
            query.order_by(Petition.opens_at.desc(), Petition.id).limit(MOST_COMPARED)
        )
    ]
    alike = sorted((pair for pair in ranked if pair[0]), key=lambda pair: -pair[0])
    return [each for _, each in alike[:MOST_RESEMBLING]]


def count_petitions(*, at: datetime) -> dict[ListFilter, int]:
    counted = [
        sa.func.coalesce(sa.func.sum(sa.case((_in_state(each, at), 1), else_=0)), 0) for each in ListFilter
    ]
    row = db.session.execute(sa.select(*counted).where(is_public())).one()
    return dict(zip(ListFilter, row, strict=True))


def _desk(which: DeskFilter, at: datetime) -> sa.ColumnElement[bool]:
    if which is DeskFilter.TO_EXAMINE:
        return Petition.step == Step.SUBMITTED
    if which is DeskFilter.SIGNING:
        return _in_state(ListFilter.SIGNING, at)
    if which is DeskFilter.AWAITING:
        return _in_state(ListFilter.AWAITING, at)
    over = (_in_state(ListFilter.DECIDED, at), _in_state(ListFilter.FAILED, at))
    return sa.or_(*over, Petition.step == Step.REFUSED)


def list_desk(
    territory_ids: Collection[int], *, which: DeskFilter, at: datetime, number: int = 1
) -> Page[Petition]:
    """Return what the town hall has to do with, what waits longest first."""
    query = sa.select(Petition).where(Petition.territory_id.in_(territory_ids), _desk(which, at))
    order = Petition.due_at if which is DeskFilter.AWAITING else Petition.submitted_at
    return paginate(query.order_by(order, Petition.id), number=number)


def count_desk(territory_ids: Collection[int], *, at: datetime) -> dict[DeskFilter, int]:
    counted = [
        sa.func.coalesce(sa.func.sum(sa.case((_desk(each, at), 1), else_=0)), 0) for each in DeskFilter
    ]
    row = db.session.execute(sa.select(*counted).where(Petition.territory_id.in_(territory_ids))).one()
    return dict(zip(DeskFilter, row, strict=True))


def count_late(territory_ids: Collection[int], *, at: datetime) -> int:
    """Count the decisions that were due, and are not published."""
    query = sa.select(sa.func.count(Petition.id)).where(
        Petition.territory_id.in_(territory_ids), Petition.step == Step.ADMITTED, Petition.due_at <= at
    )
    return db.session.scalar(query) or 0


def list_own(person_id: int) -> list[Petition]:
    """Return the last petitions that somebody launched, whatever became of them."""
    query = sa.select(Petition).filter_by(author_id=person_id).order_by(Petition.id.desc())
    return list(db.session.scalars(query.limit(PAGE_SIZE)))


def find_settings(territory_id: int) -> PetitionSettings | None:
    return db.session.get(PetitionSettings, territory_id)


def find_open_rules(territory_id: int) -> PetitionRules | None:
    """Return how a commune takes petitions now; None where it takes none here."""
    settings = find_settings(territory_id)
    return settings.rules if settings and settings.is_open else None


# Signatures


def find_signature(petition_id: int, person_id: int | None) -> PetitionSignature | None:
    if person_id is None:
        return None
    query = sa.select(PetitionSignature).filter_by(petition_id=petition_id, person_id=person_id)
    return db.session.scalars(query).one_or_none()


def list_shown_names(petition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[str]:
    """Return the names of those who agreed that theirs is read, the last first."""
    query = (
        sa.select(Person.name)
        .join(PetitionSignature, PetitionSignature.person_id == Person.id)
        .where(PetitionSignature.petition_id == petition_id, PetitionSignature.is_shown.is_(True))
        .order_by(PetitionSignature.id.desc())
    )
    return paginate(query, number=number, size=size)


def list_told_ids(petition_id: int) -> list[int]:
    """Return those who wish to know what becomes of a petition they signed."""
    query = sa.select(PetitionSignature.person_id).where(
        PetitionSignature.petition_id == petition_id,
        PetitionSignature.wants_news.is_(True),
        PetitionSignature.person_id.is_not(None),
    )
    return [person_id for person_id in db.session.scalars(query) if person_id is not None]


def digests_of(petition_id: int, digests: Collection[str]) -> set[str]:
    """Return which of these persons signed already."""
    query = sa.select(PetitionSignature.identity_digest).where(
        PetitionSignature.petition_id == petition_id, PetitionSignature.identity_digest.in_(digests)
    )
    return {digest for digest in db.session.scalars(query) if digest is not None}


# Paper


def get_sheet(petition_id: int, sheet_id: int) -> PetitionSheet:
    """Raises SheetNotFound."""
    sheet = db.session.get(PetitionSheet, sheet_id)
    if sheet is None or sheet.petition_id != petition_id:
        raise SheetNotFound
    return sheet


def list_sheets(petition_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[PetitionSheet]:
    query = sa.select(PetitionSheet).filter_by(petition_id=petition_id)
    return paginate(query.order_by(PetitionSheet.id.desc()), number=number, size=size)


def next_sheet_number(petition_id: int) -> int:
    last = sa.select(sa.func.max(PetitionSheet.number)).filter_by(petition_id=petition_id)
    return (db.session.scalar(last) or 0) + 1


# The council


def list_sittings(*, at: datetime) -> list[tuple[int, str]]:
    """Return the published sittings on whose agenda a petition may be put, of the last months and to come."""
    query = (
        sa.select(Sitting.id, Council.name, Sitting.title, Sitting.starts_at)
        .join(Council, Council.id == Sitting.council_id)
        .where(Sitting.published_at.is_not(None), Sitting.starts_at > at - timedelta(days=180))
        .order_by(Sitting.starts_at.desc(), Sitting.id.desc())
        .limit(50)
    )
    return [(row[0], f"{short_day(row[3])} – {row[1]} – {row[2]}") for row in db.session.execute(query)]


def find_moderated_petition(petition_id: int) -> ModeratedContent | None:
    petition = db.session.get(Petition, petition_id)
    if petition is None or petition.step not in PUBLIC_STEPS:
        return None
    return ModeratedContent(
        kind="petition",
        id=petition.id,
        author_id=petition.author_id,
        territory_id=petition.territory_id,
        text=f"{petition.title}\n\n{petition.ask_source}\n\n{petition.why_source}",
        path=f"{PATH}{petition.id}",
        is_hidden=petition.hidden_at is not None,
    )
