"""A motion belongs to the item that is open when it is put to the vote. Called by the votes, which hold the sitting."""

from civic.councils.models import SittingVote
from civic.councils.sittings import queries
from civic.councils.sittings.errors import SittingClosed, SittingNotOpen
from civic.councils.sittings.models import AgendaVote
from civic.kernel.database import db


def ensure_votes_may_open(sitting_id: int) -> None:
    """Refuse a vote in a sitting that is suspended or over. One that is not followed live has no hours. Raises SittingNotOpen, SittingClosed."""
    live = queries.find_live(sitting_id)
    if live is None:
        return
    if live.closed_at is not None:
        raise SittingClosed
    if live.suspended_at is not None:
        raise SittingNotOpen


def attach_to_open_item(vote: SittingVote) -> None:
    item = queries.find_open_item(vote.sitting_id)
    if item is not None:
        db.session.add(AgendaVote(vote_id=vote.id, item_id=item.id))
        db.session.flush()
