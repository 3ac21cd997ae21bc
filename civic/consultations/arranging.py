"""The dates of phases: from a template, moved together, copied; and the instants that a preview shows.

Lengths are those of the calendar on the wall: three weeks end at the same hour of the same weekday, also across the nights that clocks change.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from civic.consultations.rules import Activity, PhasePlan, Window
from civic.consultations.templates import Template
from civic.kernel.clock import TOWN_TIME, from_town_time, is_existing_local_time

FIRST_HOUR = time(8)
MIDNIGHT = time(0)
MONDAY, WEEK = 0, 7
HOUR = timedelta(hours=1)
LONGEST_SUMMARY = 400
LONGEST_READ = 2_000
"""Of a first paragraph, marks included: the time to find them grows with the square of its length."""
SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*_`]+")
BOX_OF_DATE = re.compile(r"phases-\d{1,3}-(?:opens_at|closes_at)")


def usual_start(now: datetime) -> datetime:
    """Return the next Monday at eight, on the town hall's clock."""
    local = now.astimezone(TOWN_TIME)
    first = datetime.combine(local.date() + timedelta(days=(MONDAY - local.weekday()) % WEEK), FIRST_HOUR)
    return from_town_time(first if from_town_time(first) > now else first + timedelta(days=WEEK))


def phases_of(template: Template, starts_at: datetime) -> tuple[PhasePlan, ...]:
    """Date the phases of a template: the first at an instant, each other one when the one before ends, at midnight.

    Their names are in French, as all that the town hall writes for residents.
    """
    phases: list[PhasePlan] = []
    for phase in template.phases:
        opens_at = phases[-1].closes_at if phases else starts_at
        last = _wall(opens_at).date() + timedelta(days=phase.days)
        phases.append(
            PhasePlan(
                phase.name,
                opens_at,
                from_town_time(datetime.combine(last, MIDNIGHT)),
                tuple(each for each in Activity if each in {Activity.READ, *phase.activities}),
                phase.description,
                hides_reactions=phase.hides_reactions,
            )
        )
    return tuple(phases)


def moved(instant: datetime, by: timedelta) -> datetime:
    """Move an instant on the wall's calendar. The hour that a night lacks becomes the one after it."""
    wall = _wall(instant) + by
    return from_town_time(wall if is_existing_local_time(wall) else wall + HOUR)


def copied_phases(phases: Sequence[PhasePlan], *, now: datetime) -> tuple[PhasePlan, ...]:
    """Return new phases, moved by whole weeks so that the first opens within the week: weekdays, hours and lengths are kept."""
    if not phases:
        return ()
    gap = _wall(now) - _wall(min(phase.opens_at for phase in phases))
    by = timedelta(weeks=gap // timedelta(weeks=1) + 1)
    return tuple(_moved_phase(phase, by) for phase in phases)


def phases_from(phases: Sequence[PhasePlan], starts_at: datetime) -> tuple[PhasePlan, ...]:
    """Return new phases, moved so that the first opens at an instant."""
    if not phases:
        return ()
    by = _wall(starts_at) - _wall(min(phase.opens_at for phase in phases))
    return tuple(_moved_phase(phase, by) for phase in phases)


def _moved_phase(phase: PhasePlan, by: timedelta) -> PhasePlan:
    return replace(phase, id=None, opens_at=moved(phase.opens_at, by), closes_at=moved(phase.closes_at, by))


def move_typed(values: Mapping[str, Any], first: str, before: str) -> dict[str, Any]:
    """Move the dates of a form as its first one was changed. What is no date stays as typed.

    Args:
        values: the boxes of the form.
        first, before: the first date as typed now, and as it was shown.
    """
    new, old = _typed_date(first), _typed_date(before)
    if new is None or old is None or new == old:
        return dict(values)
    return {
        name: _moved_typed(value, new - old) if BOX_OF_DATE.fullmatch(name) else value
        for name, value in values.items()
    }


def _moved_typed(value: Any, by: timedelta) -> Any:
    wall = _typed_date(value)
    try:
        return value if wall is None else (wall + by).isoformat(timespec="minutes")
    except OverflowError:
        return value


def _typed_date(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value).strip()).replace(tzinfo=None)
    except ValueError:
        return None


def first_sentence(text: str) -> str:
    """Return the first sentence of a presentation, without its marks: what lists show when nobody wrote a summary."""
    lines = (line.strip(" \t-*>") for line in text.splitlines() if not line.lstrip().startswith("#"))
    paragraph = MARKS.sub(r"\1", next((line for line in lines if line), "")[:LONGEST_READ])
    end = SENTENCE_END.search(paragraph)
    sentence = paragraph[: end.end()] if end else paragraph
    if len(sentence) <= LONGEST_SUMMARY:
        return sentence
    return sentence[: LONGEST_SUMMARY - 1].rsplit(" ", 1)[0] + "…"


def calendar_days(window: Window) -> int:
    """Return how many days of the calendar a phase touches, both ends included."""
    return ((_wall(window.closes_at) - timedelta(seconds=1)).date() - _wall(window.opens_at).date()).days + 1


def opens_with_the_day(window: Window) -> bool:
    """Tell whether it opens at midnight: its day is then said without an hour."""
    return _wall(window.opens_at).time() == MIDNIGHT


class MomentKind(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True)
class Moment:
    """An instant at which residents see the page, as a preview shows it. ``index`` is that of the phase, for ``DURING``."""

    key: str
    kind: MomentKind
    at: datetime
    index: int = 0


def moments_of(phases: Sequence[PhasePlan], *, now: datetime) -> list[Moment]:
    """Return what there is to preview: before anything opens, in each phase that is not over, and after the last."""
    if not phases:
        return [Moment("avant", MomentKind.BEFORE, now)]
    moments = []
    if now < min(phase.opens_at for phase in phases):
        moments.append(Moment("avant", MomentKind.BEFORE, now))
    for index, phase in enumerate(phases):
        if now < phase.closes_at:
            moments.append(Moment(f"phase-{index + 1}", MomentKind.DURING, max(now, phase.opens_at), index))
    end = max(phase.closes_at for phase in phases)
    return [*moments, Moment("apres", MomentKind.AFTER, max(now, end))]


@dataclass(frozen=True)
class Bar:
    """Where a phase lies on a line of time, in percent of its length."""

    start: float
    width: float


def bars_of(windows: Sequence[Window]) -> list[Bar]:
    """Draw phases on one line, from the first opening to the last closing. Those that end before they begin have no width."""
    if not windows:
        return []
    first, last = min(each.opens_at for each in windows), max(each.closes_at for each in windows)
    whole = max((last - first).total_seconds(), 1.0)

    def at(instant: datetime) -> float:
        return max(0.0, min(100.0, 100 * (instant - first).total_seconds() / whole))

    return [
        Bar(round(at(each.opens_at), 2), round(max(0.0, at(each.closes_at) - at(each.opens_at)), 2))
        for each in windows
    ]


def _wall(instant: datetime) -> datetime:
    """What the town hall's clock shows."""
    return instant.astimezone(TOWN_TIME).replace(tzinfo=None)
