import json
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import fold
from civic.mutual_aid.importing.errors import ImportedOfferNotFound, ImportNotFound
from civic.mutual_aid.importing.models import ImportedOffer, OfferImport
from civic.mutual_aid.importing.rules import (
    Column,
    ImportedState,
    Line,
    doubt_known,
    read_lines,
)
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import Category, OfferState
from civic.territories import queries as territories


def get_import(import_id: int) -> OfferImport:
    """Raises ImportNotFound."""
    found = db.session.get(OfferImport, import_id)
    if found is None:
        raise ImportNotFound
    return found


def list_imports(town_id: int, *, number: int = 1) -> Page[OfferImport]:
    query = sa.select(OfferImport).filter_by(territory_id=town_id).order_by(OfferImport.id.desc())
    return paginate(query, number=number)


def headings_of(sent: OfferImport) -> list[str]:
    rows = json.loads(sent.rows or "[]")
    return [str(cell) for cell in rows[0]] if rows else []


def columns_of(sent: OfferImport) -> dict[Column, int]:
    return {Column(name): int(index) for name, index in sent.columns.items()}


def places_of(town_id: int) -> dict[str, int]:
    """Return the neighbourhoods of a commune by folded name."""
    return {fold(place.name): place.id for place in territories.list_neighbourhoods(town_id)}


def read_import(sent: OfferImport) -> list[Line]:
    """Return the lines of a file that waits, with what is wrong with each."""
    rows = json.loads(sent.rows or "[]")[1:]
    lines = read_lines(rows, columns_of(sent), places=places_of(sent.territory_id))
    return doubt_known(lines, _known(lines))


def digest_of(contact: str) -> str:
    return keyed_digest("imported_offer", contact)


def _known(lines: Sequence[Line]) -> set[tuple[str, Category]]:
    contacts = {each for line in lines for each in (line.email, line.phone) if each}
    return _offered(contacts) | _awaited(contacts)


def _offered(contacts: Collection[str]) -> set[tuple[str, Category]]:
    rows = db.session.execute(
        sa.select(Person.email, Offer.category)
        .join(Offer, Offer.author_id == Person.id)
        .where(Person.email.in_(contacts), Offer.state != OfferState.ENDED)
    )
    return {(row.email, row.category) for row in rows if row.email}


def _awaited(contacts: Collection[str]) -> set[tuple[str, Category]]:
    """Whoever was asked this month, and has not answered, or said no."""
    by_digest = {digest_of(contact): contact for contact in contacts}
    rows = db.session.execute(
        sa.select(ImportedOffer.contact_digest, ImportedOffer.category).where(
            ImportedOffer.contact_digest.in_(by_digest), ImportedOffer.state != ImportedState.CONFIRMED
        )
    )
    return {(by_digest[row.contact_digest], row.category) for row in rows}


def list_imported(import_id: int, *, number: int = 1) -> Page[ImportedOffer]:
    """List the offers of an import, those that wait first."""
    waits = sa.case((ImportedOffer.state == ImportedState.TO_CONFIRM, 0), else_=1)
    query = sa.select(ImportedOffer).filter_by(import_id=import_id).order_by(waits, ImportedOffer.line)
    return paginate(query, number=number)


def count_imported(import_id: int) -> dict[ImportedState, int]:
    rows = db.session.execute(
        sa.select(ImportedOffer.state, sa.func.count())
        .where(ImportedOffer.import_id == import_id)
        .group_by(ImportedOffer.state)
    )
    return {row[0]: row[1] for row in rows}


def get_imported(imported_id: int) -> ImportedOffer:
    """Raises ImportedOfferNotFound."""
    found = db.session.get(ImportedOffer, imported_id)
    if found is None:
        raise ImportedOfferNotFound
    return found


def get_by_token(token: str) -> ImportedOffer:
    """Return the offer that a mail asks to confirm. Raises ImportedOfferNotFound."""
    query = sa.select(ImportedOffer).filter_by(token_digest=keyed_digest("imported_offer.token", token))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise ImportedOfferNotFound
    return found
