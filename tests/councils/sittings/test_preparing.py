"""Before a sitting: its agenda in order, its members called once, who says that she comes."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.service import erasure
from civic.audit.models import AuditEntry
from civic.councils import service
from civic.councils.errors import SittingNotFound
from civic.councils.rules import SeatRole
from civic.councils.sittings import agenda, convocation, queries, registration
from civic.councils.sittings.errors import (
    AgendaFull,
    CallTooLate,
    CallUnchanged,
    ItemBegun,
    NoPlaceLeft,
    PlacesTaken,
    SittingIsDraft,
)
from civic.councils.sittings.leading import open_item
from civic.councils.sittings.models import (
    AgendaItem,
    Attendee,
    CalledSeat,
    Convocation,
    SeatAnswer,
    SittingRoom,
)
from civic.councils.sittings.rules import MOST_ITEMS, MemberAnswer, moved
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.outbox import OutboxMessage
from civic.notifications.models import Notification
from civic.pages.models import SearchKind
from civic.pages.queries.findable import find_findable
from tests.conftest import actor_of, add_person
from tests.councils.sittings.making import ITEMS, Sat, rows, told
from tests.together import all_at_once

COMING, EXCUSED = MemberAnswer


def titles(sat: Sat) -> list[str]:
    found = [item.title for item in queries.list_items(sat.sitting)]
    db.session.rollback()
    return found


def coming(sat: Sat) -> int:
    room = queries.find_room(sat.sitting)
    assert (room.coming if room else 0) == len(rows(Attendee))
    return room.coming if room else 0


@pytest.mark.parametrize(
    ("one", "by", "order"),
    [(1, -1, [1, 2, 3]), (1, 1, [2, 1, 3]), (3, 1, [1, 2, 3]), (3, -1, [1, 3, 2]), (2, 5, [1, 3, 2])],
)
def test_an_item_moves_by_one_and_stays_at_an_end(one: int, by: int, order: list[int]) -> None:
    assert moved([1, 2, 3], one, by=by) == order


def test_the_chair_keeps_the_agenda_in_order(app_context: Flask) -> None:
    sat = Sat()
    first, second, third = sat.items

    agenda.move_item(sat.chair, item_id=third, by=-1)
    agenda.change_item(sat.agnes, item_id=first, title="Accueil", presenter="Ada", link="https://x.fr/a")
    agenda.remove_item(sat.chair, item_id=second)
    agenda.add_item(sat.chair, sitting_id=sat.sitting, title="Questions diverses")

    assert titles(sat) == ["Accueil", ITEMS[2], "Questions diverses"]


def test_who_does_not_hold_the_sitting_changes_nothing_of_its_agenda(app_context: Flask) -> None:
    sat = Sat()
    before = rows(AgendaItem)

    for actor in (sat.member, sat.rose):
        with pytest.raises(NotAllowed):
            agenda.add_item(actor, sitting_id=sat.sitting, title="À moi")
        with pytest.raises(NotAllowed):
            agenda.move_item(actor, item_id=sat.items[0], by=1)
        with pytest.raises(NotAllowed):
            agenda.remove_item(actor, item_id=sat.items[0])
    with pytest.raises(NotSignedIn):
        agenda.add_item(ANONYMOUS, sitting_id=sat.sitting, title="À moi")

    assert rows(AgendaItem) == before


def test_an_item_that_was_opened_stays_as_it_was_dealt_with(app_context: Flask) -> None:
    sat = Sat(in_hours=0)
    sat.begin()
    open_item(sat.chair, item_id=sat.items[0])
    before = rows(AgendaItem)

    with pytest.raises(ItemBegun):
        agenda.remove_item(sat.chair, item_id=sat.items[0])
    with pytest.raises(ItemBegun):
        agenda.change_item(sat.chair, item_id=sat.items[0], title="Autre chose")

    assert rows(AgendaItem) == before


def test_an_agenda_ends_somewhere(app_context: Flask) -> None:
    sat = Sat(items=tuple(f"Point {number}" for number in range(MOST_ITEMS)))

    with pytest.raises(AgendaFull):
        agenda.add_item(sat.chair, sitting_id=sat.sitting, title="Un de plus")

    assert len(titles(sat)) == MOST_ITEMS


def test_a_sitting_is_found_by_what_is_on_its_agenda(app_context: Flask) -> None:
    sat = Sat()

    found = find_findable(SearchKind.SITTING, sat.sitting)

    assert found is not None
    assert "Ancien boulodrome" in found.text


# The convocation


def test_each_member_with_an_account_is_called_once_by_mail_too(app_context: Flask) -> None:
    sat = Sat()

    plan = convocation.plan_call(sat.chair, sitting_id=sat.sitting)
    assert [held.name for held in plan.told] == ["Ada", "Bob"]
    assert [held.name for held in plan.on_paper] == ["Chloé", "Dan", "Olga"]
    convocation.send_convocation(sat.chair, sitting_id=sat.sitting)

    assert told(sat.member) == told(sat.chair) == ["convocation_sent"]
    assert told(sat.rose) == []
    lines = db.session.scalars(sa.select(Notification.params)).first()
    assert lines is not None
    assert "1. Tour de salle" in lines["lines"]
    assert lines["lines"][-1].endswith(f"/conseils-de-quartier/seances/{sat.sitting}.ics")
    owed = db.session.scalars(sa.select(OutboxMessage.kind).filter_by(kind="mail")).all()
    assert len(owed) == 2


def test_what_did_not_change_is_not_sent_twice_and_who_joins_is_called(app_context: Flask) -> None:
    sat = Sat()
    convocation.send_convocation(sat.chair, sitting_id=sat.sitting)
    before = rows(Convocation, CalledSeat, Notification)

    with pytest.raises(CallUnchanged):
        convocation.send_convocation(sat.agnes, sitting_id=sat.sitting)
    assert rows(Convocation, CalledSeat, Notification) == before

    eve = add_person("Ève")
    sat.seat("Ève", SeatRole.YOUTH, eve)
    convocation.send_convocation(sat.chair, sitting_id=sat.sitting)
    assert told(actor_of(eve)) == told(sat.member) == ["convocation_sent"]


@pytest.mark.parametrize("change", ["place", "date", "agenda"])
def test_a_changed_convocation_says_so_to_everybody(app_context: Flask, change: str) -> None:
    sat = Sat()
    convocation.send_convocation(sat.chair, sitting_id=sat.sitting)

    if change == "agenda":
        agenda.add_item(sat.chair, sitting_id=sat.sitting, title="Questions diverses")
    else:
        sat.plan(
            in_hours=96 if change == "date" else 72,
            sitting_id=sat.sitting,
            place="École" if change == "place" else "Centre social",
        )
    assert convocation.plan_call(sat.chair, sitting_id=sat.sitting).is_change
    convocation.send_convocation(sat.chair, sitting_id=sat.sitting)

    assert sorted(told(sat.member)) == ["convocation_changed", "convocation_sent"]
    db.session.rollback()
    assert [each.is_change for each in queries.list_convocations(sat.sitting)] == [True, False]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"is_published": False}, SittingIsDraft), ({"in_hours": -1}, CallTooLate)],
)
def test_nobody_is_called_to_a_draft_nor_to_what_has_begun(
    app_context: Flask, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    sat = Sat(**changes)

    with pytest.raises(refusal):
        convocation.send_convocation(sat.chair, sitting_id=sat.sitting)
    with pytest.raises((NotAllowed, SittingNotFound)):
        convocation.send_convocation(sat.member, sitting_id=sat.sitting)

    assert rows(Convocation, CalledSeat) == []


def test_two_who_send_at_once_call_each_member_once(service_app: Flask, app_context: Flask) -> None:
    sat = Sat()

    answers = all_at_once(
        service_app,
        [lambda: convocation.send_convocation(sat.chair, sitting_id=sat.sitting) for _ in range(4)],
    )

    assert sum(isinstance(answer, int) for answer in answers) == 1
    assert sum(isinstance(answer, CallUnchanged) for answer in answers) == 3
    assert told(sat.member) == ["convocation_sent"]


# Who comes


def test_a_resident_says_that_she_comes_once_and_that_she_does_not(app_context: Flask) -> None:
    sat = Sat()

    assert registration.say_coming(sat.rose, sitting_id=sat.sitting) == 1
    assert registration.say_coming(sat.rose, sitting_id=sat.sitting) == 1
    assert registration.say_coming(sat.yves, sitting_id=sat.sitting) == 2
    told = sa.select(AuditEntry.actor_id).where(AuditEntry.fact == "AttendanceChanged")
    assert list(db.session.scalars(told)) == [None, None]  # the journal is kept: not who was where
    assert registration.say_not_coming(sat.rose, sitting_id=sat.sitting) == 1
    assert registration.say_not_coming(sat.rose, sitting_id=sat.sitting) == 1
    assert coming(sat) == 1
    with pytest.raises(NotSignedIn):
        registration.say_coming(ANONYMOUS, sitting_id=sat.sitting)
    assert coming(sat) == 1


def test_no_more_come_than_there_are_places_whoever_presses_at_once(
    service_app: Flask, app_context: Flask
) -> None:
    sat = Sat()
    registration.set_places(sat.chair, sitting_id=sat.sitting, places=3)
    actors = [actor_of(add_person(f"P{number}")) for number in range(8)]

    answers = all_at_once(
        service_app,
        [lambda actor=actor: registration.say_coming(actor, sitting_id=sat.sitting) for actor in actors],  # type: ignore[misc]
    )

    assert sum(isinstance(answer, NoPlaceLeft) for answer in answers) == 5
    assert coming(sat) == 3
    with pytest.raises(PlacesTaken):
        registration.set_places(sat.chair, sitting_id=sat.sitting, places=2)
    room = queries.find_room(sat.sitting)
    assert room is not None
    assert room.places == 3
    db.session.rollback()


def test_a_member_answers_for_herself_and_the_chair_for_who_telephoned(app_context: Flask) -> None:
    sat = Sat()

    registration.answer_call(sat.member, sitting_id=sat.sitting, seat_id=sat.seats["Bob"], answer=COMING)
    registration.answer_call(sat.member, sitting_id=sat.sitting, seat_id=sat.seats["Bob"], answer=EXCUSED)
    registration.answer_call(sat.chair, sitting_id=sat.sitting, seat_id=sat.seats["Dan"], answer=EXCUSED)
    with pytest.raises(NotAllowed):
        registration.answer_call(sat.member, sitting_id=sat.sitting, seat_id=sat.seats["Ada"], answer=COMING)

    given = {sat.seats["Bob"]: EXCUSED, sat.seats["Dan"]: EXCUSED}
    assert queries.answers_of_seats(sat.sitting) == given


def test_once_it_has_begun_nobody_registers_and_all_may_come(app_context: Flask) -> None:
    sat = Sat(in_hours=0)

    with pytest.raises(CallTooLate):
        registration.say_coming(sat.rose, sitting_id=sat.sitting)
    with pytest.raises(CallTooLate):
        registration.answer_call(sat.member, sitting_id=sat.sitting, seat_id=sat.seats["Bob"], answer=COMING)

    assert rows(Attendee, SittingRoom, SeatAnswer) == []


def test_who_leaves_gives_her_place_back(app_context: Flask) -> None:
    sat = Sat()
    person = add_person("Zoé", password="une petite phrase sans histoire")
    registration.say_coming(actor_of(person), sitting_id=sat.sitting)
    registration.say_coming(sat.rose, sitting_id=sat.sitting)

    erasure.delete_account(actor_of(person), present_password="une petite phrase sans histoire")

    assert coming(sat) == 1
    assert service.get_visible_sitting(ANONYMOUS, sat.sitting).id == sat.sitting
