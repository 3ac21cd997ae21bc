"""Killed again and again under eight clients, the server lost nothing that it acknowledged, and doubled nothing."""

from collections.abc import Callable
from pathlib import Path

from tests.durability.checker import Fault
from tests.durability.crash import OPS, crash, figures
from tests.durability.history import Line


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
