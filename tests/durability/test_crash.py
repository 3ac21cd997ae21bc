"""Killed again and again under eight clients, the server lost nothing that it acknowledged, and doubled nothing."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from civic.kernel.clock import utc_now
from tests.conftest import build, dispose
from tests.durability.checker import (
    DOUBLED,
    GAP,
    LOST,
    OWED,
    THERE_THOUGH_REFUSED,
    UNTOLD,
    WRONG_COUNT,
    Fault,
    check,
)
from tests.durability.crash import OPS, CrashServer, crash_under_load, figures
from tests.durability.history import REFUSED, Line, read_histories
from tests.durability.town import build_town


def crash(
    url: str, folder: Path, *, kills: int, seed: int, fault: str = ""
) -> tuple[list[Line], list[Fault]]:
    """Return the clients' histories, and what the checker finds in them."""
    app = build(url)
    server = CrashServer(url, fault=fault)
    try:
        town = build_town(app)
        server.start()
        crash_under_load(server, town, folder, kills=kills, seed=seed)
    finally:
        server.close()
        dispose(app)
    lines = read_histories(folder)
    return lines, check(lines, url, now=utc_now())


def assert_nothing_lost(lines: list[Line], faults: list[Fault]) -> None:
    said = figures(lines)
    assert faults == []
    assert set(said["acknowledged"]) == OPS
    assert said["cut_off"] > 0, "no call was cut off: the kills came when nobody asked for anything"
    assert said["cut_off"] == said["cut_off_then_answered"]
    assert said["refusals"]["vote already_voted"] > 0


def test_twenty_kills_lose_nothing_acknowledged_and_double_nothing(sqlite_url: str, tmp_path: Path) -> None:
    assert_nothing_lost(*crash(sqlite_url, tmp_path, kills=20, seed=1))


def test_nor_do_five_kills_on_postgresql(new_postgres_url: Callable[[], str], tmp_path: Path) -> None:
    assert_nothing_lost(*crash(new_postgres_url(), tmp_path, kills=5, seed=2))


@pytest.mark.parametrize(
    ("fault", "kind", "kills"),
    [
        ("early_answer", LOST, 3),
        ("no_guard", WRONG_COUNT, 1),
        ("no_outbox", UNTOLD, 1),
        ("no_idempotency", DOUBLED, 1),
    ],
)
def test_the_checker_sees_a_fault_that_was_planted(
    sqlite_url: str, tmp_path: Path, fault: str, kind: str, kills: int
) -> None:
    _, faults = crash(sqlite_url, tmp_path, kills=kills, seed=3, fault=fault)

    assert kind in {found.kind for found in faults}


TAMPERING = {
    "DELETE FROM offer WHERE title LIKE 'Offre %'": LOST,
    "INSERT INTO ballot SELECT lower(hex(randomblob(16))), poll_id, choice_id FROM ballot LIMIT 1": WRONG_COUNT,
    "DELETE FROM person_event WHERE seq = 1": GAP,
    "UPDATE help_request SET filled = 1 - filled WHERE capacity = 1": WRONG_COUNT,
    "UPDATE outbox_message SET due_at = '2020-01-01 00:00:00'": OWED,
}


def test_the_checker_sees_what_is_altered_under_its_eyes(sqlite_url: str, tmp_path: Path) -> None:
    lines, faults = crash(sqlite_url, tmp_path, kills=2, seed=4)
    assert faults == []
    denied = [replace(line, outcome=REFUSED, answer={}) for line in lines]

    assert THERE_THOUGH_REFUSED in {found.kind for found in check(denied, sqlite_url, now=utc_now())}
    for statement, kind in TAMPERING.items():
        copy = tmp_path / "altered.sqlite3"
        with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as kept, sqlite3.connect(copy) as altered:
            kept.backup(altered)
            assert altered.execute(statement).rowcount > 0, statement
        assert kind in {found.kind for found in check(lines, f"sqlite:///{copy}", now=utc_now())}, statement
