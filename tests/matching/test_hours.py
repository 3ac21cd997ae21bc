"""How long a help took: the volunteer notes it, the side that was helped confirms it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.matching import queries
from civic.matching.errors import MatchNotFound, WrongStep
from civic.matching.hours.errors import HoursConfirmed, HoursRefused
from civic.matching.hours.rules import (
    Hours,
    ensure_hours,
    hours_by_button,
    likely_hours,
    most_minutes,
    nearest_quarters,
)
from civic.matching.models import Match
from civic.matching.rules import MatchState
from civic.matching.service import hours
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import complete_match, reopen_match
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Channel, Window
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import add_request, add_volunteer, invitation_of

NOW = utc_now()
AN_HOUR = timedelta(hours=1)
TWO_HOURS = Window(NOW - 2 * AN_HOUR, NOW)


def agreed() -> tuple[int, int, int]:
    """Have Rose ask and Ada say yes. Returns both and the match."""
    town, (place, *_) = add_town()
    rose, ada = add_person("Rose", lives_in=place), add_volunteer(town, place, "Ada")
    request = add_request(rose, place)
    return rose, ada, accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))


@pytest.mark.parametrize(
    ("arrived", "done", "from_hour", "until_hour"),
    [
        (None, 3, 2, 3),
        (None, 0.5, 0, 0.5),
        (None, 30, 9, 10),  # said on the day after
        (None, -20, -21, -20),  # they agreed on the day before
        (2, 2.5, 2, 2.5),
        (11, 12, 11, 12),
    ],
)
def test_the_hours_that_are_proposed_are_not_the_whole_day_nor_backwards(
    arrived: float | None, done: float, from_hour: float, until_hour: float
) -> None:
    def at(hour: float) -> datetime:
        return NOW + hour * AN_HOUR

    found = likely_hours(
        Window(at(0), at(10)), arrived_at=None if arrived is None else at(arrived), done_at=at(done)
    )

    assert found == Hours(at(from_hour), at(until_hour))


def test_a_length_is_counted_in_quarters_of_an_hour_and_one_at_least() -> None:
    lengths = {7: 15, 22: 15, 23: 30, 59: 60, 68: 75, 125: 120}

    assert {minutes: nearest_quarters(timedelta(minutes=minutes)) for minutes in lengths} == lengths


def test_a_help_takes_twice_its_window_at_most_and_never_more_than_half_a_day() -> None:
    assert most_minutes(Window(NOW, NOW + timedelta(minutes=20))) == 60
    assert most_minutes(TWO_HOURS) == 240
    assert most_minutes(Window(NOW, NOW + timedelta(days=3))) == 720


@pytest.mark.parametrize(
    ("before", "length", "field"),
    [
        (1, -0.5, "helped_until"),  # backwards
        (0.5, 1, "helped_until"),  # ends later than now
        (60, 1, "helped_from"),  # before the day of the yes
        (5, 4.75, "helped_until"),  # more than twice the window
    ],
)
def test_hours_that_cannot_be_are_refused_and_the_field_is_named(
    before: float, length: float, field: str
) -> None:
    begin = NOW - before * AN_HOUR
    with pytest.raises(HoursRefused) as refusal:
        ensure_hours(
            Hours(begin, begin + length * AN_HOUR), TWO_HOURS, promised_at=NOW - 30 * AN_HOUR, now=NOW
        )

    assert list(refusal.value.fields) == [field]


def test_who_forgot_to_say_that_she_left_has_no_hours_by_the_button() -> None:
    assert hours_by_button(NOW - AN_HOUR, TWO_HOURS, now=NOW) == Hours(NOW - AN_HOUR, NOW)
    assert hours_by_button(NOW - 20 * AN_HOUR, TWO_HOURS, now=NOW) is None


def test_a_volunteer_who_arrives_and_says_when_it_is_done_has_noted_her_hours(app_context: Flask) -> None:
    rose, ada, match_id = agreed()

    hours.say_arrived(actor_of(ada), match_id=match_id)
    hours.say_arrived(actor_of(ada), match_id=match_id)
    complete_match(actor_of(ada), match_id=match_id)

    match = queries.get_match(match_id)
    assert match.state is MatchState.DONE_BY_VOLUNTEER
    assert match.helped_from == match.arrived_at
    complete_match(actor_of(rose), match_id=match_id, minutes=15)
    assert confirmed(match_id) == (MatchState.CONFIRMED, 15)


def test_hours_noted_later_are_corrected_by_who_was_helped_and_then_hold(app_context: Flask) -> None:
    rose, ada, match_id = agreed()
    complete_match(actor_of(ada), match_id=match_id)
    complete_match(actor_of(rose), match_id=match_id)
    assert confirmed(match_id) == (MatchState.CONFIRMED, None)

    until = note_an_hour(ada, match_id)
    hours.agree_on_hours(actor_of(rose), match_id=match_id, minutes=45)
    hours.agree_on_hours(actor_of(rose), match_id=match_id, minutes=45)

    assert confirmed(match_id) == (MatchState.CONFIRMED, 45)
    with pytest.raises(HoursConfirmed):
        hours.agree_on_hours(actor_of(rose), match_id=match_id, minutes=60)
    with pytest.raises(HoursConfirmed):
        hours.note_hours(actor_of(ada), match_id=match_id, helped_from=until - AN_HOUR, helped_until=until)
    assert confirmed(match_id) == (MatchState.CONFIRMED, 45)


def test_nobody_notes_or_confirms_hours_for_the_other_side(app_context: Flask) -> None:
    rose, ada, match_id = agreed()
    complete_match(actor_of(ada), match_id=match_id)
    until = utc_now()

    with pytest.raises(NotAllowed):
        hours.note_hours(actor_of(rose), match_id=match_id, helped_from=until - AN_HOUR, helped_until=until)
    with pytest.raises(NotAllowed):
        hours.agree_on_hours(actor_of(ada), match_id=match_id, minutes=60)
    with pytest.raises(WrongStep):  # nobody has said yet that it took place
        hours.agree_on_hours(actor_of(rose), match_id=match_id, minutes=60)
    with pytest.raises(HoursRefused):
        complete_match(actor_of(rose), match_id=match_id, minutes=50)

    match = queries.get_match(match_id)
    assert (match.state, match.helped_from, match.confirmed_minutes) == (
        MatchState.DONE_BY_VOLUNTEER,
        None,
        None,
    )


def test_a_help_that_goes_on_has_no_end_yet(app_context: Flask) -> None:
    rose, ada, match_id = agreed()
    hours.say_arrived(actor_of(ada), match_id=match_id)
    complete_match(actor_of(ada), match_id=match_id)
    reopen_match(actor_of(rose), match_id=match_id)

    assert queries.get_match(match_id).helped_until is None


def test_an_agent_confirms_for_who_reads_no_screen_and_for_nobody_else(app_context: Flask) -> None:
    _, ada, match_id = agreed()
    side = queries.get_side(match_id)
    agent = add_person("Agente", roles=((Role.AGENT, side.territory_id),))
    complete_match(actor_of(ada), match_id=match_id)

    with pytest.raises(MatchNotFound):
        complete_match(actor_of(agent), match_id=match_id, minutes=60)
    assert confirmed(match_id) == (MatchState.DONE_BY_VOLUNTEER, None)

    with transaction():
        db.session.get_one(HelpRequest, side.request_id).channel = Channel.TELEPHONE
    complete_match(actor_of(agent), match_id=match_id, minutes=60)
    assert confirmed(match_id) == (MatchState.CONFIRMED, 60)


def test_an_agent_who_helped_confirms_nothing_of_her_own_hours(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia = add_volunteer(town, place, "Nadia")
    with transaction():
        people.assign_role(person_id=nadia, role=Role.AGENT, territory_id=town)
    request = add_request(add_person("Rose", lives_in=place), place)
    match_id = accept_invitation(actor_of(nadia), invitation_id=invitation_of(request, nadia))
    with transaction():
        db.session.get_one(HelpRequest, request).channel = Channel.TELEPHONE
    complete_match(actor_of(nadia), match_id=match_id)
    colleague = add_person("Paul", roles=((Role.AGENT, town),))
    complete_match(actor_of(colleague), match_id=match_id)

    with pytest.raises(NotAllowed):
        hours.agree_on_hours(actor_of(nadia), match_id=match_id, minutes=60)

    db.session.rollback()
    assert confirmed(match_id) == (MatchState.CONFIRMED, None)
    hours.agree_on_hours(actor_of(colleague), match_id=match_id, minutes=60)


def test_both_sides_read_the_hours_on_their_page_and_a_wrong_one_comes_back_filled_in(app: Flask) -> None:
    with app.app_context():
        rose, ada, match_id = agreed()
        complete_match(actor_of(ada), match_id=match_id)
    page = f"/entraide/mises-en-relation/{match_id}"
    volunteer, helped = sign_in(app, ada), sign_in(app, rose)

    typed = {"helped_from": "2026-01-05T10:00", "helped_until": "2026-01-05T09:00"}
    refused = post_form(volunteer, f"{page}/heures", **typed)
    assert "La fin doit venir après le début." in plain(refused.get_data(as_text=True))
    assert 'value="2026-01-05T09:00"' in refused.get_data(as_text=True)
    with app.app_context():
        assert queries.get_match(match_id).helped_from is None
        note_an_hour(ada, match_id)

    assert "Le bénévole a noté 1 h" in plain(helped.get(page).get_data(as_text=True))
    post_form(helped, f"{page}/fin", minutes="75")
    read = plain(volunteer.get(page).get_data(as_text=True))
    assert "Durée confirmée : 1 h 15. Le bénévole avait noté 1 h." in read


def note_an_hour(volunteer: int, match_id: int) -> datetime:
    """Have a volunteer note that she has helped for an hour since she said yes. Returns when it was done."""
    until = utc_now() + AN_HOUR
    with time_machine.travel(until, tick=False):
        hours.note_hours(
            actor_of(volunteer), match_id=match_id, helped_from=until - AN_HOUR, helped_until=until
        )
    return until


def confirmed(match_id: int) -> tuple[MatchState, int | None]:
    match: Match = queries.get_match(match_id)
    return match.state, match.confirmed_minutes
