"""What other features show on a neighbourhood's page: they know territories, so they bring it themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from civic.territories.models import Territory


@dataclass(frozen=True)
class Panel:
    """A part of the page: a template, which reads ``panel``."""

    template: str
    values: dict[str, Any]


PanelBuilder = Callable[[Territory], Panel | None]

_builders: dict[str, PanelBuilder] = {}


def neighbourhood_panel(builder: PanelBuilder) -> PanelBuilder:
    """Show what a function builds on each neighbourhood's page."""
    _builders[f"{builder.__module__}.{builder.__name__}"] = builder
    return builder


def build_panels(place: Territory) -> list[Panel]:
    built = [builder(place) for builder in _builders.values()]
    return [panel for panel in built if panel is not None]
