"""No number on a wall points at somebody."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic.display.rules import (
    FEWEST_HOUSEHOLDS,
    MOST_PAGES,
    SMALLEST_SHOWN,
    blur,
    chunks_of,
    turn,
)

COMMUNE = 1000


@dataclass(frozen=True)
class Somewhere:
    id: int
    name: str
    households: int | None


towns = st.lists(st.one_of(st.none(), st.integers(0, 400)), max_size=9).map(
    lambda homes: [
        Somewhere(number, f"Quartier {number}", count) for number, count in enumerate(homes, start=1)
    ]
)
seekers = st.dictionaries(
    st.one_of(st.integers(1, 9), st.just(COMMUNE)), st.lists(st.integers(1, 6), max_size=12)
)


@given(towns, seekers)
def test_every_number_told_is_of_enough_persons_and_true_and_every_place_is_somewhere(
    places: list[Somewhere], sought: dict[int, list[int]]
) -> None:
    lines = blur(places, sought, commune_id=COMMUNE)

    assert sorted(key for line in lines for key in line.place_ids if key != COMMUNE) == [p.id for p in places]
    for line in lines:
        if line.count is not None:
            asked = [who for key in line.place_ids for who in sought.get(key, [])]
            assert len(set(asked)) >= SMALLEST_SHOWN
            assert line.count == len(asked)


@given(towns, seekers)
def test_a_neighbourhood_of_few_homes_is_never_alone_unless_it_is_the_town(
    places: list[Somewhere], sought: dict[int, list[int]]
) -> None:
    homes = {place.id: place.households or 0 for place in places}
    for line in blur(places, sought, commune_id=COMMUNE):
        together = line.place_ids - {COMMUNE}
        if together and together != set(homes):
            assert sum(homes[key] for key in together) >= FEWEST_HOUSEHOLDS


@given(towns, seekers, st.data())
def test_nobody_can_tell_none_from_one_or_two(
    places: list[Somewhere], sought: dict[int, list[int]], data: st.DataObject
) -> None:
    """Whatever stands behind « moins de 3 », the screen is the same to the last line."""
    before = blur(places, sought, commune_id=COMMUNE)
    hidden = [line for line in before if line.count is None]
    changed = dict(sought)
    for line in hidden:
        ids = sorted(line.place_ids)
        for key in ids:
            changed[key] = []
        changed[ids[0]] = data.draw(st.lists(st.integers(1, SMALLEST_SHOWN - 1), max_size=12))

    assert blur(places, changed, commune_id=COMMUNE) == before


def test_the_places_with_the_most_calls_come_first() -> None:
    places = [
        Somewhere(1, "Est", 500),
        Somewhere(2, "Ouest", 500),
        Somewhere(3, "Sud", 12),
        Somewhere(4, "Val", 40),
    ]

    sought = {place: list(range(count)) for place, count in {1: 3, 2: 8, 3: 2}.items()} | {4: [8, 9]}
    lines = blur(places, sought, commune_id=COMMUNE)

    assert [(line.names, line.count) for line in lines] == [
        (("Ouest",), 8),
        (("Sud", "Val"), 4),
        (("Est",), 3),
    ]


def test_three_requests_of_somebody_who_is_alone_are_not_told() -> None:
    places = [Somewhere(1, "Est", 500), Somewhere(2, "Sud", 12), Somewhere(3, "Val", 40)]

    lines = blur(places, {1: [7, 7, 7], 2: [8, 8], 3: [8, 9]}, commune_id=COMMUNE)

    assert [line.count for line in lines] == [None, None]


@pytest.mark.parametrize(("things", "pages"), [(0, 1), (1, 1), (2, 1), (3, 2), (500, MOST_PAGES)])
def test_pages_of_a_list_begin_again_after_the_last(things: int, pages: int) -> None:
    chunks = chunks_of(range(things), 2)

    assert len(chunks) == pages
    assert turn(chunks, 1) == turn(chunks, pages + 1) == chunks[0]
