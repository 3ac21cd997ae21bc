from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.geometry import Position, contains
from civic.kernel.pagination import Page, paginate
from civic.kernel.text import fold
from civic.kernel.transaction import is_writing
from civic.territories.errors import AddressPointNotFound, TerritoryNotFound, UploadNotFound
from civic.territories.models import (
    AddressPoint,
    AddressUpload,
    AddressUploadPart,
    BoundaryUpload,
    Territory,
    TerritoryKind,
)

MOST_SUGGESTIONS = 8
MOST_LABELS = 500


def get_territory(territory_id: int) -> Territory:
    """Raises TerritoryNotFound."""
    territory = db.session.get(Territory, territory_id)
    if territory is None:
        raise TerritoryNotFound
    return territory


def lock_territory(territory_id: int) -> None:
    """Have who else asks for this lock wait until the end of the transaction; nobody who only names the territory waits."""
    query = sa.select(Territory.id).filter_by(id=territory_id)
    db.session.execute(query.with_for_update(key_share=True))


def get_territory_by_code(code: str) -> Territory:
    """Raises TerritoryNotFound."""
    territory = find_territory_by_code(code)
    if territory is None:
        raise TerritoryNotFound
    return territory


def find_territory_by_code(code: str) -> Territory | None:
    return db.session.scalars(sa.select(Territory).filter_by(code=code)).one_or_none()


def find_town() -> Territory | None:
    """Return the commune that this installation serves (the first one), or None before any was made.

    Read once a session: every part of a page asks for it, and its boundary is long.
    """
    session = db.session()
    known: Territory | None = session.info.get("town")
    if known is not None and known in session:
        return known
    town: Territory | None = db.session.scalars(_TOWN).first()
    keep_town(town)
    return town


def keep_town(town: Territory | None) -> None:
    """Spare the parts of a page the reading of the town, which was just read with what is beside it."""
    db.session().info["town"] = town


def only_town(query: sa.Select[*tuple[Any, ...]]) -> Any:
    """Narrow a statement of territories to the one of ``find_town``."""
    return query.where(Territory.kind == TerritoryKind.COMMUNE).order_by(Territory.id).limit(1)


_TOWN = only_town(sa.select(Territory))


_TOWN_NAME = only_town(sa.select(Territory.name))


def get_town() -> Territory:
    """Return the commune, for what means nothing without one. Raises TerritoryNotFound."""
    town = find_town()
    if town is None:
        raise TerritoryNotFound
    return town


def find_town_name() -> str | None:
    """Return the name of ``find_town``, for what shows nothing else of it."""
    name: str | None = db.session.scalar(_TOWN_NAME)
    return name


def list_territories() -> list[Territory]:
    """Communes first, then neighbourhoods by name. A commune has tens of neighbourhoods, never thousands: no page is needed."""
    return list(
        db.session.scalars(sa.select(Territory).order_by(Territory.kind, Territory.name, Territory.id))
    )


def list_places() -> list[Territory]:
    """Where something can take place: the neighbourhoods, or the commune that has none. Raises TerritoryNotFound."""
    town = get_town()
    return list_neighbourhoods(town.id) or [town]


def list_neighbourhoods(commune_id: int | None = None) -> list[Territory]:
    query = (
        sa.select(Territory)
        .filter_by(kind=TerritoryKind.NEIGHBOURHOOD)
        .order_by(Territory.name, Territory.id)
    )
    return list(db.session.scalars(query if commune_id is None else query.filter_by(parent_id=commune_id)))


_PLACES = sa.select(Territory.id, Territory.name, Territory.parent_id).order_by(Territory.id)


def _places() -> Sequence[Any]:
    """Return what every territory is called and which holds which: tens of rows, asked once by what only reads, at each time by what writes."""
    session = db.session()
    known: tuple[Any, Sequence[Any]] | None = session.info.get("places")
    if known is not None and known[0] is session.get_transaction() and not is_writing():
        return known[1]
    places = session.execute(_PLACES).all()
    session.info["places"] = session.get_transaction(), places
    return places


def names_of(territory_ids: set[int]) -> dict[int, str]:
    """Return names by territory id."""
    return {place.id: place.name for place in _places() if place.id in territory_ids} if territory_ids else {}


def ids_within(territory_id: int) -> set[int]:
    """Return the territory's id, and those of its neighbourhoods if it is a commune."""
    return {place.id for place in _places() if territory_id in (place.id, place.parent_id)}


def ids_around(territory_id: int) -> set[int]:
    """Return the territory's id, and that of its commune if it is a neighbourhood."""
    parent = db.session.scalar(sa.select(Territory.parent_id).filter_by(id=territory_id))
    return {territory_id} | ({parent} if parent else set())


def find_neighbourhood_at(position: Position) -> Territory | None:
    """Return the neighbourhood that holds a position; on a shared edge, the first by id."""
    for territory in db.session.scalars(
        sa.select(Territory).filter_by(kind=TerritoryKind.NEIGHBOURHOOD).order_by(Territory.id)
    ):
        if territory.boundary and contains(territory.boundary, position):
            return territory
    return None


def get_address_point(address_point_id: int) -> AddressPoint:
    """Raises AddressPointNotFound."""
    point = db.session.get(AddressPoint, address_point_id)
    if point is None:
        raise AddressPointNotFound
    return point


def search_addresses(text: str) -> list[AddressPoint]:
    """Return the address points whose label begins like, else contains, what was typed; at most eight."""
    words = fold(text).split()
    if not words:
        return []
    query = (
        sa.select(AddressPoint)
        .order_by(sa.func.length(AddressPoint.folded), AddressPoint.folded)
        .limit(MOST_SUGGESTIONS)
    )
    for word in words:
        query = query.where((" " + AddressPoint.folded).contains(" " + word, autoescape=True))
    return list(db.session.scalars(query))


def list_address_points(commune_id: int) -> list[AddressPoint]:
    """Return every address point of a commune (tens of thousands at most): for imports, never for a page."""
    query = sa.select(AddressPoint).filter_by(territory_id=commune_id).order_by(AddressPoint.id)
    return list(db.session.scalars(query))


def list_address_points_named(commune_id: int, labels: set[str]) -> list[AddressPoint]:
    """Return the address points of a commune that bear one of these labels, a few hundred at a time."""
    wanted, found = sorted(labels), []
    for start in range(0, len(wanted), MOST_LABELS):
        query = sa.select(AddressPoint).where(
            AddressPoint.territory_id == commune_id,
            AddressPoint.label.in_(wanted[start : start + MOST_LABELS]),
        )
        found += list(db.session.scalars(query))
    return found


def get_address_upload(upload_id: int, *, to_change: bool = False) -> AddressUpload:
    """Return an upload, locked if it is to be changed. Raises UploadNotFound."""
    upload = db.session.get(AddressUpload, upload_id, with_for_update=to_change or None)
    if upload is None:
        raise UploadNotFound
    return upload


def map_positions(commune_id: int) -> dict[str, tuple[float, float]]:
    """Return where each known address of a commune is, by label: for imports, never for a page."""
    points = sa.select(AddressPoint.label, AddressPoint.longitude, AddressPoint.latitude)
    rows = db.session.execute(points.where(AddressPoint.territory_id == commune_id))
    return {row.label: (row.longitude, row.latitude) for row in rows}


def find_upload_part(upload_id: int, number: int) -> AddressUploadPart | None:
    return db.session.get(AddressUploadPart, (upload_id, number))


def count_addresses_of(commune_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(AddressPoint)
    return db.session.scalar(counted.where(AddressPoint.territory_id == commune_id)) or 0


def get_upload(upload_id: int, *, to_change: bool = False) -> BoundaryUpload:
    """Return an upload, locked if it is to be changed. Raises UploadNotFound."""
    upload = db.session.get(BoundaryUpload, upload_id, with_for_update=to_change or None)
    if upload is None:
        raise UploadNotFound
    return upload


def list_territories_page(*, number: int, size: int) -> Page[Territory]:
    query = sa.select(Territory).order_by(Territory.kind, Territory.name, Territory.id)
    return paginate(query, number=number, size=size)


@dataclass(frozen=True)
class Suggestion:
    """An address that may be the one meant, with its neighbourhood in words."""

    id: int
    label: str
    longitude: float
    latitude: float
    neighbourhood_id: int | None
    neighbourhood: str | None


def suggest_addresses(text: str) -> list[Suggestion]:
    """Return at most eight addresses that hold the words typed, each with its neighbourhood."""
    points = search_addresses(text)
    names = names_of({point.neighbourhood_id for point in points if point.neighbourhood_id})
    return [
        Suggestion(
            point.id,
            point.label,
            point.longitude,
            point.latitude,
            point.neighbourhood_id,
            names.get(point.neighbourhood_id or 0),
        )
        for point in points
    ]
