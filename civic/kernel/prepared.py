"""PostgreSQL plans once what a connection asks often, and not again at each request.

psycopg has a statement prepared at its sixth asking, and all that it prepared forgotten at each ROLLBACK: a table made within the transaction may be gone. Each request
that only reads ends so, and nothing was ever prepared. Our tables are made by migrations alone: what was prepared outlives a rollback, unless the connection made or
changed a table, or the transaction had failed, of which it is not known what was prepared.
"""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from psycopg._preparing import Key, Prepare, PrepareManager
from psycopg.pq import TransactionStatus

CHANGES_TABLES = re.compile(rb"\s*(CREATE|ALTER|DROP|TRUNCATE|DISCARD|DEALLOCATE)\b", re.IGNORECASE)

SOUND = (TransactionStatus.IDLE, TransactionStatus.INTRANS)


class PreparedForLong(PrepareManager):
    """What one connection has prepared.

    Attributes:
        is_doubtful: to be forgotten at the next rollback, as psycopg does at each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_doubtful = False

    def validate(self, key: Key, prep: Prepare, name: bytes, results: Sequence[Any]) -> None:
        if CHANGES_TABLES.match(key[0]):
            self.is_doubtful = True
        super().validate(key, prep, name, results)

    def clear(self) -> bool:
        if not self.is_doubtful:
            return False
        self.is_doubtful = False
        return super().clear()


def keep_what_is_prepared(engine: sa.Engine) -> None:
    """To be called before an engine connects for the first time."""

    def begin(connection: Any, record: Any) -> None:
        connection._prepared = PreparedForLong()

    def doubt(connection: Any) -> None:
        if connection.info.transaction_status not in SOUND:
            connection._prepared.is_doubtful = True

    def doubt_rolled_back(connection: sa.Connection, *of_a_savepoint: Any) -> None:
        doubt(connection.connection.dbapi_connection)

    def doubt_given_back(connection: Any, record: Any, state: Any) -> None:
        doubt(connection)

    sa.event.listen(engine, "connect", begin)
    sa.event.listen(engine, "rollback", doubt_rolled_back)
    sa.event.listen(engine, "rollback_savepoint", doubt_rolled_back)
    sa.event.listen(engine, "reset", doubt_given_back)
