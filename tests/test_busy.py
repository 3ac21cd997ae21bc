"""When the database has no room: nobody is told that something broke, and everybody that it may be asked again."""

import contextlib
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.kernel.turns import turn
from tests.conftest import add_person, bearer


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


def _anybody(app: Flask) -> int:
    with app.app_context():
        return add_person()
