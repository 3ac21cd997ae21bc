"""The clock of a process is that of its database, so that several servers agree on the instant when a poll closes.

On SQLite there is one machine, and nothing is compared.
"""

import time
from datetime import UTC
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from civic.kernel.clock import Reading, follow, followed, machine_now, utc_now
from civic.kernel.database import db

log = structlog.get_logger(__name__)

READINGS = 5
"""Of so many, the one that came back soonest is kept: it errs least."""
COMPARE_EVERY_SECONDS = 60
MOST_SECONDS_WRONG = 2


def keep_time(app: Flask) -> None:
    """Follow the clock of the database of ``app``: each of its connections is asked the time before it serves."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        sa.event.listen(engine, "connect", _look)


def keep_comparing(app: Flask) -> None:
    """Compare the two clocks every minute, for ever: both drift, and an administrator sets them right."""
    while True:
        time.sleep(COMPARE_EVERY_SECONDS)
        compare(app)


def compare(app: Flask) -> None:
    """Compare the two clocks now, and warn when that of this machine is wrong. Of a database that is away, the first connection will do it."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "postgresql":
        return
    try:
        with engine.connect() as connection:
            follow(_read_best(connection.connection.dbapi_connection))
    except sa.exc.SQLAlchemyError:
        log.exception("clock_not_compared")
        return
    if is_machine_wrong():
        log.warning("clock_wrong", seconds=round(seconds_wrong(), 1), followed="database")


def seconds_wrong() -> float:
    """Return by how much the clock of this machine is ahead of the one that is followed; below zero, behind."""
    return 0.0 if followed() is None else (machine_now() - utc_now()).total_seconds()


def is_machine_wrong() -> bool:
    return abs(seconds_wrong()) > MOST_SECONDS_WRONG


def _look(connection: Any, record: Any) -> None:
    """Ask a new connection the time: the database may have come back on another machine, or be met for the first time."""
    known, reading = followed(), _read(connection)
    if known is None or reading.contradicts(known):
        follow(_read_best(connection))


def _read_best(connection: Any) -> Reading:
    return min((_read(connection) for _ in range(READINGS)), key=lambda reading: reading.round_trip)


def _read(connection: Any) -> Reading:
    with connection.cursor() as cursor:
        asked = time.monotonic()
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
        answered = time.monotonic()
    connection.rollback()
    return Reading(instant.astimezone(UTC), asked, answered)
