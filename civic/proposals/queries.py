from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.consultations import queries as consultations
from civic.consultations.channels import CHANNEL_MENTIONS, Channel
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.proposals.attached.queries import DocumentView, PhotographView, documents_of, photographs_of
from civic.proposals.authors.queries import coauthors_of
from civic.proposals.errors import ArgumentNotFound, ProposalNotFound
from civic.proposals.models import Answer, Argument, Proposal, Support
from civic.proposals.rules import AnswerState, Category, Decision, Point, Sort
from civic.territories import queries as territories


@dataclass(frozen=True)
class AnswerView:
    """A published answer, in plain values."""

    decision: Decision
    body_html: str
    plain_text: str
    author_name: str | None
    published_at: datetime


@dataclass(frozen=True)
class ProposalView:
    """A proposal as it is read, in plain values.

    Attributes:
        author_id, author_name: None when the author deleted the account, or does not publish her name, whoever reads.
        coauthors: the names of those who sign with her.
        is_own: who reads wrote it.
        answers: the published ones, the latest first.
        is_supported: by who reads.
        support_count: None while a phase hides the totals of its consultation.
        documents: on its own page alone.
    """

    id: int
    consultation_id: int
    territory_id: int
    place_name: str
    author_id: int | None
    author_name: str | None
    organisation_name: str | None
    title: str
    body: str
    body_html: str
    category: Category
    published_at: datetime
    edited_at: datetime | None
    support_count: int | None
    argument_count: int
    is_hidden: bool
    is_withdrawn: bool
    is_supported: bool
    channel: Channel = Channel.WEB
    received_on: date | None = None
    answers: tuple[AnswerView, ...] = field(default=())
    topic: str = ""
    is_anonymous: bool = False
    is_own: bool = False
    coauthors: tuple[str, ...] = ()
    article_number: int | None = None
    point: Point | None = None
    text_version: int = 1
    version: int = 1
    photographs: tuple[PhotographView, ...] = ()
    documents: tuple[DocumentView, ...] = ()

    @property
    def mention(self) -> str:
        """By which way it came, French source text; nothing for one of the web."""
        return CHANNEL_MENTIONS.get(self.channel, "")

    @property
    def answer(self) -> AnswerView | None:
        """The last that the town hall published."""
        return self.answers[0] if self.answers else None


def get_proposal(proposal_id: int) -> Proposal:
    """Return a proposal, shown or not. Raises ProposalNotFound."""
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None:
        raise ProposalNotFound
    return proposal


def lock_proposal(proposal_id: int) -> Proposal:
    """Return a proposal as it is now, which nobody else changes before the transaction ends. Raises ProposalNotFound."""
    proposal: Proposal | None = db.session.scalars(_LOCKED, {"proposal": proposal_id}).one_or_none()
    if proposal is None:
        raise ProposalNotFound
    return proposal


_LOCKED = (
    sa.select(Proposal)
    .where(Proposal.id == sa.bindparam("proposal"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def titles_of(proposal_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Proposal.id, Proposal.title).where(Proposal.id.in_(proposal_ids)))
    return {row.id: row.title for row in rows}


def list_proposals(
    consultation_id: int,
    *,
    sort: Sort = Sort.NEWEST,
    category: Category | None = None,
    topic: str = "",
    territory_id: int | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
    total: int | None = None,
) -> Page[Proposal]:
    """Read a page of the proposals of a consultation that everybody sees. While supports are hidden, no order tells them.

    Args:
        total: how many they all are (``count_proposals``), where it is known.
    """
    if sort is Sort.MOST_SUPPORTED and hides_supports(consultation_id):
        sort = Sort.NEWEST
    asked = {"category": category, "topic": topic or None, "territory_id": territory_id}
    narrowed = {name: value for name, value in asked.items() if value is not None}
    known = total if not narrowed else None
    query = _listed(sort, tuple(narrowed)).params(consultation=consultation_id, **narrowed)
    return paginate(query, number=number, size=size, total=known)


@cache
def _listed(sort: Sort, narrowed: tuple[str, ...]) -> sa.Select[Any]:
    """Return the statement of a list, built once, in the order and with the columns that narrow it."""
    first: dict[Sort, tuple[Any, ...]] = {
        Sort.NEWEST: (),
        Sort.MOST_SUPPORTED: (Proposal.support_count.desc(),),
        Sort.MOST_ARGUED: (Proposal.argument_count.desc(),),
    }
    return (
        _shown()
        .where(
            Proposal.consultation_id == sa.bindparam("consultation"),
            Proposal.article_number.is_(None),
            *[getattr(Proposal, name) == sa.bindparam(name) for name in narrowed],
        )
        .order_by(*first[sort], Proposal.published_at.desc(), Proposal.id.desc())
    )


def hides_supports(consultation_id: int) -> bool:
    """Tell whether nobody may know yet how many support the proposals of a consultation."""
    return bool(consultations.hiding_among([consultation_id], at=utc_now()))


def list_shown(proposal_ids: Collection[int]) -> list[Proposal]:
    """Read those of some proposals that everybody sees."""
    return list(db.session.scalars(_shown().where(Proposal.id.in_(proposal_ids))))


def list_proposals_of(person_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Proposal]:
    """Read a page of what a person proposed, hidden and withdrawn ones included: for that person alone."""
    query = sa.select(Proposal).filter_by(author_id=person_id)
    return paginate(
        query.order_by(Proposal.published_at.desc(), Proposal.id.desc()), number=number, size=size
    )


def list_answered_proposals(*, size: int) -> list[Proposal]:
    """Read the proposals that the town hall answered last, among those that everybody sees."""
    last = (
        sa.select(Answer.proposal_id, sa.func.max(Answer.published_at).label("answered_at"))
        .where(Answer.state == AnswerState.PUBLISHED)
        .group_by(Answer.proposal_id)
        .subquery()
    )
    query = _shown().join(last, last.c.proposal_id == Proposal.id)
    return list(db.session.scalars(query.order_by(last.c.answered_at.desc(), Proposal.id.desc()).limit(size)))


def count_decisions(consultation_id: int) -> dict[Decision, int]:
    """Count the proposals of a consultation that everybody sees by the last word of the town hall; one without a word is in none."""
    counts = {row[0]: row[1] for row in db.session.execute(_decided(), {"consultation": consultation_id})}
    return {decision: counts[decision] for decision in Decision if decision in counts}


@cache
def _decided() -> sa.Select[Any]:
    last = sa.func.row_number().over(
        partition_by=Answer.proposal_id, order_by=(Answer.published_at.desc(), Answer.id.desc())
    )
    said = (
        _shown()
        .join(Answer, Answer.proposal_id == Proposal.id)
        .where(
            Proposal.consultation_id == sa.bindparam("consultation"), Answer.state == AnswerState.PUBLISHED
        )
        .with_only_columns(Answer.decision.label("decision"), last.label("rank"))
        .subquery()
    )
    return sa.select(said.c.decision, sa.func.count()).where(said.c.rank == 1).group_by(said.c.decision)


def count_proposals(consultation_id: int) -> int:
    """Count what residents proposed: the articles of the town hall's own text are not among them."""
    return db.session.scalar(_COUNT_SHOWN, {"consultation": consultation_id}) or 0


_PROPOSALS = Proposal.__table__.c
_COUNT_SHOWN = (
    sa.select(sa.func.count())
    .select_from(Proposal.__table__)
    .where(
        _PROPOSALS.consultation_id == sa.bindparam("consultation"),
        _PROPOSALS.hidden_at.is_(None),
        _PROPOSALS.withdrawn_at.is_(None),
        _PROPOSALS.article_number.is_(None),
    )
)


def _shown() -> sa.Select[Any]:
    return sa.select(Proposal).where(Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None))


def view_proposals(proposals: Sequence[Proposal], *, reader_id: int | None) -> list[ProposalView]:
    """Return proposals as plain values: nine queries, however many they are."""
    ids = {proposal.id for proposal in proposals}
    answers = _published_answers(ids)
    named = {each.id: each.author_id for each in proposals if not each.is_anonymous}
    authors = set(named.values()) | {each.author_id for each in answers}
    people = accounts.names_of({author for author in authors if author})
    organisations = accounts.organisation_names_of(
        {each.organisation_id for each in proposals if each.organisation_id}
    )
    places = territories.names_of({each.territory_id for each in proposals})
    supported = _supported_among(ids, reader_id)
    hiding = consultations.hiding_among({each.consultation_id for each in proposals}, at=utc_now())
    photographs, coauthors = photographs_of(ids), coauthors_of(ids)
    answers_of: dict[int, list[AnswerView]] = {}
    for answer in answers:
        answers_of.setdefault(answer.proposal_id, []).append(_answer_view(answer, people))
    return [
        ProposalView(
            id=each.id,
            consultation_id=each.consultation_id,
            territory_id=each.territory_id,
            place_name=places[each.territory_id],
            author_id=named.get(each.id),
            author_name=people.get(named.get(each.id) or 0),
            organisation_name=organisations.get(each.organisation_id or 0),
            title=each.title,
            body=each.body_source,
            body_html=each.body_html,
            category=each.category,
            published_at=each.published_at,
            edited_at=each.edited_at,
            support_count=None if each.consultation_id in hiding else each.support_count,
            argument_count=each.argument_count,
            is_hidden=each.hidden_at is not None,
            is_withdrawn=each.withdrawn_at is not None,
            is_supported=each.id in supported,
            channel=each.channel,
            received_on=each.received_on,
            answers=tuple(answers_of.get(each.id, ())),
            topic=each.topic,
            is_anonymous=each.is_anonymous,
            is_own=reader_id is not None and each.author_id == reader_id,
            coauthors=coauthors.get(each.id, ()),
            article_number=each.article_number,
            point=None
            if each.longitude is None
            else Point(each.longitude, each.latitude or 0, each.place_label),
            text_version=each.text_version,
            version=each.version,
            photographs=photographs.get(each.id, ()),
        )
        for each in proposals
    ]


def view_proposal(proposal: Proposal, *, reader_id: int | None) -> ProposalView:
    view = view_proposals([proposal], reader_id=reader_id)[0]
    return replace(view, documents=documents_of(proposal.id))


def _published_answers(proposal_ids: Collection[int]) -> list[Answer]:
    """A draft is never among them."""
    return list(db.session.scalars(_ANSWERS, {"ids": list(proposal_ids)}))


_ANSWERS = (
    sa.select(Answer)
    .where(Answer.proposal_id.in_(sa.bindparam("ids", expanding=True)), Answer.state == AnswerState.PUBLISHED)
    .order_by(Answer.published_at.desc(), Answer.id.desc())
)


def _answer_view(answer: Answer, people: dict[int, str]) -> AnswerView:
    published_at = answer.published_at or answer.created_at
    name = people.get(answer.author_id or 0)
    return AnswerView(answer.decision, answer.body_html, answer.plain_text, name, published_at)


def _supported_among(proposal_ids: Collection[int], person_id: int | None) -> set[int]:
    if person_id is None:
        return set()
    mine = sa.select(Support.proposal_id).where(Support.proposal_id.in_(proposal_ids))
    return set(db.session.scalars(mine.where(Support.person_id == person_id)))


def remove_support(proposal_id: int, person_id: int) -> bool:
    """Tell whether there was one to remove."""
    result = db.session.execute(
        sa.delete(Support).where(Support.proposal_id == proposal_id, Support.person_id == person_id)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def list_supporter_ids(proposal_id: int) -> list[int]:
    """Return who supports a proposal, for those who tell them of its answer."""
    query = sa.select(Support.person_id).where(
        Support.proposal_id == proposal_id, Support.person_id.is_not(None)
    )
    return [person_id for person_id in db.session.scalars(query.order_by(Support.id)) if person_id]


def has_arguments(proposal_id: int) -> bool:
    """Tell whether anybody argued, hidden arguments included."""
    return db.session.scalar(sa.select(Argument.id).filter_by(proposal_id=proposal_id).limit(1)) is not None


def lock_argument(argument_id: int) -> Argument:
    """Return an argument as it is now, its proposal locked first, as every writer does. Raises ArgumentNotFound."""
    argument = db.session.get(Argument, argument_id)
    if argument is None:
        raise ArgumentNotFound
    lock_proposal(argument.proposal_id)
    db.session.refresh(argument)
    return argument


def find_draft_answer(proposal_id: int) -> Answer | None:
    query = sa.select(Answer).filter_by(proposal_id=proposal_id, state=AnswerState.DRAFT)
    return db.session.scalars(query).one_or_none()


def find_last_answer(proposal_id: int) -> Answer | None:
    """Return the last answer that was published."""
    return next(iter(_published_answers([proposal_id])), None)


def is_answered(proposal_id: int) -> bool:
    query = sa.select(Answer.id).filter_by(proposal_id=proposal_id, state=AnswerState.PUBLISHED).limit(1)
    return db.session.scalar(query) is not None


def list_drafted_proposal_ids(consultation_id: int) -> list[int]:
    """Return the proposals, still shown, whose answer is drafted; in the order in which they are locked."""
    query = (
        _shown()
        .with_only_columns(Proposal.id)
        .join(Answer, Answer.proposal_id == Proposal.id)
        .where(Proposal.consultation_id == consultation_id, Answer.state == AnswerState.DRAFT)
    )
    return list(db.session.scalars(query.order_by(Proposal.id)))
