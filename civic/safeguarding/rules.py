"""How far a volunteer was checked, and how far a kind of help asks: no database, no clock.

A kind of help is named by its key (``childcare``): what kinds there are is known to mutual aid.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """How far a volunteer was checked, from the least to the most."""

    DECLARED = "declared"
    CHARTER = "charter"
    MET = "met"
    BULLETIN = "bulletin"


LEVELS = tuple(Level)


class Proof(StrEnum):
    """What an agent writes down: that she met the person, or was shown a document. Never the document, nor a copy of it."""

    MET = "met"
    BULLETIN = "bulletin"
    HONOURABILITY = "honourability"


class AgeBand(StrEnum):
    """All that a volunteer is asked of her age."""

    ADULT = "adult"
    FROM_16 = "from_16"
    UNDER_16 = "under_16"


class ConcernKind(StrEnum):
    DANGER = "danger"
    ABUSE = "abuse"
    MONEY = "money"
    BEHAVIOUR = "behaviour"
    NEGLECT = "neglect"
    OTHER = "other"


class ConcernState(StrEnum):
    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"


class ConcernDecision(StrEnum):
    """What a safeguarding officer writes down of what she did."""

    NOTE = "note"
    CALLED = "called"
    PASSED_ON = "passed_on"
    SUSPENDED = "suspended"
    CLOSED = "closed"


LEVEL_OF_PROOF = {Proof.MET: Level.MET, Proof.BULLETIN: Level.BULLETIN}

YEARS_A_PROOF_HOLDS = {Proof.MET: 3, Proof.BULLETIN: 3, Proof.HONOURABILITY: 1}
YOUNGEST, OF_AGE = 16, 18

USUAL_LEVELS: dict[str, Level] = {
    "shopping": Level.CHARTER,
    "medicine": Level.CHARTER,
    "meals": Level.CHARTER,
    "visits": Level.MET,
    "transport": Level.MET,
    "childcare": Level.BULLETIN,
    "pets": Level.CHARTER,
    "repairs": Level.MET,
    "online_procedures": Level.MET,
    "loans": Level.CHARTER,
}
"""What a kind of help asks until the town says otherwise: to have been met where one enters a home, drives somebody, or reads her papers."""

MAY_ASK_HONOURABILITY = frozenset({"childcare"})
"""Where the law may ask for the « attestation d’honorabilité » (code de l’action sociale et des familles, art. L. 133-6). Nowhere else
may a town ask for it."""


@dataclass(frozen=True)
class Asked:
    """What a kind of help asks of a volunteer."""

    level: Level
    honourability: bool = False

    @property
    def is_sensitive(self) -> bool:
        """Whether it puts somebody alone with a person who may be hurt: no minor does it."""
        return not reaches(Level.CHARTER, self.level)


@dataclass(frozen=True)
class Shown:
    """A proof as it is kept: until which day it holds, that day included."""

    proof: Proof
    expires_on: date


@dataclass(frozen=True)
class AboutSomebody:
    """A person of a commune, for who decides something about her."""

    territory_id: int
    about_id: int


class Lack(StrEnum):
    """Why a volunteer is not asked for a kind of help; each has its sentence, and what to do."""

    SUSPENDED = "suspended"
    TOO_YOUNG = "too_young"
    NO_AGREEMENT = "no_agreement"
    MINOR = "minor"
    CHARTER = "charter"
    MEETING = "meeting"
    BULLETIN = "bulletin"
    HONOURABILITY = "honourability"


@dataclass(frozen=True)
class Standing:
    """What decides, of a volunteer, for which kinds of help she may be asked. ``shown``: the proofs that her level comes from."""

    level: Level = Level.DECLARED
    honourability: bool = False
    is_suspended: bool = False
    age: AgeBand = AgeBand.ADULT
    has_agreement: bool = False
    shown: tuple[Shown, ...] = ()

    def until(self, day: date) -> "Standing":
        """Return what holds of it until a later day: that of the help, for which a proof that ends before is none."""
        return replace(
            self,
            level=level_of(self.shown, has_charter=self.level is not Level.DECLARED, on=day),
            honourability=has_honourability(self.shown, on=day),
        )


def reaches(level: Level, asked: Level) -> bool:
    return LEVELS.index(level) >= LEVELS.index(asked)


def level_of(shown: Iterable[Shown], *, has_charter: bool, on: date) -> Level:
    """Return how far a volunteer is checked on a day: the highest proof that still holds, else the charter, else her word."""
    levels = [LEVEL_OF_PROOF[each.proof] for each in shown if _counts(each, on)]
    # A charter withdrawn, or of a former version, leaves nothing: who was met must still have agreed to what one does and does not do.
    return max(levels, key=LEVELS.index, default=Level.CHARTER) if has_charter else Level.DECLARED


def _counts(shown: Shown, on: date) -> bool:
    return shown.proof in LEVEL_OF_PROOF and shown.expires_on >= on


def has_honourability(shown: Iterable[Shown], *, on: date) -> bool:
    return any(each.proof is Proof.HONOURABILITY and each.expires_on >= on for each in shown)


def lacks(standing: Standing, asked: Asked) -> tuple[Lack, ...]:
    """Return why a volunteer may not be asked, what weighs most first; nothing when she may be. Never traded against anything."""
    if standing.is_suspended:
        return (Lack.SUSPENDED,)
    if standing.age is AgeBand.UNDER_16:
        return (Lack.TOO_YOUNG,)
    found = []
    if standing.age is AgeBand.FROM_16 and asked.is_sensitive:
        return (Lack.MINOR,)
    if standing.age is AgeBand.FROM_16 and not standing.has_agreement:
        found.append(Lack.NO_AGREEMENT)
    found += _missing_levels(standing.level, asked.level)
    if asked.honourability and not standing.honourability:
        found.append(Lack.HONOURABILITY)
    return tuple(found)


def _missing_levels(level: Level, asked: Level) -> list[Lack]:
    """The bulletin is shown at the meeting: who lacks both is told of the bulletin alone."""
    if reaches(level, asked):
        return []
    if level is Level.DECLARED and asked is Level.CHARTER:
        return [Lack.CHARTER]
    charter = [Lack.CHARTER] if level is Level.DECLARED else []
    return [*charter, Lack.BULLETIN if asked is Level.BULLETIN else Lack.MEETING]


def is_cleared(standing: Standing, asked: Asked) -> bool:
    return not lacks(standing, asked)


def cleared_until(standing: Standing, asked: Asked) -> date | None:
    """Return the last day for which a volunteer may be asked with what she has shown; None: no day, or no proof that ends decides."""
    if not is_cleared(standing, asked) or is_cleared(standing.until(date.max), asked):
        return None
    return max(
        day for day in {each.expires_on for each in standing.shown} if is_cleared(standing.until(day), asked)
    )


def age_band(born_on: date, *, on: date) -> AgeBand:
    """Return the band of somebody whose birth the town hall knows already."""
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    if age < YOUNGEST:
        return AgeBand.UNDER_16
    return AgeBand.ADULT if age >= OF_AGE else AgeBand.FROM_16


def years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
