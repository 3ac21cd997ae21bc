"""What the relay holds of the search for volunteers when it is killed."""

import time
from datetime import datetime

import sqlalchemy as sa

from civic.kernel.outbox import LEASE, OutboxMessage
from civic.matching.service.dispatch import TIMER

LOOK_SECONDS = 0.004
PATIENCE_SECONDS = 3.0


class TakenTimers:
    """The timers of searches that a relay has taken and not done, seen in the database."""

    def __init__(self, database_url: str):
        self._engine = sa.create_engine(database_url)

    def count(self, *, since: datetime) -> int:
        """Return how many there are that were taken after an instant: those of a relay that died before are still held."""
        taken = sa.and_(OutboxMessage.kind == TIMER, OutboxMessage.leased_until > since + LEASE)
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(OutboxMessage).where(taken)) or 0

    def wait_for_one(self, *, since: datetime) -> None:
        """Return as soon as one is taken, or once some time has passed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.count(since=since) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)

    def close(self) -> None:
        self._engine.dispose()
