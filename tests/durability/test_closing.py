"""At the closing no ballot is let in late, none that was let in is lost, whatever the clocks of the servers say."""

from collections.abc import Callable
from dataclasses import replace

from tests.durability.closing import EARLY, LATE, LOST, THERE_THOUGH_REFUSED, close_under_load, faults_of


def test_two_minutes_slow_or_fast_a_server_closes_with_the_others(
    new_postgres_url: Callable[[], str],
) -> None:
    seen = close_under_load(new_postgres_url(), faults=("right_clock", "slow_clock", "fast_clock"))

    assert faults_of(seen) == set()
    assert len(seen.let_in) == len(seen.marked) == seen.ballots == seen.counted
    for server in range(3):
        told = {
            (sent.sent_at < seen.closes_at, sent.is_in_box) for sent in seen.sent if sent.server == server
        }
        assert {(True, True), (False, False)} <= told, (
            f"server {server} was not asked on both sides of the closing"
        )

    other = next(sent.voter for sent in seen.sent if not sent.is_in_box and sent.voter not in seen.marked)
    assert faults_of(replace(seen, marked=seen.marked | {other})) == {THERE_THOUGH_REFUSED}
    assert faults_of(replace(seen, marked=set())) == {LOST}
    assert faults_of(replace(seen, counted=seen.counted - 1)) == {LOST}
    assert faults_of(replace(seen, let_in=[seen.closes_at])) == {LATE}


def test_each_on_its_own_clock_one_lets_ballots_in_late_and_another_refuses_them_and_counts_early(
    new_postgres_url: Callable[[], str],
) -> None:
    seen = close_under_load(new_postgres_url(), faults=("own_slow_clock", "own_fast_clock"))

    assert faults_of(seen) == {LATE, EARLY, LOST}
