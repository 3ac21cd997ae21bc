"""People are counted without telling anything of fewer than five of them: not directly, not by subtraction, not from one day to the next."""

import random
from datetime import date, timedelta
from itertools import combinations

from civic.participation.rules import (
    LEAST_TOLD,
    UNKNOWN,
    AgeBand,
    Cell,
    age_band,
    keep_steady,
    spans_of,
    told_cells,
)
from civic.participation.synthesis.rules import Told, as_json

PLACES = ["1", "2", "3", "4"]
BANDS = [band.value for band in AgeBand]


def test_a_neighbourhood_of_three_people_is_put_with_another_so_that_no_subtraction_finds_it() -> None:
    cells = told_cells({"1": 40, "2": 3, "3": 12, "4": 30}, PLACES, is_ordered=False)

    assert cells == (Cell(("1",), 40), Cell(("4",), 30), Cell(("2", "3"), 15))


def test_nobody_at_all_is_a_small_number_too() -> None:
    assert told_cells({"1": 9, "2": 0}, ["1", "2"], is_ordered=False) == (Cell(("1", "2"), 9),)


def test_ages_join_their_neighbours_and_who_gave_none_the_last() -> None:
    counts = {"0-17": 2, "18-24": 4, "25-39": 10, "40-54": 1, "55-64": 6, "65-79": 8, "80+": 3, UNKNOWN: 2}

    assert told_cells(counts, BANDS, is_ordered=True) == (
        Cell(("0-17", "18-24"), 6),
        Cell(("25-39",), 10),
        Cell(("40-54", "55-64"), 7),
        Cell(("65-79",), 8),
        Cell(("80+", UNKNOWN), 5),
    )


def test_under_five_people_nothing_is_told() -> None:
    assert told_cells({"1": 2, "2": 2}, PLACES, is_ordered=False) == ()


def test_whatever_the_counts_no_cell_is_under_five_and_nobody_is_lost() -> None:
    chance = random.Random(3)
    for _ in range(2_000):
        keys = [str(n) for n in range(chance.randrange(1, 9))]
        counts = {key: chance.choice([0, 1, 2, 4, 5, 9, 60]) for key in [*keys, UNKNOWN]}
        for is_ordered in (False, True):
            cells = told_cells(counts, keys, is_ordered=is_ordered)
            total = sum(counts.values())
            assert all(cell.people >= LEAST_TOLD for cell in cells)
            assert sum(cell.people for cell in cells) == (total if total >= LEAST_TOLD else 0)
            assert len({key for cell in cells for key in cell.keys}) == sum(len(cell.keys) for cell in cells)


def test_how_many_gave_no_age_is_told_by_no_other_number() -> None:
    """The last band and those of unknown age are told together; a count of known ages beside them would part the two."""
    told = Told(people=20, counts={}, bands=told_cells({"80+": 16, UNKNOWN: 4}, ["80+"], is_ordered=True))

    assert [cell.people for cell in told.bands] == [20]
    assert not [name for name, value in as_json(told).items() if value in (4, 16)]


def sums_of(cells: tuple[Cell, ...]) -> dict[frozenset[str], int]:
    """Every sum of cells that somebody may make, by the keys in it."""
    return {
        frozenset(key for cell in some for key in cell.keys): sum(cell.people for cell in some)
        for size in range(1, len(cells) + 1)
        for some in combinations(cells, size)
    }


def test_who_keeps_two_syntheses_finds_nobody_by_subtracting_one_cell_from_the_other() -> None:
    chance = random.Random(8)
    for _ in range(300):
        counts = {key: chance.choice([0, 2, 4, 5, 8, 20]) for key in PLACES}
        told = told_cells(counts, PLACES, is_ordered=False)
        for _ in range(6):
            counts[chance.choice(PLACES)] += chance.choice([1, 1, 2, 7])
            after = keep_steady(told, told_cells(counts, PLACES, is_ordered=False))
            assert all(cell.people >= LEAST_TOLD for cell in after)
            for before_cell in told:
                for cell in after:
                    if cell.keys == before_cell.keys:
                        moved = abs(cell.people - before_cell.people)
                        assert moved == 0 or moved >= LEAST_TOLD
            for keys, people in sums_of(told).items():
                if len(keys) == 1 and keys in sums_of(after):
                    assert abs(sums_of(after)[keys] - people) not in range(1, LEAST_TOLD)
            told = after


def test_one_more_person_moves_nothing_and_five_do() -> None:
    told = told_cells({"1": 40, "2": 20}, ["1", "2"], is_ordered=False)
    one_more = told_cells({"1": 41, "2": 20}, ["1", "2"], is_ordered=False)
    five_more = told_cells({"1": 45, "2": 20}, ["1", "2"], is_ordered=False)

    assert keep_steady(told, one_more) == told
    assert keep_steady(told, five_more) == five_more


def test_the_age_is_that_of_the_day() -> None:
    assert age_band(date(2009, 3, 15), on=date(2027, 3, 14)) is AgeBand.UNDER_18
    assert age_band(date(2009, 3, 15), on=date(2027, 3, 15)) is AgeBand.FROM_18
    assert age_band(date(1930, 1, 1), on=date(2027, 1, 1)) is AgeBand.FROM_80


def test_a_quiet_day_joins_the_next_in_the_curve_and_nothing_is_lost() -> None:
    first = date(2027, 3, 1)
    days = {
        first: 9,
        first + timedelta(days=1): 2,
        first + timedelta(days=2): 4,
        first + timedelta(days=9): 1,
    }
    spans = spans_of(days)

    assert [(span.first.day, span.last.day, span.count) for span in spans] == [(1, 1, 9), (2, 10, 7)]


def test_a_long_consultation_is_told_by_week() -> None:
    first = date(2027, 1, 1)
    spans = spans_of({first + timedelta(days=n): 5 for n in range(100)})

    assert sum(span.count for span in spans) == 500
    assert {(span.last - span.first).days + 1 for span in spans[:-1]} == {7}
