"""What each feature holds of a person: given to her when she asks, removed or unsigned when she leaves.

A feature registers its functions where it is loaded with the application (``service`` or ``subscribers``).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Exporter = Callable[[int], Any]
Counter = Callable[[int], int]
Eraser = Callable[[int, datetime], None]

_exporters: dict[str, Exporter] = {}
_counters: dict[str, Counter] = {}
_erasers: dict[str, Eraser] = {}


def exports_personal_data(name: str, *, count: Counter | None = None) -> Callable[[Exporter], Exporter]:
    """Register what is given, as plain JSON values, under this name. The function takes the person's id.

    Args:
        count: tells how many rows there are, where there may be thousands.
    """

    def add(exporter: Exporter) -> Exporter:
        _exporters[name] = exporter
        if count is not None:
            _counters[name] = count
        return exporter

    return add


def erases_personal_data(name: str) -> Callable[[Eraser], Eraser]:
    """Register what removes or unsigns. The function takes the person's id and the instant, inside the transaction."""

    def add(eraser: Eraser) -> Eraser:
        _erasers[name] = eraser
        return eraser

    return add


def collect_personal_data(person_id: int) -> dict[str, Any]:
    """Return everything that the platform holds of a person, by feature."""
    return {name: export(person_id) for name, export in sorted(_exporters.items())}


def count_personal_data(person_id: int) -> int:
    """Return about how many rows a copy of a person's data would have."""
    return sum(count(person_id) for count in _counters.values())


def parts_of_personal_data() -> list[str]:
    return sorted(_exporters)


def export_part(name: str, person_id: int) -> Any:
    """Return what one feature holds of a person."""
    return _exporters[name](person_id)


def erase_personal_data(person_id: int, now: datetime) -> None:
    """Have every feature remove what it holds. Other features first: they may look at what the accounts hold."""
    for name in sorted(_erasers, key=lambda name: (name == "account", name)):
        _erasers[name](person_id, now)
