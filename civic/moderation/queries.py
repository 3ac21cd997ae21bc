from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person, Role, RoleGrant
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.moderation.errors import AppealNotFound, ContentNotFound, DecisionNotFound
from civic.moderation.models import Appeal, Decision, Flag, FlaggedContent
from civic.moderation.rules import AppealState, Outcome, SubjectKind
from civic.territories import queries as territories


@dataclass(frozen=True)
class Figures:
    """What moderation did, as the charter's page publishes it."""

    flags: int
    hidden: int
    dismissed: int
    appeals: int
    restored: int


@dataclass(frozen=True)
class WaitingContent:
    """A content of the queue, with the flags that wait on it and the names of those who flagged."""

    content: FlaggedContent
    first_flagged_at: datetime
    flags: list[sa.Row[Flag, str | None]]


@dataclass(frozen=True)
class JudgedContent:
    """A flagged content as it was flagged, as it is now (None: it is gone), and the flags on it."""

    content: FlaggedContent
    present: ModeratedContent | None
    flags: list[sa.Row[Flag, str | None]]

    @property
    def waiting(self) -> list[sa.Row[Flag, str | None]]:
        return [row for row in self.flags if row[0].decision_id is None]


@dataclass(frozen=True)
class ToldDecision:
    decision: Decision
    content: FlaggedContent
    appeal: Appeal | None


def get_flagged_content(content_id: int) -> FlaggedContent:
    """Raises ContentNotFound."""
    content = db.session.get(FlaggedContent, content_id)
    if content is None:
        raise ContentNotFound
    return content


def find_flagged_content(kind: SubjectKind, subject_id: int) -> FlaggedContent | None:
    query = sa.select(FlaggedContent).filter_by(subject_kind=kind, subject_id=subject_id)
    return db.session.scalars(query).one_or_none()


def find_flag(content_id: int, person_id: int) -> Flag | None:
    query = sa.select(Flag).filter_by(content_id=content_id, flagged_by_id=person_id)
    return db.session.scalars(query).one_or_none()


def _waiting(territory_ids: Collection[int]) -> sa.Select[FlaggedContent, int, datetime]:
    """Contents with flags that wait, and how many."""
    return (
        sa.select(FlaggedContent, sa.func.count(Flag.id), sa.func.min(Flag.created_at))
        .join(Flag, Flag.content_id == FlaggedContent.id)
        .where(Flag.decision_id.is_(None), FlaggedContent.territory_id.in_(territory_ids))
        .group_by(FlaggedContent.id)
    )


def list_waiting_contents(
    territory_ids: Collection[int], *, number: int = 1, size: int = PAGE_SIZE
) -> Page[sa.Row[FlaggedContent, int, datetime]]:
    """Read a page of the queue: rows of a content, the number of its flags that wait, and the instant of the first.

    The most flagged come first, then those that have waited longest.
    """
    query = _waiting(territory_ids).order_by(
        sa.func.count(Flag.id).desc(), sa.func.min(Flag.created_at), FlaggedContent.id
    )
    return paginate(query, number=number, size=size, scalars=False)


def count_waiting_contents(territory_ids: Collection[int]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(_waiting(territory_ids).subquery())) or 0


def list_flags_of(content_ids: Collection[int], *, is_waiting: bool) -> list[sa.Row[Flag, str | None]]:
    """Return the flags on contents, each with the name of the person, the oldest first.

    A content gets at most one flag per person and they are read by moderators alone, so no page is needed.
    """
    query = (
        sa.select(Flag, Person.name)
        .outerjoin(Person, Person.id == Flag.flagged_by_id)
        .where(Flag.content_id.in_(content_ids))
        .order_by(Flag.id)
    )
    if is_waiting:
        query = query.where(Flag.decision_id.is_(None))
    return list(db.session.execute(query))


def claim_waiting_flags(content_id: int, decision_id: int) -> list[int | None]:
    """Put the flags that wait under a decision; return who flagged. Of two moderators at once, one gets none."""
    claimed = (
        sa.update(Flag)
        .where(Flag.content_id == content_id, Flag.decision_id.is_(None))
        .values(decision_id=decision_id)
        .returning(Flag.flagged_by_id)
        .execution_options(synchronize_session=False)
    )
    return list(db.session.scalars(claimed))


def list_flagger_ids(decision_id: int) -> set[int]:
    """Return whose flags a decision answered."""
    flaggers = sa.select(Flag.flagged_by_id).where(Flag.decision_id == decision_id)
    return {person_id for person_id in db.session.scalars(flaggers) if person_id}


def get_decision(decision_id: int) -> Decision:
    """Raises DecisionNotFound."""
    decision = db.session.get(Decision, decision_id)
    if decision is None:
        raise DecisionNotFound
    return decision


def find_hiding(kind: SubjectKind, subject_id: int) -> tuple[Decision, FlaggedContent] | None:
    """Return the decision that hides a content now, with what was hidden."""
    row = db.session.execute(
        sa.select(Decision, FlaggedContent)
        .join(FlaggedContent, FlaggedContent.id == Decision.content_id)
        .where(
            FlaggedContent.subject_kind == kind,
            FlaggedContent.subject_id == subject_id,
            Decision.outcome == Outcome.HIDE,
            Decision.undone_at.is_(None),
        )
        .order_by(Decision.id.desc())
    ).first()
    return (row[0], row[1]) if row else None


def claim_undoing(decision_id: int, now: datetime) -> bool:
    """Mark a decision that hid a content as undone; of two at once, one succeeds."""
    result = db.session.execute(
        sa.update(Decision)
        .where(Decision.id == decision_id, Decision.outcome == Outcome.HIDE, Decision.undone_at.is_(None))
        .values(undone_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def list_decisions_about(
    person_id: int, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[sa.Row[Decision, FlaggedContent, Appeal | None]]:
    """Read a page of what was hidden of a person's contents, the last first."""
    query = (
        sa.select(Decision, FlaggedContent, Appeal)
        .join(FlaggedContent, FlaggedContent.id == Decision.content_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(FlaggedContent.author_id == person_id, Decision.outcome == Outcome.HIDE)
        .order_by(Decision.created_at.desc(), Decision.id.desc())
    )
    return paginate(query, number=number, size=size, scalars=False)


def list_decisions(
    territory_ids: Collection[int], *, number: int = 1, size: int = PAGE_SIZE
) -> Page[sa.Row[Decision, FlaggedContent, str | None]]:
    """Read a page of the decisions on territories, the last first, with the moderator's name."""
    query = (
        sa.select(Decision, FlaggedContent, Person.name)
        .join(FlaggedContent, FlaggedContent.id == Decision.content_id)
        .outerjoin(Person, Person.id == Decision.moderator_id)
        .where(FlaggedContent.territory_id.in_(territory_ids))
        .order_by(Decision.created_at.desc(), Decision.id.desc())
    )
    return paginate(query, number=number, size=size, scalars=False)


def get_appeal(appeal_id: int) -> Appeal:
    """Raises AppealNotFound."""
    appeal = db.session.get(Appeal, appeal_id)
    if appeal is None:
        raise AppealNotFound
    return appeal


def find_appeal_of(decision_id: int) -> Appeal | None:
    return db.session.scalars(sa.select(Appeal).filter_by(decision_id=decision_id)).one_or_none()


def claim_appeal(appeal_id: int, *, state: AppealState, judge_id: int, answer: str, now: datetime) -> bool:
    """Answer an appeal that waits; of two moderators at once, one succeeds."""
    result = db.session.execute(
        sa.update(Appeal)
        .where(Appeal.id == appeal_id, Appeal.state == AppealState.PENDING)
        .values(state=state, decided_by_id=judge_id, decided_at=now, answer=answer)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _pending_appeals(
    territory_ids: Collection[int],
) -> sa.Select[Appeal, Decision, FlaggedContent]:
    return (
        sa.select(Appeal, Decision, FlaggedContent)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(FlaggedContent, FlaggedContent.id == Decision.content_id)
        .where(Appeal.state == AppealState.PENDING, FlaggedContent.territory_id.in_(territory_ids))
    )


def list_pending_appeals(
    territory_ids: Collection[int], *, number: int = 1, size: int = PAGE_SIZE
) -> Page[sa.Row[Appeal, Decision, FlaggedContent]]:
    query = _pending_appeals(territory_ids).order_by(Appeal.id)
    return paginate(query, number=number, size=size, scalars=False)


def count_pending_appeals(territory_ids: Collection[int]) -> int:
    waiting = _pending_appeals(territory_ids).with_only_columns(sa.func.count(Appeal.id))
    return db.session.scalar(waiting) or 0


def moderator_ids_of(territory_id: int) -> set[int]:
    """Return who moderates a territory: a role on its commune counts; accounts that were closed do not."""
    here = (
        sa.select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.MODERATOR,
            RoleGrant.territory_id.in_(territories.ids_around(territory_id)),
            Person.deactivated_at.is_(None),
        )
    )
    return set(db.session.scalars(here))


def count_figures(since: datetime) -> Figures:
    """Count what was flagged and decided since an instant, in one query."""

    def count(model: type[Flag | Decision | Appeal], *conditions: sa.ColumnElement[bool]) -> sa.Label[int]:
        counted = sa.select(sa.func.count(model.id)).where(model.created_at >= since, *conditions)
        return counted.scalar_subquery().label(None)

    row = db.session.execute(
        sa.select(
            count(Flag),
            count(Decision, Decision.outcome == Outcome.HIDE),
            count(Decision, Decision.outcome == Outcome.DISMISS),
            count(Appeal),
            count(Decision, Decision.undone_at.is_not(None)),
        )
    ).one()
    return Figures(*row)
