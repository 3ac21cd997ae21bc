"""Wakes the relay of this process when a commit may have left something to deliver."""

import threading

_bell = threading.Event()


def ring() -> None:
    _bell.set()


def wait_for_bell(seconds: float) -> None:
    """Wait until the bell rings, or for so many seconds."""
    _bell.wait(seconds)
    _bell.clear()
