"""Killed again and again under eight clients, the server lost nothing that it acknowledged, and doubled nothing.

`make test` kills it some times, `make long` more often.
"""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from civic.kernel.clock import utc_now
from tests.durability.checker import (
    FORGOTTEN,
    GAP,
    LOST,
    OWED,
    THERE_THOUGH_REFUSED,
    WRONG_COUNT,
    Fault,
    check,
)
from tests.durability.crash import OPS, crash, figures
from tests.durability.history import REFUSED, Line

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Crashed:
    """What is left after the kills: the database, what the clients were told, and what the checker found."""

    url: str
    lines: list[Line]
    faults: list[Fault]
    struck: list[int]


@pytest.fixture(scope="module")
def crashed(sqlite_tables: Path, tmp_path_factory: pytest.TempPathFactory, is_in_full: bool) -> Crashed:
    folder = tmp_path_factory.mktemp("crashed")
    url = f"sqlite:///{shutil.copy(sqlite_tables, folder)}"
    return Crashed(url, *crash(url, folder, kills=20 if is_in_full else 5, seed=1))


def assert_nothing_lost(lines: list[Line], faults: list[Fault]) -> None:
    said = figures(lines)
    assert faults == []
    assert set(said["acknowledged"]) == OPS
    assert said["cut_off"] > 0, "no call was cut off: the kills came when nobody asked for anything"
    assert said["cut_off"] == said["cut_off_then_answered"]
    assert said["refusals"]["vote already_voted"] > 0


def test_kills_lose_nothing_acknowledged_and_double_nothing(crashed: Crashed) -> None:
    assert_nothing_lost(crashed.lines, crashed.faults)


def test_timers_of_searches_came_due_between_the_kills_and_some_were_struck(
    crashed: Crashed, is_in_full: bool
) -> None:
    """Without which that none was forgotten would say nothing. A few kills may all miss the instant; twenty do not."""
    assert any(crashed.struck) or not is_in_full, "no timer was being served when the server was killed"
    with sqlite3.connect(crashed.url.removeprefix("sqlite:///")) as kept:
        (replaced,) = kept.execute("SELECT count(*) FROM invitation WHERE state = 'expired'").fetchone()
    assert replaced > 0
    assert crashed.faults == []


def test_nor_do_they_on_postgresql(
    new_postgres_url: Callable[[], str], tmp_path: Path, is_in_full: bool
) -> None:
    lines, faults, struck = crash(new_postgres_url(), tmp_path, kills=20 if is_in_full else 2, seed=2)
    assert_nothing_lost(lines, faults)
    assert any(struck) or not is_in_full


TAMPERING = {
    "DELETE FROM offer WHERE title LIKE 'Offre %'": LOST,
    "INSERT INTO ballot SELECT lower(hex(randomblob(16))), poll_id, question_id, content FROM ballot LIMIT 1": WRONG_COUNT,
    "DELETE FROM person_event WHERE seq = 1": GAP,
    "UPDATE help_request SET filled = 1 - filled WHERE capacity = 1": WRONG_COUNT,
    "DELETE FROM outbox_message WHERE kind = 'matching.next_step'": FORGOTTEN,
    "UPDATE invitation SET state = 'declined' WHERE state = 'accepted'": WRONG_COUNT,
    "UPDATE outbox_message SET due_at = '2020-01-01 00:00:00'": OWED,
}


def test_the_checker_sees_what_is_altered_under_its_eyes(crashed: Crashed, tmp_path: Path) -> None:
    lines, url = crashed.lines, crashed.url
    assert crashed.faults == []
    denied = [replace(line, outcome=REFUSED, answer={}) for line in lines]

    assert THERE_THOUGH_REFUSED in {found.kind for found in check(denied, url, now=utc_now())}
    for statement, kind in TAMPERING.items():
        copy = tmp_path / "altered.sqlite3"
        with sqlite3.connect(url.removeprefix("sqlite:///")) as kept, sqlite3.connect(copy) as altered:
            kept.backup(altered)
            assert altered.execute(statement).rowcount > 0, statement
        assert kind in {found.kind for found in check(lines, f"sqlite:///{copy}", now=utc_now())}, statement
