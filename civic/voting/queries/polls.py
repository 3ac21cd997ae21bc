"""Polls as they were written, and what is frozen of them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.voting.asking import ChoicePlan, QuestionPlan, read_terms
from civic.voting.booth.grades import grade_words
from civic.voting.booth.setting_up import frozen_part
from civic.voting.errors import PollFrozen, PollNotFound
from civic.voting.frozen import canonical_rules
from civic.voting.given_roll.queries import source_of
from civic.voting.models import Poll, Question, RollEntry
from civic.voting.queries.proxies import list_proxies
from civic.voting.queries.roll import Voter
from civic.voting.rules import PollPlan, PollState, PollStatus, entry_digest, is_imported, roll_digest


def get_poll(poll_id: int) -> Poll:
    """Return a poll with its choices, draft or frozen. Raises PollNotFound."""
    poll = db.session.get(Poll, poll_id)
    if poll is None:
        raise PollNotFound
    return poll


def get_question(question_id: int) -> Question:
    """Return a question with its options. Raises PollNotFound."""
    question = db.session.get(Question, question_id)
    if question is None:
        raise PollNotFound
    return question


def get_poll_alone(poll_id: int) -> Poll:
    """Return a poll, kept from every other writer until the end of the transaction.

    Ballots of one poll go into the box one after the other, so that the turnout that each is told is exact.

    Raises:
        PollNotFound: there is no such poll.
    """
    locked = sa.select(Poll).filter_by(id=poll_id).with_for_update().execution_options(populate_existing=True)
    poll = db.session.scalars(locked).one_or_none()
    if poll is None:
        raise PollNotFound
    return poll


def list_polls(
    *,
    status: PollStatus,
    at: datetime,
    within: Collection[int] | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Poll]:
    """Return a page of the polls that stand so at an instant.

    Args:
        within: only those of these territories, when given.
    """
    query = sa.select(Poll).where(*_that_are(status, at)).order_by(*_ORDER[status])
    if within is not None:
        query = query.where(Poll.territory_id.in_(within))
    return paginate(query, number=number, size=size)


def list_polls_about(subject_kind: str, subject_id: int) -> list[Poll]:
    """Return the latest polls, drafts left out, that somebody asked for about a thing; as many as a page shows."""
    return list(db.session.scalars(_ABOUT, {"kind": subject_kind, "subject": subject_id}))


_ABOUT = (
    sa.select(Poll)
    .where(
        Poll.subject_kind == sa.bindparam("kind"),
        Poll.subject_id == sa.bindparam("subject"),
        Poll.state == PollState.FROZEN,
    )
    .order_by(Poll.opens_at.desc(), Poll.id.desc())
    .limit(PAGE_SIZE)
)


def list_drafts_about(subject_kind: str, subject_id: int) -> list[Poll]:
    """Return the polls about a thing that are being prepared: for who may prepare them alone."""
    query = sa.select(Poll).filter_by(subject_kind=subject_kind, subject_id=subject_id, state=PollState.DRAFT)
    return list(db.session.scalars(query.order_by(Poll.id.desc()).limit(PAGE_SIZE)))


_ORDER: dict[PollStatus, tuple[Any, ...]] = {
    PollStatus.DRAFT: (Poll.created_at.desc(), Poll.id.desc()),
    PollStatus.COMING: (Poll.opens_at, Poll.id),
    PollStatus.OPEN: (Poll.closes_at, Poll.id),
    PollStatus.CLOSED: (Poll.closes_at.desc(), Poll.id.desc()),
}


def _that_are(status: PollStatus, at: datetime) -> list[sa.ColumnElement[bool]]:
    """The same windows as ``rules.status_of``, for the database."""
    if status is PollStatus.DRAFT:
        return [Poll.state == PollState.DRAFT]
    frozen = Poll.state == PollState.FROZEN
    return {
        PollStatus.COMING: [frozen, Poll.opens_at > at],
        PollStatus.OPEN: [frozen, Poll.opens_at <= at, Poll.closes_at > at],
        PollStatus.CLOSED: [frozen, Poll.closes_at <= at],
    }[status]


def plan_of(poll: Poll) -> PollPlan:
    """Return a poll as it was written."""
    return PollPlan(
        territory_id=poll.territory_id,
        question=poll.question,
        questions=tuple(question_plan(question) for question in poll.questions),
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        description=poll.description_source,
        plain_text=poll.plain_text,
        minimum_age=poll.minimum_age,
        needs_verified_residency=poll.needs_verified_residency,
        quorum_percent=poll.quorum_percent,
        shows_turnout=poll.shows_turnout,
        subject_kind=poll.subject_kind,
        subject_id=poll.subject_id,
    )


def question_plan(question: Question) -> QuestionPlan:
    """Return a question as it was written."""
    return QuestionPlan(
        text=question.text,
        choices=tuple(
            ChoicePlan(choice.label, choice.text, choice.cost_cents, choice.envelope)
            for choice in question.choices
        ),
        method=question.method,
        terms=read_terms(question.terms),
        ballot_kind=question.ballot_kind,
        is_shuffled=question.is_shuffled,
    )


def update_draft(poll_id: int, values: dict[str, Any]) -> None:
    """Write on a poll while it is a draft; the database itself refuses when it no longer is. Raises PollFrozen."""
    draft = sa.update(Poll).where(Poll.id == poll_id, Poll.state == PollState.DRAFT).values(**values)
    result = db.session.execute(draft.execution_options(synchronize_session=False))
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise PollFrozen
    db.session.expire_all()


def rules_document(
    poll: Poll, voters: list[Voter] | None = None, proxies: Mapping[int, int] | None = None
) -> str:
    """Return the canonical text of what is frozen, from the rows as they are now, with the roll as it stands or as it would be.

    Args:
        voters: who would be on the roll, for a draft; the roll itself is read when None.
        proxies: which of these voters carry the voices of which others, by person.
    """
    size, digest = _roll_of(poll, voters)
    return canonical_rules(
        poll.id,
        plan_of(poll),
        choice_ids=[choice.id for choice in poll.choices],
        rules_format=poll.rules_format,
        tie_seed=poll.tie_seed,
        roll_size=size,
        roll_sha256=digest,
        sealing=frozen_part(poll.id, plan_of(poll)),
        roll_source=source_of(poll.id),
        proxies=_proxies_of(poll, voters, proxies),
        grade_words=grade_words,
    )


def _roll_of(poll: Poll, voters: list[Voter] | None) -> tuple[int, str]:
    if is_imported(poll):
        return poll.roll_size or 0, poll.roll_digest or ""
    if voters is None:
        digests = list(db.session.scalars(sa.select(RollEntry.digest).filter_by(poll_id=poll.id)))
    else:
        digests = [entry_digest(poll.roll_salt, voter.person_id) for voter in voters]
    return len(digests), roll_digest(digests)


def _proxies_of(poll: Poll, voters: list[Voter] | None, proxies: Mapping[int, int] | None) -> dict[str, str]:
    """Return written proxies by the digests of their entries: as they are, or as they would be."""
    if voters is None:
        return list_proxies(poll.id)
    digests = {voter.person_id: entry_digest(poll.roll_salt, voter.person_id) for voter in voters}
    return {digests[giver]: digests[holder] for giver, holder in (proxies or {}).items()}
