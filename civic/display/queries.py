"""What a screen shows now. All of it may be read by anybody: the reader is nobody, even where somebody is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import Status
from civic.councils import queries as councils
from civic.councils.models import Council, Sitting
from civic.display import rules
from civic.display.rules import HelpSought
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import SEEKING
from civic.participation.showing import participation_of
from civic.territories import queries as territories
from civic.territories.models import Territory
from civic.voting.rules import PollStatus
from civic.voting.service import reading as voting
from civic.voting.service.reading import PollSummary

MOST_OPEN = rules.OPEN_PER_PAGE * rules.MOST_PAGES
MOST_SITTINGS = 4


@dataclass(frozen=True)
class Board:
    """One page of a screen.

    Attributes:
        as_of: the server's clock when it began to read: the figures are at least as young.
        place: the neighbourhood of the screen; None for the commune.
        open_now: polls, the first to close first, then consultations. A poll's turnout is None while it is hidden.
        coming: what opens next, when nothing is open.
        took_part: how many people took part in each consultation that is shown, by its number, whatever the way; none of fewer than five.
        help_sought: by neighbourhood, where there is enough of it to be told.
        has_few: whether other neighbourhoods have less, or none: which is not told.
        pages: how many pages turn.
    """

    as_of: datetime
    place: Territory | None
    open_now: Sequence[PollSummary | ConsultationView]
    took_part: dict[int, int]
    coming: ConsultationView | None
    help_sought: Sequence[HelpSought]
    has_few: bool
    sittings: Sequence[tuple[Council, Sitting]]
    number: int
    pages: int


def read_board(*, place: Territory | None, number: int, at: datetime) -> Board:
    """Return a page of the screen of a neighbourhood, or of the commune."""
    open_now = rules.chunks_of(_open_now(place, at), rules.OPEN_PER_PAGE)
    lines = _help_sought(place)
    told = [line for line in lines if line.count is not None]
    sought = rules.chunks_of(told, rules.PLACES_PER_PAGE)
    coming = councils.list_next_sittings(at=at, territory_id=place.id if place else None, size=MOST_SITTINGS)
    sittings = rules.chunks_of(coming, rules.sittings_per_page(len(sought[0])))
    pages = max(len(open_now), len(sought), len(sittings))
    number = (number - 1) % pages + 1
    return Board(
        as_of=at,
        place=place,
        open_now=rules.turn(open_now, number),
        took_part=_took_part(rules.turn(open_now, number)),
        coming=None if open_now[0] else _next_consultation(place, at),
        help_sought=rules.turn(sought, number),
        has_few=len(told) < len(lines),
        sittings=rules.turn(sittings, number),
        number=number,
        pages=pages,
    )


def _took_part(shown: Sequence[PollSummary | ConsultationView]) -> dict[int, int]:
    ids = [thing.id for thing in shown if isinstance(thing, ConsultationView)]
    return {key: told.people for key, told in participation_of(ids).items() if told.people is not None}


def _open_now(place: Territory | None, at: datetime) -> list[PollSummary | ConsultationView]:
    polls = voting.list_polls(ANONYMOUS, status=PollStatus.OPEN, size=MOST_OPEN).items
    if place is not None:
        here = territories.ids_around(place.id)
        polls = [poll for poll in polls if poll.territory_id in here]
    things: list[PollSummary | ConsultationView] = list(polls)
    things += _consultations(place, Status.OPEN, at, size=MOST_OPEN)
    return things[:MOST_OPEN]


def _consultations(
    place: Territory | None, status: Status, at: datetime, *, size: int
) -> list[ConsultationView]:
    found = consultations.list_consultations(
        at=at, status=status, neighbourhood_id=place.id if place else None, size=size
    )
    return consultations.view_consultations(found.items, at=at)


def _next_consultation(place: Territory | None, at: datetime) -> ConsultationView | None:
    return next(iter(_consultations(place, Status.COMING, at, size=1)), None)


def _help_sought(place: Territory | None) -> list[HelpSought]:
    """Blur the whole commune first, whatever the screen: two screens then never say more together than one."""
    town = territories.find_town()
    if town is None:
        return []
    lines = rules.blur(territories.list_neighbourhoods(town.id), list_seekers_by_place(), commune_id=town.id)
    return [line for line in lines if place is None or place.id in line.place_ids]


def list_seekers_by_place() -> dict[int, list[int]]:
    """Return who asked, once for each request that seeks somebody now, by neighbourhood: what ``rules.blur`` makes fit to be told."""
    sought = sa.select(HelpRequest.territory_id, HelpRequest.requester_id).where(
        HelpRequest.state.in_(SEEKING), HelpRequest.hidden_at.is_(None)
    )
    seekers: dict[int, list[int]] = {}
    for territory_id, requester_id in db.session.execute(sought):
        seekers.setdefault(territory_id, []).append(requester_id)
    return seekers
