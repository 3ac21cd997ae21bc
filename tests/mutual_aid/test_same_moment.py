"""The same button pressed twice at the same moment, and two commands that need the same rows: neither an error nor a deadlock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Refusal
from civic.kernel.transaction import transaction
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.safety import take_off_volunteer
from civic.mutual_aid.desk.consents import withdraw_consent
from civic.mutual_aid.models import Charter, HelpRequest
from civic.mutual_aid.queries import lock_requests
from civic.mutual_aid.reviewing.service import redirect_request
from civic.mutual_aid.rules import ConsentMode, RequestState, Window
from civic.mutual_aid.series.rules import Repeat, Repetition
from civic.mutual_aid.series.service import begin_series, end_series
from civic.mutual_aid.service.requests import ask_for_another
from civic.mutual_aid.volunteers.models import TownSkill, VolunteerSkill
from civic.mutual_aid.volunteers.rules import HeldSkill, Limits
from civic.mutual_aid.volunteers.service import accept_charter, add_skill, set_limits
from civic.safeguarding.models import Block, VolunteerAge
from civic.safeguarding.rules import AgeBand
from civic.safeguarding.service.blocks import block_person
from tests.conftest import Role, actor_of, add_person, add_town
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    invitation_of,
    invitations,
    matches,
    request_details,
)
from tests.servers import wait_until


def at_once(app: Flask, *commands: Callable[[], object], held: tuple[int, ...] = ()) -> list[str]:
    """Run commands at the same moment, each in a thread of its own. Returns what each came to: "" or the code of its refusal.

    With ``held``, these requests are locked until each command waits for one of them, so that all have taken their first lock at once.

    Anything that is no refusal (an error of the database, which a person would read as a fault of the platform) is raised.
    """
    barrier, said, faults = Barrier(len(commands)), [""] * len(commands), []

    def run(number: int) -> None:
        with app.app_context():
            try:
                db.session.execute(sa.text("SELECT 1"))
                db.session.rollback()
                barrier.wait(timeout=20)
                commands[number]()
            except Refusal as refusal:
                said[number] = refusal.code
            except Exception as error:
                faults.append(error)

    threads = [Thread(target=run, args=(number,)) for number in range(len(commands))]
    with holding(held, waiting=len(commands)):
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return said


@contextmanager
def holding(request_ids: tuple[int, ...], *, waiting: int) -> Iterator[None]:
    """Lock requests, and let them go once so many wait for them. Of SQLite, whose writers come one after the other, nothing is held."""
    if not request_ids or db.engine.dialect.name == "sqlite":
        yield
        return
    with transaction():
        lock_requests(request_ids)
        yield
        wait_until(lambda: locks_waited_for() >= waiting, what="each command to wait for a request")


def locks_waited_for() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(sa.text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")) or 0


def count(table: type, **which: object) -> int:
    db.session.rollback()  # what other threads wrote since is read
    found = db.session.scalar(sa.select(sa.func.count()).select_from(table).filter_by(**which))
    db.session.rollback()
    return found or 0


def test_what_is_pressed_twice_at_the_same_moment_is_done_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia = actor_of(add_person("Nadia", roles=((Role.AGENT, town),)))
    for _ in range(2):
        ada, rene = add_person("Ada", lives_in=place), add_person("René", lives_in=place)
        actor = actor_of(ada)
        skills = [HeldSkill("first_aid", utc_now().date() + timedelta(days=90))]
        for command in (
            partial(block_person, actor, blocker_id=ada, blocked_id=rene),
            partial(accept_charter, actor, age=AgeBand.FROM_16),
            partial(set_limits, actor, town_id=town, limits=Limits(), skills=skills),
        ):
            assert at_once(app_context, command, command) == ["", ""]
        assert (count(Block, blocker_id=ada), count(Charter, person_id=ada)) == (1, 1)
        assert (count(VolunteerAge, person_id=ada), count(VolunteerSkill, person_id=ada)) == (1, 1)

    def add(name: str) -> Callable[[], None]:
        return lambda: add_skill(nadia, town_id=town, name=name, expires=False)

    assert sorted(at_once(app_context, add("Jardinage"), add("Jardinage"))) == ["", "skill_doubled"]
    assert at_once(app_context, add("Vélo"), add("Couture")) == ["", ""]
    assert count(TownSkill, name="Jardinage") == 1
    keys = list(db.session.scalars(sa.select(TownSkill.key).filter_by(territory_id=town)))
    assert len(keys) == len(set(keys))
    db.session.rollback()


def test_two_volunteers_taken_off_each_other_s_requests_at_the_same_moment(app_context: Flask) -> None:
    """Each helps with one of two requests, and is still asked for the other: taken off one by one, they would wait for one another."""
    town, (place, *_) = add_town()
    ada, bea = (add_volunteer(town, place, name) for name in ("Ada", "Béa"))
    claire = add_person("Claire")
    first, second = (add_request(add_person(lives_in=place), place, capacity=2) for _ in range(2))
    for request, who in ((first, bea), (second, ada)):
        accept_invitation(actor_of(who), invitation_id=invitation_of(request, who))
    assert (invitations(first)[ada], invitations(second)[bea]) == ("sent", "sent")

    def take_off(who: int) -> Callable[[], None]:
        return lambda: take_off_volunteer(volunteer_id=who, actor_id=claire, now=utc_now())

    assert at_once(app_context, take_off(ada), take_off(bea), held=(first, second)) == ["", ""]

    assert matches(first) == {bea: "released"}
    assert matches(second) == {ada: "released"}
    assert (invitations(first)[ada], invitations(second)[bea]) == ("superseded", "superseded")


def ask(agent: int, place: int) -> list[int]:
    """Odette asked three times by telephone, and one of them comes back each week."""
    start = (utc_now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    details = request_details(place, window=Window(start, start + timedelta(hours=2)))
    found = [ask_for_another(actor_of(agent), details=details, consent=ConsentMode.ORAL) for _ in range(3)]
    begin_series(actor_of(agent), request_id=found[1], repetition=Repetition(Repeat.WEEKLY))
    return found


def test_a_consent_withdrawn_twice_and_a_series_that_ends_at_the_same_moment(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia = add_person("Nadia", roles=((Role.AGENT, town),))
    agent = actor_of(nadia)
    for _ in range(2):
        first, second, third = ask(nadia, place)
        series = db.session.scalars(sa.select(HelpRequest.series_id).filter_by(id=second)).one()
        db.session.rollback()
        assert series is not None

        def withdraw(request: int) -> Callable[[], None]:
            return lambda: withdraw_consent(agent, request_id=request, is_for_all=True)

        def end(number: int = series) -> None:
            end_series(agent, series_id=number)

        def send_elsewhere(request: int = second) -> None:
            redirect_request(agent, request_id=request, where="Le CCAS")

        said = at_once(app_context, withdraw(third), withdraw(first), end, send_elsewhere)

        assert said[:3] == ["", "", ""]
        assert said[3] in ("", "wrong_state")
        states = set(
            db.session.scalars(sa.select(HelpRequest.state).where(HelpRequest.id.in_((first, second, third))))
        )
        db.session.rollback()
        assert states <= {RequestState.CANCELLED, RequestState.REDIRECTED}


@pytest.mark.parametrize("backwards", [False, True])
def test_requests_are_locked_in_one_order_whatever_order_they_are_named_in(
    app_context: Flask, backwards: bool
) -> None:
    _, (place, *_) = add_town()
    asked = [add_request(add_person(lives_in=place), place) for _ in range(4)]

    def lock(ids: list[int]) -> Callable[[], None]:
        def take() -> None:
            with transaction():
                lock_requests(ids)

        return take

    other = asked[::-1] if backwards else asked
    for _ in range(3):
        assert at_once(app_context, lock(asked), lock(other)) == ["", ""]
