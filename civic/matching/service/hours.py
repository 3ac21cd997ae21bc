"""A volunteer who arrives, the hours that she notes, and how long the other side says that it took."""

from datetime import datetime

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.transaction import publish, transaction
from civic.matching.access import MatchingAction
from civic.matching.errors import WrongStep
from civic.matching.events import HoursAgreed, HoursNoted, MatchArrived, MatchStarted
from civic.matching.hours import writing
from civic.matching.hours.errors import HoursConfirmed
from civic.matching.hours.rules import Hours, ensure_hours
from civic.matching.rules import ENGAGED, MatchState
from civic.matching.service.dispatch import follow_matches
from civic.matching.service.matches import fact_of, lock_match, move_match

HELPED = frozenset({MatchState.DONE_BY_VOLUNTEER, MatchState.CONFIRMED})


def say_arrived(actor: Actor, *, match_id: int) -> None:
    """Say, as the volunteer, that one is there: the hours begin. Saying it again changes nothing.

    Raises:
        MatchNotFound, NotAllowed.
        WrongStep: it is done, or ended otherwise.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        require(actor, MatchingAction.CARRY_OUT_MATCH, side)
        if match.state not in ENGAGED:
            raise WrongStep
        if match.arrived_at is not None:
            return
        if match.state is MatchState.ACCEPTED:
            move_match(match, MatchState.STARTED, now)
            publish(fact_of(MatchStarted, side, actor.id, now))
            follow_matches(request, now=now, actor_id=actor.id)
        match.arrived_at = now
        publish(fact_of(MatchArrived, side, actor.id, now))


def note_hours(actor: Actor, *, match_id: int, helped_from: datetime, helped_until: datetime) -> None:
    """Write, as the volunteer, from when to when one helped. They may be written anew until the other side confirms them.

    Raises:
        MatchNotFound, NotAllowed.
        WrongStep: it is not done yet, or did not take place.
        HoursConfirmed: the other side has confirmed how long it took.
        HoursRefused: they are not past, too long, or backwards.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        require(actor, MatchingAction.CARRY_OUT_MATCH, side)
        if match.state not in HELPED:
            raise WrongStep
        if match.confirmed_minutes is not None:
            raise HoursConfirmed
        hours = Hours(helped_from, helped_until)
        if writing.noted_of(match) == hours:
            return
        ensure_hours(hours, request.window, promised_at=match.created_at, now=now)
        writing.note(match, hours)
        publish(fact_of(HoursNoted, side, actor.id, now))


def agree_on_hours(actor: Actor, *, match_id: int, minutes: int) -> None:
    """Confirm how long it took, or correct it, as the side that was helped (an agent, for who reads no screen). Twice is once.

    Raises:
        MatchNotFound, NotAllowed.
        WrongStep: nobody has confirmed yet that it took place.
        HoursConfirmed: another length was confirmed.
        HoursRefused: it is no whole number of quarters of an hour, or longer than such a help may take.
    """
    now = utc_now()
    with transaction():
        side, request, match = lock_match(actor, match_id)
        require(actor, MatchingAction.CONTEST_MATCH, side)
        if match.state is not MatchState.CONFIRMED:
            raise WrongStep
        if match.confirmed_minutes == minutes:
            return
        writing.confirm(match, request.window, minutes, now)
        publish(fact_of(HoursAgreed, side, actor.id, now))
