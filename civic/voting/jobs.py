"""What the timers of polls call. No poll waits for them to open or to close."""

from datetime import datetime
from typing import Any

import structlog

from civic.kernel.database import empty_log
from civic.kernel.jobs import hourly
from civic.kernel.outbox import delivers
from civic.voting import queries
from civic.voting.errors import BoxNotOpened
from civic.voting.given_roll.service import FORGET_PERSONS, forget_persons, purge_given_rolls
from civic.voting.register import jobs as _register_jobs  # noqa: F401  registers the timers of registers
from civic.voting.service.ballots import mix_box
from civic.voting.service.closing import count_forgotten_polls, count_poll
from civic.voting.service.polls import MIX_BOX

log = structlog.get_logger(__name__)


@delivers(MIX_BOX)
def mix_closed_box(payload: dict[str, Any]) -> None:
    mix_box(poll_id=payload["poll_id"])
    if not empty_log():  # which holds the ballots as they came, closed, each beside a mark on the roll
        log.warning("log_not_emptied", poll_id=payload["poll_id"])
    count_poll(payload["poll_id"])


@hourly
def mix_what_was_forgotten(now: datetime) -> int:
    """Mix the boxes of closed polls whose timer gave up, as it does while the key of the installation is not the one of the vote."""
    mixed = 0
    for poll_id in queries.list_unmixed(at=now):
        try:
            mix_box(poll_id=poll_id)
            mixed += 1
        except BoxNotOpened:
            log.error("box_not_opened", poll_id=poll_id)
    return mixed


@hourly
def count_what_was_forgotten(now: datetime) -> int:
    """Count the closed polls whose count is not kept: those that closed before counts were, or whose long count failed."""
    return count_forgotten_polls(now)


@hourly
def forget_given_rolls(now: datetime) -> int:
    """Forget the names of given rolls once nothing can be contested any more."""
    return purge_given_rolls(now)


@delivers(FORGET_PERSONS)
def forget_some_persons(payload: dict[str, Any]) -> None:
    forget_persons(person_ids=payload["person_ids"])
