"""Who holds a seat: one account, one seat; and what she answered is hers, not the seat's."""

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.queries import get_person
from civic.accounts.service import erasure
from civic.councils import queries as councils
from civic.councils import service, sitting_votes
from civic.councils.errors import HolderSeated, SeatIsVoting, SeatNotFound, SittingFollowed
from civic.councils.minutes import minutes_of
from civic.councils.models import Seat, Sitting
from civic.councils.rules import SeatOrigin, SeatRole
from civic.councils.sittings import convocation, queries, registration
from civic.councils.sittings.models import CalledSeat, SeatAnswer
from civic.councils.sittings.rules import MemberAnswer
from civic.kernel.clock import town_today
from civic.kernel.database import db
from tests.conftest import actor_of, add_person, post_form, sign_in
from tests.councils.sittings.making import Sat, rows
from tests.together import all_at_once


def hold(sat: Sat, name: str, person: int | None, shown: str | None = None) -> int:
    """Give one of the seats to an account, or to a name."""
    seat = councils.get_seat(sat.seats[name])
    return service.save_seat(
        sat.agnes,
        council_id=sat.council,
        seat_id=seat.id,
        role=seat.role,
        origin=seat.origin,
        since=seat.since,
        name=shown,
        email=get_person(person).email if person else None,
    )


def excuse(sat: Sat, name: str) -> None:
    registration.answer_call(
        sat.chair, sitting_id=sat.sitting, seat_id=sat.seats[name], answer=MemberAnswer.EXCUSED
    )


def test_an_account_holds_one_seat_of_a_council(app_context: Flask) -> None:
    sat = Sat()
    before = rows(Seat)

    with pytest.raises(HolderSeated):
        hold(sat, "Dan", sat.bob)
    with pytest.raises(HolderSeated):
        sat.seat("Ada, encore", SeatRole.MEMBER, sat.ada)

    assert rows(Seat) == before
    hold(sat, "Bob", sat.bob, "Bob")  # her own seat is saved again


def test_of_two_seats_given_at_once_to_one_account_one_is(service_app: Flask, app_context: Flask) -> None:
    sat = Sat()
    zoe = get_person(add_person("Zoé")).email
    give = partial(
        service.save_seat, sat.agnes, council_id=sat.council, role=SeatRole.MEMBER, origin=SeatOrigin.ELECTED, since=town_today(), email=zoe
    )  # fmt: skip

    answers = all_at_once(service_app, [give, give])

    assert sorted(type(each) is HolderSeated for each in answers) == [False, True]
    assert sum(held.name == "Zoé" for held in councils.list_seats(sat.council)) == 1


def test_the_form_of_a_seat_says_that_the_account_has_one(app: Flask) -> None:
    with app.app_context():
        sat = Sat()
        email = get_person(sat.ada).email
    agent = sign_in(app, sat.agnes.id)

    page = post_form(
        agent, f"/conseils-de-quartier/{sat.council}/sieges", name="Ada, bis", email=email, role="member", origin="elected", since="2027-01-04"
    )  # fmt: skip

    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert "Ce compte tient déjà un siège de ce conseil" in text
    assert "Ada, bis" in text


def test_a_seat_is_not_saved_under_another_council(app_context: Flask) -> None:
    sat, other = Sat(), Sat()
    before = rows(Seat)

    with pytest.raises(SeatNotFound):
        service.save_seat(
            sat.agnes, council_id=sat.council, seat_id=other.seats["Bob"], role=SeatRole.CHAIR, origin=SeatOrigin.ELECTED, since=town_today()
        )  # fmt: skip

    assert rows(Seat) == before


@pytest.mark.parametrize("holder", ["account", "paper", "nobody"])
def test_what_a_member_answered_does_not_pass_to_who_takes_her_seat(app_context: Flask, holder: str) -> None:
    sat = Sat()
    convocation.send_convocation(sat.agnes, sitting_id=sat.sitting)
    excuse(sat, "Bob")
    excuse(sat, "Dan")

    hold(
        sat,
        "Bob",
        sat.rose.person_id if holder == "account" else None,
        "Rose" if holder != "nobody" else None,
    )

    assert queries.answers_of_seats(sat.sitting) == {sat.seats["Dan"]: MemberAnswer.EXCUSED}
    waiting = convocation.plan_call(sat.agnes, sitting_id=sat.sitting)
    assert [each.name for each in (*waiting.told, *waiting.on_paper)] == (
        [] if holder == "nobody" else ["Rose"]
    )


def test_what_was_answered_by_telephone_stays_while_a_name_is_only_spelt_better(app_context: Flask) -> None:
    sat = Sat()
    convocation.send_convocation(sat.agnes, sitting_id=sat.sitting)
    excuse(sat, "Chloé")

    hold(sat, "Chloé", None, "CHLOE")
    assert queries.answers_of_seats(sat.sitting) == {sat.seats["Chloé"]: MemberAnswer.EXCUSED}

    hold(sat, "Chloé", None, "Inès")
    assert queries.answers_of_seats(sat.sitting) == {}
    plan = convocation.plan_call(sat.agnes, sitting_id=sat.sitting)
    assert [each.name for each in plan.on_paper] == ["Inès"]


def test_who_deletes_her_account_leaves_no_answer_to_a_convocation(app_context: Flask) -> None:
    sat = Sat()
    zoe = add_person("Zoé", password="une petite phrase sans histoire")
    hold(sat, "Bob", zoe)
    convocation.send_convocation(sat.agnes, sitting_id=sat.sitting)
    excuse(sat, "Bob")
    assert len(rows(SeatAnswer)) == 1

    erasure.delete_account(actor_of(zoe), present_password="une petite phrase sans histoire")

    assert rows(SeatAnswer) == []
    called = db.session.scalars(sa.select(CalledSeat.seat_id)).all()
    assert sat.seats["Bob"] not in called


def test_an_answer_given_as_the_seat_changes_hands_is_not_that_of_who_comes(
    service_app: Flask, app_context: Flask
) -> None:
    sat = Sat()
    rose = sat.rose.person_id

    def answer() -> None:
        registration.answer_call(
            sat.member, sitting_id=sat.sitting, seat_id=sat.seats["Bob"], answer=MemberAnswer.EXCUSED
        )

    all_at_once(service_app, [lambda: hold(sat, "Bob", rose), answer])

    assert queries.answers_of_seats(sat.sitting) == {}


def test_a_seat_that_votes_keeps_its_holder_until_the_vote_is_closed(app_context: Flask) -> None:
    sat = Sat(in_hours=0)
    sat.begin()
    seats = {sat.seats[name] for name in ("Ada", "Bob", "Chloé")}
    vote_id = sitting_votes.open_vote(
        sat.chair, sitting_id=sat.sitting, motion="Demander un banc", present=seats, proxies={}
    )
    before = rows(Seat)

    with pytest.raises(SeatIsVoting):
        hold(sat, "Bob", sat.rose.person_id)
    assert rows(Seat) == before

    sitting_votes.close_vote(sat.chair, vote_id=vote_id, words=minutes_of)
    hold(sat, "Bob", sat.rose.person_id)
    assert councils.get_seat(sat.seats["Bob"]).person_id == sat.rose.person_id


def test_a_sitting_that_was_opened_stays_public(app_context: Flask) -> None:
    sat = Sat(in_hours=0)
    sat.begin()
    before = rows(Sitting)

    with pytest.raises(SittingFollowed):
        sat.plan(in_hours=0, sitting_id=sat.sitting, is_published=False)

    assert rows(Sitting) == before
    sat.plan(in_hours=0, sitting_id=sat.sitting, place="École")
    assert councils.get_sitting(sat.sitting).place == "École"


def test_the_form_of_an_opened_sitting_keeps_it_public_and_says_so(app: Flask) -> None:
    with app.app_context():
        sat = Sat(in_hours=0)
        sat.begin()
    agent = sign_in(app, sat.agnes.id)
    address = f"/conseils-de-quartier/seances/{sat.sitting}/modifier"

    form = agent.get(address).get_data(as_text=True)
    assert "elle reste publiée" in form
    assert 'type="checkbox"' not in form
    said: dict[str, Any] = {"title": "Séance", "starts_at": "2031-03-14T18:30", "place": "École"}
    refused = post_form(agent, address, **said)

    assert refused.status_code == 409
    assert "a été ouverte en direct" in refused.get_data(as_text=True)
    assert post_form(agent, address, **said, is_published="true").status_code == 302
