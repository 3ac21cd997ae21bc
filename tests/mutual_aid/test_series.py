"""Help that comes back: written ahead by a rule, on the town hall's clock; what somebody took stays as it was promised."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.personal_data import erase_personal_data
from civic.accounts.service.desk import deactivate_person
from civic.kernel.clock import TOWN_TIME, from_town_time, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.service.dispatch import relaunch_search
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid import queries
from civic.mutual_aid.desk.consents import record_consent, withdraw_consent
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing.jobs import expire_unopened
from civic.mutual_aid.reviewing.service import accept_request, redirect_request, suspend_request
from civic.mutual_aid.rules import Category, ConsentMode, RequestState, Window
from civic.mutual_aid.series import service
from civic.mutual_aid.series.errors import RepetitionRefused, SeriesEnded, SeriesNotFound
from civic.mutual_aid.series.jobs import continue_all_series
from civic.mutual_aid.series.models import RequestSeries
from civic.mutual_aid.series.queries import list_occurrences
from civic.mutual_aid.series.rules import Repeat, Repetition, Rhythm, read_rule, rule_of
from civic.mutual_aid.service.requests import ask_for_another, ask_for_help, cancel_request
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    ADDRESS,
    add_volunteer,
    in_hours,
    invitation_of,
    invitations,
    matches,
    request_details,
    state_of,
)
from tests.mutual_aid.test_reviewing import add_agent

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # a Monday
TUESDAY = Window(from_town_time(datetime(2026, 12, 1, 10, 0)), from_town_time(datetime(2026, 12, 1, 12, 0)))
WEEKLY = Repetition(Repeat.WEEKLY)


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask_weekly(person: int, place: int, repetition: Repetition = WEEKLY, **changes: object) -> int:
    """Ask for help that comes back. Returns the series' id."""
    actor = actor_of(person)
    details = request_details(place, window=TUESDAY, **changes)
    first = service.ask_with_repetition(
        actor, lambda: ask_for_help(actor, details=details), repetition=repetition
    )
    series_id = queries.get_request(first).series_id
    db.session.rollback()
    assert series_id is not None
    return series_id


def days_of(series_id: int) -> dict[str, str]:
    """Return the state of each time of a series, by its local hour; what was replaced is left out."""
    found = {
        f"{each.starts_at.astimezone(TOWN_TIME):%m-%d %H:%M}": each.state.value
        for each in list_occurrences(series_id)
        if each.occurrence_on is not None
    }
    db.session.rollback()
    return found


def occurrence_on(series_id: int, day: date) -> int:
    found = db.session.scalars(
        sa.select(HelpRequest.id).filter_by(series_id=series_id, occurrence_on=day)
    ).one()
    db.session.rollback()
    return found


def at(hours: float) -> time_machine.travel:
    return time_machine.travel(NOW + timedelta(hours=hours), tick=False)


# Rules


@pytest.mark.parametrize(
    ("repetition", "first", "rule", "days"),
    [
        (WEEKLY, "2026-12-01", "FREQ=WEEKLY;BYDAY=TU", ["2026-12-08", "2026-12-15"]),
        (Repetition(Repeat.FORTNIGHTLY), "2026-12-01", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", ["2026-12-15", "2026-12-29"]),
        (Repetition(Repeat.MONTHLY), "2026-12-08", "FREQ=MONTHLY;BYDAY=+2TU", ["2027-01-12", "2027-02-09"]),
        (Repetition(Repeat.MONTHLY), "2026-12-29", "FREQ=MONTHLY;BYDAY=-1TU", ["2027-01-26", "2027-02-23"]),
        (
            Repetition(Repeat.WEEKLY, date(2026, 12, 8)), "2026-12-01",
            "FREQ=WEEKLY;BYDAY=TU;UNTIL=20261208T000000", ["2026-12-08"],
        ),
    ],
)  # fmt: skip
def test_a_choice_in_words_is_a_rule_and_is_read_back(
    repetition: Repetition, first: str, rule: str, days: list[str]
) -> None:
    begins_on = date.fromisoformat(first)
    assert rule_of(repetition, begins_on) == rule
    assert read_rule(rule) == repetition

    found = Rhythm(rule, begins_on, 600, 120).days(after=begins_on, until=date(2027, 3, 1))

    assert [day.isoformat() for day in found][: len(days)] == days
    assert len(found) == len(days) or repetition.until is None


@pytest.mark.parametrize(
    ("days", "utc_hours"),
    [
        (["2026-10-18", "2026-10-25", "2026-11-01"], [8, 9, 9]),
        (["2027-03-21", "2027-03-28", "2027-04-04"], [9, 8, 8]),
    ],
)
def test_ten_oclock_stays_ten_oclock_on_both_nights_that_clocks_change(
    app_context: Flask, days: list[str], utc_hours: list[int]
) -> None:
    from civic.mutual_aid.series.making import window_on

    rhythm = Rhythm("FREQ=WEEKLY;BYDAY=SU", date.fromisoformat(days[0]), 600, 120)

    windows = [window_on(rhythm, date.fromisoformat(day)) for day in days]

    assert [begins.hour for begins, _ in windows] == utc_hours
    assert {begins.astimezone(TOWN_TIME).hour for begins, _ in windows} == {10}
    assert {end.astimezone(TOWN_TIME).hour for _, end in windows} == {12}


# A life


def test_a_weekly_help_is_written_four_weeks_ahead_and_searched_a_week_before(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, odette = add_volunteer(town, place, "Ada"), add_person(lives_in=place)

    series = ask_weekly(odette, place)

    assert days_of(series) == {
        "12-01 10:00": "dispatching",
        "12-08 10:00": "draft",
        "12-15 10:00": "draft",
        "12-22 10:00": "draft",
    }
    assert len(queries.list_open_requests().items) == len(queries.list_requests_of(odette).items) == 1
    assert continue_all_series(utc_now()) == 0
    with at(26):
        assert continue_all_series(utc_now()) == 1
        assert continue_all_series(utc_now()) == 0
        second = occurrence_on(series, date(2026, 12, 8))
        assert (state_of(second), invitations(second)) == (RequestState.DISPATCHING, {ada: "sent"})
        assert list(days_of(series))[-1] == "12-29 10:00"


def test_one_time_is_skipped_and_the_others_go_on(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    odette = add_person(lives_in=place)
    series = ask_weekly(odette, place)

    cancel_request(actor_of(odette), request_id=occurrence_on(series, date(2026, 12, 8)))
    with at(24 * 8):
        continue_all_series(utc_now())

    states = days_of(series)
    assert (states["12-08 10:00"], states["12-15 10:00"]) == ("cancelled", "escalated")


def test_what_somebody_took_outlives_a_change_and_its_week_is_not_asked_twice(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, odette = add_volunteer(town, place, "Ada"), add_person(lives_in=place)
    series = ask_weekly(odette, place)
    taken = occurrence_on(series, date(2026, 12, 1))
    accept_invitation(actor_of(ada), invitation_id=invitation_of(taken, ada))

    thursday = Window(
        TUESDAY.starts_at + timedelta(days=2, hours=4), TUESDAY.ends_at + timedelta(days=2, hours=4)
    )
    service.change_series(actor_of(odette), series_id=series, repetition=WEEKLY, window=thursday)

    assert matches(taken) == {ada: "accepted"}
    assert days_of(series) == {
        "12-01 10:00": "filled",
        "12-10 14:00": "draft",
        "12-17 14:00": "draft",
        "12-24 14:00": "draft",
    }
    service.end_series(actor_of(odette), series_id=series)
    assert days_of(series) == {"12-01 10:00": "filled"}
    with at(24 * 7):
        assert continue_all_series(utc_now()) == 0
    with pytest.raises(SeriesEnded):
        service.change_series(actor_of(odette), series_id=series, repetition=WEEKLY, window=thursday)


def test_another_hour_takes_back_what_nobody_took_and_keeps_what_is_the_same(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, odette = add_volunteer(town, place, "Ada"), add_person(lives_in=place)
    series = ask_weekly(odette, place)
    first = occurrence_on(series, date(2026, 12, 1))
    service.change_series(
        actor_of(odette), series_id=series, repetition=Repetition(Repeat.FORTNIGHTLY), window=TUESDAY
    )
    assert days_of(series) == {"12-01 10:00": "dispatching", "12-15 10:00": "draft"}
    assert invitations(first) == {ada: "sent"}

    later = Window(TUESDAY.starts_at + timedelta(hours=1), TUESDAY.ends_at + timedelta(hours=1))
    service.change_series(actor_of(odette), series_id=series, repetition=WEEKLY, window=later)

    assert (state_of(first), invitations(first)) == (RequestState.CANCELLED, {ada: "superseded"})
    assert days_of(series) == {
        "12-01 11:00": "dispatching",
        "12-08 11:00": "draft",
        "12-15 11:00": "draft",
        "12-22 11:00": "draft",
    }


def test_the_times_of_a_help_to_be_read_wait_for_the_first_and_end_with_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, odette = actor_of(add_agent(town)), add_person(lives_in=place)
    accepted, sent_away = (ask_weekly(odette, place, category=Category.CHILDCARE) for _ in range(2))
    accept_request(agent, request_id=occurrence_on(accepted, date(2026, 12, 1)))
    redirect_request(agent, request_id=occurrence_on(sent_away, date(2026, 12, 1)), where="La crèche")

    with at(26):
        assert continue_all_series(utc_now()) == 1

        assert days_of(accepted)["12-08 10:00"] == "escalated"
        assert days_of(sent_away) == {"12-01 10:00": "redirected"}


def test_a_consent_covers_each_time_and_withdrawn_ends_them_all(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_agent(town))
    details = request_details(place, window=TUESDAY)
    first = service.ask_with_repetition(
        agent, lambda: ask_for_another(agent, details=details, consent=None), repetition=WEEKLY
    )
    series = queries.get_request(first).series_id
    assert series is not None
    with at(1):
        record_consent(agent, request_id=first, mode=ConsentMode.ORAL)
    with at(26):
        continue_all_series(utc_now())
        second = queries.get_request(occurrence_on(series, date(2026, 12, 8)))
        assert second.consent is not None
        assert second.consent.valid_until == second.ends_at
        db.session.rollback()

        withdraw_consent(agent, request_id=first)

        assert set(days_of(series).values()) == {"cancelled"}
        assert {each.contact_phone for each in list_occurrences(series)} == {""}


def test_a_series_stops_with_the_account_of_whom_it_is_for(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    admin = add_person("Anne", roles=((Role.ADMIN, town),))
    odette, ada = add_person("Odette", lives_in=place), add_volunteer(town, place, "Ada")
    series = ask_weekly(odette, place)
    first = occurrence_on(series, date(2026, 12, 1))
    accept_invitation(actor_of(ada), invitation_id=invitation_of(first, ada))

    deactivate_person(actor_of(admin), person_id=odette)

    assert db.session.get_one(RequestSeries, series).ended_at == NOW
    assert matches(first) == {ada: "released"}
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        continue_all_series(utc_now())
    assert set(days_of(series).values()) == {"cancelled"}


def test_a_series_is_its_owners_and_goes_with_her(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    odette, eve = (add_person(lives_in=place) for _ in range(2))
    series = ask_weekly(odette, place)

    for refused in (
        lambda: service.end_series(actor_of(eve), series_id=series),
        lambda: service.change_series(actor_of(eve), series_id=series, repetition=WEEKLY, window=TUESDAY),
    ):
        with pytest.raises(SeriesNotFound):
            refused()
    assert "draft" in days_of(series).values()

    with transaction():
        erase_personal_data(odette, utc_now())
    assert db.session.scalars(sa.select(RequestSeries.id)).all() == []
    assert "draft" not in {state.value for state in db.session.scalars(sa.select(HelpRequest.state))}


@pytest.mark.parametrize(
    "repetition",
    [Repetition(Repeat.WEEKLY, date(2026, 12, 1)), Repetition(Repeat.WEEKLY, date(2028, 1, 1))],
)
def test_an_impossible_last_day_is_refused_and_nothing_is_asked(
    app_context: Flask, repetition: Repetition
) -> None:
    _, (place, *_) = add_town()

    with pytest.raises(RepetitionRefused):
        ask_weekly(add_person(lives_in=place), place, repetition)

    assert db.session.scalars(sa.select(HelpRequest.id)).all() == []


# Pages


def test_each_time_has_its_entry_in_a_calendar_and_one_that_is_skipped_is_taken_off(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        odette, stranger = (add_person(name, lives_in=place) for name in ("Odette", "Ada"))
        series = ask_weekly(odette, place)
        times = [each.id for each in list_occurrences(series)]
        cancel_request(actor_of(odette), request_id=times[1])
    path = f"/entraide/aides-regulieres/{series}.ics"

    text = sign_in(app, odette).get(path).get_data(as_text=True)
    entries = text.split("BEGIN:VEVENT")[1:]
    assert len({line for line in text.split("\r\n") if line.startswith("UID:")}) == len(entries) == len(times)
    skipped = next(entry for entry in entries if f"UID:request-{times[1]}@" in entry)
    assert "SEQUENCE:1\r\nSTATUS:CANCELLED" in skipped
    assert sum("STATUS:TENTATIVE" in entry for entry in entries) == len(times) - 1
    assert ADDRESS not in text
    assert sign_in(app, stranger).get(path).status_code == 404


def test_odette_reads_what_is_ahead_changes_the_hour_and_stops(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        odette = add_person("Odette", lives_in=place)
        series = ask_weekly(odette, place)
    browser, address = sign_in(app, odette), f"/entraide/aides-regulieres/{series}"
    page = plain(browser.get(address).get_data(as_text=True))
    assert "chaque semaine, le mardi" in page
    assert page.count("de 10 h à 12 h") == 4
    assert "RRULE" not in page
    assert "FREQ" not in page
    wrong = post_form(
        browser, address, starts_at="2026-12-02T15:00", ends_at="2026-12-02T14:00", repeat="monthly"
    )
    assert (wrong.status_code, "2026-12-02T15:00" in wrong.get_data(as_text=True)) == (422, True)  # type: ignore[attr-defined]

    post_form(browser, address, starts_at="2026-12-02T15:00", ends_at="2026-12-02T16:00", repeat="monthly")
    assert "chaque mois, le premier mercredi" in plain(browser.get(address).get_data(as_text=True))
    post_form(browser, f"{address}/fin")
    assert "Arrêtée" in browser.get(address).get_data(as_text=True)


def test_while_one_time_is_set_aside_the_next_ones_are_put_to_nobody(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, odette = actor_of(add_agent(town)), add_person(lives_in=place)
    series = ask_weekly(odette, place)
    with at(26):
        continue_all_series(utc_now())
    doubtful = occurrence_on(series, date(2026, 12, 8))
    suspend_request(agent, request_id=doubtful)

    with at(24 * 7 + 26):
        assert continue_all_series(utc_now()) == 0
        assert expire_unopened(utc_now()) == 1
        assert continue_all_series(utc_now()) == 0
        assert days_of(series)["12-15 10:00"] == "draft"

        relaunch_search(agent, request_id=doubtful, window=in_hours(0, 3))
        assert continue_all_series(utc_now()) == 1
        assert days_of(series)["12-15 10:00"] == "escalated"


def test_another_hour_for_who_telephoned_keeps_her_consent(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, ada = actor_of(add_agent(town)), add_volunteer(town, place, "Ada")
    details = request_details(place, window=TUESDAY)
    first = service.ask_with_repetition(
        agent,
        lambda: ask_for_another(agent, details=details, consent=ConsentMode.ORAL),
        repetition=WEEKLY,
    )
    series = queries.get_request(first).series_id
    assert series is not None
    db.session.rollback()

    later = Window(TUESDAY.starts_at + timedelta(hours=1), TUESDAY.ends_at + timedelta(hours=1))
    service.change_series(agent, series_id=series, repetition=WEEKLY, window=later)

    again = occurrence_on(series, date(2026, 12, 1))
    assert (state_of(again), invitations(again)) == (RequestState.DISPATCHING, {ada: "sent"})
    with at(26):
        continue_all_series(utc_now())
        assert days_of(series)["12-08 11:00"] not in ("draft", "awaiting_consent")


def test_the_spring_night_that_leaves_an_hour_out_puts_a_help_off_and_stops_nobody_s(
    app_context: Flask,
) -> None:
    _town, (place, *_) = add_town()
    with time_machine.travel(datetime(2027, 3, 1, 9, 0, tzinfo=UTC), tick=False):
        sunday = [from_town_time(datetime(2027, 3, 7, hour, 0)) for hour in (2, 3)]
        actor = actor_of(add_person("Odette", lives_in=place))
        details = request_details(place, window=Window(*sunday))
        first = service.ask_with_repetition(
            actor, lambda: ask_for_help(actor, details=details), repetition=WEEKLY
        )
        series_id = queries.get_request(first).series_id
        db.session.rollback()
    assert series_id is not None

    with time_machine.travel(datetime(2027, 3, 8, 9, 0, tzinfo=UTC), tick=False):
        continue_all_series(utc_now())

    lengths = {
        f"{each.starts_at.astimezone(TOWN_TIME):%m-%d %H:%M}": each.ends_at - each.starts_at
        for each in list_occurrences(series_id)
    }
    db.session.rollback()
    assert list(lengths) == ["03-07 02:00", "03-14 02:00", "03-21 02:00", "03-28 03:00", "04-04 02:00"]
    assert set(lengths.values()) == {timedelta(hours=1)}
