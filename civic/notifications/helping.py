"""Who is reminded the day before, and who is told of hours."""

from datetime import datetime
from typing import Any

from civic.kernel.events import within_transaction
from civic.matching.events import HoursAgreed, HoursNoted, MatchCompleted, MatchFact
from civic.matching.hours.writing import noted_of
from civic.matching.queries import matches
from civic.matching.reminding.events import MatchIsTomorrow
from civic.matching.rules import MatchState
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.gatherings import queries as gatherings
from civic.mutual_aid.gatherings.events import PlaceIsTomorrow
from civic.notifications.rules import WINDOW, Kind
from civic.notifications.service import notify


def _match_path(match_id: int) -> str:
    return f"/entraide/mises-en-relation/{match_id}"


def _window(starts_at: datetime, ends_at: datetime) -> str:
    """Written as its two ends, and said in the reader's language when she reads it."""
    return f"{starts_at.isoformat()}/{ends_at.isoformat()}"


@within_transaction(MatchIsTomorrow)
def remind_both_sides(fact: MatchIsTomorrow) -> None:
    request = mutual_aid.get_request(fact.request_id)
    told: dict[str, Any] = {
        "params": {"title": request.title, WINDOW: _window(request.starts_at, request.ends_at)},
        "path": _match_path(fact.match_id),
        "now": fact.occurred_at,
    }
    for person_id, kind in (
        (fact.volunteer_id, Kind.HELPS_TOMORROW),
        (fact.requester_id, Kind.IS_HELPED_TOMORROW),
    ):
        if person_id is not None:
            notify(person_id, kind=kind, key=f"{kind.value}:{fact.match_id}", **told)


@within_transaction(PlaceIsTomorrow)
def remind_of_place(fact: PlaceIsTomorrow) -> None:
    shift = gatherings.get_shift(fact.shift_id)
    notify(
        fact.person_id,
        kind=Kind.SHIFT_TOMORROW,
        key=f"{Kind.SHIFT_TOMORROW.value}:{fact.shift_id}",
        params={
            "title": gatherings.get_gathering(shift.gathering_id).title,
            "role": shift.role,
            WINDOW: _window(shift.starts_at, shift.ends_at),
        },
        path=f"/entraide/rendez-vous/{shift.gathering_id}",
        now=fact.occurred_at,
    )


@within_transaction(HoursNoted)
def ask_to_confirm_hours(fact: HoursNoted) -> None:
    """Before the help is confirmed, the other side is asked for everything at once."""
    if matches.get_match(fact.match_id).state is MatchState.CONFIRMED:
        _tell(fact, fact.follower_id, Kind.HOURS_NOTED)


@within_transaction(HoursAgreed)
def tell_hours(fact: HoursAgreed) -> None:
    _tell_correction(fact)


@within_transaction(MatchCompleted)
def tell_hours_of_completed(fact: MatchCompleted) -> None:
    _tell_correction(fact)


def _tell_correction(fact: MatchFact) -> None:
    """What is as she noted it needs no word."""
    match = matches.get_match(fact.match_id)
    noted = noted_of(match)
    if noted is not None and match.confirmed_minutes not in (None, noted.minutes):
        _tell(fact, fact.volunteer_id, Kind.HOURS_CORRECTED)


def _tell(fact: MatchFact, person_id: int, kind: Kind) -> None:
    notify(
        person_id,
        kind=kind,
        key=f"{kind.value}:{fact.match_id}",
        params={"title": mutual_aid.get_request(fact.request_id).title},
        path=_match_path(fact.match_id),
        now=fact.occurred_at,
    )
