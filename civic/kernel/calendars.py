"""Calendar files (RFC 5545), which any calendar opens: no database, no clock, nothing of the features."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

LONGEST_LINE_OCTETS = 73
"""RFC 5545 allows 75, without the line break."""


class EventStatus(StrEnum):
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class CalendarEvent:
    """What a calendar shows of something that takes place.

    Attributes:
        uid: the same in each file of the same thing, so that a calendar updates its entry.
        sequence: higher once its time has changed, or it was cancelled: a calendar then takes this file for the later one.
        made_at: when what it says last changed.
        place: nothing that its holder may not leave lying in a calendar, which is kept by others.
        is_busy: whether its time is taken; not where an hour within it is still to be agreed on.
    """

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    url: str
    place: str = ""
    description: str = ""
    status: EventStatus = EventStatus.CONFIRMED
    sequence: int = 0
    is_private: bool = False
    is_busy: bool = True


def calendar_file(events: Iterable[CalendarEvent]) -> str:
    """Return events as a file: lines of at most 75 octets, each ended by CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//civic//civic//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for event in events:
        lines += _lines_of(event)
    lines.append("END:VCALENDAR")
    return written(lines)


def _lines_of(event: CalendarEvent) -> list[str]:
    told = {"LOCATION": event.place, "DESCRIPTION": event.description}
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{stamp(event.made_at)}",
        f"LAST-MODIFIED:{stamp(event.made_at)}",
        f"SEQUENCE:{event.sequence}",
        f"STATUS:{event.status.value}",
        f"DTSTART:{stamp(event.starts_at)}",
        f"DTEND:{stamp(event.ends_at)}",
        f"SUMMARY:{escaped(event.title)}",
        *[f"{name}:{escaped(text)}" for name, text in told.items() if text],
        f"URL:{event.url}",
        f"CLASS:{'PRIVATE' if event.is_private else 'PUBLIC'}",
        f"TRANSP:{'OPAQUE' if event.is_busy else 'TRANSPARENT'}",
        "END:VEVENT",
    ]


def stamp(instant: datetime) -> str:
    """Return an instant as calendars write it."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Return a text as a value: what means something to calendars is marked, and lines become one."""
    for special in ("\\", ";", ","):
        text = text.replace(special, f"\\{special}")
    return "\\n".join(text.splitlines())


def written(lines: Iterable[str]) -> str:
    """Return lines as a file, the long ones folded."""
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _folded(line: str) -> list[str]:
    """Cut a line into pieces of at most 75 octets, never inside a character."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE_OCTETS:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
