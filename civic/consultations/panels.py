"""What other features show on a consultation's page: they depend on consultations, so they bring it themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from civic.consultations.queries import ConsultationView


@dataclass(frozen=True)
class Panel:
    """A part of the page: a template, which reads ``panel``, and the anchor under which other parts lead to it."""

    template: str
    values: dict[str, Any]
    anchor: str


PanelBuilder = Callable[[ConsultationView], Panel | None]

_builders: dict[str, tuple[int, PanelBuilder]] = {}


def consultation_panel(*, order: int) -> Callable[[PanelBuilder], PanelBuilder]:
    """Show what a function builds on each consultation's page, from the smallest order to the largest."""

    def add(builder: PanelBuilder) -> PanelBuilder:
        _builders[f"{builder.__module__}.{builder.__name__}"] = (order, builder)
        return builder

    return add


def build_panels(view: ConsultationView) -> list[Panel]:
    """Return the panels of a consultation's page, in order."""
    in_order = sorted(_builders.values(), key=lambda entry: entry[0])
    built = [builder(view) for _, builder in in_order]
    return [panel for panel in built if panel is not None]
