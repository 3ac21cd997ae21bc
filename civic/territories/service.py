"""Boundaries and address points, imported; communes, founded."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from shapely import STRtree
from shapely.geometry import Point, shape

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.geometry import point_inside
from civic.kernel.text import clean_line, fold
from civic.kernel.transaction import publish, transaction
from civic.territories import queries, rules
from civic.territories.access import TerritoriesAction
from civic.territories.addresses import AddressRow, read_addresses
from civic.territories.errors import BoundariesRefused, TerritoryCodeTaken
from civic.territories.events import BoundariesImported
from civic.territories.models import AddressPoint, BoundaryUpload, Territory, TerritoryKind
from civic.territories.rules import BoundaryPlan, Outline, Problem


@dataclass(frozen=True)
class AddressSummary:
    """What an import of addresses did, in address points."""

    added: int
    moved: int
    unchanged: int
    outside_neighbourhoods: int


def found_commune(*, code: str, name: str) -> int:
    """Write down the commune that this installation serves: on the command line, before anybody has a role.

    Returns:
        The territory's id.

    Raises:
        TerritoryCodeTaken: a territory bears this code.
    """
    with transaction():
        if queries.find_territory_by_code(code) is not None:
            raise TerritoryCodeTaken(territory_code=code)
        commune = Territory(
            kind=TerritoryKind.COMMUNE, code=code, name=clean_line(name), created_at=utc_now()
        )
        db.session.add(commune)
        db.session.flush()
    return commune.id


def plan_boundaries(actor: Actor, *, commune_id: int, content: Any) -> BoundaryPlan:
    """Tell what an import would do, and why it would be refused. Changes nothing.

    Args:
        content: a GeoJSON FeatureCollection, as parsed.

    Raises:
        NotSignedIn, NotAllowed, TerritoryNotFound.
    """
    require(actor, TerritoriesAction.IMPORT_BOUNDARIES, commune_id)
    commune = queries.get_territory(commune_id)
    outlines, problems = rules.read_outlines(content)
    own = next((outline for outline in outlines if outline.code == commune.code), None)
    places = {place.code: place for place in queries.list_neighbourhoods(commune.id)}
    wanted = [outline for outline in outlines if outline is not own]
    problems += [
        Problem(0, TerritoryCodeTaken.message, {"territory_code": outline.code})
        for outline in wanted
        if outline.code not in places and queries.find_territory_by_code(outline.code) is not None
    ]
    kept = [place for code, place in places.items() if code not in {outline.code for outline in wanted}]
    around = own.boundary if own else commune.boundary
    problems += rules.find_clashes(
        wanted,
        [Outline(place.code, place.name, place.boundary) for place in kept if place.boundary],
        shape(around) if around else None,
    )
    known = [outline for outline in wanted if outline.code in places]
    changed = [outline for outline in known if _differs(places[outline.code], outline)]
    return BoundaryPlan(
        commune=own if own and _differs(commune, own) else None,
        added=[outline for outline in wanted if outline.code not in places],
        changed=changed,
        unchanged=[outline for outline in known if outline not in changed],
        kept=[place.name for place in kept],
        problems=sorted(problems, key=lambda problem: problem.row),
    )


def _differs(place: Territory, outline: Outline) -> bool:
    return (
        place.name != outline.name
        or place.boundary != outline.boundary
        or outline.population not in (None, place.population)
        or outline.households not in (None, place.households)
    )


def import_boundaries(actor: Actor, *, commune_id: int, content: Any) -> BoundaryPlan:
    """Import neighbourhoods, and the commune's own outline when the file has it: all of the file, or nothing.

    A neighbourhood that the file does not name stays: persons live there, and things happened there.

    Returns:
        What was done.

    Raises:
        NotSignedIn, NotAllowed, TerritoryNotFound.
        BoundariesRefused: the file is wrong; the message has a sentence for each problem.
    """
    now = utc_now()
    with transaction():
        plan = plan_boundaries(actor, commune_id=commune_id, content=content)
        if plan.problems:
            raise BoundariesRefused(problems=describe_problems(plan.problems))
        commune = queries.get_territory(commune_id)
        if plan.commune:
            _draw(commune, plan.commune)
        for outline in plan.added:
            db.session.add(_draw(_new_neighbourhood(commune.id, outline, now), outline))
        places = {place.code: place for place in queries.list_neighbourhoods(commune.id)}
        for outline in plan.changed:
            _draw(places[outline.code], outline)
        db.session.flush()
        locate_addresses(commune_id)
        publish(
            BoundariesImported(
                occurred_at=now,
                actor_id=actor.id,
                territory_id=commune_id,
                added=len(plan.added),
                changed=len(plan.changed),
            )
        )
    return plan


def describe_problems(problems: list[Problem]) -> str:
    return " ; ".join(problem.message % problem.values for problem in problems)


def _new_neighbourhood(commune_id: int, outline: Outline, now: datetime) -> Territory:
    return Territory(
        kind=TerritoryKind.NEIGHBOURHOOD, code=outline.code, parent_id=commune_id, created_at=now
    )


def _draw(place: Territory, outline: Outline) -> Territory:
    inside = point_inside(outline.boundary)
    place.name, place.boundary = outline.name, outline.boundary
    place.longitude, place.latitude = inside.longitude, inside.latitude
    if outline.population is not None:
        place.population = outline.population
    if outline.households is not None:
        place.households = outline.households
    return place


def upload_boundaries(actor: Actor, *, commune_id: int, text: str) -> int:
    """Keep a file aside, so that its preview can be read, and confirmed, without sending it again.

    Returns:
        The upload's id.

    Raises:
        NotSignedIn, NotAllowed.
        BoundariesRefused: it is not JSON.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BoundariesRefused(problems="ce n’est pas un fichier JSON") from error
    with transaction():
        require(actor, TerritoriesAction.IMPORT_BOUNDARIES, commune_id)
        db.session.execute(sa.delete(BoundaryUpload).where(BoundaryUpload.commune_id == commune_id))
        upload = BoundaryUpload(commune_id=commune_id, content={"file": content}, created_at=utc_now())
        db.session.add(upload)
        db.session.flush()
    return upload.id


def preview_upload(actor: Actor, *, upload_id: int) -> BoundaryPlan:
    """Raises NotSignedIn, NotAllowed, UploadNotFound."""
    upload = queries.get_upload(upload_id)
    return plan_boundaries(actor, commune_id=upload.commune_id, content=upload.content["file"])


def import_upload(actor: Actor, *, upload_id: int) -> BoundaryPlan:
    """Import a file kept aside, once. Raises as ``import_boundaries``, and UploadNotFound."""
    with transaction():
        upload = queries.get_upload(upload_id)
        plan = import_boundaries(actor, commune_id=upload.commune_id, content=upload.content["file"])
        db.session.delete(upload)
    return plan


def import_addresses(*, territory_code: str, lines: Iterable[str]) -> AddressSummary:
    """Import the address points of a commune; twice moves what moved, adds what is new and doubles nothing.

    Raises:
        TerritoryNotFound.
        AddressesRefused: columns or rows are wrong; nothing was imported.
    """
    rows = read_addresses(lines)
    with transaction():
        commune = queries.get_territory_by_code(territory_code)
        known = {point.label: point for point in queries.list_address_points(commune.id)}
        added = [row for row in rows if row.label not in known]
        moved = [row for row in rows if row.label in known and _has_moved(known[row.label], row)]
        for row in moved:
            known[row.label].longitude, known[row.label].latitude = row.longitude, row.latitude
        db.session.add_all(_new_point(commune.id, row) for row in added)
        db.session.flush()
        outside = locate_addresses(commune.id)
    return AddressSummary(len(added), len(moved), len(rows) - len(added) - len(moved), outside)


def _has_moved(point: AddressPoint, row: AddressRow) -> bool:
    return (point.longitude, point.latitude) != (row.longitude, row.latitude)


def _new_point(commune_id: int, row: AddressRow) -> AddressPoint:
    return AddressPoint(
        territory_id=commune_id,
        label=row.label,
        folded=fold(row.label),
        longitude=row.longitude,
        latitude=row.latitude,
    )


def locate_addresses(commune_id: int) -> int:
    """Put each address point in its neighbourhood. Returns how many are in none."""
    with transaction():
        places = [place for place in queries.list_neighbourhoods(commune_id) if place.boundary]
        tree = STRtree([shape(place.boundary) for place in places])
        outside = 0
        for point in queries.list_address_points(commune_id):
            found = tree.query(Point(point.longitude, point.latitude), predicate="covered_by")
            point.neighbourhood_id = places[min(found)].id if len(found) else None
            outside += not len(found)
    return outside
