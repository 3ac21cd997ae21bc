"""The platform with one fault planted, named by ``FAULT``: what the checker must see. Served by its own tests alone."""

import io
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from threading import local
from typing import Any

import gevent
import sqlalchemy as sa

import civic.web.api
from civic.kernel import clock, timekeeping
from civic.kernel.database import db
from civic.realtime import feed
from civic.voting import queries
from civic.voting.models import RollEntry
from civic.voting.service import ballots
from tests.durability.history import LET_IN
from wsgi import app

LATE_SECONDS = 0.3
CLOCK_SECONDS_WRONG = 120


def answer_early() -> None:
    """Say that ballots and proposals are kept before they are."""
    inner: Callable[..., Iterable[bytes]] = app.wsgi_app

    def outer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        is_early = environ["PATH_INFO"].endswith(("/ballot", "/proposals"))
        if environ["REQUEST_METHOD"] != "POST" or not is_early:
            return inner(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        later = {**environ, "wsgi.input": io.BytesIO(body)}
        gevent.spawn_later(LATE_SECONDS, lambda: list(inner(later, lambda *_: lambda _: None)))
        start_response("201 CREATED", [("Content-Type", "application/json"), ("Content-Length", "9")])
        return [b'{"id": 0}']

    app.wsgi_app = outer  # type: ignore[method-assign]


def drop_the_guard() -> None:
    """Mark the roll without looking whether it is marked."""

    def mark(poll_id: int, person_id: int, *, channel: Any, receipt: str, registered_by_id: Any) -> None:
        entry = sa.update(RollEntry).where(RollEntry.poll_id == poll_id, RollEntry.person_id == person_id)
        values = {"has_voted": True, "channel": channel, "receipt_digest": queries.receipt_digest(receipt)}
        db.session.execute(entry.values(values).execution_options(synchronize_session=False))

    queries.mark_voted = mark


def drop_the_outbox() -> None:
    """Write the fact, and neither the events that tell it nor what is owed."""
    feed._number_events = lambda events: None
    feed.owe = lambda *args, **kwargs: None


def drop_idempotency() -> None:
    """Run a command each time that it is sent."""
    civic.web.api.run_once = lambda person_id, key, fingerprint, command: command()


def note_instants() -> None:
    """Write in the log, of each ballot let in the box, the true instant just before the clock was asked whether the poll is open."""
    asked, read, mark = local(), ballots.utc_now, queries.mark_voted

    def read_and_note() -> datetime:
        asked.at = time.time()
        return read()

    def mark_and_tell(*args: Any, **kwargs: Any) -> None:
        mark(*args, **kwargs)
        print(LET_IN, asked.at, file=sys.stderr, flush=True)

    ballots.utc_now, queries.mark_voted = read_and_note, mark_and_tell  # type: ignore[assignment]


def set_clock_wrong(seconds: int) -> None:
    """Have the clock of this machine say another time: everything here reads it in one place."""

    class WrongClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "WrongClock":
            return super().now(tz) + timedelta(seconds=seconds)

    clock.datetime = WrongClock  # type: ignore[misc]
    note_instants()


def keep_own_clock(seconds: int) -> None:
    """As above, follow nobody's, and do not look whether another server wrote the closing."""
    set_clock_wrong(seconds)
    timekeeping.follow = lambda reading: None
    ballots.ensure_not_closed = lambda poll: None


FAULTS = {
    "early_answer": answer_early,
    "no_guard": drop_the_guard,
    "no_outbox": drop_the_outbox,
    "no_idempotency": drop_idempotency,
    "right_clock": note_instants,
    "slow_clock": lambda: set_clock_wrong(-CLOCK_SECONDS_WRONG),
    "fast_clock": lambda: set_clock_wrong(CLOCK_SECONDS_WRONG),
    "own_slow_clock": lambda: keep_own_clock(-CLOCK_SECONDS_WRONG),
    "own_fast_clock": lambda: keep_own_clock(CLOCK_SECONDS_WRONG),
}
FAULTS[os.environ["FAULT"]]()
