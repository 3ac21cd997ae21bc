"""The checker of what a crash leaves sees each fault that was planted, and whatever was altered."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from civic.kernel.clock import utc_now
from tests.durability.checker import (
    DOUBLED,
    GAP,
    LOST,
    OWED,
    THERE_THOUGH_REFUSED,
    UNTOLD,
    WRONG_COUNT,
    check,
)
from tests.durability.crash import crash
from tests.durability.history import REFUSED


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
    "INSERT INTO ballot SELECT lower(hex(randomblob(16))), poll_id, question_id, content FROM ballot LIMIT 1": WRONG_COUNT,
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
