"""The loops that deliver what is owed (mail, live events, timers) and do long work, beside the requests of a serving process.

Those that deliver are two: a mail server that takes ten seconds to answer holds back other mail, and no live event.
"""

import structlog
from flask import Flask

from civic.extensions import socketio
from civic.kernel import outbox
from civic.kernel.bell import wait_for_bell
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.jobs import run_hourly_jobs
from civic.kernel.work import do_some_work

log = structlog.get_logger(__name__)

HOUR_SECONDS = 3600
LOOK_EVERY_SECONDS = 0.25
"""What another process owed is found at the latest after this long; what this one owed rings the bell."""
LOOK_FOR_WORK_SECONDS = 1
BETWEEN_STEPS_SECONDS = 0.02
"""Requests are served between two steps of a long work."""


def start_relay(app: Flask) -> None:
    for is_slow in (False, True):
        socketio.start_background_task(run_relay, app, is_slow)
    socketio.start_background_task(run_works, app)
    socketio.start_background_task(run_jobs, app)


def run_relay(app: Flask, is_slow: bool) -> None:
    heard = 0
    while True:
        heard = wait_for_bell(LOOK_EVERY_SECONDS, heard, is_slow=is_slow)
        try:
            deliver_all(app, is_slow=is_slow)
        except Exception:
            log.exception("relay_failed")  # the database may be away for a moment; what is owed stays owed


def run_works(app: Flask) -> None:
    while True:
        try:
            do_all_work(app)
        except Exception:
            log.exception("work_failed")  # as above: the work stays, and is taken up
        socketio.sleep(LOOK_FOR_WORK_SECONDS)


def do_all_work(app: Flask) -> int:
    """Do every long work that is due, one at a time. Returns how often one was taken."""
    taken = 0
    with app.app_context():
        try:
            while do_some_work(pause=lambda: socketio.sleep(BETWEEN_STEPS_SECONDS)):
                taken += 1
        finally:
            db.session.remove()
    return taken


def run_jobs(app: Flask) -> None:
    while True:
        with app.app_context():
            run_hourly_jobs(utc_now())
            db.session.remove()
        socketio.sleep(HOUR_SECONDS)


def deliver_all(app: Flask, *, is_slow: bool | None = None) -> int:
    """Deliver everything that is due, of one of the two kinds or (None) of both. Returns how many messages were taken."""
    taken = 0
    with app.app_context():
        try:
            while count := outbox.deliver_due(is_slow=is_slow):
                taken += count
        finally:
            db.session.remove()
    return taken
