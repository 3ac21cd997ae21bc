"""A synthesis is made beside the requests: asked for, counted stage by stage with nothing locked, and put in the place of the last one."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.consultations.channels import Channel
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState, hidden_until
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.apart import compute_apart
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.transaction import publish, transaction
from civic.opinions.service.map_reading import TracedStatement, read_map
from civic.participation import figures
from civic.participation.access import ParticipationAction
from civic.participation.rules import (
    UNKNOWN,
    AgeBand,
    divisiveness,
    keep_steady,
    spans_of,
    steady_spans,
    told_cells,
)
from civic.participation.synthesis import queries
from civic.participation.synthesis.errors import ConsultationIsDraft
from civic.participation.synthesis.events import SynthesisAsked
from civic.participation.synthesis.models import Synthesis
from civic.participation.synthesis.rules import (
    MOST_LISTED,
    Opinions,
    Told,
    as_json,
    from_json,
    is_being_made,
)
from civic.participation.synthesis.service import sorting
from civic.territories import queries as territories

MAKE_SYNTHESIS = "participation.make_synthesis"
LONGEST_SECONDS = 50


def ask_for_synthesis(actor: Actor, *, consultation_id: int, renews_themes: bool = False) -> None:
    """Have a synthesis made; asked again while it is, it is that one.

    Args:
        renews_themes: forget the themes, and what was changed of them.

    Raises:
        ConsultationNotFound, NotAllowed.
        ConsultationIsDraft: nobody took part.
    """
    now = utc_now()
    with transaction():
        get_visible_consultation(actor, consultation_id)
        consultation = consultations.lock_consultation(consultation_id)
        require(actor, ParticipationAction.MAKE_SYNTHESIS, consultation)
        if consultation.state is not ConsultationState.PUBLISHED:
            raise ConsultationIsDraft
        row = queries.lock_synthesis(consultation_id) or _begin(consultation_id)
        if is_being_made(row.asked_at, at=now):
            return
        row.asked_at, row.asked_by_id, row.stage = now, actor.id, 0
        row.renews_themes = renews_themes
        owe(MAKE_SYNTHESIS, {"consultation_id": consultation_id}, now=now)
        publish(
            SynthesisAsked(
                occurred_at=now,
                consultation_id=consultation_id,
                territory_id=consultation.territory_id,
                actor_id=actor.id,
            )
        )


def _begin(consultation_id: int) -> Synthesis:
    row = Synthesis(consultation_id=consultation_id)
    db.session.add(row)
    db.session.flush()
    return row


def make_synthesis(*, consultation_id: int) -> None:
    """Count a consultation, and keep what was counted. Run twice, it is made twice: the same rows give the same."""
    now = utc_now()
    before, renews = _read_before(consultation_id)
    consultation = consultations.get_consultation(consultation_id)
    people = figures.count_people(consultation_id, on=day_of_ages(consultation, now))
    _tell_stage(consultation_id, 1)
    told = count_consultation(consultation_id, people, before)
    _tell_stage(consultation_id, 2)
    sorted_into = _sort_into_themes(consultation_id, renews=renews)
    with transaction():
        figures.keep_channels(consultation_id, dict(people.channels), now=now)
        row = queries.lock_synthesis(consultation_id)
        if row is None:
            return
        values = as_json(told)
        values["sorted_into_themes"] = sorted_into
        row.told, row.made_at, row.asked_at, row.stage = values, now, None, 0
        row.renews_themes = False


def _read_before(consultation_id: int) -> tuple[Told | None, bool]:
    row = queries.find_synthesis(consultation_id)
    if row is None:
        return None, False
    return (from_json(row.told) if row.told else None), row.renews_themes


def day_of_ages(consultation: Consultation, now: datetime) -> date:
    """Ages are those of the opening: made again a year later, a synthesis does not move."""
    opens = min((phase.opens_at for phase in consultation.phases), default=now)
    return opens.astimezone(TOWN_TIME).date()


def _tell_stage(consultation_id: int, stage: int) -> None:
    db.session.rollback()
    with transaction():
        row = sa.update(Synthesis).where(Synthesis.consultation_id == consultation_id).values(stage=stage)
        db.session.execute(row.execution_options(synchronize_session=False))


def count_consultation(consultation_id: int, people: figures.People, before: Told | None) -> Told:
    """Return what a synthesis tells of a consultation, after what it told before."""
    consultation = consultations.get_consultation(consultation_id)
    places = _places(consultation)
    order = {
        "channels": [channel.value for channel in Channel if people.channels.get(channel.value)],
        "places": [str(key) for key in places],
        "bands": [band.value for band in AgeBand],
    }
    cells = {
        name: keep_steady(
            getattr(before, name) if before else (),
            told_cells(_known(getattr(people, name), keys), keys, is_ordered=name == "bands"),
        )
        for name, keys in order.items()
    }
    is_hidden = hidden_until(consultation.phases, at=utc_now()) is not None
    days = queries.count_days(consultation_id, with_supports=not is_hidden)
    population = queries.read_population([*places, consultation.territory_id])
    return Told(
        people=people.total,
        counts=queries.count_contributions(consultation_id),
        channels=cells["channels"],
        places=cells["places"],
        bands=cells["bands"],
        curve=steady_spans(before.curve if before else (), spans_of(days)),
        supported=() if is_hidden else tuple(queries.list_most_supported(consultation_id)),
        divided=_most_divisive(consultation_id),
        opinions=_opinions(consultation),
        population=_population_of_places(places, population),
        ages=_population_of_ages(places, population, consultation.territory_id),
    )


def _places(consultation: Consultation) -> list[int]:
    """Return the neighbourhoods concerned, by name; those of the whole commune where it is."""
    concerned = set(consultation.neighbourhood_ids)
    every = territories.list_neighbourhoods(consultation.territory_id)
    return [place.id for place in every if not concerned or place.id in concerned] or [
        consultation.territory_id
    ]


def _known(counts: dict[str, int], keys: list[str]) -> dict[str, int]:
    """Return counts by the keys that are shown: who lives elsewhere, or in the commune without saying where, is unknown."""
    known = {key: counts[key] for key in keys if counts.get(key)}
    known[UNKNOWN] = sum(count for key, count in counts.items() if key not in keys)
    return known


def _population_of_places(places: list[int], population: dict[int, dict[str, int]]) -> dict[str, int]:
    """Return how many live in each: the sum of the age bands where the town gave them, else what its outlines say."""
    named = {place.id: place.population for place in territories.list_territories()}
    totals = {
        place: sum(population[place].values()) if place in population else named.get(place)
        for place in places
    }
    return {str(place): total for place, total in totals.items() if total}


def _population_of_ages(
    places: list[int], population: dict[int, dict[str, int]], commune_id: int
) -> dict[str, int]:
    """Return the ages of those concerned: of every neighbourhood or of none; of the commune where that alone was given."""
    given = [population[place] for place in places if place in population]
    if len(given) != len(places):
        is_whole = len(places) == len(territories.list_neighbourhoods(commune_id))
        given = [population[commune_id]] if is_whole and commune_id in population else []
    return {band.value: sum(each.get(band.value, 0) for each in given) for band in AgeBand if given}


def _most_divisive(consultation_id: int) -> tuple[tuple[int, int, int], ...]:
    argued = queries.list_argued(consultation_id)
    return tuple(sorted(argued, key=lambda row: (-divisiveness(row[1], row[2]), row[0]))[:MOST_LISTED])


def _opinions(consultation: Consultation) -> Opinions | None:
    """Return what the map of opinions says now; nothing while a phase hides it, from the town hall as from everybody."""
    if hidden_until(consultation.phases, at=utc_now()) or not queries.has_reactions(consultation.id):
        return None
    view = read_map(consultation)
    if view.computed_at is None:
        return None
    return Opinions(
        view.computed_at.isoformat(),
        view.people,
        tuple((group.number, group.people) for group in view.groups),
        tuple(_with_counts(one) for one in view.agreed),
        tuple(_with_counts(one) for one in view.dividing),
    )


def _with_counts(one: TracedStatement) -> tuple[int, int, int, int]:
    return one.id, one.counts.agree, one.counts.disagree, one.counts.passed


# Themes


def _sort_into_themes(consultation_id: int, *, renews: bool) -> int:
    """Find themes, or have what is new join those that a councillor changed. Returns how many proposals were looked at."""
    held = queries.read_held(consultation_id)
    if not held.proposals:
        return 0
    themes = [theme.id for theme, _ in queries.list_themes(consultation_id)]
    keeps = not renews and sorting.is_changed_by_hand(consultation_id)
    question = held.question
    if keeps:
        members = queries.members_of(consultation_id)
        rank = {theme: number for number, theme in enumerate(themes)}
        question["given"] = [rank.get(members.get(key) or 0, -1) for key in held.proposals]
    db.session.rollback()
    answer = find_apart(question)
    _tell_stage(consultation_id, 3)
    sorting.keep_themes(consultation_id, held, answer, themes=themes if keeps else None)
    return len(held.proposals)


def find_apart(question: dict[str, Any]) -> dict[str, Any]:
    """Find themes apart: a second of processor."""
    return compute_apart("civic.participation.synthesis.themes", question, longest_seconds=LONGEST_SECONDS)
