"""A process tells the time by the clock of its database, whatever that of its machine says."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from civic.app import create_app
from civic.kernel import clock, timekeeping
from civic.kernel.clock import Reading, follow, followed, machine_now, utc_now
from civic.kernel.database import db
from tests.conftest import dispose, make_settings

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
TWO_MINUTES = timedelta(minutes=2)
A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def own_clock_again() -> Iterator[None]:
    """The process of the tests follows nobody before, nor after."""
    assert followed() is None
    yield
    follow(None)


@pytest.fixture
def postgres_app(new_postgres_url: Callable[[], str]) -> Iterator[Flask]:
    app = create_app(make_settings(new_postgres_url()))
    yield app
    dispose(app)


@pytest.fixture
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class SlowClock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) - TWO_MINUTES

    monkeypatch.setattr(clock, "datetime", SlowClock)


def test_a_reading_is_ahead_by_a_round_trip_at_most_and_never_behind() -> None:
    reading = Reading(NOON, asked=100.0, answered=100.3)

    assert reading.instant_at(100.3) == NOON + timedelta(seconds=0.3)
    assert reading.instant_at(160.0) == NOON + timedelta(seconds=60)


def test_two_readings_agree_when_one_clock_can_have_given_both() -> None:
    first = Reading(NOON, asked=100.0, answered=100.3)

    assert not first.contradicts(Reading(NOON + timedelta(seconds=10), asked=109.8, answered=110.0))
    assert first.contradicts(Reading(NOON + timedelta(seconds=10.1), asked=109.5, answered=109.7))
    assert first.contradicts(Reading(NOON + timedelta(seconds=9), asked=110.0, answered=110.1))


def test_once_a_connection_is_open_the_time_is_the_database_s(
    postgres_app: Flask, slow_machine: None
) -> None:
    timekeeping.keep_time(postgres_app)
    assert abs(utc_now() - (datetime.now(UTC) - TWO_MINUTES)) < A_SECOND

    with postgres_app.app_context():
        told = db.session.scalar(sa.text("SELECT clock_timestamp()"))
        assert told is not None
        assert told <= utc_now() < told + A_SECOND
    assert -121 < timekeeping.seconds_wrong() < -119


def test_a_database_that_comes_back_with_another_clock_is_believed_at_the_first_connection(
    postgres_app: Flask,
) -> None:
    timekeeping.keep_time(postgres_app)
    follow(Reading(machine_now() - TWO_MINUTES, time.monotonic(), time.monotonic()))
    with postgres_app.app_context():
        db.session.scalar(sa.text("SELECT 1"))

    assert abs(utc_now() - machine_now()) < A_SECOND


def test_setting_the_machine_right_does_not_move_the_time_that_is_told(
    postgres_app: Flask, monkeypatch: pytest.MonkeyPatch, slow_machine: None
) -> None:
    timekeeping.compare(postgres_app)
    before = utc_now()
    monkeypatch.undo()

    assert before <= utc_now() < before + A_SECOND
    assert abs(timekeeping.seconds_wrong()) < 1


def test_who_administers_is_told_of_a_wrong_clock_and_people_are_served(
    postgres_app: Flask, slow_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civic.web.health.find_problem", lambda: None)
    client = postgres_app.test_client()
    assert client.get("/readyz").json == {"status": "ready"}

    with capture_logs() as logs:
        timekeeping.compare(postgres_app)

    assert [(line["event"], line["log_level"], line["seconds"]) for line in logs] == [
        ("clock_wrong", "warning", -120.0)
    ]
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "120 s behind the database's" in answer.json["warning"]


def test_on_sqlite_there_is_one_machine_and_nothing_is_compared(app: Flask) -> None:
    timekeeping.keep_time(app)
    timekeeping.compare(app)
    with app.app_context():
        db.session.scalar(sa.text("SELECT 1"))

    assert followed() is None


def test_a_database_that_is_away_leaves_the_clock_as_it_was(new_postgres_url: Callable[[], str]) -> None:
    nowhere = make_url(new_postgres_url()).set(port=1)
    away = create_app(make_settings(nowhere.render_as_string()))
    known = Reading(NOON, asked=0.0, answered=0.1)
    follow(known)

    timekeeping.compare(away)

    assert followed() is known
