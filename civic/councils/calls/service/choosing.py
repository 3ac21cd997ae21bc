"""Seats are filled: by a list for drawing lots, by a poll that is linked, and by saying who was chosen."""

import secrets
from collections.abc import Collection
from datetime import datetime

from civic.accounts import queries as accounts
from civic.accounts.rules import age_on
from civic.councils import queries as councils
from civic.councils.access import CouncilsAction
from civic.councils.calls import queries
from civic.councils.calls.errors import NobodyApplied, PollNotYetOpen, TooManyChosen, WrongCallState
from civic.councils.calls.events import CallDecided, CandidaciesForgotten, CandidatesSeen
from civic.councils.calls.models import CandidateCall
from civic.councils.calls.queries import CandidateView
from civic.councils.calls.service.writing import get_visible_call, hold_call, say_prepared
from civic.councils.calls.states import NOT_SAID, CallState, Sex, Way, band_of
from civic.councils.events import CouncilChanged
from civic.councils.models import Seat
from civic.councils.rules import SeatOrigin, SeatRole
from civic.councils.sortition.rules import Entrant
from civic.councils.sortition.service import preparing
from civic.councils.sortition.states import DrawWish
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.pagination import LARGEST_PAGE, Page
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories
from civic.voting.rules import PollStatus, status_of
from civic.voting.service import reading as polls

KEEP_DAYS = 90
LINKED = (PollStatus.OPEN, PollStatus.CLOSED)
"""Which polls the page of a call may lead to."""
ORIGINS = {
    Way.DRAWN: SeatOrigin.DRAWN,
    Way.ELECTED: SeatOrigin.ELECTED,
    Way.APPOINTED: SeatOrigin.APPOINTED,
}
SEX_VALUES = {Sex.WOMAN: "femme", Sex.MAN: "homme", Sex.NOT_SAID: NOT_SAID, None: NOT_SAID}


def read_candidates(actor: Actor, *, call_id: int, number: int = 1) -> Page[CandidateView]:
    """Return all who applied, for the town hall; that they were read is written in the journal. Raises CallNotFound, NotAllowed."""
    now = utc_now()
    with transaction():
        call = get_visible_call(actor, call_id)
        require(actor, CouncilsAction.WRITE_CALL, call)
        page = queries.list_candidates(call, number=number, size=LARGEST_PAGE)
        if page.items:
            publish(
                CandidatesSeen(
                    occurred_at=now, call_id=call.id, territory_id=call.territory_id, actor_id=actor.id
                )
            )
    return page


def prepare_draw(actor: Actor, *, call_id: int) -> int:
    """Make a draw by lot, to be prepared, of those who applied: each under a number that chance gives. Returns its id.

    Where a first draw was given up, another one is made.

    Raises:
        CallNotFound, NotAllowed.
        WrongCallState: it is not closed, is filled in another way, or its draw is being made already.
        NobodyApplied.
    """
    now = utc_now()
    with transaction():
        call = _closed(actor, call_id, now)
        if call.way is not Way.DRAWN or queries.has_draw(call):
            raise WrongCallState
        eligible = queries.list_eligible(call_id)
        if not eligible:
            raise NobodyApplied
        secrets.SystemRandom().shuffle(eligible)
        places = territories.names_of({each.place_id for each in eligible if each.place_id})
        criteria = ("quartier", "âge", *(("sexe",) if call.asks_sex else ()))
        entrants = []
        for number, each in enumerate(eligible, start=1):
            age = age_on(each.born_on, town_today()) if each.born_on else None
            profile = [places.get(each.place_id or 0, NOT_SAID), band_of(age)]
            profile += [SEX_VALUES[each.sex]] if call.asks_sex else []
            entrants.append(Entrant(str(number), tuple(profile)))
        wish = DrawWish(call.title, call.body_source, call.seats, call.seats, KEEP_DAYS, shows_list=True)
        call.draw_id = preparing.create_draw(actor, territory_id=_draw_territory(call), wish=wish)
        owners = {str(number): each.person_id for number, each in enumerate(eligible, start=1)}
        preparing.give_list(actor, draw_id=call.draw_id, criteria=criteria, entrants=entrants, owners=owners)
        say_prepared(actor, call, now)
        return call.draw_id


def _draw_territory(call: CandidateCall) -> int:
    town = territories.find_town()
    return town.id if town else call.territory_id


def link_poll(actor: Actor, *, call_id: int, poll_id: int) -> None:
    """Say by which poll the seats of a call are filled.

    Raises:
        CallNotFound, NotAllowed, WrongCallState.
        PollNotFound: there is none that the actor may read.
        PollNotYetOpen: it is a draft, or is still to come: the page of the call is read by everybody.
    """
    now = utc_now()
    with transaction():
        call = _closed(actor, call_id, now)
        if call.way is not Way.ELECTED:
            raise WrongCallState
        poll = polls.get_visible_poll(actor, poll_id)
        if status_of(poll, at=now) not in LINKED:
            raise PollNotYetOpen
        call.poll_id = poll.id
        say_prepared(actor, call, now)


def _closed(actor: Actor, call_id: int, now: datetime) -> CandidateCall:
    call = hold_call(actor, call_id)
    if call.state_at(now) is not CallState.CLOSED:
        raise WrongCallState
    return call


def decide_call(actor: Actor, *, call_id: int, chosen_ids: Collection[int], outcome: str) -> None:
    """Say who was chosen and how, for everybody; of a council, they are given seats at once, vacant ones first. All who applied are told.

    Who sits there already keeps her one seat: nobody has two voices.

    Args:
        chosen_ids: candidacies. outcome: how they were chosen, published.

    Raises:
        CallNotFound, NotAllowed.
        WrongCallState: it is not closed, or one of them is no candidate (any more).
        TooManyChosen: more than there are seats.
    """
    now = utc_now()
    with transaction():
        call = _closed(actor, call_id, now)
        if len(set(chosen_ids)) > call.seats:
            raise TooManyChosen(seats=call.seats)
        candidacies = {each.id: each for each in queries.list_candidacies(call_id)}
        if not set(chosen_ids) <= set(candidacies):
            raise WrongCallState
        for chosen in chosen_ids:
            candidacies[chosen].is_chosen = True
        if call.council_id is not None:
            people = [candidacies[each].person_id for each in sorted(set(chosen_ids))]
            _fill_seats(actor, call, call.council_id, people, now)
        call.outcome, call.decided_at = outcome, now
        publish(
            CallDecided(
                occurred_at=now, call_id=call.id, territory_id=call.territory_id, actor_id=actor.id, chosen=len(set(chosen_ids)),
                candidate_ids=tuple(each.person_id for each in candidacies.values()),
            )
        )  # fmt: skip


def _fill_seats(actor: Actor, call: CandidateCall, council_id: int, people: list[int], now: datetime) -> None:
    council = councils.get_council_alone(council_id)
    require(actor, CouncilsAction.EDIT_COUNCIL, council)
    vacant, names = queries.list_vacant_seats(council_id), accounts.names_of(set(people))
    for person_id in [each for each in people if not councils.sits(council_id, each)]:
        seat = vacant.pop(0) if vacant else Seat(council_id=council_id, role=SeatRole.MEMBER)
        seat.person_id, seat.name = person_id, names[person_id]
        seat.origin, seat.since = ORIGINS[call.way], town_today()
        db.session.add(seat)
    publish(
        CouncilChanged(
            occurred_at=now, council_id=council_id, territory_id=council.territory_id, actor_id=actor.id
        )
    )


def forget_candidates(call_id: int, *, now: datetime) -> None:
    """Forget, on their day, those who were not chosen: names, texts, and what they said of themselves, in a draft of a draw too; of the others, their sex."""
    with transaction():
        call = queries.get_call_alone(call_id)
        if call.forgotten_at is not None:
            return
        for candidacy in queries.list_candidacies(call_id):
            if candidacy.is_chosen:
                candidacy.sex = None  # the draw it was asked for is made
            else:
                db.session.delete(candidacy)
        if call.draw_id is not None:
            preparing.forget_draft(call.draw_id)
        call.forgotten_at = now
        publish(CandidaciesForgotten(occurred_at=now, call_id=call_id, territory_id=call.territory_id))
