"""A fortnight of the simulated town under one policy: what happens, in the order in which it does."""

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Protocol

from civic.matching.choosing import is_appointment
from civic.matching.likelihood import Record, Silence, expected_yes
from civic.matching.simulation.world import Answer, Asked, Volunteer, World
from civic.mutual_aid.rules import Window

WEEK = timedelta(days=7)


@dataclass
class Person:
    """What a policy may know of a volunteer, and (``silent_until``) what it may not."""

    volunteer: Volunteer
    asked_at: deque[datetime] = field(default_factory=deque)
    asked: int = 0
    per_week: list[int] = field(default_factory=lambda: [0, 0, 0])
    silences: list[Silence] = field(default_factory=list)
    yes: int = 0
    expected: float = 0.0
    engagements: list[Window] = field(default_factory=list)
    silent_until: datetime | None = None

    @property
    def record(self) -> Record:
        return Record(self.yes, self.expected)

    def asked_in_week(self, now: datetime) -> int:
        while self.asked_at and self.asked_at[0] <= now - WEEK:
            self.asked_at.popleft()
        return len(self.asked_at)

    def is_free_for(self, window: Window) -> bool:
        return not is_appointment(window) or not any(
            is_appointment(each) and each.overlaps(window) for each in self.engagements
        )


@dataclass
class Search:
    """The search for one request."""

    request: Asked
    eligible: list[int]  # who offer its category, the nearest zone first
    asked: set[int] = field(default_factory=set)
    live: dict[int, datetime] = field(default_factory=dict)  # until when each is waited for
    sent_at: dict[int, datetime] = field(default_factory=dict)
    matched: tuple[int, float] | None = None  # by whom, after how many minutes
    already_taken: int = 0

    @property
    def is_over(self) -> bool:
        return self.matched is not None


class Policy(Protocol):
    def ask(self, search: Search, town: "Run", now: datetime) -> Iterable[tuple[int, datetime]]:
        """Return whom to ask now, and until when each is waited for."""

    def timers(self, search: Search) -> Iterable[datetime]:
        """Return when to look again, whatever is answered."""


class Run:
    def __init__(self, world: World, policy: Policy) -> None:
        self.world, self.policy = world, policy
        self.people = [Person(volunteer) for volunteer in world.volunteers]
        self.searches: list[Search] = []
        self.invitations = 0
        self._events: list[tuple[datetime, int, str, Any]] = []
        self._order = count()

    def go(self) -> "Run":
        for request in self.world.requests:
            self._later(request.window.starts_at, "opened", request)
        while self._events:
            now, _, kind, what = heapq.heappop(self._events)
            getattr(self, f"_on_{kind}")(now, what)
        return self

    def _later(self, at: datetime, kind: str, what: Any) -> None:
        heapq.heappush(self._events, (at, next(self._order), kind, what))

    def _on_opened(self, now: datetime, request: Asked) -> None:
        near = [
            (self.world.metres(volunteer.zone, request.zone), volunteer.number)
            for volunteer in self.world.volunteers
            if request.category in volunteer.categories
        ]
        search = Search(request, [number for _, number in sorted(near)])
        self.searches.append(search)
        for at in self.policy.timers(search):
            self._later(at, "timer", search)
        self._ask(search, now)

    def _on_timer(self, now: datetime, search: Search) -> None:
        if search.is_over or now >= search.request.window.ends_at:
            return
        for number in [each for each, until in search.live.items() if until <= now]:
            del search.live[number]
        self._ask(search, now)

    def _ask(self, search: Search, now: datetime) -> None:
        timers = set()
        for number, until in self.policy.ask(search, self, now):
            self._invite(search, number, until, now)
            timers.add(until)
        for at in timers:
            self._later(at, "timer", search)

    def _invite(self, search: Search, number: int, until: datetime, now: datetime) -> None:
        person = self.people[number]
        search.asked.add(number)
        search.live[number], search.sent_at[number] = until, now
        person.asked_at.append(now)
        person.asked += 1
        week = (now - self.world.requests[0].window.starts_at) // WEEK
        person.per_week[min(2, week)] += 1
        person.silences.append(Silence(now))
        self.invitations += 1
        reads_at = now
        if person.silent_until is not None and now < person.silent_until:
            reads_at = person.silent_until
            if reads_at >= search.request.window.ends_at:
                return  # it is over by the time she looks again
        answer = self.world.answer(person.volunteer, search.request)
        if reads_at > now and not answer.is_read_later:
            return
        if answer.minutes is not None:
            self._later(reads_at + timedelta(minutes=answer.minutes), "answered", (search, number, answer))
        elif reads_at > now:
            return
        elif answer.days_silent:
            person.silent_until = now + timedelta(days=answer.days_silent)

    def _on_answered(self, now: datetime, what: tuple[Search, int, Answer]) -> None:
        search, number, answer = what
        person = self.people[number]
        self._learn(search, person, answer, now)
        search.live.pop(number, None)
        if search.is_over or now >= search.request.window.ends_at:
            search.already_taken += answer.is_yes and search.is_over
            return
        if answer.is_yes and person.is_free_for(search.request.window):
            self._match(search, number, now)
        else:
            self._ask(search, now)

    def _learn(self, search: Search, person: Person, answer: Answer, now: datetime) -> None:
        metres = self.world.metres(person.volunteer.zone, search.request.zone)
        person.yes += answer.is_yes
        person.expected += expected_yes(metres)
        person.silences = [silence for silence in person.silences if silence.sent_at > now]

    def _match(self, search: Search, number: int, now: datetime) -> None:
        opened = search.request.window.starts_at
        search.matched = (number, (now - opened).total_seconds() / 60)
        self.people[number].engagements.append(search.request.window)
        for other in search.live:
            self._take_back(self.people[other], search.sent_at[other], now)
        search.live.clear()

    def _take_back(self, person: Person, sent_at: datetime, now: datetime) -> None:
        person.silences = [
            Silence(sent_at, now) if silence == Silence(sent_at) else silence for silence in person.silences
        ]
