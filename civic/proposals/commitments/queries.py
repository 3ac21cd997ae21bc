from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.proposals.commitments import rules
from civic.proposals.commitments.errors import CommitmentNotFound, MilestoneNotFound, PhotographNotFound
from civic.proposals.commitments.models import Commitment, CommitmentNews, CommitmentPhotograph, Milestone
from civic.proposals.commitments.rules import CommitmentState, MilestoneState
from civic.proposals.models import Proposal


@dataclass(frozen=True)
class MilestoneView:
    id: int
    title: str
    due_on: date
    done_on: date | None
    done_at: datetime | None
    state: MilestoneState


@dataclass(frozen=True)
class NewsView:
    """``milestone_title``: of the step that was done; None when it is words alone."""

    body: str
    created_at: datetime
    milestone_title: str | None


@dataclass(frozen=True)
class PhotographView:
    id: int
    description: str
    digest: str
    width: int
    height: int


@dataclass(frozen=True)
class CommitmentView:
    """A commitment as it is read, in plain values. ``news``, the latest first, and ``photographs``: on its own page alone."""

    id: int
    proposal_id: int
    proposal_title: str
    title: str
    details: str
    in_charge: str
    budget_cents: int | None
    published_at: datetime | None
    dropped_at: datetime | None
    dropped_reason: str
    state: CommitmentState
    milestones: tuple[MilestoneView, ...]
    news: tuple[NewsView, ...] = ()
    photographs: tuple[PhotographView, ...] = ()

    @property
    def done_count(self) -> int:
        return sum(each.done_on is not None for each in self.milestones)

    @property
    def next_milestone(self) -> MilestoneView | None:
        """The first step that is not done."""
        return next((each for each in self.milestones if each.done_on is None), None)


def get_commitment(commitment_id: int) -> Commitment:
    """Raises CommitmentNotFound."""
    commitment = db.session.get(Commitment, commitment_id)
    if commitment is None:
        raise CommitmentNotFound
    return commitment


def lock_commitment(commitment_id: int) -> Commitment:
    """Return a commitment as it is now, which nobody else changes before the transaction ends. Raises CommitmentNotFound."""
    query = sa.select(Commitment).filter_by(id=commitment_id).with_for_update()
    commitment = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if commitment is None:
        raise CommitmentNotFound
    return commitment


def get_milestone(milestone_id: int) -> Milestone:
    """Raises MilestoneNotFound."""
    milestone = db.session.get(Milestone, milestone_id)
    if milestone is None:
        raise MilestoneNotFound
    return milestone


def list_drafts(proposal_id: int) -> list[Commitment]:
    query = sa.select(Commitment).where(
        Commitment.proposal_id == proposal_id, Commitment.published_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(Commitment.id)))


def commitments_of(
    proposal_ids: Collection[int], *, today: date, with_drafts: bool = False
) -> dict[int, list[CommitmentView]]:
    """Return the commitments on some proposals, the oldest first: two queries, however many they are."""
    found: dict[int, list[CommitmentView]] = {}
    for commitment, title in db.session.execute(_ON_PROPOSALS[with_drafts], {"ids": list(proposal_ids)}):
        found.setdefault(commitment.proposal_id, []).append(_view(commitment, title, today))
    return found


_ON_PROPOSALS = {
    with_drafts: sa.select(Commitment, Proposal.title)
    .join(Proposal, Proposal.id == Commitment.proposal_id)
    .where(
        Commitment.proposal_id.in_(sa.bindparam("ids", expanding=True)),
        *(() if with_drafts else (Commitment.published_at.is_not(None),)),
    )
    .order_by(Commitment.id)
    for with_drafts in (False, True)
}


def view_commitment(commitment: Commitment, *, today: date) -> CommitmentView:
    """Return a commitment as its own page shows it, with all that was told of it."""
    title = db.session.scalar(sa.select(Proposal.title).filter_by(id=commitment.proposal_id)) or ""
    view = _view(commitment, title, today)
    return replace(view, news=_news_of(commitment.id), photographs=_photographs_of(commitment.id))


def _photographs_of(commitment_id: int) -> tuple[PhotographView, ...]:
    of = CommitmentPhotograph
    query = sa.select(of.id, of.description, of.digest, of.width, of.height).order_by(of.id)
    rows = db.session.execute(query.where(of.commitment_id == commitment_id))
    return tuple(PhotographView(*row) for row in rows)


def count_photographs(commitment_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(CommitmentPhotograph)
    return db.session.scalar(counted.where(CommitmentPhotograph.commitment_id == commitment_id)) or 0


def get_photograph(photograph_id: int) -> CommitmentPhotograph:
    """Raises PhotographNotFound."""
    photograph = db.session.get(CommitmentPhotograph, photograph_id)
    if photograph is None:
        raise PhotographNotFound
    return photograph


def _news_of(commitment_id: int) -> tuple[NewsView, ...]:
    rows = db.session.execute(
        sa.select(CommitmentNews.body, CommitmentNews.created_at, Milestone.title)
        .outerjoin(Milestone, Milestone.id == CommitmentNews.milestone_id)
        .where(CommitmentNews.commitment_id == commitment_id)
        .order_by(CommitmentNews.created_at.desc(), CommitmentNews.id.desc())
    )
    return tuple(NewsView(*row) for row in rows)


def _view(commitment: Commitment, proposal_title: str, today: date) -> CommitmentView:
    return CommitmentView(
        id=commitment.id,
        proposal_id=commitment.proposal_id,
        proposal_title=proposal_title,
        title=commitment.title,
        details=commitment.details,
        in_charge=commitment.in_charge,
        budget_cents=commitment.budget_cents,
        published_at=commitment.published_at,
        dropped_at=commitment.dropped_at,
        dropped_reason=commitment.dropped_reason,
        state=state_of(commitment, today=today),
        milestones=tuple(
            MilestoneView(
                each.id, each.title, each.due_on, each.done_on, each.done_at,
                rules.milestone_state(each.due_on, each.done_on, today=today),
            )
            for each in commitment.milestones
        ),
    )  # fmt: skip


def state_of(commitment: Commitment, *, today: date) -> CommitmentState:
    return rules.commitment_state(
        commitment.steps,
        is_published=commitment.published_at is not None,
        is_dropped=commitment.dropped_at is not None,
        today=today,
    )


def is_shown() -> sa.ColumnElement[bool]:
    """What residents read: it is published, and so is its proposal."""
    return sa.and_(
        Commitment.published_at.is_not(None), Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None)
    )


def facts() -> sa.Subquery:
    """Return, of each commitment, the steps to do, the first day missed, and whether one was done after its day."""
    to_do = Milestone.done_on.is_(None)
    return (
        sa.select(
            Milestone.commitment_id,
            sa.func.count(sa.case((to_do, 1))).label("to_do"),
            sa.func.min(sa.case((to_do, Milestone.due_on))).label("next_on"),
            sa.func.count(sa.case((Milestone.done_on > Milestone.due_on, 1))).label("done_late"),
        )
        .group_by(Milestone.commitment_id)
        .subquery()
    )


def state_condition(state: CommitmentState, steps: sa.Subquery, today: date) -> sa.ColumnElement[bool]:
    """The same as ``rules.commitment_state`` of what is published, for the database."""
    is_dropped = Commitment.dropped_at.is_not(None)
    is_late = sa.and_(steps.c.to_do > 0, steps.c.next_on < today)
    conditions: dict[CommitmentState, Any] = {
        CommitmentState.DROPPED: is_dropped,
        CommitmentState.LATE: sa.and_(~is_dropped, is_late),
        CommitmentState.UNDER_WAY: sa.and_(~is_dropped, steps.c.to_do > 0, steps.c.next_on >= today),
        CommitmentState.KEPT: sa.and_(~is_dropped, steps.c.to_do == 0, steps.c.done_late == 0),
        CommitmentState.KEPT_LATE: sa.and_(~is_dropped, steps.c.to_do == 0, steps.c.done_late > 0),
    }
    return sa.and_(conditions[state])


def list_commitments(
    *,
    today: date,
    state: CommitmentState | None = None,
    consultation_id: int | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[CommitmentView]:
    """Read a page of what the town hall committed itself to: what is late first, then what is next, then what is over."""
    steps = facts()
    query = (
        sa.select(Commitment, Proposal.title)
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .join(steps, steps.c.commitment_id == Commitment.id)
        .where(is_shown())
    )
    if consultation_id is not None:
        query = query.where(Proposal.consultation_id == consultation_id)
    if state is not None and state is not CommitmentState.DRAFT:
        query = query.where(state_condition(state, steps, today))
    rank = sa.case(
        (state_condition(CommitmentState.LATE, steps, today), 0),
        (state_condition(CommitmentState.UNDER_WAY, steps, today), 1),
        else_=2,
    )
    page = paginate(
        query.order_by(rank, steps.c.next_on, Commitment.published_at.desc(), Commitment.id.desc()),
        number=number, size=size, scalars=False,
    )  # fmt: skip
    return Page([_view(row[0], row[1], today) for row in page.items], page.number, page.size, page.total)


@dataclass(frozen=True)
class Untold:
    """Something that moved and was told to nobody. ``is_shown``: residents may read of it."""

    news: CommitmentNews
    proposal_id: int
    is_shown: bool


def list_untold(until: datetime) -> list[Untold]:
    """Return, locked, what moved and was told to nobody yet."""
    query = (
        sa.select(CommitmentNews, Commitment.proposal_id, is_shown())
        .join(Commitment, Commitment.id == CommitmentNews.commitment_id)
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .where(CommitmentNews.told_at.is_(None), CommitmentNews.created_at <= until)
        .order_by(CommitmentNews.id)
        .with_for_update(of=CommitmentNews)
    )
    return [Untold(news, proposal_id, bool(shown)) for news, proposal_id, shown in db.session.execute(query)]
