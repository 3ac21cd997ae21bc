"""Commands of the person whose help comes back, and of the town hall for her."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from civic.kernel.access import Actor, can, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotSignedIn
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid import rules as request_rules
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing.queries import readings_of
from civic.mutual_aid.reviewing.waiting import note_read
from civic.mutual_aid.rules import CANCELLABLE, SEEKING, RequestState, Window
from civic.mutual_aid.series import queries, rules
from civic.mutual_aid.series.errors import SeriesEnded, SeriesNotFound
from civic.mutual_aid.series.events import SeriesBegun, SeriesChanged, SeriesEndedByHand
from civic.mutual_aid.series.making import continue_series, open_occurrence, window_on, write_occurrences
from civic.mutual_aid.series.models import RequestSeries
from civic.mutual_aid.series.rules import (
    MADE_AHEAD,
    SEARCHED_AHEAD,
    Repeat,
    Repetition,
    is_same_turn,
    rhythm_of,
)
from civic.mutual_aid.service.requests import cancel_for_departure, cancel_request

REPLACED = SEEKING | {RequestState.DRAFT, RequestState.IN_REVIEW, RequestState.AWAITING_CONSENT}
"""States in which nobody is expected: what the series may take back and write anew."""


def ask_with_repetition(actor: Actor, ask: Callable[[], int], *, repetition: Repetition) -> int:
    """Send a request, and have it come back as was chosen: all of it or nothing.

    Args:
        ask: sends the first one, and returns its id.

    Raises:
        RepetitionRefused, and what ``ask`` raises.
    """
    with transaction():
        request_id = ask()
        begin_series(actor, request_id=request_id, repetition=repetition)
        return request_id


def begin_series(actor: Actor, *, request_id: int, repetition: Repetition) -> int | None:
    """Have a request that was just sent come back, in the transaction of the command that sent it.

    Returns:
        The series' id; None when it is for once.

    Raises:
        RepetitionRefused: each time is longer than a day, or the last day is impossible.
    """
    if repetition.repeat is Repeat.ONCE:
        return None
    now = utc_now()
    with transaction():
        request = mutual_aid.lock_request(request_id)
        require(actor, MutualAidAction.CHANGE_REQUEST, request)
        local = _local(request.window)
        rules.ensure_repetition(repetition, local)
        rhythm = rhythm_of(repetition, local)
        series = RequestSeries(
            requester_id=request.requester_id,
            rule=rhythm.rule,
            begins_on=rhythm.begins_on,
            from_minute=rhythm.from_minute,
            length_minutes=rhythm.length_minutes,
            made_until=rhythm.begins_on,
            created_at=now,
        )
        db.session.add(series)
        db.session.flush()
        request.series_id, request.occurrence_on = series.id, rhythm.begins_on
        db.session.flush()
        publish(
            SeriesBegun(
                occurred_at=now,
                series_id=series.id,
                territory_id=request.territory_id,
                requester_id=request.requester_id,
                actor_id=actor.id,
            )
        )
        continue_series(series_id=series.id, now=now)
        return series.id


def _local(window: Window) -> Window:
    return Window(window.starts_at.astimezone(TOWN_TIME), window.ends_at.astimezone(TOWN_TIME))


def get_followed_series(actor: Actor, series_id: int) -> RequestSeries:
    """Return a series to who asked for it and to the town hall; to everybody else it does not exist.

    Raises:
        NotSignedIn: nobody is signed in.
        SeriesNotFound: there is none, or it is somebody else's.
    """
    if not actor.is_signed_in:
        raise NotSignedIn
    series = queries.get_series(series_id)
    if not can(actor, MutualAidAction.FOLLOW_REQUEST, queries.latest_occurrence(series_id)):
        raise SeriesNotFound
    return series


def end_series(actor: Actor, *, series_id: int) -> None:
    """Stop a help that comes back. What nobody took is taken back; who promised to come still comes. Doing it twice changes nothing.

    Raises:
        SeriesNotFound: there is none, or it is somebody else's.
    """
    now = utc_now()
    with transaction():
        series = _lock(actor, series_id)
        if series.ended_at is None:
            for occurrence in _free(series_id, now):
                _take_back(actor, occurrence)
            close_series(series, actor_id=actor.id, now=now)


def close_series(series: RequestSeries, *, actor_id: int | None, now: datetime) -> None:
    """Write that a locked series goes on no more, inside the transaction of what ends it. Its drafts go: nobody knows of them."""
    if series.ended_at is not None:
        return
    series.ended_at = now
    for occurrence in queries.list_occurrences(series.id):
        if occurrence.state is RequestState.DRAFT:
            db.session.delete(occurrence)
    db.session.flush()
    publish(
        SeriesEndedByHand(
            occurred_at=now, series_id=series.id, requester_id=series.requester_id, actor_id=actor_id
        )
    )


def end_all_of(*, person_id: int, actor_id: int, now: datetime) -> None:
    """End what is sought for a person whose account is closed, and what volunteers are expected for, each time that it comes back.

    In the transaction of the command that closes it, which has locked her series, then her requests. What a volunteer says that she has
    done is not undone: it waits for its confirmation.
    """
    for series in queries.list_lasting_series_of(person_id):
        close_series(series, actor_id=actor_id, now=now)
    for request_id in mutual_aid.list_request_ids_of(
        person_id, states=CANCELLABLE - {RequestState.DONE_CLAIMED}
    ):
        cancel_for_departure(request_id=request_id, actor_id=actor_id, now=now)


def change_series(
    actor: Actor, *, series_id: int, repetition: Repetition, window: Window, seen: str | None = None
) -> None:
    """Have a help come back at other days or hours, from the day of a window on.

    What a volunteer took stays as it was promised, and its week (its month) is not asked for twice. What nobody took and the new
    rhythm holds as it is stays; the rest is taken back and written anew. A day that the person cancelled is not written again.

    Args:
        window: the next time, which gives the day and the hours.
        seen: the rhythm that was read (``RequestSeries.seen``).

    Raises:
        SeriesNotFound: there is none, or it is somebody else's.
        SeriesEnded: it goes on no more.
        ChangedMeanwhile: somebody else chose another rhythm since.
        RepetitionRefused, WindowRefused.
    """
    now = utc_now()
    with transaction():
        series = _lock(actor, series_id)
        if series.ended_at is not None:
            raise SeriesEnded
        local = _local(window)
        request_rules.ensure_window(window, now=now)
        rules.ensure_repetition(repetition, local)
        rhythm = rhythm_of(repetition, local)
        with series.written_over(seen):
            series.rule, series.begins_on = rhythm.rule, rhythm.begins_on
            series.from_minute, series.length_minutes = rhythm.from_minute, rhythm.length_minutes
        today = now.astimezone(TOWN_TIME).date()
        until = max(today + MADE_AHEAD, rhythm.begins_on)
        days = rhythm.days(after=today - timedelta(days=1), until=until)
        _write_anew(actor, series, repetition, days, now)
        series.made_until = until
        _note_read(actor, series.id, now)
        publish(
            SeriesChanged(
                occurred_at=now, series_id=series.id, requester_id=series.requester_id, actor_id=actor.id
            )
        )
        for occurrence in queries.list_occurrences(series.id):
            if occurrence.state is RequestState.DRAFT and occurrence.starts_at <= now + SEARCHED_AHEAD:
                open_occurrence(request_id=occurrence.id, now=now)


def _note_read(actor: Actor, series_id: int, now: datetime) -> None:
    """The days and hours that an agent chooses for somebody else, she has read; those that the person chooses are read as they come."""
    drafts = [each for each in queries.list_occurrences(series_id) if each.state is RequestState.DRAFT]
    if drafts and readings_of(series_id) and can(actor, MutualAidAction.ACCEPT_REQUEST, drafts[0]):
        note_read(drafts[0], actor_id=actor.id, now=now)


def _write_anew(
    actor: Actor, series: RequestSeries, repetition: Repetition, days: list[date], now: datetime
) -> None:
    rhythm = queries.rhythm_of(series)
    free = {occurrence.id for occurrence in _free(series.id, now)}
    kept = []
    for occurrence in queries.list_occurrences(series.id):
        day = occurrence.occurrence_on
        if day is None:
            continue
        is_as_is = day in days and window_on(rhythm, day) == (occurrence.starts_at, occurrence.ends_at)
        if occurrence.id not in free or is_as_is:
            kept.append(occurrence)
        else:
            _take_back(actor, occurrence, is_replaced=True)
    taken = {occurrence.occurrence_on for occurrence in kept}
    held = [o.occurrence_on for o in kept if o.occurrence_on and o.state is not RequestState.CANCELLED]
    wanted = [
        day
        for day in days
        if day not in taken and not any(is_same_turn(repetition.repeat, day, other) for other in held)
    ]
    write_occurrences(series, wanted, now=now)


def _free(series_id: int, now: datetime) -> list[HelpRequest]:
    """What nobody took of what is to come."""
    return [
        occurrence
        for occurrence in queries.list_occurrences(series_id)
        if occurrence.state in REPLACED and occurrence.filled == 0 and occurrence.ends_at > now
    ]


def _take_back(actor: Actor, occurrence: HelpRequest, *, is_replaced: bool = False) -> None:
    """A draft, of which nobody knows, goes; what volunteers had is cancelled, and they are told."""
    if occurrence.state is RequestState.DRAFT:
        db.session.delete(occurrence)
        db.session.flush()
        return
    if is_replaced:
        occurrence.occurrence_on = None
        db.session.flush()
    cancel_request(actor, request_id=occurrence.id)


def _lock(actor: Actor, series_id: int) -> RequestSeries:
    get_followed_series(actor, series_id)
    require(actor, MutualAidAction.CHANGE_REQUEST, queries.latest_occurrence(series_id))
    return queries.lock_with_requests(series_id)
