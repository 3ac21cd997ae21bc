"""Ways of asking volunteers: that of the product, and those to which it is compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from civic.matching.choosing import Candidate, Need, choose, is_eligible
from civic.matching.pace import PACE, DispatchPace, share_elapsed
from civic.matching.simulation.running import Policy, Run, Search

ENOUGH = 200


@dataclass(frozen=True)
class Product:
    """What the product does: ``service/dispatch.py`` calls the same functions with what it reads from the database."""

    pace: DispatchPace = PACE

    def timers(self, search: Search) -> Iterable[datetime]:
        span = {
            "started_at": search.request.window.starts_at,
            "window_ends_at": search.request.window.ends_at,
        }
        return [self.pace.escalates_at(search.request.urgency, **span), self.pace.widens_at(**span)]

    def ask(self, search: Search, town: Run, now: datetime) -> Iterable[tuple[int, datetime]]:
        missing = self.missing(search, now)
        if missing <= 0:
            return []
        need = self.need(search)
        chosen = choose(self.eligible(search, town, need, now), missing, need=need, now=now)
        return [(choice.candidate.volunteer_id, self.until(search, now)) for choice in chosen]

    def missing(self, search: Search, now: datetime) -> int:
        """Return how many more are to be asked now."""
        window = search.request.window
        elapsed = share_elapsed(started_at=window.starts_at, window_ends_at=window.ends_at, now=now)
        live = self.pace.live(search.request.urgency, 1, share_elapsed=elapsed)
        budget = self.pace.budget(1, is_underserved=False) - len(search.asked)
        return min(live - len(search.live), budget)

    def need(self, search: Search) -> Need:
        request = search.request
        return Need(request.zone, request.window, request.window, request.urgency)

    def until(self, search: Search, now: datetime) -> datetime:
        request = search.request
        return self.pace.expiry(request.urgency, sent_at=now, window_ends_at=request.window.ends_at)

    def eligible(self, search: Search, town: Run, need: Need, now: datetime) -> list[Candidate]:
        found: list[Candidate] = []
        for number in search.eligible:
            if number in search.asked:
                continue
            candidate = _candidate(number, search, town, now)
            if is_eligible(candidate, need, now=now, volunteer_week=self.pace.volunteer_week):
                found.append(candidate)
                if len(found) >= ENOUGH:
                    break
        return found


def _candidate(number: int, search: Search, town: Run, now: datetime) -> Candidate:
    person = town.people[number]
    in_week = person.asked_in_week(now)
    return Candidate(
        volunteer_id=number,
        offer_id=number,
        area_metres=town.world.metres(person.volunteer.zone, search.request.zone),
        engagements=tuple(person.engagements),
        last_invited_at=person.asked_at[-1] if in_week else None,
        invited_in_week=in_week,
        record=person.record,
        silences=tuple(person.silences),
    )


@dataclass(frozen=True)
class Everyone:
    """All who live within a distance, at once."""

    km: float

    def timers(self, search: Search) -> Iterable[datetime]:
        return []

    def ask(self, search: Search, town: Run, now: datetime) -> Iterable[tuple[int, datetime]]:
        if search.asked:
            return []
        return [
            (number, search.request.window.ends_at)
            for number in search.eligible
            if town.world.km(town.people[number].volunteer, search.request) <= self.km
        ]


@dataclass(frozen=True)
class FewAtATime:
    """So many at a time, the nearest or the least notified first; a no or a silence is replaced."""

    live: int
    is_nearest_first: bool

    def timers(self, search: Search) -> Iterable[datetime]:
        return []

    def ask(self, search: Search, town: Run, now: datetime) -> Iterable[tuple[int, datetime]]:
        request = search.request
        left = [
            number
            for number in search.eligible
            if number not in search.asked and town.people[number].is_free_for(request.window)
        ]
        if not self.is_nearest_first:
            left.sort(key=lambda number: town.people[number].asked)
        until = PACE.expiry(request.urgency, sent_at=now, window_ends_at=request.window.ends_at)
        return [(number, until) for number in left[: max(0, self.live - len(search.live))]]


POLICIES: Mapping[str, Policy] = {
    "product": Product(),
    "everyone-10km": Everyone(10),
    "everyone-2km": Everyone(2),
    "twenty-least-notified": FewAtATime(20, is_nearest_first=False),
    "three-nearest": FewAtATime(3, is_nearest_first=True),
}

CLAIRVOYANT = "clairvoyant"
