"""Wakes the relay of this process when a commit may have left something to deliver.

A counter that waiters look at, and not an ``Event``: under gevent 26.9 a greenlet that waits on one with a timeout, while others
set and clear it, was seen to sleep for ever, and what was owed with it.
"""

import time

LOOK_SECONDS = 0.02

_rings = 0


def ring() -> None:
    global _rings
    _rings += 1


def wait_for_bell(seconds: float, heard: int) -> int:
    """Wait until the bell has rung since it was last heard, or for so many seconds.

    Args:
        heard: what this function returned the last time, 0 the first: a ring that comes during the work in between is not lost.

    Returns:
        How often it has rung.
    """
    deadline = time.monotonic() + seconds
    while _rings == heard and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return _rings
