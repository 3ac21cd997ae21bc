"""Outlines of neighbourhoods: previewed, then imported whole."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from shapely.geometry import shape

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_, Sentence, Sentences
from civic.kernel.geometry import point_inside
from civic.kernel.transaction import publish, transaction
from civic.territories import queries, rules
from civic.territories.access import TerritoriesAction
from civic.territories.errors import BoundariesRefused, TerritoryCodeTaken
from civic.territories.events import BoundariesImported
from civic.territories.models import BoundaryUpload, Territory, TerritoryKind
from civic.territories.rules import BoundaryPlan, Outline, Problem
from civic.territories.service.addresses import locate_addresses


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
            raise BoundariesRefused(problems=rules.told(plan.problems))
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
        raise BoundariesRefused(problems=Sentences([Sentence(N_("ce n’est pas un fichier JSON"))])) from error
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
        upload = queries.get_upload(upload_id, to_change=True)
        plan = import_boundaries(actor, commune_id=upload.commune_id, content=upload.content["file"])
        db.session.delete(upload)
    return plan
