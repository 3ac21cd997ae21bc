"""Address points: imported at once on the command line, or step by step from the desk, after a preview."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from shapely import STRtree
from shapely.geometry import Point, shape

from civic.kernel import work
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.kernel.work import LongWork, works
from civic.territories import queries
from civic.territories.access import TerritoriesAction
from civic.territories.addresses import AddressRow, read_addresses
from civic.territories.errors import AddressesRefused, UploadNotFound
from civic.territories.events import AddressesImported
from civic.territories.models import AddressPoint, AddressUpload, AddressUploadPart, Territory
from civic.territories.rules import told

IMPORT_ADDRESSES = "territories.import_addresses"
ROWS_PER_STEP = 200
"""Few enough for a step to hold the writer's lock, and the process, less than a tenth of a second."""
UNCONFIRMED_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class AddressSummary:
    """What an import of addresses did, or would do, in address points."""

    added: int
    moved: int
    unchanged: int
    outside_neighbourhoods: int

    def __add__(self, other: "AddressSummary") -> "AddressSummary":
        return AddressSummary(
            self.added + other.added,
            self.moved + other.moved,
            self.unchanged + other.unchanged,
            self.outside_neighbourhoods + other.outside_neighbourhoods,
        )


NOTHING = AddressSummary(0, 0, 0, 0)


def import_addresses(*, territory_code: str, lines: Iterable[str]) -> AddressSummary:
    """Import the address points of a commune; twice moves what moved, adds what is new and doubles nothing.

    Raises:
        TerritoryNotFound.
        AddressesRefused: columns or rows are wrong; nothing was imported.
    """
    rows = _read(lines)
    with transaction():
        commune = queries.get_territory_by_code(territory_code)
        return _write_rows(commune.id, rows, Sectors(commune.id))


def upload_addresses(actor: Actor, *, commune_id: int, name: str, lines: Iterable[str]) -> int:
    """Keep a file aside, read and checked, so that its preview can be read, and confirmed, without sending it again.

    Returns:
        The upload's id.

    Raises:
        NotSignedIn, NotAllowed.
        AddressesRefused: columns or rows are wrong; the message has a sentence for each, and nothing is kept.
    """
    require(actor, TerritoriesAction.IMPORT_BOUNDARIES, commune_id)
    rows = _read(lines)
    with transaction():
        _forget_uploads(AddressUpload.commune_id == commune_id, AddressUpload.work_id.is_(None))
        upload = AddressUpload(commune_id=commune_id, name=name, row_count=len(rows), created_at=utc_now())
        db.session.add(upload)
        db.session.flush()
        for number, start in enumerate(range(0, len(rows), ROWS_PER_STEP)):
            part = [[row.label, row.longitude, row.latitude] for row in rows[start : start + ROWS_PER_STEP]]
            db.session.add(AddressUploadPart(upload_id=upload.id, number=number, rows=part))
    return upload.id


def _read(lines: Iterable[str]) -> list[AddressRow]:
    file = read_addresses(lines)
    if file.problems:
        raise AddressesRefused(problems=told(file.problems), count=file.problem_count, shown=file.problems)
    return file.rows


@dataclass(frozen=True)
class AddressPreview:
    """What an import would do. ``examples``: the first addresses that it would add."""

    id: int
    name: str
    row_count: int
    known_count: int
    summary: AddressSummary
    examples: list[str]


def preview_addresses(actor: Actor, *, upload_id: int) -> AddressPreview:
    """Tell what importing a file kept aside would do. Changes nothing.

    Raises:
        NotSignedIn, NotAllowed.
        UploadNotFound: it was imported, replaced, or forgotten.
    """
    upload = _get_upload(actor, upload_id)
    known = {
        row.label: (row.longitude, row.latitude)
        for row in db.session.execute(
            sa.select(AddressPoint.label, AddressPoint.longitude, AddressPoint.latitude).where(
                AddressPoint.territory_id == upload.commune_id
            )
        )
    }
    sectors, added, moved, outside = Sectors(upload.commune_id), [], 0, 0
    for part in queries.list_upload_parts(upload.id):
        for row in (AddressRow(*values) for values in part.rows):
            outside += sectors.find(row.longitude, row.latitude) is None
            if row.label not in known:
                added.append(row.label)
            elif known[row.label] != (row.longitude, row.latitude):
                moved += 1
    unchanged = upload.row_count - len(added) - moved
    summary = AddressSummary(len(added), moved, unchanged, outside)
    return AddressPreview(upload.id, upload.name, upload.row_count, len(known), summary, added[:5])


def _get_upload(actor: Actor, upload_id: int, *, to_change: bool = False) -> AddressUpload:
    upload = queries.get_address_upload(upload_id, to_change=to_change)
    require(actor, TerritoriesAction.IMPORT_BOUNDARIES, upload.commune_id)
    if upload.work_id is not None:
        raise UploadNotFound
    return upload


def import_uploaded_addresses(actor: Actor, *, upload_id: int) -> int:
    """Have a file kept aside imported, once, beside the requests.

    Returns:
        The id of the long work.

    Raises:
        NotSignedIn, NotAllowed.
        UploadNotFound: it was imported already, replaced, or forgotten.
    """
    with transaction():
        upload = _get_upload(actor, upload_id, to_change=True)
        upload.work_id = work.start_work(
            IMPORT_ADDRESSES,
            owner_id=actor.id,
            total=upload.row_count,
            place={"upload_id": upload.id, "commune_id": upload.commune_id, "actor_id": actor.id, "part": 0},
            key=f"{IMPORT_ADDRESSES}:{upload.id}",
        )
    return upload.work_id


@works(IMPORT_ADDRESSES)
def import_part(running: LongWork) -> bool:
    """Import the next part of an upload."""
    place = running.place
    part = queries.find_upload_part(place["upload_id"], place["part"])
    summary = AddressSummary(**running.result) if running.result else NOTHING
    if part is not None:
        rows = [AddressRow(*values) for values in part.rows]
        summary += _write_rows(place["commune_id"], rows, Sectors(place["commune_id"]))
        running.done += len(rows)
        running.place = {**place, "part": place["part"] + 1}
        running.result = vars(summary)
    if running.done < running.total and part is not None:
        return False
    _end_import(running, summary)
    return True


def _end_import(running: LongWork, summary: AddressSummary) -> None:
    place = running.place
    _forget_uploads(AddressUpload.id == place["upload_id"])
    publish(
        AddressesImported(
            occurred_at=utc_now(),
            actor_id=place["actor_id"],
            territory_id=place["commune_id"],
            added=summary.added,
            moved=summary.moved,
        )
    )


def _forget_uploads(*conditions: sa.ColumnElement[bool]) -> None:
    ids = list(db.session.scalars(sa.select(AddressUpload.id).where(*conditions)))
    db.session.execute(sa.delete(AddressUploadPart).where(AddressUploadPart.upload_id.in_(ids)))
    db.session.execute(sa.delete(AddressUpload).where(AddressUpload.id.in_(ids)))


@hourly
def forget_unconfirmed_uploads(now: datetime) -> None:
    """Forget the files whose preview nobody confirmed."""
    with transaction():
        _forget_uploads(
            AddressUpload.work_id.is_(None), AddressUpload.created_at < now - UNCONFIRMED_KEPT_FOR
        )


class Sectors:
    """The neighbourhoods of a commune, asked where a point is."""

    def __init__(self, commune_id: int) -> None:
        self.places: list[Territory] = [
            place for place in queries.list_neighbourhoods(commune_id) if place.boundary
        ]
        self.tree = STRtree([shape(place.boundary) for place in self.places])

    def find(self, longitude: float, latitude: float) -> int | None:
        found = self.tree.query(Point(longitude, latitude), predicate="covered_by")
        return self.places[min(found)].id if len(found) else None


def _write_rows(commune_id: int, rows: list[AddressRow], sectors: Sectors) -> AddressSummary:
    """Write addresses that are new, move those that moved, and put each in its neighbourhood."""
    known = {
        point.label: point
        for point in queries.list_address_points_named(commune_id, {row.label for row in rows})
    }
    added = moved = outside = 0
    for row in rows:
        point = known.get(row.label)
        if point is None:
            point = AddressPoint(territory_id=commune_id, label=row.label, folded=fold(row.label))
            db.session.add(point)
            added += 1
        elif (point.longitude, point.latitude) != (row.longitude, row.latitude):
            moved += 1
        point.longitude, point.latitude = row.longitude, row.latitude
        point.neighbourhood_id = sectors.find(row.longitude, row.latitude)
        outside += point.neighbourhood_id is None
    db.session.flush()
    return AddressSummary(added, moved, len(rows) - added - moved, outside)


def locate_addresses(commune_id: int) -> int:
    """Put each address point in its neighbourhood, after these were drawn again. Returns how many are in none."""
    with transaction():
        sectors, outside = Sectors(commune_id), 0
        for point in queries.list_address_points(commune_id):
            point.neighbourhood_id = sectors.find(point.longitude, point.latitude)
            outside += point.neighbourhood_id is None
    return outside
