"""Whom the register may hold, who may ask, and what must be told: no database, no clock.

Code de l’action sociale et des familles, art. L. 121-6-1 and R. 121-2 and following: the register is kept for one purpose, to be able
to act for these people when the prefect starts the plan of alert and emergency (art. L. 116-3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from civic.accounts.rules import LONGEST_LIFE_YEARS, age_on
from civic.checkins.register.errors import AskerMissing, BirthRefused, DayRefused, MustBeWritten, NotCovered
from civic.kernel.text import fold


class Ground(StrEnum):
    """Why the law lets a person be in the register (art. R. 121-3). Nothing proves it: the town hall takes her word."""

    AGED = "aged"
    UNFIT = "unfit"
    DISABLED = "disabled"


class AskedBy(StrEnum):
    HERSELF = "herself"
    REPRESENTATIVE = "representative"
    THIRD_PARTY = "third_party"


class Way(StrEnum):
    SPOKEN = "spoken"
    WRITTEN = "written"


class Leaving(StrEnum):
    """Why somebody leaves the register."""

    ASKED = "asked"
    OPPOSED = "opposed"
    MOVED = "moved"
    DIED = "died"
    MISTAKE = "mistake"


YOUNGEST = {Ground.AGED: 65, Ground.UNFIT: 60, Ground.DISABLED: 18}
LETTER_WITHIN = timedelta(days=8)
"""The town hall acknowledges a request within eight days; whoever does not oppose it then agrees."""
CHECK_AGAIN_AFTER = timedelta(days=365)
"""A register is to be kept up to date: after so long, a person is called to be asked whether what it says is still true."""


@dataclass(frozen=True)
class Entry:
    """What the register holds of a person, as it is typed or read from a file."""

    family_name: str
    first_names: str
    born_on: date
    ground: Ground
    address: str
    territory_id: int
    phone: str
    asked_by: AskedBy
    asked_on: date
    way: Way
    asker: str = ""
    relative_name: str = ""
    relative_phone: str = ""
    home_service: str = ""

    @property
    def identity(self) -> str:
        """The same for the same person, however her name is typed."""
        return "|".join((fold(self.family_name), fold(self.first_names), self.born_on.isoformat()))


def ensure_lawful(entry: Entry, *, on: date) -> None:
    """Raises BirthRefused, NotCovered, AskerMissing, MustBeWritten, DayRefused."""
    age = age_on(entry.born_on, on)
    if entry.born_on > on or age > LONGEST_LIFE_YEARS:
        raise BirthRefused(fields={"born_on": [BirthRefused.message]})
    if age < YOUNGEST[entry.ground]:
        raise NotCovered(fields={"ground": [NotCovered.message]})
    if entry.asked_by is not AskedBy.HERSELF and not entry.asker:
        raise AskerMissing(fields={"asker": [AskerMissing.message]})
    if entry.asked_by is AskedBy.THIRD_PARTY and entry.way is not Way.WRITTEN:
        raise MustBeWritten(fields={"way": [MustBeWritten.message]})
    if entry.asked_on > on:
        raise DayRefused(fields={"asked_on": [DayRefused.message]})


def is_letter_late(asked_on: date, told_on: date | None, *, on: date) -> bool:
    return told_on is None and on > asked_on + LETTER_WITHIN


def is_to_check(checked_on: date, *, on: date) -> bool:
    return on >= checked_on + CHECK_AGAIN_AFTER


def matches(name: str, wanted: Iterable[str]) -> bool:
    """Whether every word that is searched begins a word of the name."""
    words = fold(name).replace("-", " ").split()
    return all(any(word.startswith(each) for word in words) for each in wanted)
