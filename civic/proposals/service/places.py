"""Where a proposal may be about: a neighbourhood that the consultation concerns, and a point of it."""

from dataclasses import asdict
from typing import Any

from civic.consultations.models import Consultation
from civic.kernel.geometry import Position, contains
from civic.proposals.errors import PointOutside, UnknownPlace
from civic.proposals.rules import Point
from civic.territories import queries as territories


def places_of(consultation: Consultation) -> set[int]:
    """Return the territories that a proposal may be about: the neighbourhoods concerned, or the commune and all of its own."""
    return set(consultation.neighbourhood_ids) or territories.ids_within(consultation.territory_id)


def ensure_place(territory_id: int, point: Point | None, consultation: Consultation) -> int:
    """Return the territory of a proposal: that of its point, or the one that was chosen where the point is in none.

    Raises:
        UnknownPlace: the consultation does not concern this territory.
        PointOutside: the point is outside of what it concerns.
    """
    places = places_of(consultation)
    if territory_id not in places:
        raise UnknownPlace(fields={"territory_id": [UnknownPlace.message]})
    return territory_id if point is None else _place_of(point, territory_id, places, consultation)


def _place_of(point: Point, territory_id: int, places: set[int], consultation: Consultation) -> int:
    position = Position(point.longitude, point.latitude)
    found = territories.find_neighbourhood_at(position)
    if found is not None and found.id in places:
        return found.id
    town = territories.get_territory(consultation.territory_id)
    is_in_town = found is None and town.boundary is not None and contains(town.boundary, position)
    if is_in_town and town.id in places:
        return territory_id
    raise PointOutside(fields={"address": [PointOutside.message]})


def write_point(thing: Any, point: Point | None) -> None:
    """Put a point in the columns of a proposal or of a draft."""
    thing.longitude, thing.latitude = (point.longitude, point.latitude) if point else (None, None)
    thing.place_label = point.label if point else ""


def read_point(thing: Any) -> Point | None:
    """Return the point of a proposal or of a draft."""
    return None if thing.longitude is None else Point(thing.longitude, thing.latitude, thing.place_label)


def point_in_plain_values(thing: Any) -> dict[str, Any] | None:
    """Return the same, for the copy that a person asks of what is known of her."""
    point = read_point(thing)
    return None if point is None else asdict(point)


def point_of_address(address_point_id: int) -> Point:
    """Return where an address of the commune is. Raises AddressPointNotFound."""
    found = territories.get_address_point(address_point_id)
    return Point(found.longitude, found.latitude, found.label)
