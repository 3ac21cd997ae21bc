from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.kernel.database import db
from civic.matching.models import Invitation, Match
from civic.matching.rules import MatchState
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Category


def count_sent_since(person_id: int, instant: datetime) -> int:
    """Return how many invitations a person received since an instant."""
    counted = sa.select(sa.func.count()).select_from(Invitation)
    sent = counted.where(Invitation.volunteer_id == person_id, Invitation.sent_at > instant)
    return db.session.scalar(sent) or 0


@dataclass(frozen=True)
class ConfirmedHelp:
    """Some help that the other side confirmed: of what kind, and on which day. Never for whom, nor where."""

    category: Category
    starts_at: datetime


def list_confirmed_help(person_id: int, *, since: datetime, most: int) -> list[ConfirmedHelp]:
    """Return what a person did since an instant and was confirmed by the other side, the oldest first."""
    rows = db.session.execute(
        sa.select(HelpRequest.category, HelpRequest.starts_at)
        .join(Match, Match.request_id == HelpRequest.id)
        .where(
            Match.volunteer_id == person_id,
            Match.state == MatchState.CONFIRMED,
            HelpRequest.starts_at >= since,
        )
        .order_by(HelpRequest.starts_at, Match.id)
        .limit(most)
    )
    return [ConfirmedHelp(row.category, row.starts_at) for row in rows]
