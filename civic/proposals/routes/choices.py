"""What the boxes of proposals let one choose, and where proposals are on the map."""

from dataclasses import dataclass
from typing import Any

from civic.consultations.models import Consultation
from civic.proposals.rules import Point
from civic.proposals.service.places import places_of, point_of_address
from civic.territories import queries as territories
from civic.territories.queries import Suggestion
from civic.territories.rules import MapOutline, draw_map
from civic.web.forms import Form


def place_options(consultation: Consultation) -> list[tuple[int, str]]:
    """Where a proposal may be about: the whole commune first, where it is concerned, then neighbourhoods by name."""
    names = territories.names_of(places_of(consultation))
    return sorted(names.items(), key=lambda place: (place[0] != consultation.territory_id, place[1]))


@dataclass(frozen=True)
class Marker:
    """A point on a drawn map. ``number``: the same in the list beside it; none when it is alone."""

    x: float
    y: float
    title: str
    url: str = ""
    number: int | None = None


def draw_places(consultation: Consultation) -> MapOutline | None:
    """Draw the neighbourhoods that a consultation concerns; None where no outline is known."""
    concerned = places_of(consultation)
    found = territories.list_neighbourhoods(consultation.territory_id)
    return draw_map([(place.id, place.name, place.boundary) for place in found if place.id in concerned])


def mark(
    outline: MapOutline, point: Point, title: str, *, url: str = "", number: int | None = None
) -> Marker:
    x, y = outline.frame.project(point.longitude, point.latitude)
    return Marker(x, y, title, url, number)


def point_in(data: dict[str, Any]) -> Point | None:
    """Return where a posted proposal is about: the address that was chosen, else the point of the map."""
    if data["address_point_id"]:
        return point_of_address(data["address_point_id"])
    point: Point | None = data["point"]
    return point


def typed_point(form: Form) -> Point | None:
    """Return the point that a form holds, when it can be read."""
    if "remove_point" in form.values:
        return None
    try:
        longitude, latitude = float(form.value("longitude")), float(form.value("latitude"))
    except (TypeError, ValueError):
        return None
    is_on_earth = -180 <= longitude <= 180 and -90 <= latitude <= 90
    return Point(longitude, latitude, str(form.value("place_label"))) if is_on_earth else None


def matches_of(form: Form) -> list[Suggestion]:
    """Return the addresses that what was typed may mean."""
    return territories.suggest_addresses(str(form.value("address"))) if form.value("address") else []
