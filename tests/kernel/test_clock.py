"""Times are the town hall's, whatever the season."""

from datetime import UTC, datetime

from civic.kernel.clock import from_town_time, is_existing_local_time


def test_the_hour_that_the_clocks_skip_does_not_exist() -> None:
    assert not is_existing_local_time(datetime(2027, 3, 28, 2, 30))
    assert is_existing_local_time(datetime(2027, 3, 28, 3, 0))


def test_the_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    assert from_town_time(datetime(2026, 10, 25, 2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_summer_and_winter_differ_by_an_hour() -> None:
    assert from_town_time(datetime(2027, 7, 1, 12)) == datetime(2027, 7, 1, 10, tzinfo=UTC)
    assert from_town_time(datetime(2027, 1, 1, 12)) == datetime(2027, 1, 1, 11, tzinfo=UTC)
