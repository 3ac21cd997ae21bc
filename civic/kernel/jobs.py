"""What is done once in a while by a serving process, without anybody asking: forgetting what was kept long enough.

A job may run in several processes, or twice: it must bear it. What is due at an instant is not a job but a row of the outbox.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

log = structlog.get_logger(__name__)

Job = Callable[[datetime], object]
_jobs: list[Job] = []


def hourly(job: Job) -> Job:
    """Register a job that is run about every hour."""
    if job not in _jobs:
        _jobs.append(job)
    return job


def run_hourly_jobs(now: datetime) -> None:
    """Run every job, each in isolation."""
    for job in _jobs:
        try:
            job(now)
        except Exception:
            log.exception("job_failed", job=job.__name__)
