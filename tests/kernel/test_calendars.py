"""Calendar files, read back as RFC 5545 says."""

import re
from datetime import UTC, datetime, timedelta

from civic.kernel.calendars import CalendarEvent, EventStatus, calendar_file

START = datetime(2027, 3, 4, 17, 45, tzinfo=UTC)


def event(**changes: object) -> CalendarEvent:
    values: dict[str, object] = {
        "uid": "1@x", "title": "Séance; été", "place": "Salle, 1er", "description": "é" * 100, "url": "http://x/1",
        "starts_at": START, "ends_at": START + timedelta(hours=2), "made_at": START, **changes,
    }  # fmt: skip
    return CalendarEvent(**values)  # type: ignore[arg-type]


def test_a_calendar_reads_an_event() -> None:
    text = calendar_file([event()])

    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = re.sub("\r\n ", "", text)
    assert "SUMMARY:Séance\\; été\r\n" in unfolded
    assert "DTSTART:20270304T174500Z\r\n" in unfolded
    assert "DTEND:20270304T194500Z\r\n" in unfolded
    assert f"DESCRIPTION:{'é' * 100}\r\n" in unfolded
    assert "SEQUENCE:0\r\nSTATUS:CONFIRMED\r\n" in unfolded


def test_what_people_typed_adds_no_line_to_the_file() -> None:
    text = calendar_file([event(title="Une\r\nBEGIN:VALARM", place="", status=EventStatus.CANCELLED)])

    assert "\r\nBEGIN:VALARM" not in text
    assert "SUMMARY:Une\\nBEGIN:VALARM\r\n" in text
    assert "LOCATION" not in text
    assert "STATUS:CANCELLED\r\n" in text
