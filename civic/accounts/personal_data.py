"""What each feature holds of a person: given to her when she asks, removed or unsigned when she leaves.

A feature registers its functions where it is loaded with the application (``service`` or ``subscribers``).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

Exporter = Callable[[int], Any]
Eraser = Callable[[int, datetime], None]

_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}


def exports_personal_data(name: str) -> Callable[[Exporter], Exporter]:
    """Register what is given, as plain JSON values, under this name. The function takes the person's id."""

    def add(exporter: Exporter) -> Exporter:
        _exporters[name] = exporter
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


def erase_personal_data(person_id: int, now: datetime) -> None:
    """Have every feature remove what it holds. Other features first: they may look at what the accounts hold."""
    for name in sorted(_erasers, key=lambda name: (name == "account", name)):
        _erasers[name](person_id, now)
