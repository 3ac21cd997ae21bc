"""Which topics there are, how often one is told of them, and when: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from civic.kernel.clock import TOWN_TIME, from_town_time

DIGEST_HOUR = time(8)
WEEKLY_DAY = 0
"""Monday."""
FRESH_FOR = timedelta(days=15)
"""What is older is told no more: a digest is of its week, whatever was down meanwhile."""


class TopicKind(StrEnum):
    """From the narrowest to the widest: the narrowest that a person follows decides how often she is told."""

    PROPOSAL = "proposal"
    PETITION = "petition"
    INQUIRY = "inquiry"
    POLL = "poll"
    COUNCIL = "council"
    CONSULTATION = "consultation"
    PLACE = "place"
    THEME = "theme"


class Rhythm(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


USUAL_RHYTHM = Rhythm.WEEKLY
"""Of what a person follows, and of what she wrote or supported, unless she says otherwise."""


@dataclass(frozen=True)
class Topic:
    kind: TopicKind
    key: str


WIDTH = {kind: width for width, kind in enumerate(TopicKind)}


def rhythm_for(topics: Sequence[Topic], followed: Mapping[Topic, Rhythm]) -> Rhythm | None:
    """Return how often somebody is told of what has these topics, given what she follows; None: not at all."""
    for topic in sorted(topics, key=lambda each: WIDTH[each.kind]):
        if topic in followed:
            return None if followed[topic] is Rhythm.NEVER else followed[topic]
    return None


def next_digest(after: datetime, rhythm: Rhythm) -> datetime:
    """Return the instant of the next digest after an instant: at 8:00 of the town's clock, of the next day or of the next Monday."""
    day = after.astimezone(TOWN_TIME).date()
    while True:
        due = from_town_time(datetime.combine(day, DIGEST_HOUR))
        if due > after and (rhythm is Rhythm.DAILY or day.weekday() == WEEKLY_DAY):
            return due
        day += timedelta(days=1)


def rhythms_due(at: datetime) -> frozenset[Rhythm]:
    """Return whose digests are sent at an instant: every day's, and on Mondays every week's."""
    is_weekly = at.astimezone(TOWN_TIME).weekday() == WEEKLY_DAY
    return frozenset({Rhythm.DAILY, Rhythm.WEEKLY}) if is_weekly else frozenset({Rhythm.DAILY})
