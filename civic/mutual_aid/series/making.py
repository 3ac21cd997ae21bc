"""Occurrences written ahead of their day, and put to volunteers when it comes near."""

from datetime import date, datetime, timedelta

from civic.kernel.clock import TOWN_TIME, from_town_time, is_existing_local_time
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.models import Consent, HelpRequest
from civic.mutual_aid.reviewing import queries as reviewing
from civic.mutual_aid.reviewing.queries import is_in_doubt
from civic.mutual_aid.reviewing.rules import Asked, ReviewReason, has_changed
from civic.mutual_aid.reviewing.waiting import asked_of, reasons_to_read
from civic.mutual_aid.rules import NOT_YET_OPEN, OVER, RequestState, Urgency
from civic.mutual_aid.series import queries
from civic.mutual_aid.series.events import SeriesContinued
from civic.mutual_aid.series.models import RequestSeries
from civic.mutual_aid.series.rules import MADE_AHEAD, Rhythm
from civic.mutual_aid.service.requests import move_request, send_request

COPIED = (
    "territory_id", "requester_id", "author_id", "category", "title", "text", "capacity", "channel", "languages", "wishes", "skills",
    "contact_name", "contact_phone", "contact_address",
)  # fmt: skip


def continue_series(*, series_id: int, now: datetime) -> int:
    """Write the occurrences of a series up to four weeks from now. Returns how many were lacking; doing it twice writes none."""
    with transaction():
        series = queries.lock_series(series_id)
        if series.ended_at is not None:
            return 0
        until = now.astimezone(TOWN_TIME).date() + MADE_AHEAD
        days = queries.rhythm_of(series).days(after=series.made_until, until=until)
        series.made_until = max(series.made_until, until)
        return write_occurrences(series, days, now=now)


def write_occurrences(series: RequestSeries, days: list[date], *, now: datetime) -> int:
    """Write the drafts of some days of a locked series, as its last occurrence is. A day that is past is not written."""
    template, rhythm, written = queries.latest_occurrence(series.id), queries.rhythm_of(series), 0
    for day in days:
        starts_at, ends_at = window_on(rhythm, day)
        if starts_at > now:
            _write(template, series, day, starts_at, ends_at, now)
            written += 1
    if written:
        publish(
            SeriesContinued(
                occurred_at=now, series_id=series.id, requester_id=series.requester_id, occurrences=written
            )
        )
    return written


def window_on(rhythm: Rhythm, day: date) -> tuple[datetime, datetime]:
    """Return its hours on a day. What would begin in the hour that a spring night leaves out begins an hour later, and lasts as long."""
    begins, ends = rhythm.local_hours(day)
    starts_at = from_town_time(begins)
    if not is_existing_local_time(begins):
        return starts_at, starts_at + timedelta(minutes=rhythm.length_minutes)
    return starts_at, from_town_time(ends)


def _write(
    template: HelpRequest,
    series: RequestSeries,
    day: date,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> None:
    occurrence = HelpRequest(
        **{name: getattr(template, name) for name in COPIED},
        urgency=Urgency.FLEXIBLE,
        starts_at=starts_at,
        ends_at=ends_at,
        filled=0,
        state=RequestState.DRAFT,
        series_id=series.id,
        occurrence_on=day,
        created_at=now,
        changed_at=now,
    )
    db.session.add(occurrence)
    db.session.flush()
    _share_consent(template, occurrence)


def _share_consent(template: HelpRequest, occurrence: HelpRequest) -> None:
    """She agreed to the help each time that it comes back: each time has its consent, until it is over."""
    given = template.consent
    if given is None or occurrence.consent is not None:
        return
    is_replaced = template.occurrence_on is None  # cancelled for another hour, not because she agrees no more
    if given.withdrawn_at is not None and not is_replaced:
        return
    occurrence.consent = Consent(
        person_id=given.person_id,
        mode=given.mode,
        text_version=given.text_version,
        recorded_by_id=given.recorded_by_id,
        recorded_at=given.recorded_at,
        valid_until=occurrence.ends_at,
    )
    db.session.flush()


def open_occurrence(*, request_id: int, now: datetime) -> bool:
    """Put an occurrence whose day comes near to volunteers, once another one was accepted, and unless one is set aside. Returns whether it
    took a step."""
    with transaction():
        request = mutual_aid.lock_request(request_id)
        if request.state is not RequestState.DRAFT or request.series_id is None:
            return False
        if request.starts_at <= now:
            move_request(request, RequestState.CANCELLED, now=now, actor_id=None)
            return True
        others = [other for other in queries.list_occurrences(request.series_id) if other.id != request.id]
        if any(is_in_doubt(other) for other in others):
            return False
        readings = reviewing.readings_of(request.series_id)
        is_accepted = bool(readings) or queries.has_opened(request.series_id)
        if not is_accepted and any(_is_waiting(other) for other in others):
            return False
        for other in others:
            _share_consent(other, request)
        is_read_again = ReviewReason.REPORTED_PERSON in reasons_to_read(request)
        send_request(
            request,
            actor_id=None,
            now=now,
            has_agreed=not request.is_assisted or request.consent is not None,
            is_accepted=is_accepted and not is_read_again and _is_as_one_of(readings, request),
        )
        return True


def _is_as_one_of(readings: list[Asked], request: HelpRequest) -> bool:
    """Tell whether a time of a series is as one that was read: another text, or another day of the week, is read in its turn."""
    return not readings or any(not has_changed(read, asked_of(request), comes_back=True) for read in readings)


def _is_waiting(other: HelpRequest) -> bool:
    return other.state in NOT_YET_OPEN - {RequestState.DRAFT} and other.state not in OVER
