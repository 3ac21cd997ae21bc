"""A synthesis as it is read: one reading for the page, the PDF, the spreadsheet and the API, and one place that hides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.rules import hidden_until
from civic.kernel.clock import utc_now
from civic.opinions.rules import GROUP_NAMES, Counts
from civic.participation.rules import UNKNOWN, Cell, Span
from civic.participation.synthesis import queries
from civic.participation.synthesis.models import Synthesis
from civic.participation.synthesis.rules import Opinions, Told, from_json
from civic.participation.words import bands_in_words, channels_in_words, places_in_words
from civic.territories import queries as territories

EXAMPLES = 5
HIDDEN_COUNTS = ("supports", "reactions")


@dataclass(frozen=True)
class Line:
    """People counted together.

    Attributes:
        share: of those who are told of, from 0 to 100.
        inhabitants: who live there, or are of that age; none where the town gave no figure, or where some are of unknown place or age.
        rate: people for a hundred inhabitants.
    """

    label: str
    people: int
    share: float
    inhabitants: int | None = None
    rate: float | None = None
    population_share: float | None = None


@dataclass(frozen=True)
class Listed:
    """A proposal of a list. ``supports`` is none while a phase hides them."""

    id: int
    title: str
    supports: int | None = None
    for_it: int = 0
    against: int = 0


@dataclass(frozen=True)
class Said:
    """A statement of a list."""

    id: int
    body: str
    counts: Counts


@dataclass(frozen=True)
class ThemeView:
    id: int
    name: str
    words: tuple[str, ...]
    is_edited: bool
    count: int
    examples: tuple[Listed, ...]


@dataclass(frozen=True)
class OpinionsView:
    people: int
    groups: tuple[tuple[str, int], ...]
    agreed: tuple[Said, ...]
    dividing: tuple[Said, ...]


@dataclass(frozen=True)
class SynthesisView:
    """``hidden_until``: until when a phase hides what people react, from the town hall too."""

    consultation_id: int
    title: str
    made_at: datetime
    published_at: datetime | None
    is_newer_than_published: bool
    people: int
    counts: dict[str, int]
    channels: tuple[Line, ...]
    places: tuple[Line, ...]
    bands: tuple[Line, ...]
    has_population: bool
    has_ages: bool
    curve: tuple[Span, ...]
    supported: tuple[Listed, ...]
    divided: tuple[Listed, ...]
    opinions: OpinionsView | None
    hidden_until: datetime | None
    themes: tuple[ThemeView, ...]
    unsorted: int


def view_synthesis(row: Synthesis, *, makes: bool) -> SynthesisView:
    """Return a synthesis in plain values: the last that was made for who makes them, the published one for everybody else."""
    values: dict[str, Any] = dict((row.told if makes else row.published) or {})
    made_at = datetime.fromisoformat(values.pop("made_at")) if "made_at" in values else row.made_at
    assert made_at is not None
    told = from_json(values)
    consultation = consultations.get_consultation(row.consultation_id)
    until = hidden_until(consultation.phases, at=utc_now())
    themes = _themes(row.consultation_id, hides_supports=until is not None)
    titles = queries.titles_of_shown({each[0] for each in (*told.supported, *told.divided)})
    return SynthesisView(
        consultation_id=row.consultation_id,
        title=consultation.title,
        made_at=made_at,
        published_at=row.published_at,
        is_newer_than_published=bool(
            row.published and row.published.get("made_at") != (row.made_at and row.made_at.isoformat())
        ),
        people=told.people,
        counts=_counts_shown(told.counts, is_hidden=until is not None),
        channels=_lines(told.channels, [channels_in_words(cell.keys) for cell in told.channels], {}),
        places=_place_lines(told),
        bands=_lines(told.bands, [bands_in_words(cell.keys) for cell in told.bands], told.ages),
        has_population=bool(told.population),
        has_ages=bool(told.ages),
        curve=() if until else told.curve,
        supported=tuple(
            Listed(key, titles[key], supports=count)
            for key, count in told.supported
            if key in titles and until is None
        ),
        divided=tuple(
            Listed(key, titles[key], for_it=for_it, against=against)
            for key, for_it, against in told.divided
            if key in titles
        ),
        opinions=None if until or told.opinions is None else _opinions(told.opinions),
        hidden_until=until,
        themes=themes,
        unsorted=queries.count_unsorted(row.consultation_id) if themes else 0,
    )


def _counts_shown(counts: dict[str, int], *, is_hidden: bool) -> dict[str, int]:
    """Return the counts without those that a phase hides until its end."""
    return {name: count for name, count in counts.items() if not is_hidden or name not in HIDDEN_COUNTS}


def _place_lines(told: Told) -> tuple[Line, ...]:
    keys = {int(key) for cell in told.places for key in cell.keys if key != UNKNOWN}
    names = {str(key): name for key, name in territories.names_of(keys).items()}
    labels = [places_in_words(cell.keys, names) for cell in told.places]
    return _lines(told.places, labels, told.population)


def _lines(cells: Sequence[Cell], labels: Sequence[str], population: dict[str, int]) -> tuple[Line, ...]:
    total = sum(cell.people for cell in cells)
    everybody = sum(population.values())
    return tuple(
        _line(cell, label, population, total, everybody) for cell, label in zip(cells, labels, strict=True)
    )


def _line(cell: Cell, label: str, population: dict[str, int], total: int, everybody: int) -> Line:
    is_known = all(key in population for key in cell.keys)
    inhabitants = sum(population[key] for key in cell.keys) if is_known else None
    return Line(
        label or gettext("Quartier non indiqué"),
        cell.people,
        share=100 * cell.people / total if total else 0.0,
        inhabitants=inhabitants or None,
        rate=100 * cell.people / inhabitants if inhabitants else None,
        population_share=100 * inhabitants / everybody if inhabitants else None,
    )


def _opinions(told: Opinions) -> OpinionsView:
    bodies = queries.bodies_of_statements({each[0] for each in (*told.agreed, *told.dividing)})
    agreed, dividing = (
        tuple(
            Said(key, bodies[key], Counts(agree, disagree, passed))
            for key, agree, disagree, passed in rows
            if key in bodies
        )
        for rows in (told.agreed, told.dividing)
    )
    groups = tuple((GROUP_NAMES[number], people) for number, people in told.groups)
    return OpinionsView(told.people, groups, agreed, dividing)


def _themes(consultation_id: int, *, hides_supports: bool) -> tuple[ThemeView, ...]:
    examples = queries.first_of_themes(consultation_id, most=EXAMPLES, hides_supports=hides_supports)
    return tuple(
        ThemeView(
            theme.id,
            theme.name,
            tuple(theme.words),
            theme.is_edited,
            count,
            tuple(
                Listed(key, title, supports=None if hides_supports else count)
                for key, title, count in examples.get(theme.id, [])
            ),
        )
        for theme, count in queries.list_themes(consultation_id)
        if count
    )
