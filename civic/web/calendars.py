"""A calendar file, as a page gives it."""

from collections.abc import Iterable

from flask import Response, current_app

from civic.kernel.calendars import CalendarEvent, calendar_file


def uid_of(kind: str, number: int) -> str:
    """Return the identity of an event in every calendar of the world."""
    return f"{kind}-{number}@{public_url().split('//')[-1]}"


def public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)


def calendar_answer(events: Iterable[CalendarEvent], name: str) -> Response:
    response = Response(calendar_file(events), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
