"""The evening before: both sides are reminded, once, and nobody who withdrew; who reads no screen is called."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.clock import from_town_time, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import OutboxMessage, deliver_due
from civic.kernel.transaction import transaction
from civic.matching.reminding.service import remind
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import withdraw_from_match
from civic.mutual_aid.desk.models import CallBack
from civic.mutual_aid.desk.rules import CallReason
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reminding.queries import get_hour
from civic.mutual_aid.reminding.rules import called_at, reminded_at
from civic.mutual_aid.reminding.service import set_hour
from civic.mutual_aid.rules import Channel, Window
from civic.notifications.models import Notification
from civic.notifications.wording import sentence_of
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import add_request, add_volunteer, invitation_of

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
THURSDAY = Window(from_town_time(datetime(2026, 12, 3, 10, 0)), from_town_time(datetime(2026, 12, 3, 12, 0)))
REMINDERS = ("helps_tomorrow", "is_helped_tomorrow")


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return from_town_time(datetime(2026, 12, day, hour, minute))


class Promise:
    """Rose asked for Thursday at ten, and Ada said yes."""

    def __init__(self, *, is_assisted: bool = False) -> None:
        self.town, (self.place, *_) = add_town()
        self.rose, self.ada = (
            add_person("Rose", lives_in=self.place),
            add_volunteer(self.town, self.place, "Ada"),
        )
        self.request = add_request(self.rose, self.place, window=THURSDAY)
        if is_assisted:
            with transaction():
                db.session.get_one(HelpRequest, self.request).channel = Channel.TELEPHONE
        self.match = accept_invitation(
            actor_of(self.ada), invitation_id=invitation_of(self.request, self.ada)
        )


def serve_what_is_due() -> None:
    while deliver_due(is_slow=False):
        pass


def reminders() -> dict[int, str]:
    """Return what each was reminded of, by person."""
    found = db.session.scalars(sa.select(Notification).where(Notification.kind.in_(REMINDERS)))
    told = {each.person_id: plain(sentence_of(each)) for each in found}
    db.session.rollback()
    return told


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        (datetime(2026, 12, 3, 10, 0), datetime(2026, 12, 2, 18, 0)),
        (datetime(2027, 3, 28, 10, 0), datetime(2027, 3, 27, 18, 0)),  # clocks go forward that night
        (datetime(2027, 3, 29, 0, 30), datetime(2027, 3, 28, 18, 0)),
        (datetime(2026, 10, 25, 10, 0), datetime(2026, 10, 24, 18, 0)),  # and back that one
        (datetime(2026, 10, 26, 23, 45), datetime(2026, 10, 25, 18, 0)),
    ],
)
def test_people_are_reminded_at_six_in_the_evening_whatever_clocks_do_that_night(
    begins: datetime, told: datetime
) -> None:
    assert reminded_at(from_town_time(begins)) == from_town_time(told)


def test_who_is_helped_on_a_monday_is_called_on_the_friday_before() -> None:
    assert called_at(local(7, 10)) == local(4, 9)
    assert called_at(local(8, 10)) == local(7, 9)


@pytest.mark.parametrize(
    ("day", "called_on"),
    [
        (date(2027, 3, 30), date(2027, 3, 26)),  # the day after Easter Monday
        (date(2027, 5, 7), date(2027, 5, 5)),  # Ascension
        (date(2027, 5, 18), date(2027, 5, 14)),  # Whit Monday
        (date(2026, 11, 12), date(2026, 11, 10)),
        (date(2027, 1, 2), date(2026, 12, 31)),
    ],
)
def test_nobody_is_to_be_called_on_a_day_when_the_town_hall_is_closed(day: date, called_on: date) -> None:
    begins, calls = datetime.combine(day, time(10)), datetime.combine(called_on, time(9))

    assert called_at(from_town_time(begins)) == from_town_time(calls)


def test_both_sides_are_reminded_the_evening_before_and_once(
    app_context: Flask, monday: time_machine.Traveller
) -> None:
    promise = Promise()

    monday.move_to(local(2, 17, 59))
    serve_what_is_due()
    assert reminders() == {}
    monday.move_to(local(2, 18, 0))
    serve_what_is_due()
    remind(match_id=promise.match, now=utc_now())  # a relay that died hands it over again
    told = reminders()
    assert set(told) == {promise.rose, promise.ada}
    assert told[promise.rose] == (
        "Rappel : quelqu’un vient vous aider pour « Quelques courses lourdes », jeudi 3 décembre, de 10 h à 12 h."
    )
    assert told[promise.ada].startswith(
        "Rappel : vous aidez pour « Quelques courses lourdes », jeudi 3 décembre"
    )
    assert db.session.scalar(sa.select(sa.func.count()).where(Notification.kind.in_(REMINDERS))) == 2


def test_who_withdrew_is_not_reminded_and_who_says_yes_in_the_night_has_just_agreed(
    app_context: Flask, monday: time_machine.Traveller
) -> None:
    promise = Promise()
    withdraw_from_match(actor_of(promise.ada), match_id=promise.match)

    monday.move_to(local(2, 20, 0))
    serve_what_is_due()
    late = add_volunteer(promise.town, promise.place, "Inès")
    serve_what_is_due()
    accept_invitation(actor_of(late), invitation_id=invitation_of(promise.request, late))
    monday.move_to(local(3, 9, 0))
    serve_what_is_due()

    assert reminders() == {}


def test_a_server_that_was_away_until_the_help_began_reminds_nobody(
    app_context: Flask, monday: time_machine.Traveller
) -> None:
    Promise()

    monday.move_to(local(3, 10, 30))
    serve_what_is_due()

    assert reminders() == {}


def test_the_town_hall_chooses_the_hour_for_what_is_promised_already(
    app_context: Flask, monday: time_machine.Traveller
) -> None:
    promise = Promise()
    agent = actor_of(add_person("Agente", roles=((Role.AGENT, promise.town),)))
    with pytest.raises(NotAllowed):
        set_hour(actor_of(promise.ada), town_id=promise.town, hour=12)
    assert get_hour(promise.place) == 18

    set_hour(agent, town_id=promise.town, hour=20)
    monday.move_to(local(2, 19, 0))
    serve_what_is_due()
    assert reminders() == {}
    monday.move_to(local(2, 20, 0))
    serve_what_is_due()
    assert len(reminders()) == 2


def test_an_earlier_hour_holds_for_what_is_promised_already(
    app_context: Flask, monday: time_machine.Traveller
) -> None:
    promise = Promise()
    agent = actor_of(add_person("Agente", roles=((Role.AGENT, promise.town),)))

    set_hour(agent, town_id=promise.town, hour=12)
    monday.move_to(local(2, 12, 0))
    serve_what_is_due()

    assert len(reminders()) == 2


def test_who_reads_no_screen_is_on_the_list_of_calls_of_the_day_before_and_is_not_written_to(
    app_context: Flask, monday: time_machine.Traveller
) -> None:
    promise = Promise(is_assisted=True)

    monday.move_to(local(2, 9, 0))
    serve_what_is_due()
    called = sa.select(CallBack.reason).filter_by(request_id=promise.request, closed_at=None)
    assert list(db.session.scalars(called)) == [CallReason.COMES_SOON]
    monday.move_to(local(2, 18, 0))
    serve_what_is_due()
    assert set(reminders()) == {promise.ada}


def test_nothing_is_owed_once_it_is_served(app_context: Flask, monday: time_machine.Traveller) -> None:
    Promise()
    monday.move_to(local(2, 18, 0))
    serve_what_is_due()

    kinds = set(db.session.scalars(sa.select(OutboxMessage.kind)))
    assert not {kind for kind in kinds if kind.startswith("matching.remind")}


def test_an_agent_reads_and_changes_the_hour_and_a_wrong_one_changes_nothing(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Agente", roles=((Role.AGENT, town),))
    client = sign_in(app, agent)

    assert '<option value="18" selected>' in client.get("/entraide/rappels").get_data(as_text=True)
    refused = post_form(client, "/entraide/rappels", hour="3")
    assert "Écrivez un nombre entre 8 et 21." in refused.get_data(as_text=True)
    with app.app_context():
        assert get_hour(place) == 18
    post_form(client, "/entraide/rappels", hour="19")
    with app.app_context():
        assert get_hour(place) == 19


def test_the_day_before_lasts_as_long_as_it_lasts() -> None:
    """24 hours before would be an hour wrong on two nights of the year."""
    spring, autumn = datetime(2027, 3, 28, 18, 0), datetime(2026, 10, 25, 18, 0)

    lengths = [from_town_time(each) - reminded_at(from_town_time(each)) for each in (spring, autumn)]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]
