"""The content of the demonstration, and its calendar: every date is relative to the moment of loading."""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from civic.kernel.clock import TOWN_TIME, from_town_time, is_existing_local_time

CONTENT = Path(__file__).resolve().parent / "content"


@cache
def read_content(name: str) -> Any:
    """Return one file of the content, to be read and not changed."""
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


@dataclass
class Script:
    """What is being built.

    Attributes:
        now: the moment of loading; nothing that happened is later.
        rng: seeded, so that the same seed gives the same town (but for what secrecy wants random, see ``load``).
        ids: the row of each key of the content.
        residents: the persons of each neighbourhood, by its id.
    """

    now: datetime
    rng: random.Random
    ids: dict[str, int] = field(default_factory=dict)
    territories: dict[str, int] = field(default_factory=dict)
    residents: dict[int, list[int]] = field(default_factory=dict)
    joined: dict[int, datetime] = field(default_factory=dict)

    def read(self, name: str) -> Any:
        """Return one file of the content."""
        return read_content(name)

    @cached_property
    def town_id(self) -> int:
        return self.territories[self.read("town.json")["code"]]

    def days(self, count: float) -> datetime:
        """Return the moment so many days away from now (before it, when negative), never in the future when it is in the past."""
        moment = self.now + timedelta(days=count, minutes=self.rng.randrange(-90, 90))
        return min(moment, self.now) if count <= 0 else moment

    def hours(self, count: float) -> datetime:
        return self.now + timedelta(hours=count)

    def on(self, in_days: int, clock: str = "00:00") -> datetime:
        """Return a time of the town hall's clock, so many days away from today; an hour later where the clocks skip it."""
        day = self.now.astimezone(TOWN_TIME).date() + timedelta(days=in_days)
        naive = datetime.combine(day, time.fromisoformat(clock))
        return from_town_time(naive if is_existing_local_time(naive) else naive + timedelta(hours=1))

    def people_of(self, territory_ids: set[int]) -> list[int]:
        """Return those who live in one of these neighbourhoods, in a stable order."""
        return [person for place in sorted(territory_ids) for person in self.residents.get(place, [])]

    def neighbourhood_ids(self, codes: list[str]) -> set[int]:
        """Return the neighbourhoods that codes mean; the commune's code means all of them."""
        wanted = {self.territories[code] for code in codes}
        return set(self.residents) if self.town_id in wanted else wanted
