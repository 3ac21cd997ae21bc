"""What waits at the town hall, by role. Each number is one small query, whatever the length of what it counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts.models import Organisation, Residency, ResidencyStatus
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.kernel.database import db
from civic.moderation import queries as moderation
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.rules import RequestState
from civic.voting.models import Poll
from civic.voting.rules import PollState

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Solidarity:
    """Requests, for agents."""

    escalated: int
    without_volunteer: int
    to_confirm: int


def count_solidarity(territory_ids: Collection[int]) -> Solidarity:
    counts = mutual_aid.count_watched_requests(set(territory_ids))
    return Solidarity(
        escalated=counts.get(RequestState.ESCALATED, 0),
        without_volunteer=counts.get(RequestState.OPEN, 0) + counts.get(RequestState.DISPATCHING, 0),
        to_confirm=counts.get(RequestState.DONE_CLAIMED, 0),
    )


def count_residencies_to_verify(territory_ids: Collection[int]) -> int:
    waiting = sa.select(sa.func.count(Residency.id)).where(
        Residency.territory_id.in_(territory_ids), Residency.status == ResidencyStatus.DECLARED
    )
    return db.session.scalar(waiting) or 0


def count_organisations_to_verify(territory_ids: Collection[int]) -> int:
    waiting = sa.select(sa.func.count(Organisation.id)).where(
        Organisation.territory_id.in_(territory_ids), Organisation.verified_at.is_(None)
    )
    return db.session.scalar(waiting) or 0


def count_draft_consultations(territory_ids: Collection[int]) -> int:
    drafts = sa.select(sa.func.count(Consultation.id)).where(
        Consultation.territory_id.in_(territory_ids), Consultation.state == ConsultationState.DRAFT
    )
    return db.session.scalar(drafts) or 0


@dataclass(frozen=True)
class Polls:
    drafts: int
    opening_soon: int
    closing_soon: int


def count_polls(territory_ids: Collection[int], *, at: datetime) -> Polls:
    """Count the polls that wait to be opened, that open within a week, and that close within a week, in one query."""
    frozen = Poll.state == PollState.FROZEN
    row = db.session.execute(
        sa.select(
            _count_if(Poll.state == PollState.DRAFT),
            _count_if(sa.and_(frozen, Poll.opens_at > at, Poll.opens_at <= at + SOON)),
            _count_if(sa.and_(frozen, Poll.opens_at <= at, Poll.closes_at > at, Poll.closes_at <= at + SOON)),
        ).where(Poll.territory_id.in_(territory_ids))
    ).one()
    return Polls(*row)


def _count_if(condition: sa.ColumnElement[bool]) -> sa.Function[int]:
    return sa.func.count(sa.case((condition, 1)))


@dataclass(frozen=True)
class Moderation:
    flagged: int
    appeals: int


def count_moderation(territory_ids: Collection[int]) -> Moderation:
    return Moderation(
        flagged=moderation.count_waiting_contents(territory_ids),
        appeals=moderation.count_pending_appeals(territory_ids),
    )
