"""Outlines: read from a GeoJSON file, compared, checked against one another, and drawn. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import cos, radians
from typing import Any

from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from civic.kernel.errors import N_, Sentence, Sentences
from civic.kernel.geometry import parse_polygon
from civic.kernel.text import clean_line

MOST_FEATURES = 500
LONGEST_NAME = 120
LONGEST_CODE = 40
TOLERATED_SHARE = 0.01
"""Hand-drawn edges never meet exactly: up to one per cent of the smaller outline may overlap, or lie outside the commune."""
MAP_WIDTH = 600
MAP_TOLERANCE_DEGREES = 0.0001
DECIMALS = 6
"""Six decimals of a degree are about ten centimetres."""


@dataclass(frozen=True)
class Outline:
    """One feature of a file: a neighbourhood, or the commune itself."""

    code: str
    name: str
    boundary: dict[str, Any]
    population: int | None = None
    households: int | None = None

    @property
    def shape(self) -> BaseGeometry:
        return shape(self.boundary)


@dataclass(frozen=True)
class Problem:
    """Why a file is refused. ``row`` is the feature's place in the file, from 1; ``message`` is French source text."""

    row: int
    message: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        return Sentence(self.message, self.values)


def told(problems: list[Problem]) -> Sentences:
    """Return problems as what fills a refusal, each with its place in the file."""
    placed = N_("ligne %(row)s : %(problem)s")
    return Sentences(
        Sentence(placed, {"row": problem.row, "problem": problem.sentence})
        if problem.row
        else problem.sentence
        for problem in problems
    )


@dataclass(frozen=True)
class BoundaryPlan:
    """What an import would do. Nothing is ever removed: what the file does not name stays as it is."""

    commune: Outline | None
    added: list[Outline]
    changed: list[Outline]
    unchanged: list[Outline]
    kept: list[str]
    problems: list[Problem]


def read_outlines(content: Any) -> tuple[list[Outline], list[Problem]]:
    """Read a GeoJSON FeatureCollection. Returns what could be read, and a problem for each feature that could not."""
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        return [], [Problem(0, N_("ce n’est pas une liste de quartiers au format GeoJSON"))]
    if len(features) > MOST_FEATURES:
        return [], [Problem(0, N_("il a plus de %(most)s quartiers"), {"most": MOST_FEATURES})]
    outlines: list[Outline] = []
    problems: list[Problem] = []
    for row, feature in enumerate(features, start=1):
        read = _read_outline(row, feature)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            outlines.append(read)
    codes = [outline.code for outline in outlines]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        problems.append(Problem(0, N_("le code %(code)s y est deux fois"), {"code": code}))
    return outlines, problems


def _read_outline(row: int, feature: Any) -> Outline | Problem:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return Problem(row, N_("ce n’est pas un quartier : il n’a ni nom ni contour"))
    code, name = _text(properties, "code"), _text(properties, "name", "nom")
    if not 1 <= len(code) <= LONGEST_CODE:
        return Problem(row, N_("il n’a pas de code (« code », 40 caractères au plus)"))
    if not 1 <= len(name) <= LONGEST_NAME:
        return Problem(row, N_("le quartier %(code)s n’a pas de nom (« name » ou « nom »)"), {"code": code})
    try:
        polygon = parse_polygon(feature.get("geometry"))
    except ValueError:
        message = N_("le contour de « %(name)s » n’est pas un polygone fermé en longitude, latitude (WGS84)")
        return Problem(row, message, {"name": name})
    return Outline(
        code, name, rounded(polygon), _count(properties, "population"), _count(properties, "households")
    )


def _text(properties: dict[str, Any], *names: str) -> str:
    value = next((properties[name] for name in names if properties.get(name) not in (None, "")), "")
    return clean_line(str(value)) if isinstance(value, str | int) else ""


def _count(properties: dict[str, Any], name: str) -> int | None:
    value = properties.get(name)
    return (
        value if isinstance(value, int) and 0 <= value < 100_000_000 and not isinstance(value, bool) else None
    )


def rounded(polygon: BaseGeometry) -> dict[str, Any]:
    """Return a polygon as GeoJSON, its coordinates rounded to ten centimetres."""
    drawn = mapping(polygon)
    return {"type": drawn["type"], "coordinates": _rounded(drawn["coordinates"])}


def _rounded(value: Any) -> Any:
    return round(value, DECIMALS) if isinstance(value, int | float) else [_rounded(inner) for inner in value]


def find_clashes(outlines: list[Outline], kept: list[Outline], commune: BaseGeometry | None) -> list[Problem]:
    """Return a problem for each pair that overlaps, and for each outline that leaves the commune, beyond what is tolerated."""
    problems = []
    shapes = [(outline, outline.shape) for outline in [*outlines, *kept]]
    for index, (outline, area) in enumerate(shapes[: len(outlines)], start=1):
        if commune is not None and area.difference(commune).area > TOLERATED_SHARE * area.area:
            problems.append(Problem(index, N_("« %(name)s » sort de la commune"), {"name": outline.name}))
        for other, other_area in shapes[index:]:
            smaller = min(area.area, other_area.area)
            if area.intersects(other_area) and area.intersection(other_area).area > TOLERATED_SHARE * smaller:
                names = {"name": outline.name, "other": other.name}
                problems.append(Problem(index, N_("« %(name)s » et « %(other)s » se recouvrent"), names))
    return problems


@dataclass(frozen=True)
class Area:
    """A neighbourhood on the drawn map: SVG path data, and where its name is written."""

    id: int
    name: str
    path: str
    label_x: float
    label_y: float
    url: str
    is_selected: bool


@dataclass(frozen=True)
class Frame:
    """How degrees become the units of a drawn map, which begins at its north-west corner."""

    west: float
    north: float
    across: float
    down: float

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        return round((longitude - self.west) * self.across, 1), round((self.north - latitude) * self.down, 1)


@dataclass(frozen=True)
class MapOutline:
    """What ``components/map_outline.html`` and ``components/point_map.html`` draw."""

    features: list[Area]
    view_box: str
    frame: Frame


def draw_map(
    places: Iterable[tuple[int, str, dict[str, Any] | None]],
    *,
    url_of: Callable[[int], str] = lambda place_id: "",
    selected_id: int | None = None,
) -> MapOutline | None:
    """Draw outlines as SVG, north up, a degree of longitude made as short as it is there. Returns None without an outline.

    Args:
        places: (id, name, GeoJSON polygon) of each; one without an outline is left out.
    """
    drawn = [
        (place_id, name, shape(boundary).simplify(MAP_TOLERANCE_DEGREES))
        for place_id, name, boundary in places
        if boundary
    ]
    if not drawn:
        return None
    bounds = [area.bounds for _, _, area in drawn]
    west, north = min(b[0] for b in bounds), max(b[3] for b in bounds)
    south, east = min(b[1] for b in bounds), max(b[2] for b in bounds)
    shrink = cos(radians((north + south) / 2))
    scale = MAP_WIDTH / max((east - west) * shrink, 1e-9)
    frame = Frame(west, north, shrink * scale, scale)
    features = []
    for place_id, name, area in drawn:
        label = area.representative_point()
        x, y = frame.project(label.x, label.y)
        features.append(
            Area(place_id, name, _path(area, frame.project), x, y, url_of(place_id), place_id == selected_id)
        )
    return MapOutline(features, f"0 0 {MAP_WIDTH} {round((north - south) * scale, 1)}", frame)


def _path(area: BaseGeometry, project: Callable[[float, float], tuple[float, float]]) -> str:
    polygons = area.geoms if area.geom_type == "MultiPolygon" else [area]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join(
        "M" + "L".join("{:g} {:g}".format(*project(x, y)) for x, y, *_ in ring.coords[:-1]) + "Z"
        for ring in rings
    )
