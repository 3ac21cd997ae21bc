"""What the public figures of mutual aid are counted from."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.matching.models import Match
from civic.matching.rules import MatchState
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing.queries import NEVER_OPENED
from civic.mutual_aid.series.rules import SEARCHED_AHEAD
from civic.pages.help_figures import Asked

COUNTED_FOR = timedelta(days=365)
GAVE_UP = tuple(state for state in MatchState if state.value in ("withdrawn", "released", "no_show"))


def list_asked(territory_ids: set[int], *, at: datetime) -> list[Asked]:
    """List what was put to volunteers in the last year, in one query."""
    found_at = sa.func.min(Match.created_at, type_=Match.created_at.type)
    rows = db.session.execute(
        sa.select(
            HelpRequest.territory_id,
            HelpRequest.requester_id,
            HelpRequest.created_at,
            HelpRequest.series_id,
            HelpRequest.starts_at,
            found_at.label("found_at"),
        )
        .outerjoin(Match, sa.and_(Match.request_id == HelpRequest.id, Match.state.not_in(GAVE_UP)))
        .where(
            HelpRequest.territory_id.in_(territory_ids),
            HelpRequest.created_at > at - COUNTED_FOR,
            HelpRequest.state.not_in(NEVER_OPENED),
        )
        .group_by(HelpRequest.id)
    )
    return [Asked(row.territory_id, row.requester_id, _asked_at(row), row.found_at) for row in rows]


def _asked_at(row: Any) -> datetime:
    """A time of a help that comes back is written weeks ahead, and put to volunteers when it comes near."""
    if row.series_id is None:
        return row.created_at
    return max(row.created_at, row.starts_at - SEARCHED_AHEAD)
