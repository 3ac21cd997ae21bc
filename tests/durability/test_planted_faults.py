"""The checker of what a crash leaves sees each fault that was planted (and, in `test_kills.py`, whatever was altered)."""

from pathlib import Path

import pytest

from tests.durability.checker import DOUBLED, LOST, UNTOLD, WRONG_COUNT
from tests.durability.crash import crash


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
    _, faults, _ = crash(sqlite_url, tmp_path, kills=kills, seed=3, fault=fault)

    assert kind in {found.kind for found in faults}
