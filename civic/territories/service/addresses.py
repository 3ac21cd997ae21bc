"""Address points: imported at once on the command line, or step by step from the desk, after a preview."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from shapely import STRtree, points
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
from civic.territories.addresses import MOST_ROWS, MOST_ROWS_AT_THE_DESK, AddressRow, read_addresses
from civic.territories.errors import AddressesRefused, UploadNotFound
from civic.territories.events import AddressesImported
from civic.territories.models import AddressPoint, AddressUpload, AddressUploadPart, Territory
from civic.territories.rules import told

IMPORT_ADDRESSES = "territories.import_addresses"
ROWS_PER_STEP = 200
"""Few enough for a step to hold the writer's lock, and the process, less than a tenth of a second."""
ROWS_BETWEEN_PAUSES = 1_000
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
    rows = _read(lines, MOST_ROWS)
    with transaction():
        commune = queries.get_territory_by_code(territory_code)
        return _write_rows(commune.id, rows, Sectors(commune.id))


def upload_addresses(
    actor: Actor,
    *,
    commune_id: int,
    name: str,
    lines: Iterable[str],
    pause: Callable[[], None] = lambda: None,
) -> int:
    """Keep a file aside, read and checked, so that its preview can be read, and confirmed, without sending it again.

    Args:
        pause: called now and then while nothing is locked, for others to be served.

    Returns:
        The upload's id.

    Raises:
        NotSignedIn, NotAllowed.
        AddressesRefused: columns or rows are wrong; the message has a sentence for each, and nothing is kept.
    """
    require(actor, TerritoriesAction.IMPORT_BOUNDARIES, commune_id)
    rows = _read(_with_pauses(lines, pause), MOST_ROWS_AT_THE_DESK)
    plan = _plan(commune_id, rows, pause)
    with transaction():
        _forget_uploads(AddressUpload.commune_id == commune_id, AddressUpload.work_id.is_(None))
        upload = AddressUpload(
            commune_id=commune_id, name=name, row_count=len(rows), plan=plan, created_at=utc_now()
        )
        db.session.add(upload)
        db.session.flush()
        for number, start in enumerate(range(0, len(rows), ROWS_PER_STEP)):
            part = [[row.label, row.longitude, row.latitude] for row in rows[start : start + ROWS_PER_STEP]]
            db.session.add(AddressUploadPart(upload_id=upload.id, number=number, rows=part))
    return upload.id


def _with_pauses(lines: Iterable[str], pause: Callable[[], None]) -> Iterable[str]:
    for number, line in enumerate(lines):
        if number % ROWS_BETWEEN_PAUSES == 0:
            pause()
        yield line


def _read(lines: Iterable[str], most: int) -> list[AddressRow]:
    file = read_addresses(lines, most=most)
    if file.problems:
        raise AddressesRefused(problems=told(file.problems), count=file.problem_count, shown=file.problems)
    return file.rows


def _plan(commune_id: int, rows: list[AddressRow], pause: Callable[[], None]) -> dict[str, Any]:
    """Return what importing these addresses would do, as plain JSON values."""
    known, sectors = queries.map_positions(commune_id), Sectors(commune_id)
    added = [row.label for row in rows if row.label not in known]
    moved = outside = 0
    for start in range(0, len(rows), ROWS_BETWEEN_PAUSES):
        pause()
        some = rows[start : start + ROWS_BETWEEN_PAUSES]
        outside += sectors.count_outside(some)
        moved += sum(known.get(row.label, row.position) != row.position for row in some)
    summary = AddressSummary(len(added), moved, len(rows) - len(added) - moved, outside)
    return {"known_count": len(known), "summary": asdict(summary), "examples": added[:5]}


@dataclass(frozen=True)
class AddressPreview:
    """What an import would do, as it was when the file was sent. ``examples``: the first addresses that it would add."""

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
    summary = AddressSummary(**upload.plan["summary"])
    known_count, examples = upload.plan["known_count"], upload.plan["examples"]
    return AddressPreview(upload.id, upload.name, upload.row_count, known_count, summary, examples)


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


def require_import(actor: Actor, failed: LongWork) -> None:
    """Raises NotSignedIn, NotAllowed: who began an import may not be an agent any more."""
    require(actor, TerritoriesAction.IMPORT_BOUNDARIES, failed.place["commune_id"])


@works(IMPORT_ADDRESSES, may_resume=require_import)
def import_part(running: LongWork) -> bool:
    """Import the next part of an upload. Raises UploadNotFound: it is not there, and the import is not what was confirmed."""
    place = running.place
    part = queries.find_upload_part(place["upload_id"], place["part"])
    if part is None:
        raise UploadNotFound
    rows = [AddressRow(*values) for values in part.rows]
    summary = AddressSummary(**running.result) if running.result else NOTHING
    summary += _write_rows(place["commune_id"], rows, Sectors(place["commune_id"]))
    running.done += len(rows)
    running.place = {**place, "part": place["part"] + 1}
    running.result = asdict(summary)
    if running.done < running.total:
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
    """Lock them first: one that is being confirmed in this moment is no longer what the conditions say, and stays."""
    found = sa.select(AddressUpload.id).where(*conditions).order_by(AddressUpload.id)
    ids = list(db.session.scalars(found.with_for_update()))
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

    def count_outside(self, rows: list[AddressRow]) -> int:
        """Count the addresses that are in no neighbourhood."""
        found, _ = self.tree.query(points([row.position for row in rows]), predicate="covered_by")
        return len(rows) - len(set(found.tolist()))


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
