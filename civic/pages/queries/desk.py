"""What waits at the town hall, by role. Each number is one small query, whatever the length of what it counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.accounts.models import Organisation, Residency, ResidencyStatus
from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.moderation import queries as moderation
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid import rules as request_rules
from civic.mutual_aid.desk.queries import count_calls
from civic.mutual_aid.rules import RequestState
from civic.mutual_aid.volunteers import queries as volunteers
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState
from civic.safeguarding import queries as safeguarding
from civic.safeguarding.rules import ConcernState
from civic.territories.queries import find_town
from civic.voting.booth.queries import waits_for_its_papers
from civic.voting.models import Poll
from civic.voting.rules import PollState

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Solidarity:
    """Requests, for agents: nobody came in time, somebody is to read them first, to ask for a consent or lift a doubt, or to be called, somebody is being sought, the volunteer says that it is done."""

    unanswered: int
    to_read: int
    set_aside: int
    calls: int
    seeking: int
    to_confirm: int


def count_solidarity(territory_ids: Collection[int], *, at: datetime) -> Solidarity:
    counts = mutual_aid.count_watched_requests(set(territory_ids))
    watched = {
        name: sum(counts.get(state, 0) for state in states) for name, states in request_rules.WATCHED.items()
    }
    return Solidarity(
        unanswered=watched["waiting"],
        to_read=watched["to_read"],
        set_aside=watched["set_aside"],
        calls=count_calls(set(territory_ids), at=at),
        seeking=watched["seeking"],
        to_confirm=counts.get(RequestState.DONE_CLAIMED, 0),
    )


def count_volunteers_to_meet(territory_ids: Collection[int], *, at: datetime) -> int:
    """Count who offers, in one of these communes, something that she is not asked for until an agent saw her."""
    today = at.astimezone(TOWN_TIME).date()
    town = find_town()
    return volunteers.count_waiting(town.id, on=today) if town and town.id in territory_ids else 0


def count_concerns(territory_ids: Collection[int], *, reader_id: int) -> int:
    """Count the worries that an officer has not closed; those about herself are none of hers."""
    town = find_town()
    if town is None or town.id not in territory_ids:
        return 0
    waiting = (ConcernState.NEW, ConcernState.OPEN)
    return safeguarding.count_concerns(town.id, states=waiting, reader_id=reader_id)


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
class Answers:
    """Proposals that wait for the town hall's word.

    Attributes:
        due: of finished consultations, with no published answer.
        drafted: with an answer that is written, and not published.
    """

    due: int
    drafted: int


def count_answers(territory_ids: Collection[int], *, at: datetime) -> Answers:
    """Count, in two queries, the answers that are due and those that are drafted."""
    shown = (
        sa.select(sa.func.count(Proposal.id))
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .where(
            Consultation.territory_id.in_(territory_ids),
            Consultation.state == ConsultationState.PUBLISHED,
            Proposal.article_number.is_(None),
            Proposal.hidden_at.is_(None),
            Proposal.withdrawn_at.is_(None),
        )
    )
    has_time_left = sa.exists().where(Phase.consultation_id == Consultation.id, Phase.closes_at > at)
    due = shown.where(~_has_answer(AnswerState.PUBLISHED), ~has_time_left)
    return Answers(
        due=db.session.scalar(due) or 0,
        drafted=db.session.scalar(shown.where(_has_answer(AnswerState.DRAFT))) or 0,
    )


def _has_answer(state: AnswerState) -> sa.Exists:
    return sa.exists().where(Answer.proposal_id == Proposal.id, Answer.state == state)


@dataclass(frozen=True)
class Polls:
    """``papers``: sealed polls that are over, somebody voted on paper, and two agents have not yet found the same."""

    drafts: int
    opening_soon: int
    closing_soon: int
    papers: int


def count_polls(territory_ids: Collection[int], *, at: datetime) -> Polls:
    """Count the polls that wait to be opened, that open within a week, that close within a week, and whose papers wait, in one query."""
    frozen = Poll.state == PollState.FROZEN
    row = db.session.execute(
        sa.select(
            _count_if(Poll.state == PollState.DRAFT),
            _count_if(sa.and_(frozen, Poll.opens_at > at, Poll.opens_at <= at + SOON)),
            _count_if(sa.and_(frozen, Poll.opens_at <= at, Poll.closes_at > at, Poll.closes_at <= at + SOON)),
            _count_if(sa.and_(frozen, Poll.closes_at <= at, waits_for_its_papers())),
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
