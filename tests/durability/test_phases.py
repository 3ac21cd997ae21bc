"""A phase closes at its instant on every server: nothing is let in after, nothing that was let in is lost, whatever their clocks say."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.durability.phase_closing import (
    EARLY,
    KINDS,
    LATE,
    LOST,
    MISCOUNTED,
    THERE_THOUGH_REFUSED,
    close_phase_under_load,
    faults_of,
)

FEW, MANY = 120, 1_000


@pytest.mark.long
def test_two_minutes_wrong_a_server_closes_a_phase_with_the_other(
    bare_database_url: str, is_in_full: bool
) -> None:
    """A file of SQLite is served by one machine, whose clock is one: there, both servers have it."""
    other = "right_clock" if bare_database_url.startswith("sqlite") else "slow_clock"
    actions = MANY if is_in_full else FEW
    seen = close_phase_under_load(bare_database_url, faults=("right_clock", other), actions=actions)

    assert faults_of(seen) == set()
    assert len(seen.acted) == actions
    told = {(each.kind, each.server, each.is_accepted) for each in seen.acted}
    assert told == {(kind, server, is_in) for kind in KINDS for server in (0, 1) for is_in in (True, False)}

    accepted = next(each for each in seen.acted if each.is_accepted)
    refused = next(each for each in seen.acted if not each.is_accepted)
    assert faults_of(replace(seen, there={kind: set() for kind in KINDS})) == {LOST}
    there = seen.there | {refused.kind: seen.there[refused.kind] | {refused.person}}
    assert faults_of(replace(seen, there=there)) == {THERE_THOUGH_REFUSED}
    assert faults_of(replace(seen, counts=((1, 2),))) == {MISCOUNTED}
    assert LATE in faults_of(replace(seen, closes_at=accepted.sent_at))
    assert EARLY in faults_of(replace(seen, closes_at=refused.answered_at + 60))


def test_on_a_clock_of_its_own_a_slow_server_lets_them_in_after(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'civic.sqlite3'}"
    seen = close_phase_under_load(url, faults=("own_slow_clock",), actions=24)

    assert faults_of(seen) == {LATE}
