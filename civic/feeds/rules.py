"""Writing a feed (Atom, RFC 4287) and a calendar (iCalendar, RFC 5545): no database, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from civic.kernel.calendars import escaped, stamp, written
from civic.kernel.clock import iso_utc

ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """Something that happened. ``key`` names it for ever; ``path`` is where it is read."""

    key: str
    title: str
    summary: str
    path: str
    at: datetime


@dataclass(frozen=True)
class Event:
    """Something of a calendar. ``key`` names it for ever, so that a calendar moves it rather than doubles it. An instant has no end."""

    key: str
    title: str
    place: str
    path: str
    starts_at: datetime
    ends_at: datetime | None = None


def atom_feed(
    *, title: str, own_url: str, page_url: str, site: str, entries: list[Entry], made_at: datetime
) -> bytes:
    """Return a feed. ``site``: the public address of the platform, before every path. ``made_at`` is said when there is no entry."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(_atom("feed"))
    _say(feed, "id", own_url)
    _say(feed, "title", title)
    _say(feed, "updated", iso_utc(max((entry.at for entry in entries), default=made_at)))
    ET.SubElement(feed, _atom("link"), rel="self", type="application/atom+xml", href=own_url)
    ET.SubElement(feed, _atom("link"), rel="alternate", type="text/html", href=page_url)
    _say(ET.SubElement(feed, _atom("author")), "name", title)
    for entry in entries:
        item = ET.SubElement(feed, _atom("entry"))
        _say(item, "id", f"{site}{entry.path}#{entry.key}")
        _say(item, "title", entry.title)
        _say(item, "updated", iso_utc(entry.at))
        ET.SubElement(item, _atom("link"), rel="alternate", type="text/html", href=site + entry.path)
        _say(item, "summary", entry.summary)
    told: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return told


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _say(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _atom(name)).text = _NOT_XML.sub("", text)


def calendar(*, name: str, site: str, events: Iterable[Event], made_at: datetime) -> str:
    """Return a calendar to which one subscribes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//civic//feeds//FR",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(' '.join(name.split()))}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    host = site.split("//")[-1]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.key}@{host}",
            f"DTSTAMP:{stamp(made_at)}",
            f"DTSTART:{stamp(event.starts_at)}",
            *([f"DTEND:{stamp(event.ends_at)}"] if event.ends_at else []),
            f"SUMMARY:{escaped(' '.join(event.title.split()))}",
            *([f"LOCATION:{escaped(' '.join(event.place.split()))}"] if event.place else []),
            f"URL:{site}{event.path}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return written(lines)
