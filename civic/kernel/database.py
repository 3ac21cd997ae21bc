"""The database: conventions, column types, and how SQLite is made durable."""

import sqlite3
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WRITE = "civic_write"
"""Execution option of a connection whose transaction writes: SQLite then begins with BEGIN IMMEDIATE."""

PATIENCE_MILLISECONDS = 10_000
"""How long a writer of SQLite waits for its turn."""

RESTED_SECONDS = 1.0
"""A connection that was used more recently is taken to stand: no server is restarted in so short a time."""

_USED_AT = "used_at"

TRIES, BETWEEN_TRIES_SECONDS = 50, 0.1


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. Refuses naive values; SQLite, which would return naive ones, returns aware ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime was about to be stored; use aware instants in UTC.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(values: type[StrEnum], *, is_checked: bool = True) -> sa.Enum:
    """Return a column type that stores the value of a ``StrEnum`` as text under a CHECK constraint.

    Args:
        is_checked: not where each version adds a value to a large table, which SQLite would copy each time.
    """
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=is_checked,
        length=40,
        name=values.__name__.lower(),
        values_callable=lambda enum: [member.value for member in enum],
    )


class Base(DeclarativeBase):
    # Flask-SQLAlchemy copies the body of this class, so conventions live on the registry (they would be lost as attributes).
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcDateTime(),
            dict[str, Any]: sa.JSON(),
            list[Any]: sa.JSON(),
            str: sa.Text(),
        },
    )
    metadata = registry.metadata


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


@sa.event.listens_for(sa.Engine, "connect")
def _make_sqlite_durable(connection: Any, record: Any) -> None:
    """Acknowledged means durable: WAL with ``synchronous=FULL`` (with NORMAL a power loss takes acknowledged writes).

    Deleted means deleted: what a row held is written over in the file, whatever this SQLite was built to do.
    """
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    for pragma in (
        f"busy_timeout={PATIENCE_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@sa.event.listens_for(sa.Engine, "connect")
def _keep_postgresql_from_compiling(connection: Any, record: Any) -> None:
    """What PostgreSQL believes to be long it compiles first, for 40 ms: our statements take one, and some are badly guessed."""
    if isinstance(connection, psycopg.Connection):
        connection.autocommit = True  # what is said outside of a transaction holds for all that follow
        connection.execute("SET jit = off")
        connection.autocommit = False


@sa.event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    """A writer takes the write lock at once: a deferred one that reads first fails whatever the busy timeout."""
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def ping_who_rested(engine: sa.Engine) -> None:
    """Have a connection that was not used for a moment asked whether it still stands, before it serves; one in use is not asked each time.

    The database may have been restarted meanwhile: all connections are then made again, and nobody notices.
    """

    def note_use(connection: Any, record: Any) -> None:
        record.info[_USED_AT] = time.monotonic()

    def ping(connection: Any, record: Any, proxy: Any) -> None:
        rested = time.monotonic() - record.info.get(_USED_AT, time.monotonic())
        if rested < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise sa.exc.InvalidatePoolError from error

    sa.event.listen(engine, "checkin", note_use)
    sa.event.listen(engine, "checkout", ping)


def empty_log() -> bool:
    """Have SQLite put its write-ahead log into the file and empty it. Returns whether it is empty, now.

    Readers are waited for here, between tries: a wait inside SQLite would hold the whole process. PostgreSQL throws its own log away by itself.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    db.session.rollback()  # our own reading would be in the way
    for _ in range(TRIES):
        connection = db.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=0")
            (is_busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MILLISECONDS}")
        finally:
            connection.close()
        if not is_busy:
            return True
        time.sleep(BETWEEN_TRIES_SECONDS)
    return False
