"""Reads of the register. Names are sealed: a list is opened, searched and sorted here, in two queries whatever its length."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from civic.checkins.register.errors import EntryNotFound, ImportNotFound
from civic.checkins.register.models import RegisterEntry, RegisterExport, RegisterImport, RegisterSight
from civic.checkins.register.rules import CHECK_AGAIN_AFTER, Entry, Ground, matches
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import fold
from civic.territories import queries as territories

LAST_SIGHTS = 30


def digest_of(identity: str) -> str:
    return keyed_digest("register_entry.identity", identity)


def get_entry(entry_id: int) -> RegisterEntry:
    """Raises EntryNotFound."""
    entry = db.session.get(RegisterEntry, entry_id)
    if entry is None:
        raise EntryNotFound
    return entry


def get_entry_alone(entry_id: int) -> RegisterEntry:
    """Return an entry, kept from every other writer until the end of the transaction. Raises EntryNotFound."""
    query = sa.select(RegisterEntry).filter_by(id=entry_id).with_for_update()
    entry = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if entry is None:
        raise EntryNotFound
    return entry


def find_entry_of_person(person_id: int) -> RegisterEntry | None:
    return db.session.scalars(sa.select(RegisterEntry).filter_by(person_id=person_id)).one_or_none()


def find_entry_by_digest(digest: str) -> RegisterEntry | None:
    return db.session.scalars(sa.select(RegisterEntry).filter_by(digest=digest)).one_or_none()


def digests_known(digests: Collection[str]) -> set[str]:
    return set(db.session.scalars(sa.select(RegisterEntry.digest).where(RegisterEntry.digest.in_(digests))))


def typed_entry(entry: RegisterEntry) -> Entry:
    """Return what the register holds of a person as a plain value."""
    return Entry(
        family_name=entry.family_name,
        first_names=entry.first_names,
        born_on=date.fromisoformat(entry.born_on),
        ground=Ground(entry.ground),
        address=entry.address,
        territory_id=entry.territory_id,
        phone=entry.phone,
        asked_by=entry.asked_by,
        asked_on=entry.asked_on,
        way=entry.way,
        asker=entry.asker or "",
        relative_name=entry.relative_name or "",
        relative_phone=entry.relative_phone or "",
        home_service=entry.home_service or "",
    )


@dataclass(frozen=True)
class ListedEntry:
    """A line of the list: who, where she lives roughly, and what is still to do for her."""

    id: int
    name: str
    territory_id: int
    asked_on: date
    told_on: date | None
    checked_on: date


STATES = ("all", "to_tell", "to_check")


def list_entries(
    town_id: int, *, text: str = "", state: str = "all", on: date, number: int = 1, size: int = PAGE_SIZE
) -> Page[ListedEntry]:
    """List the register by name."""
    rows = db.session.execute(
        sa.select(
            RegisterEntry.id,
            RegisterEntry.family_name,
            RegisterEntry.first_names,
            RegisterEntry.territory_id,
            RegisterEntry.asked_on,
            RegisterEntry.told_on,
            RegisterEntry.checked_on,
        ).where(*_within(town_id), _is_in_state(state, on))
    )
    wanted = fold(text).replace("-", " ").split()
    found = sorted(
        (
            ListedEntry(row.id, f"{row.family_name} {row.first_names}", *row[3:])
            for row in rows
            if matches(f"{row.family_name} {row.first_names}", wanted)
        ),
        key=lambda entry: (fold(entry.name), entry.id),
    )
    pages = max(1, -(-len(found) // size))
    number = min(max(1, number), pages)
    return Page(found[(number - 1) * size : number * size], number, size, len(found))


def count_entries(town_id: int, *, state: str = "all", on: date) -> int:
    counted = sa.select(sa.func.count()).select_from(RegisterEntry)
    return db.session.scalar(counted.where(*_within(town_id), _is_in_state(state, on))) or 0


def _within(town_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (RegisterEntry.territory_id.in_(territories.ids_within(town_id)),)


def _is_in_state(state: str, on: date) -> sa.ColumnElement[bool]:
    if state == "to_tell":
        return RegisterEntry.told_on.is_(None)
    if state == "to_check":
        return RegisterEntry.checked_on <= on - CHECK_AGAIN_AFTER
    return sa.true()


def list_whole(town_id: int) -> list[RegisterEntry]:
    """Return the whole register, for the prefect, in a stable order."""
    return list(
        db.session.scalars(sa.select(RegisterEntry).where(*_within(town_id)).order_by(RegisterEntry.id))
    )


def ids_in(territory_ids: Collection[int]) -> list[tuple[int, int]]:
    """Return (entry, neighbourhood) of everybody in these places: whom a campaign calls."""
    query = sa.select(RegisterEntry.id, RegisterEntry.territory_id).where(
        RegisterEntry.territory_id.in_(territory_ids)
    )
    return [(row.id, row.territory_id) for row in db.session.execute(query.order_by(RegisterEntry.id))]


def count_by_place(town_id: int) -> dict[int, int]:
    counted = sa.select(RegisterEntry.territory_id, sa.func.count()).where(*_within(town_id))
    return {row[0]: row[1] for row in db.session.execute(counted.group_by(RegisterEntry.territory_id))}


def list_sights(entry_id: int) -> list[RegisterSight]:
    query = sa.select(RegisterSight).filter_by(entry_id=entry_id).order_by(RegisterSight.id.desc())
    return list(db.session.scalars(query.limit(LAST_SIGHTS)))


def list_exports(town_id: int, *, number: int = 1) -> Page[RegisterExport]:
    query = sa.select(RegisterExport).filter_by(territory_id=town_id).order_by(RegisterExport.id.desc())
    return paginate(query, number=number)


def get_import(file_id: int) -> RegisterImport:
    """Raises ImportNotFound."""
    sent = db.session.get(RegisterImport, file_id)
    if sent is None:
        raise ImportNotFound
    return sent


def list_imports(town_id: int, *, number: int = 1) -> Page[RegisterImport]:
    query = sa.select(RegisterImport).filter_by(territory_id=town_id).order_by(RegisterImport.id.desc())
    return paginate(query, number=number)
