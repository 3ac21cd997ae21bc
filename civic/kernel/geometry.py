"""Places on the ground, in WGS84 (longitude, latitude in degrees)."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from shapely import GEOSException
from shapely.geometry import Point, mapping, shape
from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_METRES = 6_371_000


@dataclass(frozen=True)
class Position:
    longitude: float
    latitude: float


def parse_polygon(geometry: Any) -> BaseGeometry:
    """Read a GeoJSON Polygon or MultiPolygon.

    Raises:
        ValueError: it is not one, is empty, crosses itself, or lies outside the globe.
    """
    try:
        polygon = shape(geometry)
    except (GEOSException, AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise ValueError("not a GeoJSON geometry") from error
    if polygon.geom_type not in ("Polygon", "MultiPolygon") or polygon.is_empty:
        raise ValueError("not a polygon")
    west, south, east, north = polygon.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("outside the globe: coordinates must be longitude, latitude in degrees")
    if not polygon.is_valid:
        raise ValueError("the outline crosses itself")
    return polygon


def contains(geometry: dict[str, Any], position: Position) -> bool:
    """Tell whether a position lies in a GeoJSON polygon, its edge included."""
    return bool(shape(geometry).covers(Point(position.longitude, position.latitude)))


def point_inside(geometry: dict[str, Any]) -> Position:
    """Return a position that surely lies inside a GeoJSON polygon, and stands for it."""
    point = shape(geometry).representative_point()
    return Position(point.x, point.y)


def simplify(geometry: dict[str, Any], tolerance_degrees: float) -> dict[str, Any]:
    """Return an outline with fewer vertices, valid still."""
    return dict(mapping(shape(geometry).simplify(tolerance_degrees)))


def distance_metres(one: Position, other: Position) -> int:
    """Return the great-circle distance (haversine), rounded to the metre."""
    lat1, lat2 = radians(one.latitude), radians(other.latitude)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(other.longitude - one.longitude) / 2
    chord = sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_METRES * asin(sqrt(chord)))
