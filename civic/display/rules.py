"""What a screen on a wall may show: no number so small that it points at somebody, nothing old under the looks of new, nothing cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

T = TypeVar("T")

SMALLEST_SHOWN = 3
"""From fewer persons, a number of requests for help is not told: « moins de 3 » says the same of none, of one and of two.

Persons are counted, not requests: three requests of somebody who is alone still point at her."""

FEWEST_HOUSEHOLDS = 50
"""A neighbourhood with fewer homes, or of which nobody wrote how many, is counted together with others."""

OPEN_PER_PAGE = 2
PLACES_PER_PAGE = 5
"""What is read at five metres on one page, whichever way the screen hangs and however long the titles."""

MOST_PAGES = 8

REFRESH_SECONDS = 10
"""How often a screen asks. What it shows is at most this old while it says that it is up to date."""

TURN_SECONDS = 20
"""How long a page of the screen stays, where there are several."""

STALE_SECONDS = 35
"""Without an answer for so long, the screen says that its figures may be out of date."""

HIDE_SECONDS = 300
"""Without an answer for so long, figures are taken off."""

RELOAD_SECONDS = 24 * 3600
"""A screen begins anew once a day, so that it may run for months."""


class Place(Protocol):
    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def households(self) -> int | None: ...


@dataclass(frozen=True)
class HelpSought:
    """How many requests seek somebody in one place, or in several that are too small to be told apart.

    Attributes:
        names: the neighbourhoods, by name; none for what is sought in the commune without saying where.
        place_ids: their ids.
        count: None when fewer than ``SMALLEST_SHOWN`` persons ask, none at all included.
    """

    names: tuple[str, ...]
    place_ids: frozenset[int]
    count: int | None


def blur(
    places: Sequence[Place], seekers: Mapping[int, Sequence[int]], *, commune_id: int
) -> list[HelpSought]:
    """Return what may be told of the requests for help, by neighbourhood, most first.

    Args:
        seekers: by place, who asked: once for each request.

    Small neighbourhoods are put together until they hold enough homes. No total is given: with it, a number left out could be worked out.
    """
    lines = [_line(group, seekers) for group in _groups(places)]
    elsewhere = shown(seekers.get(commune_id, ()))
    if elsewhere is not None or not lines:
        lines.append(HelpSought((), frozenset({commune_id}), elsewhere))
    return sorted(lines, key=lambda line: (-(line.count or 0), line.names))


def shown(seekers: Sequence[int]) -> int | None:
    """Return a number of requests, or None when too few persons ask for it to be told."""
    return len(seekers) if len(set(seekers)) >= SMALLEST_SHOWN else None


def _groups(places: Sequence[Place]) -> list[list[Place]]:
    """Return each neighbourhood alone, but the small ones, with the least of the others if those are needed to make enough homes."""
    by_size = sorted(places, key=lambda place: (_homes([place]), place.name))
    together = [place for place in by_size if _homes([place]) < FEWEST_HOUSEHOLDS]
    alone = by_size[len(together) :]
    while together and alone and _homes(together) < FEWEST_HOUSEHOLDS:
        together.append(alone.pop(0))
    return [*([each] for each in alone), *([together] if together else [])]


def _homes(places: Sequence[Place]) -> int:
    return sum(place.households or 0 for place in places)


def _line(places: Sequence[Place], seekers: Mapping[int, Sequence[int]]) -> HelpSought:
    return HelpSought(
        names=tuple(sorted(place.name for place in places)),
        place_ids=frozenset(place.id for place in places),
        count=shown([who for place in places for who in seekers.get(place.id, ())]),
    )


def sittings_per_page(places: int) -> int:
    """Return how many sittings stand under so many lines about help."""
    return 2 if places <= PLACES_PER_PAGE // 2 else 1


def chunks_of(things: Sequence[T], size: int) -> list[Sequence[T]]:
    """Return what each page of the screen shows of a list; one empty page of an empty list."""
    chunks = [things[start : start + size] for start in range(0, len(things), size)]
    return chunks[:MOST_PAGES] or [()]


def turn(chunks: Sequence[T], number: int) -> T:
    """Return the chunk that a page shows: a list that has fewer than others begins again."""
    return chunks[(number - 1) % len(chunks)]
