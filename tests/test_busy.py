"""When the database has no room: nobody is told that something broke, and everybody that it may be asked again."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.kernel.turns import turn
from tests.conftest import add_person, bearer, build, dispose
from tests.servers import wait_until


@contextlib.contextmanager
def no_connection_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold every connection of the pool, and wait for none."""
    with app.app_context(), contextlib.ExitStack() as held:
        pool = db.engine.pool
        monkeypatch.setattr(pool, "_timeout", 0.05)
        monkeypatch.setattr(pool, "_max_overflow", 0)
        for _ in range(pool.size()):  # type: ignore[attr-defined]
            held.enter_context(db.engine.connect())
        yield


def test_a_page_that_finds_no_room_says_so_and_is_there_again_a_moment_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser: FlaskClient = app.test_client()

    with no_connection_left(app, monkeypatch):
        answer = browser.get("/entraide?page=1")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Un instant, s’il vous plaît" in answer.text
    assert 'href="/entraide?page=1"' in answer.text
    assert browser.get("/entraide").status_code == 200


def test_a_program_that_finds_no_room_is_told_when_to_ask_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = bearer(app, _anybody(app))
    browser = app.test_client()

    with no_connection_left(app, monkeypatch):
        answer = browser.post("/api/v1/invitations/1/acceptance", headers=headers)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.get_json()["code"] == "busy"


def test_who_waits_for_her_turn_holds_no_connection_which_others_then_have(app: Flask) -> None:
    arrived, passed = threading.Event(), threading.Event()

    def wait() -> None:
        with app.app_context():
            db.session.connection()
            arrived.set()
            with turn("a request"):
                passed.set()

    with app.app_context():
        with turn("a request"):
            waiting = threading.Thread(target=wait)
            waiting.start()
            arrived.wait(10)
            with turn("another request"):
                assert not passed.wait(0.1)
            assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert passed.wait(10)
        waiting.join()


def test_a_command_that_has_begun_waits_for_no_turn(app: Flask) -> None:
    with app.app_context(), turn("a request"), transaction(), turn("a request"):
        pass


class CountedLock:
    """A lock that says how many asked for it."""

    asked = 0

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        CountedLock.asked += 1
        self._lock.acquire()

    def __exit__(self, *rest: object) -> None:
        self._lock.release()


def test_who_waits_is_told_what_was_settled_meanwhile_and_who_comes_later_is_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civic.kernel.turns.Lock", CountedLock)
    heard: list[object] = []

    def wait() -> None:
        with app.app_context(), turn("a request") as mine:
            heard.append(mine.word)

    with app.app_context():
        with turn("a request") as mine:
            waiting = [threading.Thread(target=wait) for _ in range(3)]
            for thread in waiting:
                thread.start()
            wait_until(lambda: CountedLock.asked == 4)
            mine.tell_who_waits("taken")
        for thread in waiting:
            thread.join()
        with turn("a request") as later:
            heard.append(later.word)

    assert heard == ["taken", "taken", "taken", None]


def test_a_database_that_was_restarted_while_nobody_asked_is_found_again(
    new_postgres_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civic.kernel.database.RESTED_SECONDS", 0)
    app = build(new_postgres_url())
    with app.app_context():
        was_served_by = db.session.scalar(sa.select(sa.func.pg_backend_pid()))
        db.session.remove()
        with psycopg.connect(db.engine.url.render_as_string().replace("+psycopg", "")) as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s, 10000)", [was_served_by])

        assert db.session.scalar(sa.select(sa.func.pg_backend_pid())) != was_served_by
    dispose(app)


def _anybody(app: Flask) -> int:
    with app.app_context():
        return add_person()
