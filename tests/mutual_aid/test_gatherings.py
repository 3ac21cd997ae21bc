"""One person, one place: shifts of an association, whoever clicks where and how often, and a waiting list that asks one at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.errors import LastOwner
from civic.accounts.models import MemberRight, Role
from civic.accounts.service import organisations, people
from civic.accounts.service.desk import deactivate_person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import OutboxMessage, deliver_due
from civic.mutual_aid.gatherings import queries, reminders, rules, service
from civic.mutual_aid.gatherings.errors import (
    GatheringNotFound,
    NoShift,
    PlacesTaken,
    ShiftFull,
    ShiftOver,
    ShiftRefused,
    ShiftsOverlap,
)
from civic.mutual_aid.gatherings.models import Gathering, Shift, ShiftPlace, ShiftQuarter
from civic.mutual_aid.gatherings.rules import GatheringState, PlaceState
from civic.mutual_aid.reminding.rules import reminded_at
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.together import all_at_once


def at(hours: float, *, days: int = 10) -> datetime:
    """A moment some days ahead, on a whole hour."""
    start = utc_now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    return start + timedelta(hours=hours)


class Collection:
    """An association, its owner, and a gathering that is published, with one shift."""

    def __init__(self, places: int = 2, *, days: int = 10) -> None:
        self.town, (self.place, *_) = add_town()
        self.owner = add_person("Olga", lives_in=self.place)
        self.organisation = people.add_organisation(
            name="Le Panier", territory_id=self.town, member_ids=[self.owner], is_verified=True
        )
        self.gathering = service.draft_gathering(
            actor_of(self.owner),
            town_id=self.town,
            organisation_id=self.organisation,
            title="Collecte d’hiver",
            text="",
            address="Halle du marché",
        )
        self.shift = self.add_shift(0, 3, places, days=days)
        service.publish_gathering(actor_of(self.owner), gathering_id=self.gathering)

    def add_shift(self, start: float, end: float, places: int = 2, *, days: int = 10) -> int:
        return service.add_shift(
            actor_of(self.owner),
            gathering_id=self.gathering,
            role="Tri",
            starts_at=at(start, days=days),
            ends_at=at(end, days=days),
            places=places,
        )

    def person(self, name: str = "Ada") -> int:
        return add_person(name, lives_in=self.place)

    def take(self, person: int, shift: int | None = None, *, waits: bool = False) -> PlaceState:
        return service.take_place(actor_of(person), shift_id=shift or self.shift, waits=waits)


@pytest.fixture
def collection(app_context: Flask) -> Collection:
    return Collection()


def places(shift: int) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(ShiftPlace.person_id, ShiftPlace.state).filter_by(shift_id=shift).order_by(ShiftPlace.id)
    ).all()
    db.session.rollback()
    return {row.person_id: row.state.value for row in rows}


def taken(shift: int) -> int:
    found = db.session.scalars(sa.select(Shift.taken).filter_by(id=shift)).one()
    db.session.rollback()
    return found


def quarters(person: int) -> int:
    found = db.session.scalar(
        sa.select(sa.func.count()).select_from(ShiftQuarter).filter_by(person_id=person)
    )
    db.session.rollback()
    return int(found or 0)


def told(person: int) -> list[str]:
    found = [
        kind.value for kind in db.session.scalars(sa.select(Notification.kind).filter_by(person_id=person))
    ]
    db.session.rollback()
    return found


def test_a_place_taken_twice_from_two_tabs_is_one_place(collection: Collection, service_app: Flask) -> None:
    ada = collection.person()
    actor = actor_of(ada)
    db.session.remove()

    answers = all_at_once(
        service_app, [lambda: service.take_place(actor, shift_id=collection.shift) for _ in range(6)]
    )

    assert answers == [PlaceState.TAKEN] * 6
    assert places(collection.shift) == {ada: "taken"}
    assert taken(collection.shift) == 1
    assert quarters(ada) == 12


def test_no_more_persons_than_places_whoever_comes_at_the_same_instant(
    app_context: Flask, service_app: Flask
) -> None:
    collection = Collection(places=3)
    actors = [actor_of(collection.person(f"P{number}")) for number in range(12)]
    db.session.remove()

    def command(actor: Any) -> Callable[[], Any]:
        return lambda: service.take_place(actor, shift_id=collection.shift)

    answers = all_at_once(service_app, [command(actor) for actor in actors])

    assert answers.count(PlaceState.TAKEN) == 3
    assert sum(isinstance(answer, ShiftFull) for answer in answers) == 9
    assert (taken(collection.shift), len(places(collection.shift))) == (3, 3)


def test_two_overlapping_shifts_from_two_tabs_give_one_place(
    collection: Collection, service_app: Flask
) -> None:
    ada, other = collection.person(), collection.add_shift(2, 5)
    actor = actor_of(ada)
    db.session.remove()

    answers = all_at_once(
        service_app,
        [
            lambda: service.take_place(actor, shift_id=collection.shift),
            lambda: service.take_place(actor, shift_id=other),
        ],
    )

    assert answers.count(PlaceState.TAKEN) == 1
    assert sum(isinstance(answer, ShiftsOverlap) for answer in answers) == 1
    assert taken(collection.shift) + taken(other) == 1
    assert quarters(ada) == 12


def test_two_shifts_that_follow_one_another_are_both_hers(collection: Collection) -> None:
    ada, after = collection.person(), collection.add_shift(3, 5)

    assert collection.take(ada) is PlaceState.TAKEN
    assert collection.take(ada, after) is PlaceState.TAKEN


def test_a_freed_place_is_offered_to_one_person_and_held_for_her(app_context: Flask) -> None:
    collection = Collection(places=1)
    ada, ben, cleo = (collection.person(name) for name in ("Ada", "Ben", "Cléo"))
    collection.take(ada)
    with pytest.raises(ShiftFull):
        collection.take(ben)
    assert collection.take(ben, waits=True) is PlaceState.WAITING
    assert collection.take(cleo, waits=True) is PlaceState.WAITING

    service.give_up_place(actor_of(ada), shift_id=collection.shift)

    assert places(collection.shift) == {ada: "given_up", ben: "held", cleo: "waiting"}
    assert (told(ben), told(cleo)) == (["shift_place_offered"], [])
    assert taken(collection.shift) == 1
    with pytest.raises(ShiftFull):
        collection.take(ada)
    assert collection.take(ben) is PlaceState.TAKEN
    assert (taken(collection.shift), quarters(ada), quarters(ben)) == (1, 0, 12)


def test_whoever_does_not_answer_in_time_leaves_the_list_and_the_next_is_asked(app_context: Flask) -> None:
    collection = Collection(places=1)
    ada, ben, cleo = (collection.person(name) for name in ("Ada", "Ben", "Cléo"))
    for person in (ada, ben, cleo):
        collection.take(person, waits=True)
    service.give_up_place(actor_of(ada), shift_id=collection.shift)
    owed = db.session.scalars(sa.select(OutboxMessage).filter_by(kind=service.HOLD_TIMER)).one()
    place_id, due_at = owed.payload["place_id"], owed.due_at
    assert due_at - utc_now() > timedelta(hours=23)

    service.end_hold(place_id=place_id, held_until=due_at, now=due_at - timedelta(seconds=1))
    assert places(collection.shift)[ben] == "held"
    service.end_hold(place_id=place_id, held_until=due_at, now=due_at)
    service.end_hold(place_id=place_id, held_until=due_at, now=due_at)

    assert places(collection.shift) == {ada: "given_up", ben: "lapsed", cleo: "held"}
    assert told(ben) == ["shift_place_offered", "shift_place_lapsed"]
    assert taken(collection.shift) == 1
    assert collection.take(ben, waits=True) is PlaceState.WAITING


def test_a_timer_that_is_served_too_early_is_owed_again(app_context: Flask) -> None:
    collection = Collection(places=1)
    ada, ben = collection.person("Ada"), collection.person("Ben")
    collection.take(ada)
    collection.take(ben, waits=True)
    service.give_up_place(actor_of(ada), shift_id=collection.shift)

    deliver_due(utc_now() + timedelta(hours=25), is_slow=False)

    assert places(collection.shift)[ben] == "held"  # the clock of the place says that it is not over
    owed = sa.select(sa.func.count()).select_from(OutboxMessage).filter_by(kind=service.HOLD_TIMER)
    assert db.session.scalar(owed) == 1


@pytest.mark.parametrize(
    ("hours_left", "expected"),
    [
        (240, timedelta(hours=24)),
        (48, timedelta(hours=12)),
        (1, timedelta(minutes=30)),
        (0.2, timedelta(minutes=12)),
    ],
)
def test_a_hold_shortens_as_the_shift_comes_near(hours_left: float, expected: timedelta) -> None:
    now = utc_now()

    assert rules.hold_until(now=now, starts_at=now + timedelta(hours=hours_left)) - now == expected


def test_places_that_are_added_go_to_those_who_wait_first(app_context: Flask) -> None:
    collection = Collection(places=1)
    ada, ben, cleo = (collection.person(name) for name in ("Ada", "Ben", "Cléo"))
    for person in (ada, ben):
        collection.take(person, waits=True)
    owner = actor_of(collection.owner)

    service.set_places(owner, gathering_id=collection.gathering, shift_id=collection.shift, places=3)

    assert places(collection.shift)[ben] == "held"
    assert (taken(collection.shift), collection.take(cleo)) == (2, PlaceState.TAKEN)
    with pytest.raises(PlacesTaken):
        service.set_places(owner, gathering_id=collection.gathering, shift_id=collection.shift, places=2)


def test_a_gathering_that_is_called_off_frees_everybody_and_tells_them(collection: Collection) -> None:
    ada, ben, cleo = (collection.person(name) for name in ("Ada", "Ben", "Cléo"))
    for person in (ada, ben, cleo):
        collection.take(person, waits=True)

    for _ in range(2):
        service.cancel_gathering(actor_of(collection.owner), gathering_id=collection.gathering)

    assert set(places(collection.shift).values()) == {"cancelled"}
    assert [told(person) for person in (ada, ben, cleo)] == [["gathering_cancelled"]] * 3
    assert (quarters(ada), taken(collection.shift)) == (0, 0)
    with pytest.raises(ShiftOver):
        collection.take(ada)


def test_who_does_not_live_there_or_comes_too_late_has_no_place(collection: Collection) -> None:
    _, (elsewhere, *_) = add_town()
    far = add_person("Zoé", lives_in=elsewhere)
    with pytest.raises(NotAllowed):
        collection.take(far)
    ada = collection.person()
    started = sa.update(Shift).values(starts_at=utc_now() - timedelta(minutes=1))
    db.session.execute(started)
    db.session.commit()
    with pytest.raises(ShiftOver):
        collection.take(ada)

    assert places(collection.shift) == {}


def test_a_draft_is_for_the_association_alone_and_needs_a_shift(collection: Collection) -> None:
    owner = actor_of(collection.owner)
    draft = service.draft_gathering(
        owner,
        town_id=collection.town,
        organisation_id=collection.organisation,
        title="Brouillon",
        text="",
        address="Ici",
    )
    with pytest.raises(NoShift):
        service.publish_gathering(owner, gathering_id=draft)
    with pytest.raises(ShiftRefused):
        service.add_shift(owner, gathering_id=draft, role="Tri", starts_at=at(3), ends_at=at(1), places=1)
    with pytest.raises(GatheringNotFound):
        queries.get_visible_gathering(actor_of(collection.person()), draft)
    with pytest.raises(NotAllowed):
        service.add_shift(
            actor_of(collection.person()),
            gathering_id=collection.gathering,
            role="Tri",
            starts_at=at(1),
            ends_at=at(3),
            places=1,
        )

    listed = queries.list_gatherings(collection.town, now=utc_now(), actor=actor_of(collection.person()))
    assert [each.title for each in listed.items] == ["Collecte d’hiver"]


def test_a_reader_sees_who_comes_and_organises_nothing_and_an_owner_always_stays(
    collection: Collection,
) -> None:
    from civic.accounts.models import Membership
    from civic.kernel.transaction import transaction

    rita = collection.person("Rita")
    with transaction():
        db.session.add(
            Membership(
                organisation_id=collection.organisation,
                person_id=rita,
                right=MemberRight.ORGANISER,
                created_at=utc_now(),
            )
        )
    collection.take(collection.person())
    owner = actor_of(collection.owner)

    with pytest.raises(NotAllowed):  # an organiser does not choose the members
        organisations.set_member_right(
            actor_of(rita),
            organisation_id=collection.organisation,
            person_id=rita,
            right=MemberRight.OWNER,
        )
    organisations.set_member_right(
        owner, organisation_id=collection.organisation, person_id=rita, right=MemberRight.READER
    )
    with pytest.raises(LastOwner):
        organisations.set_member_right(
            owner,
            organisation_id=collection.organisation,
            person_id=collection.owner,
            right=MemberRight.READER,
        )
    with pytest.raises(LastOwner):
        organisations.remove_member(
            owner, organisation_id=collection.organisation, person_id=collection.owner
        )

    assert len(service.see_places(actor_of(rita), gathering_id=collection.gathering)) == 1
    with pytest.raises(NotAllowed):
        service.cancel_gathering(actor_of(rita), gathering_id=collection.gathering)
    with pytest.raises(NotAllowed):
        service.see_places(actor_of(collection.person()), gathering_id=collection.gathering)
    assert queries.get_gathering(collection.gathering).state.value == "published"


def test_somebody_who_leaves_gives_her_place_to_the_next(app_context: Flask) -> None:
    from civic.kernel.transaction import transaction
    from civic.mutual_aid.gatherings.subscribers import erase

    collection = Collection(places=1)
    ada, ben = collection.person("Ada"), collection.person("Ben")
    collection.take(ada)
    collection.take(ben, waits=True)

    with transaction():
        erase(ada, utc_now())

    assert places(collection.shift) == {ben: "held"}


def test_an_association_publishes_and_a_resident_comes_by_the_pages(app: Flask) -> None:
    with app.app_context():
        collection = Collection(places=1)
        ada, ben = collection.person("Ada"), collection.person("Ben")
    path = f"/entraide/rendez-vous/{collection.gathering}"
    assert "Collecte d’hiver" in app.test_client().get("/entraide/rendez-vous").get_data(as_text=True)
    assert "Connectez-vous pour vous inscrire" in app.test_client().get(path).get_data(as_text=True)
    take = f"/entraide/rendez-vous/creneaux/{collection.shift}/inscription"

    assert post_form(sign_in(app, ada), take).status_code == 302
    full = post_form(sign_in(app, ben), take)
    assert full.status_code == 409
    assert "liste d’attente" in plain(full.get_data(as_text=True))
    assert post_form(sign_in(app, ben), take, waits="true").status_code == 302
    assert "rang 1" in plain(sign_in(app, ben).get(path).get_data(as_text=True))
    owner = sign_in(app, collection.owner)
    assert "Ada" in owner.get(f"{path}/inscrits").get_data(as_text=True)
    assert sign_in(app, ada).get(f"{path}/inscrits").status_code == 403
    wrong = post_form(owner, f"{path}/creneaux", role="Accueil", starts_at="hier", places="3")
    assert wrong.status_code == 422
    assert 'value="Accueil"' in wrong.get_data(as_text=True)
    made = post_form(
        owner,
        "/entraide/rendez-vous/nouveau",
        organisation_id=collection.organisation,
        title="Repas partagé",
        address="Salle des fêtes",
    )
    assert made.status_code == 302
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Gathering)) == 2


def test_an_association_whose_owner_leaves_is_kept_by_an_organiser(collection: Collection) -> None:
    from civic.accounts.models import Membership
    from civic.accounts.queries import rights_in
    from civic.accounts.service.erasure import erase_account
    from civic.kernel.transaction import transaction

    rita, oscar = collection.person("Rita"), collection.person("Oscar")
    with transaction():
        for person, right in ((rita, MemberRight.READER), (oscar, MemberRight.ORGANISER)):
            db.session.add(
                Membership(
                    organisation_id=collection.organisation,
                    person_id=person,
                    right=right,
                    created_at=utc_now(),
                )
            )

    with transaction():
        erase_account(collection.owner, utc_now())

    assert rights_in(collection.organisation) == {rita: MemberRight.READER, oscar: MemberRight.OWNER}


def test_nobody_takes_a_place_in_what_was_called_off_in_that_very_moment(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, lock_shift = collection.person(), service.queries.lock_shift

    def called_off_before(shift_id: int) -> Shift:
        called_off = sa.update(Gathering).values(state=GatheringState.CANCELLED)
        db.session.execute(called_off.execution_options(synchronize_session=False))
        return lock_shift(shift_id)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(service.queries, "lock_shift", called_off_before)
        with pytest.raises(ShiftOver):
            collection.take(ada)

    assert (places(collection.shift), taken(collection.shift)) == ({}, 0)


def test_who_organises_for_another_association_is_not_shown_the_form_of_this_one(app: Flask) -> None:
    with app.app_context():
        collection = Collection()
        other = collection.person("Zoé")
        people.add_organisation(
            name="Le Verger", territory_id=collection.town, member_ids=[other], is_verified=True
        )
        db.session.remove()

    answer = sign_in(app, other).get(f"/entraide/rendez-vous/{collection.gathering}/modifier")

    assert answer.status_code == 403


def test_a_place_has_its_entry_in_a_calendar_and_is_taken_off_when_it_is_given_up(app: Flask) -> None:
    with app.app_context():
        collection = Collection()
        ada, other = collection.person(), collection.person("Inès")
        collection.take(ada)
    client, path = sign_in(app, ada), f"/entraide/rendez-vous/creneaux/{collection.shift}.ics"

    taken = client.get(path).get_data(as_text=True)
    assert "SEQUENCE:0\r\nSTATUS:CONFIRMED" in taken
    assert "SUMMARY:Collecte d’hiver – Tri" in taken
    assert "LOCATION:Halle du marché" in taken  # where it takes place is public
    with app.app_context():
        service.give_up_place(actor_of(ada), shift_id=collection.shift)
    gone = client.get(path).get_data(as_text=True)
    assert "SEQUENCE:1\r\nSTATUS:CANCELLED" in gone
    assert [line for line in gone.split("\r\n") if line.startswith("UID")] == [
        line for line in taken.split("\r\n") if line.startswith("UID")
    ]
    assert sign_in(app, other).get(path).status_code == 404


def test_who_has_a_place_is_reminded_the_evening_before_and_who_gave_it_up_is_not(
    collection: Collection,
) -> None:
    ada, other = collection.person(), collection.person("Inès")
    for person in (ada, other):
        collection.take(person)
    service.give_up_place(actor_of(other), shift_id=collection.shift)
    shift = queries.get_shift(collection.shift)
    due_at, place = reminded_at(shift.starts_at), queries.find_live_place(shift.id, ada)
    assert place is not None

    for _ in range(2):  # a relay that died hands it over again
        for place_id in db.session.scalars(sa.select(ShiftPlace.id)).all():
            reminders.remind(place_id=place_id, now=due_at)

    told = db.session.scalars(sa.select(Notification).filter_by(kind=Kind.SHIFT_TOMORROW)).all()
    assert [each.person_id for each in told] == [ada]
    owed = db.session.scalars(sa.select(OutboxMessage.due_at).filter_by(kind=reminders.TIMER)).all()
    assert set(owed) == {due_at}


def test_the_place_of_whose_account_is_closed_goes_to_who_waits(app_context: Flask) -> None:
    collection = Collection(places=1)
    admin = add_person("Anne", roles=((Role.ADMIN, collection.town),))
    ada, ben = collection.person("Ada"), collection.person("Ben")
    collection.take(ada)
    collection.take(ben, waits=True)

    deactivate_person(actor_of(admin), person_id=ada)

    assert places(collection.shift) == {ada: "given_up", ben: "held"}
    assert taken(collection.shift) == 1
