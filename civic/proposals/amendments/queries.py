from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.proposals.amendments.errors import AmendmentNotFound
from civic.proposals.amendments.models import Amendment, ProposalVersion
from civic.proposals.amendments.rules import AmendmentState, Text
from civic.proposals.authors.models import Coauthor
from civic.proposals.models import Proposal, Support

VERSIONS_A_PAGE = 5


@dataclass(frozen=True)
class AmendmentView:
    """An amendment as it is read, in plain values.

    Attributes:
        base: the text that it changes; ``text``: what it becomes.
        answer: why it is refused; empty where moderation hid it (``is_answer_hidden``), but for who wrote it (``is_own_answer``).
        is_own: who reads proposed it.
    """

    id: int
    proposal_id: int
    author_name: str | None
    version: int
    base: Text
    text: Text
    reason: str
    state: AmendmentState
    answer: str
    created_at: datetime
    decided_at: datetime | None
    is_hidden: bool
    is_own: bool
    is_answer_hidden: bool
    is_own_answer: bool

    @property
    def title(self) -> str:
        return self.text.title

    @property
    def body(self) -> str:
        return self.text.body


@dataclass(frozen=True)
class VersionView:
    """A text of a proposal.

    Attributes:
        credited_to: who wrote it: of whose amendment it comes (``amendment_id``), or who signed the text and changed it (``is_signers``).
        before: the text that it replaced.
    """

    number: int
    text: Text
    written_at: datetime
    amendment_id: int | None
    credited_to: str | None
    is_signers: bool
    before: Text | None


@dataclass(frozen=True)
class Standing:
    """Where the amendments of a proposal stand: how many wait and were accepted, and when the text last became another, after whom."""

    waiting: int = 0
    accepted: int = 0
    total: int = 0
    amended_at: datetime | None = None
    credited_to: str | None = None


def find_amendment(amendment_id: int) -> Amendment | None:
    return db.session.get(Amendment, amendment_id)


def get_amendment(amendment_id: int) -> Amendment:
    """Return an amendment, shown or not. Raises AmendmentNotFound."""
    amendment = find_amendment(amendment_id)
    if amendment is None:
        raise AmendmentNotFound
    return amendment


def text_of(proposal: Proposal) -> Text:
    return Text(proposal.title, proposal.body_source)


def _is_shown() -> sa.ColumnElement[bool]:
    return sa.and_(Amendment.hidden_at.is_(None), Amendment.state != AmendmentState.WITHDRAWN)


def list_amendments(
    proposal_id: int,
    *,
    reader_id: int | None,
    state: AmendmentState | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[AmendmentView]:
    """Read a page of the amendments of a proposal: those that wait first, then the last decided. A hidden one is read by its author alone."""
    is_read: sa.ColumnElement[bool] = _is_shown()
    if reader_id is not None:
        mine = sa.and_(Amendment.author_id == reader_id, Amendment.state != AmendmentState.WITHDRAWN)
        is_read = sa.or_(is_read, mine)
    query = _named().where(Amendment.proposal_id == proposal_id, is_read)
    if state is not None:
        query = query.where(Amendment.state == state)
    waits_first = sa.case((Amendment.state == AmendmentState.PROPOSED, 0), else_=1)
    latest = sa.func.coalesce(Amendment.decided_at, Amendment.created_at)
    page = paginate(
        query.order_by(waits_first, latest.desc(), Amendment.id.desc()),
        number=number,
        size=size,
        scalars=False,
    )
    return Page([_view(row, reader_id) for row in page.items], page.number, page.size, page.total)


def view_amendment(amendment_id: int, *, reader_id: int | None) -> AmendmentView:
    return _view(db.session.execute(_named().where(Amendment.id == amendment_id)).one(), reader_id)


def _named() -> Any:
    base = aliased(ProposalVersion)
    return (
        sa.select(Amendment, Person.name, base)
        .outerjoin(Person, Person.id == Amendment.author_id)
        .join(base, sa.and_(base.proposal_id == Amendment.proposal_id, base.number == Amendment.version))
    )


def _view(row: Any, reader_id: int | None) -> AmendmentView:
    amendment, name, base = row
    is_answer_hidden = amendment.answer_hidden_at is not None
    is_own_answer = reader_id is not None and amendment.decided_by_id == reader_id
    return AmendmentView(
        id=amendment.id,
        proposal_id=amendment.proposal_id,
        author_name=name,
        version=amendment.version,
        base=Text(base.title, base.body_source),
        text=Text(amendment.title, amendment.body_source),
        reason=amendment.reason,
        state=amendment.state,
        answer=amendment.answer if is_own_answer or not is_answer_hidden else "",
        created_at=amendment.created_at,
        decided_at=amendment.decided_at,
        is_hidden=amendment.hidden_at is not None,
        is_own=reader_id is not None and amendment.author_id == reader_id,
        is_answer_hidden=is_answer_hidden,
        is_own_answer=is_own_answer,
    )


def read_standing(proposal_id: int) -> Standing:
    """Return where the amendments of a proposal stand: one query."""
    rows = list(db.session.execute(_standing(), {"proposal": proposal_id}))
    accepted = [row for row in rows if row.state is AmendmentState.ACCEPTED]
    return Standing(
        waiting=sum(row.state is AmendmentState.PROPOSED for row in rows),
        accepted=len(accepted),
        total=len(rows),
        amended_at=accepted[-1].decided_at if accepted else None,
        credited_to=accepted[-1].name if accepted else None,
    )


@cache
def _standing() -> Any:
    return (
        sa.select(Amendment.state, Amendment.decided_at, Person.name)
        .outerjoin(Person, Person.id == Amendment.author_id)
        .where(Amendment.proposal_id == sa.bindparam("proposal"), _is_shown())
        .order_by(Amendment.decided_at, Amendment.id)
    )


def supported_at(proposal_id: int, person_id: int) -> datetime | None:
    """Return when somebody began to support a proposal; None where she does not."""
    query = sa.select(Support.created_at).filter_by(proposal_id=proposal_id, person_id=person_id)
    return db.session.scalar(query)


def list_versions(proposal_id: int, *, number: int = 1, size: int = VERSIONS_A_PAGE) -> Page[VersionView]:
    """Read a page of the texts of a proposal that were kept, the last first."""
    query = (
        sa.select(ProposalVersion, Person.name)
        .outerjoin(Amendment, Amendment.id == ProposalVersion.amendment_id)
        .outerjoin(Person, Person.id == sa.func.coalesce(ProposalVersion.writer_id, Amendment.author_id))
        .where(ProposalVersion.proposal_id == proposal_id)
        .order_by(ProposalVersion.number.desc())
    )
    page = paginate(query, number=number, size=size, scalars=False)
    return Page(_version_views(proposal_id, page.items), page.number, page.size, page.total)


def _version_views(proposal_id: int, rows: Sequence[Any]) -> list[VersionView]:
    wanted = [row.ProposalVersion.number - 1 for row in rows]
    found = db.session.scalars(
        sa.select(ProposalVersion).where(
            ProposalVersion.proposal_id == proposal_id, ProposalVersion.number.in_(wanted)
        )
    )
    before = {each.number: Text(each.title, each.body_source) for each in found}
    return [
        VersionView(
            number=version.number,
            text=Text(version.title, version.body_source),
            written_at=version.written_at,
            amendment_id=version.amendment_id,
            credited_to=name,
            is_signers=version.is_cosigned,
            before=before.get(version.number - 1),
        )
        for version, name in rows
    ]


def list_decider_ids(proposal_id: int) -> list[int]:
    """Return who may accept a change of the text: who signs it."""
    wrote = sa.select(Proposal.author_id).where(Proposal.id == proposal_id, Proposal.author_id.is_not(None))
    signs = sa.select(Coauthor.person_id).where(Coauthor.proposal_id == proposal_id)
    return sorted(db.session.scalars(sa.union(wrote, signs)))


def has_kept_texts(proposal_id: int) -> bool:
    query = sa.select(ProposalVersion.id).filter_by(proposal_id=proposal_id).limit(1)
    return db.session.scalar(query) is not None
