"""Wakes the relays of this process when a commit may have left something to deliver: one bell for what is quick, one for what is slow.

A counter that waiters look at, and not an ``Event``: under gevent 26.9 a greenlet that waits on one with a timeout, while others
set and clear it, was seen to sleep for ever, and what was owed with it.
"""

import time

LOOK_SECONDS, LOOK_SLOWLY_SECONDS = 0.02, 0.1
"""A mail that leaves a tenth of a second later leaves with those of the same moment, which are then taken together."""

_rings = {False: 0, True: 0}


def ring(*, is_slow: bool = False) -> None:
    _rings[is_slow] += 1


def wait_for_bell(seconds: float, heard: int, *, is_slow: bool = False) -> int:
    """Wait until the bell has rung since it was last heard, or for so many seconds.

    Args:
        heard: what this function returned the last time, 0 the first: a ring that comes during the work in between is not lost.

    Returns:
        How often it has rung.
    """
    deadline = time.monotonic() + seconds
    while _rings[is_slow] == heard and time.monotonic() < deadline:
        time.sleep(LOOK_SLOWLY_SECONDS if is_slow else LOOK_SECONDS)
    return _rings[is_slow]
