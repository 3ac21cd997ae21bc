"""Rows that are only added, and never held: written by statements that are built once.

A row that a command goes on with is an object of the session. What a fact leaves behind (a line of the journal, a message owed, a notification) is not: building its
statement each time, and following it as an object, costs several times the insertion itself.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from civic.kernel.database import Base, db

AT_ONCE = 1000
"""In one statement: a database takes some thousands of values at a time."""


def write_rows(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, inside a transaction. What the rows name must be stored already: objects that wait in the session are not."""
    db.session.connection().execute(_insertion(_table(model)), _given(rows))


def write_row(model: type[Base], row: Mapping[str, Any]) -> int:
    """Do as ``write_rows`` for one. Returns its id."""
    number = db.session.connection().execute(_insertion_with_id(_table(model)), row).scalar_one()
    return int(number)


def write_new_rows(
    model: type[Base], rows: Sequence[Mapping[str, Any]], *, same: tuple[str, ...] = ()
) -> list[int]:
    """Do as ``write_rows``, but for the rows that are there already.

    Args:
        same: the columns of the unique index that tells it; any of the table when none is named.

    Returns:
        The ids of those that were written.
    """
    connection = db.session.connection()
    insertion = _insertion_of_new(_table(model), connection.dialect.name, same)
    written: list[int] = []
    for start in range(0, len(rows), AT_ONCE):
        written += connection.execute(insertion, _given(rows[start : start + AT_ONCE])).scalars()
    return written


def _given(rows: Sequence[Mapping[str, Any]]) -> Any:
    return rows[0] if len(rows) == 1 else rows


def _table(model: type[Base]) -> sa.Table:
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table


@cache
def _insertion(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


@cache
def _insertion_with_id(table: sa.Table) -> sa.Executable:
    return sa.insert(table).returning(table.c.id)


@cache
def _insertion_of_new(table: sa.Table, dialect: str, same: tuple[str, ...]) -> sa.Executable:
    insertion = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table)
    return insertion.on_conflict_do_nothing(index_elements=same or None).returning(table.c.id)
