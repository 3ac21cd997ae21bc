"""What is owed is delivered at once: no ring is lost, and nobody waits longer than said."""

import time

from civic.kernel.bell import ring, wait_for_bell


def test_a_ring_during_the_work_before_is_heard_at_once() -> None:
    heard = wait_for_bell(0, -1)
    ring()

    began = time.monotonic()
    assert wait_for_bell(5, heard) == heard + 1
    assert time.monotonic() - began < 1


def test_who_hears_nothing_waits_as_long_as_said() -> None:
    heard = wait_for_bell(0, -1)

    began = time.monotonic()
    assert wait_for_bell(0.1, heard) == heard
    assert 0.1 <= time.monotonic() - began < 1
