"""How likely a volunteer is to say yes now, from what she answered. No database, no clock.

Only answers teach what she says: a silence is no refusal. It is weak evidence of something else, that she is away from her
telephone or tired of it, and that passes: somebody who answered is there; somebody who let an invitation pass may not be for some days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, hypot

NEARBY, APART_METRES, FALLS_IN_METRES = 0.3, 350, 1_200
STEP_METRES, FARTHEST_STEP = 250, 6_000


def _share(metres: int) -> float:
    return round(NEARBY * exp(-hypot(metres, APART_METRES) / FALLS_IN_METRES), 4)


REACH = tuple((metres, _share(metres)) for metres in range(0, FARTHEST_STEP, STEP_METRES))
"""Of the answers to invitations between neighbourhoods at most so many metres apart, the part that are a yes, before anything is known:
it falls by e each 1,200 metres, as what was published of asking everyone within 2 km and within 10 km says (decision 24). Those of one
neighbourhood live some hundred metres apart."""

FAR = _share(FARTHEST_STEP)
UNKNOWN_PLACE = 0.05

SHRINKAGE = 2.0
"""As many expected yeses as a person's own record needs to weigh as much as what holds for everybody."""

AWAY_AFTER_SILENCE = 0.2
"""How often somebody whom an invitation left silent then stops looking for some days."""

DAYS_AWAY = 4.0
ANSWERING = 0.1
"""Of those who are there, the part that ever answer, yes or no: few, so that one silence says little and several say more."""


@dataclass(frozen=True)
class Record:
    """What a volunteer answered to: ``yes`` of them, ``expected`` by those distances alone."""

    yes: int = 0
    expected: float = 0.0


@dataclass(frozen=True)
class Silence:
    """An invitation that was left without an answer, since the last that had one."""

    sent_at: datetime
    until: datetime | None = None  # when it was taken back; None while it can be answered


def expected_yes(area_metres: int | None) -> float:
    """Return how often an answer is a yes at a distance between neighbourhoods, whoever answers."""
    if area_metres is None:
        return UNKNOWN_PLACE
    return next((share for metres, share in REACH if area_metres <= metres), FAR)


def likelihood_of_yes(
    record: Record, silences: Iterable[Silence], *, area_metres: int | None, now: datetime
) -> float:
    """Return the probability, between 0 and 1, that she is there and says yes, given that who is there answers as often as others."""
    own = (record.yes + SHRINKAGE) / (record.expected + SHRINKAGE)
    is_there = 1.0 - probability_away(silences, now=now)
    return min(0.95, expected_yes(area_metres) * own) * is_there


def probability_away(silences: Iterable[Silence], *, now: datetime) -> float:
    """Return how probable it is that she looks at nothing now (a hidden state, filtered through her silences in their order)."""
    away, at = 0.0, None
    for silence in silences:
        if at is not None:
            away *= _kept(silence.sent_at - at)
        at = silence.sent_at
        unanswered = 1.0 - ANSWERING * answered_within((silence.until or now) - silence.sent_at)
        away = away / (away + (1.0 - away) * unanswered)
        never = (1.0 - ANSWERING) / unanswered
        away += (1.0 - away) * never * AWAY_AFTER_SILENCE
    return away * _kept(now - at) if at is not None else 0.0


def _kept(elapsed: timedelta) -> float:
    return exp(-max(0.0, elapsed.total_seconds()) / 86_400 / DAYS_AWAY)


def answered_within(elapsed: timedelta) -> float:
    """Return which part of the answers that will come have come after so long (fitted on a real French campaign)."""
    minutes = max(0.0, elapsed.total_seconds()) / 60
    return max(0.0, 1.0 - 1.498 * exp(-0.007 * minutes - 0.435 * minutes ** (1 / 3)))
