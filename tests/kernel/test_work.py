"""Long work advances step by step, survives whoever does it, and does every step once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.service import people
from civic.kernel import work
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Conflict, NotAllowed
from civic.kernel.work import LongWork, WorkNotFailed, WorkNotFound, WorkState, do_some_work
from civic.web.work import time_left_in_words
from tests.conftest import actor_of, add_person

KIND = "tests.count"
written: list[int] = []


class Refused(Conflict):
    message = "La ligne %(row)s ne convient pas."


@pytest.fixture(autouse=True)
def counting() -> Iterator[None]:
    """A kind of work that writes its numbers, one a step, and meets what its place says at some of them."""

    @work.works(KIND)
    def count_on(running: LongWork) -> bool:
        number = running.done + 1
        if number == running.place.get("refused_at"):
            raise Refused(row=number)
        if number == running.place.get("broken_at"):
            raise RuntimeError("a step that breaks")
        written.append(number)
        running.done = number
        return number == running.total

    written.clear()
    yield
    del work._steps[KIND]


def start(**place: int) -> tuple[int, int]:
    owner = add_person()
    return owner, work.start_work(KIND, owner_id=owner, total=3, place=place)


def read(work_id: int) -> LongWork:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(LongWork, work_id)


def test_a_work_ends_and_its_owner_alone_sees_it(app_context: Flask) -> None:
    owner, work_id = start()

    assert do_some_work()
    assert not do_some_work()

    assert (read(work_id).state, read(work_id).done, written) == (WorkState.DONE, 3, [1, 2, 3])
    assert work.get_own_work(actor_of(owner), work_id).id == work_id
    with pytest.raises(WorkNotFound):
        work.get_own_work(actor_of(add_person()), work_id)


def test_the_same_work_asked_twice_is_one_until_it_ends(app_context: Flask) -> None:
    owner = add_person()
    first, again = (work.start_work(KIND, owner_id=owner, total=1, key="the same") for _ in range(2))
    do_some_work()
    after = work.start_work(KIND, owner_id=owner, total=1, key="the same")

    assert first == again
    assert after != first


def test_a_work_whose_process_died_is_taken_up_where_it_was_and_not_before_its_hold_lapses(
    app_context: Flask,
) -> None:
    _, work_id = start()
    now = utc_now()
    held = work._take(now)
    assert held is not None
    work._take_step(*held)  # and then its process dies

    assert not do_some_work(now)
    assert do_some_work(now + work.HOLD + timedelta(seconds=1))

    assert written == [1, 2, 3]
    assert read(work_id).state is WorkState.DONE


def test_who_lost_the_work_writes_nothing_more(app_context: Flask) -> None:
    _, work_id = start()
    late = work._take(utc_now())
    assert late is not None
    work._take(utc_now() + work.HOLD + timedelta(seconds=1))

    with pytest.raises(work.HoldLost):
        work._take_step(*late)

    assert (written, read(work_id).done) == ([], 0)


def test_a_refusal_is_told_and_the_work_is_resumed_from_there(app_context: Flask) -> None:
    owner, work_id = start(refused_at=2)

    do_some_work()

    failed = read(work_id)
    assert (failed.state, failed.done) == (WorkState.FAILED, 1)
    assert failed.problem == {"message": Refused.message, "values": {"row": 2}}
    with pytest.raises(WorkNotFound):
        work.resume_work(actor_of(add_person()), work_id=work_id)
    db.session.execute(sa.update(LongWork).values(place={}))
    db.session.commit()
    work.resume_work(actor_of(owner), work_id=work_id)
    do_some_work()
    assert (read(work_id).state, written) == (WorkState.DONE, [1, 2, 3])
    with pytest.raises(WorkNotFailed):
        work.resume_work(actor_of(owner), work_id=work_id)


def test_who_lost_the_right_to_do_a_work_does_not_resume_it(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(actor: Actor, failed: LongWork) -> None:
        raise NotAllowed

    owner, work_id = start(refused_at=2)
    do_some_work()
    monkeypatch.setitem(work._checks, KIND, refuse)

    with pytest.raises(NotAllowed):
        work.resume_work(actor_of(owner), work_id=work_id)

    assert (read(work_id).state, written) == (WorkState.FAILED, [1])


def test_a_step_that_breaks_is_tried_again_later_and_then_given_up(app_context: Flask) -> None:
    _, work_id = start(broken_at=2)
    now = utc_now()

    for attempt in range(1 + work.MOST_ATTEMPTS):
        assert do_some_work(now + timedelta(minutes=attempt)), attempt

    assert (read(work_id).state, read(work_id).problem, written) == (WorkState.FAILED, None, [1])
    assert not do_some_work(now + timedelta(days=1))


def test_somebody_who_leaves_takes_her_name_off_her_works(app_context: Flask) -> None:
    from civic.accounts.service import erasure

    password = "une petite phrase sans histoire"
    owner = people.create_person(name="Zoé", email="zoe@example.org", password=password)
    under_way = work.start_work(KIND, owner_id=owner, total=3)
    ended = work.start_work(KIND, owner_id=owner, total=3)
    db.session.execute(sa.update(LongWork).where(LongWork.id == ended).values(state=WorkState.DONE))
    db.session.commit()

    erasure.delete_account(actor_of(owner), present_password=password)

    assert {(row.id, row.owner_id) for row in db.session.scalars(sa.select(LongWork))} == {(under_way, None)}


def test_old_works_are_forgotten(app_context: Flask) -> None:
    _, work_id = start()
    do_some_work()

    work.forget_old_works(utc_now())
    assert db.session.get(LongWork, work_id) is not None
    work.forget_old_works(utc_now() + work.KEPT_FOR + timedelta(minutes=1))
    db.session.expire_all()
    assert db.session.get(LongWork, work_id) is None


def test_the_time_left_is_told_in_words_once_it_can_be(app: Flask) -> None:
    def told(done: int, seconds: float) -> str:
        with app.test_request_context():
            return time_left_in_words(LongWork(done=done, total=1000, worked_seconds=seconds))

    assert [told(0, 0), told(500, 10), told(500, 60), told(100, 60)] == [
        "",
        "encore quelques secondes",
        "encore une minute environ",
        "encore 9 minutes environ",
    ]
