from datetime import date

import sqlalchemy as sa

from civic.councils.deliberations.errors import RecordNotFound
from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.deliberations.rules import RecordKind
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate

PATH = "/conseil-municipal/"


def is_public() -> sa.ColumnElement[bool]:
    return MunicipalRecord.published_at.is_not(None)


def get_record(record_id: int, *, with_content: bool = False) -> MunicipalRecord:
    """Raises RecordNotFound."""
    query = sa.select(MunicipalRecord).filter_by(id=record_id)
    if with_content:
        query = query.options(sa.orm.undefer(MunicipalRecord.content))
    return _found(db.session.scalars(query).one_or_none())


def get_record_alone(record_id: int) -> MunicipalRecord:
    """Return a record, kept from every other writer until the end of the transaction. Raises RecordNotFound."""
    query = sa.select(MunicipalRecord).filter_by(id=record_id).with_for_update()
    return _found(db.session.scalars(query.execution_options(populate_existing=True)).one_or_none())


def _found(record: MunicipalRecord | None) -> MunicipalRecord:
    if record is None:
        raise RecordNotFound
    return record


def list_records(
    *,
    with_drafts: bool,
    kind: RecordKind | None = None,
    year: int | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[MunicipalRecord]:
    """Return the records, those of the last sitting first."""
    query = sa.select(MunicipalRecord)
    if not with_drafts:
        query = query.where(is_public())
    if kind is not None:
        query = query.where(MunicipalRecord.kind == kind)
    if year is not None:
        query = query.where(
            MunicipalRecord.held_on >= date(year, 1, 1), MunicipalRecord.held_on <= date(year, 12, 31)
        )
    order = (MunicipalRecord.held_on.desc(), MunicipalRecord.number.nulls_last(), MunicipalRecord.id)
    return paginate(query.order_by(*order), number=number, size=size)


def list_years() -> list[int]:
    """Return the years of which something is published, the last first."""
    days = sa.select(sa.func.extract("year", MunicipalRecord.held_on)).where(is_public()).distinct()
    return sorted((int(year) for year in db.session.scalars(days)), reverse=True)


def find_deliberation(number: str, held_on: date) -> MunicipalRecord | None:
    """Return the published deliberation that has this number, of this day."""
    query = sa.select(MunicipalRecord).filter_by(kind=RecordKind.DELIBERATION, number=number, held_on=held_on)
    return db.session.scalars(query.where(is_public())).first()
