"""What is known of volunteers when they are chosen: what they answered, how often they were asked, where they are expected."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.matching.likelihood import FAR, REACH, UNKNOWN_PLACE, Record, Silence
from civic.matching.models import Invitation, Match
from civic.matching.rules import ENGAGED, InvitationState, MatchState
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Window

WEEK = timedelta(days=7)
REMEMBERED = timedelta(days=12)
"""A silence older than that says nothing of today."""

ANSWERED = frozenset({InvitationState.ACCEPTED, InvitationState.DECLINED})


@dataclass
class Asked:
    """The recent invitations of one volunteer."""

    in_week: int = 0
    last_at: datetime | None = None
    silences: list[Silence] = field(default_factory=list)


def recent_of(person_ids: set[int], *, now: datetime) -> defaultdict[int, Asked]:
    """Return how often each was asked of late, and what she left unanswered since she last gave a sign."""
    rows = db.session.execute(
        sa.select(
            Invitation.volunteer_id,
            Invitation.sent_at,
            Invitation.seen_at,
            Invitation.answered_at,
            Invitation.ended_at,
            Invitation.state,
        )
        .where(
            Invitation.volunteer_id.in_(person_ids),
            Invitation.sent_at > now - REMEMBERED,
            Invitation.state != InvitationState.FAILED,
        )
        .order_by(Invitation.sent_at, Invitation.id)
    ).all()
    by_person: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_person[row.volunteer_id].append(row)
    found: defaultdict[int, Asked] = defaultdict(Asked)
    found.update({person_id: _asked(invitations, now) for person_id, invitations in by_person.items()})
    return found


def _asked(rows: list[Any], now: datetime) -> Asked:
    signs = [sign for row in rows for sign in (row.seen_at, row.answered_at) if sign is not None]
    sign = max(signs, default=None)
    silences = [
        Silence(row.sent_at, row.ended_at if row.state is InvitationState.SUPERSEDED else None)
        for row in rows
        if row.state is not InvitationState.QUEUED
        and row.seen_at is None
        and row.answered_at is None
        and (sign is None or row.sent_at > sign)
    ]
    return Asked(sum(row.sent_at > now - WEEK for row in rows), rows[-1].sent_at, silences)


def records_of(person_ids: set[int]) -> defaultdict[int, Record]:
    """Return what each answered to: invitations that she answered, or read and let pass. A silence of which nothing is known teaches nothing."""
    is_yes = sa.case((Invitation.state == InvitationState.ACCEPTED, 1), else_=0)
    rows = db.session.execute(
        sa.select(
            Invitation.volunteer_id,
            sa.func.sum(is_yes).label("yes"),
            sa.func.sum(_expected()).label("expected"),
        )
        .where(
            Invitation.volunteer_id.in_(person_ids),
            sa.or_(
                Invitation.state.in_(ANSWERED),
                sa.and_(Invitation.state == InvitationState.EXPIRED, Invitation.seen_at.is_not(None)),
            ),
        )
        .group_by(Invitation.volunteer_id)
    )
    found: defaultdict[int, Record] = defaultdict(Record)
    found.update({row.volunteer_id: Record(int(row.yes), float(row.expected)) for row in rows})
    return found


def _expected() -> sa.ColumnElement[float]:
    """``likelihood.expected_yes``, in SQL."""
    return sa.case(
        (Invitation.area_metres.is_(None), UNKNOWN_PLACE),
        *((Invitation.area_metres <= metres, share) for metres, share in REACH),
        else_=FAR,
    )


def engagements_of(person_ids: set[int]) -> defaultdict[int, list[Window]]:
    rows = db.session.execute(
        sa.select(Match.volunteer_id, HelpRequest.starts_at, HelpRequest.ends_at)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.volunteer_id.in_(person_ids), Match.state.in_(ENGAGED))
    )
    windows: defaultdict[int, list[Window]] = defaultdict(list)
    for row in rows:
        windows[row.volunteer_id].append(Window(row.starts_at, row.ends_at))
    return windows


def who_helped(person_ids: set[int], *, requester_id: int) -> set[int]:
    """Return those who helped this person before."""
    query = (
        sa.select(Match.volunteer_id)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(
            Match.volunteer_id.in_(person_ids),
            Match.state == MatchState.CONFIRMED,
            HelpRequest.requester_id == requester_id,
        )
    )
    return set(db.session.scalars(query))
