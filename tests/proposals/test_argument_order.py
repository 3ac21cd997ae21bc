"""In which order arguments are read: both sides, those that enlighten first, and newcomers have their place."""

from datetime import UTC, datetime, timedelta

import pytest

from civic.proposals.arguing.rules import Order, Weighed, count_readers, in_order, least_share
from civic.proposals.rules import Side

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def said(key: int, side: Side = Side.FOR, useful: int = 0, readers: int = 50, day: int = 0) -> Weighed:
    return Weighed(key, side, START + timedelta(days=day), useful, readers)


@pytest.mark.parametrize(
    ("useful", "readers", "least"),
    [(0, 0, 0.0), (0, 10, 0.0), (10, 10, 0.7225), (3, 3, 0.4385), (30, 40, 0.5981), (1, 20, 0.0089)],
)
def test_the_least_share_is_the_lower_bound_of_wilson(useful: int, readers: int, least: float) -> None:
    assert least_share(useful, readers) == pytest.approx(least, abs=5e-5)


def test_a_few_happy_readers_prove_less_than_many() -> None:
    assert in_order([said(1, useful=3, readers=3), said(2, useful=30, readers=40)], Order.MOST_USEFUL) == [
        2,
        1,
    ]


def test_sides_alternate_the_best_of_each_next_to_each_other() -> None:
    arguments = [
        said(1, Side.FOR, useful=1),
        said(2, Side.FOR, useful=40),
        said(3, Side.AGAINST, useful=2),
        said(4, Side.NEUTRAL),
        said(5, Side.FOR, useful=20),
    ]

    assert in_order(arguments, Order.BALANCED) == [2, 3, 4, 5, 1]
    assert in_order(arguments, Order.BALANCED, starts_with=Side.AGAINST) == [3, 2, 4, 5, 1]


def test_one_place_of_three_is_for_the_last_that_few_could_judge() -> None:
    old = [said(key, useful=20 - key) for key in range(1, 7)]
    new = [said(11, readers=2, day=1), said(12, readers=0, day=2)]

    assert in_order([*old, *new], Order.BALANCED) == [1, 2, 12, 3, 4, 11, 5, 6]


def test_every_argument_is_read_once_whatever_the_order() -> None:
    arguments = [
        said(key, list(Side)[key % 3], useful=key % 7, readers=key % 23, day=key % 5) for key in range(200)
    ]

    for order in Order:
        assert sorted(in_order(arguments, order)) == list(range(200))


def test_who_last_marked_before_it_was_there_is_no_reader_of_it() -> None:
    marks = [START, START + timedelta(days=2), START + timedelta(days=4)]

    assert [count_readers(START + timedelta(days=day), marks) for day in (0, 1, 3, 9)] == [3, 2, 1, 0]
