"""Somebody asks for help one thing a page: her answers stay in the form, she may go back, and is told what happens before she sends."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.mutual_aid.asking import next_hour_by_day
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.moments import DayHalf, NearDay, near_window
from tests.conftest import add_person, add_town, plain, sign_in
from tests.matching.test_doors import near_dates

STEPS, SEND = "/entraide/demandes/nouvelle", "/entraide/demandes"
WHAT = {"category": "shopping", "title": "Quelques courses", "text": "Un sac"}


@pytest.fixture
def rose(app: Flask) -> FlaskClient:
    with app.app_context():
        _, (place, *_) = add_town()
        return sign_in(app, add_person("Rose", lives_in=place))


def fields_of(page: str, action: str) -> dict[str, str]:
    """Return what the form with this action would send, were its visible fields left as they are."""
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.S) if f'action="{action}"' in form)
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = attribute(tag, "name"), attribute(tag, "value")
        if name and ("radio" not in tag or " checked" in tag):
            sent[name] = value
    for select in re.findall(r"<select.*?</select>", form, re.S):
        chosen = next((tag for tag in re.findall(r"<option[^>]*>", select) if " selected" in tag), "")
        sent[attribute(select, "name")] = attribute(chosen, "value")
    return sent


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


def go_on(client: FlaskClient, page: str, **typed: str) -> str:
    return client.post(STEPS, data={**fields_of(page, STEPS), **typed}).get_data(as_text=True)


def when() -> dict[str, str]:
    return {"urgency": "today", "capacity": "1", **near_dates()}


def count_requests(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(HelpRequest)) or 0


def test_rose_asks_step_by_step_reads_everything_again_and_sends(app: Flask, rose: FlaskClient) -> None:
    page = rose.get(STEPS).get_data(as_text=True)
    assert "Étape 1 sur 4" in page
    page = go_on(rose, page, **WHAT)
    assert "Étape 2 sur 4" in page
    page = go_on(rose, page, **when())
    assert "Étape 3 sur 4" in page
    page = go_on(rose, page, contact_phone="06 00 00 00 01")
    assert "Étape 4 sur 4" in page
    assert "Ce qui se passe ensuite" in page
    for said in ("Quelques courses", "Dans la journée", "06 00 00 00 01", "Quartier 0", "Courses"):
        assert said in page
    assert count_requests(app) == 0  # nothing is kept of what is not sent

    sent: list[TestResponse] = [rose.post(SEND, data=fields_of(page, SEND)) for _ in range(2)]

    assert [answer.status_code for answer in sent] == [302, 302]
    assert sent[0].location == sent[1].location
    assert count_requests(app) == 1  # a finger that presses twice asks once


def test_a_step_that_is_wrong_is_shown_again_with_what_was_typed_and_no_other(rose: FlaskClient) -> None:
    page = go_on(rose, rose.get(STEPS).get_data(as_text=True), category="shopping", title="", text="Un sac")
    assert "Étape 1 sur 4" in page
    assert "data-error-summary" in page
    assert "Un sac" in page
    page = go_on(rose, page, **WHAT)

    starts = near_dates()["starts_at"]
    page = go_on(rose, page, **{**when(), "ends_at": starts})
    assert "Étape 2 sur 4" in page
    assert "field-ends_at-error" in page


def test_rose_goes_back_loses_nothing_and_returns_to_where_she_was(rose: FlaskClient) -> None:
    page = go_on(rose, rose.get(STEPS).get_data(as_text=True), **WHAT)
    page = go_on(rose, page, go_to="1", urgency="urgent")
    assert "Étape 1 sur 4" in page
    assert 'value="Quelques courses"' in page
    assert fields_of(page, STEPS)["urgency"] == "urgent"

    page = go_on(rose, go_on(rose, go_on(rose, page, **WHAT), **when()), contact_phone="06 00 00 00 01")
    page = go_on(rose, page, go_to="1")
    page = go_on(rose, page, **{**WHAT, "title": "Un gros sac"})
    assert "Étape 4 sur 4" in page  # what she had seen already is not asked again
    assert "Un gros sac" in page


def test_what_is_said_of_the_moment_must_hold_together(rose: FlaskClient) -> None:
    page = go_on(rose, rose.get(STEPS).get_data(as_text=True), **WHAT)
    page = go_on(rose, page, day="tomorrow", urgency="urgent")
    assert "Étape 2 sur 4" in page
    assert "veut dire tout de suite" in page

    assert "Étape 3 sur 4" in go_on(rose, page, day="tomorrow", urgency="today")


def test_a_day_that_is_nearly_over_is_refused_on_its_question(rose: FlaskClient) -> None:
    tomorrow = datetime.now(TOWN_TIME).date() + timedelta(days=1)
    with time_machine.travel(datetime.combine(tomorrow, time(21, 45), TOWN_TIME), tick=False):
        page = go_on(rose, rose.get(STEPS).get_data(as_text=True), **WHAT)
        late = go_on(rose, page, day="today", urgency="today")
    assert "Étape 2 sur 4" in late
    assert "field-day-error" in late  # on the question that is shown, not on hours that are not


def test_words_that_say_too_much_are_shown_at_once_and_refuse_nothing(rose: FlaskClient) -> None:
    page = go_on(rose, rose.get(STEPS).get_data(as_text=True), **{**WHAT, "text": "Voir le kiné"})

    assert "Étape 2 sur 4" in page
    assert "Vous avez écrit : « kiné »" in plain(page)


def test_nobody_skips_a_step(rose: FlaskClient) -> None:
    token = fields_of(rose.get(STEPS).get_data(as_text=True), STEPS)["csrf_token"]

    page = rose.post(STEPS, data={"csrf_token": token, "step": "3", "is_reread": "1"})

    assert page.status_code == 422
    assert "Étape 1 sur 4" in page.get_data(as_text=True)


def test_what_is_refused_at_the_end_leads_to_its_step(app: Flask, rose: FlaskClient) -> None:
    token = fields_of(rose.get(STEPS).get_data(as_text=True), STEPS)["csrf_token"]

    answer = rose.post(SEND, data={"csrf_token": token, **WHAT, **when(), "contact_phone": "12"})

    assert answer.status_code == 422
    assert "Étape 3 sur 4" in answer.get_data(as_text=True)
    assert count_requests(app) == 0


@pytest.mark.parametrize(
    ("now", "suggested"),
    [
        ("2027-01-11T13:20", "2027-01-11T15:00"),
        ("2027-01-11T02:20", "2027-01-11T09:00"),
        ("2027-01-11T20:20", "2027-01-12T09:00"),
        ("2027-01-11T22:50", "2027-01-12T09:00"),
    ],
)
def test_a_new_form_suggests_an_hour_of_the_day(now: str, suggested: str) -> None:
    """The instants are in UTC, and the suggestion on the town hall's clock, an hour later in winter."""
    begin = next_hour_by_day(datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert begin.astimezone(TOWN_TIME).isoformat()[:16] == suggested


def test_rose_is_told_before_she_sends_what_volunteers_would_read(rose: FlaskClient) -> None:
    page = rose.get(STEPS).get_data(as_text=True)
    page = go_on(rose, page, **{**WHAT, "title": "Courses pour Mme Bellanger"})
    page = go_on(rose, page, **when())
    page = go_on(rose, page, contact_phone="06 00 00 00 01")

    assert "Vous avez écrit : « Mme Bellanger »." in plain(page)
    assert "Envoyer ma demande" in page


@pytest.mark.parametrize(
    ("day", "half", "begins", "ends"),
    [
        (NearDay.TODAY, DayHalf.ANY, (4, 10, 20), (4, 19, 0)),
        (NearDay.TODAY, DayHalf.AFTERNOON, (4, 13, 0), (4, 19, 0)),
        (NearDay.TOMORROW, DayHalf.MORNING, (5, 8, 0), (5, 12, 0)),
        (NearDay.WEEK, DayHalf.MORNING, (4, 10, 20), (10, 19, 0)),
    ],
)
def test_tomorrow_morning_is_said_in_words_and_kept_as_instants(
    day: NearDay, half: DayHalf, begins: tuple[int, int, int], ends: tuple[int, int, int]
) -> None:
    window = near_window(day, half, local_now=datetime(2026, 12, 4, 10, 20, tzinfo=TOWN_TIME))

    assert (window.starts_at.day, window.starts_at.hour, window.starts_at.minute) == begins
    assert (window.ends_at.day, window.ends_at.hour, window.ends_at.minute) == ends


@pytest.mark.parametrize(("hour", "until"), [(16, 19), (17, 22), (19, 22), (21, 22)])
def test_today_lasts_until_the_evening_once_the_day_is_nearly_over(hour: int, until: int) -> None:
    now = datetime(2026, 12, 4, hour, 30, tzinfo=TOWN_TIME)

    window = near_window(NearDay.TODAY, DayHalf.ANY, local_now=now)

    assert (window.starts_at, window.ends_at) == (now, now.replace(hour=until, minute=0))


def test_rose_asks_for_tomorrow_without_writing_a_date(app: Flask, rose: FlaskClient) -> None:
    page = go_on(rose, rose.get(STEPS).get_data(as_text=True), **WHAT)
    page = go_on(rose, page, day="tomorrow", part="morning", urgency="flexible", capacity="1")
    page = go_on(rose, page, contact_phone="06 00 00 00 01")
    assert "de 8 h à 12 h" in page.replace("\u00a0", " ").replace("\u202f", " ")

    assert rose.post(SEND, data=fields_of(page, SEND)).status_code == 302
    with app.app_context():
        asked = db.session.scalars(sa.select(HelpRequest)).one()
        assert asked.starts_at.astimezone(TOWN_TIME).hour == 8
