"""Councillors and agents write consultations; residents see them once published."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.consultations import queries
from civic.consultations.errors import (
    AlreadyPublished,
    ChangedMeanwhile,
    ConsultationNotFound,
    NotPublishable,
    PastDatesAreKept,
    PhaseClosed,
    PhaseEndsBeforeItBegins,
    UnknownCommune,
    UnknownNeighbourhood,
    UnknownPhase,
)
from civic.consultations.events import ConsultationPublished
from civic.consultations.rules import Activity, ConsultationState
from civic.consultations.service import (
    draft_consultation,
    get_visible_consultation,
    list_visible_consultations,
    publish_consultation,
    revise_consultation,
)
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.events import after_commit
from tests.conftest import actor_of, add_person, add_town
from tests.consultations.making import add_consultation, phase, plan


def everything_written() -> list[object]:
    page = queries.list_consultations(at=utc_now(), draft_territory_ids=range(1, 1000), size=100)
    return [(each.id, each.version, each.state, each.plan) for each in page.items]


@pytest.mark.parametrize("role", [Role.COUNCILLOR, Role.AGENT])
def test_a_councillor_or_an_agent_drafts_and_publishes(app_context: Flask, role: Role) -> None:
    town, places = add_town()
    isabelle = actor_of(add_person("Isabelle", roles=((role, town),)))
    told: list[ConsultationPublished] = []
    after_commit(ConsultationPublished)(told.append)

    draft = draft_consultation(
        isabelle, territory_id=town, plan=plan(phase(), neighbourhood_ids=frozenset(places[:1]))
    )
    publish_consultation(isabelle, consultation_id=draft, version=1)

    consultation = get_visible_consultation(ANONYMOUS, draft)
    assert consultation.body_html == "<p>Tout est <strong>ouvert</strong>.</p>\n"
    assert consultation.concerned_ids == {places[0]}
    assert [(fact.consultation_id, fact.territory_id) for fact in told] == [(draft, town)]


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.ADMIN])
def test_nobody_else_writes_or_publishes(app_context: Flask, role: Role | None) -> None:
    town, places = add_town()
    eve = actor_of(add_person("Eve", lives_in=places[0], roles=((role, town),) if role else ()))
    published = add_consultation(town)
    before = everything_written()

    with pytest.raises(NotAllowed):
        draft_consultation(eve, territory_id=town, plan=plan())
    with pytest.raises(NotAllowed):
        revise_consultation(eve, consultation_id=published, version=1, plan=plan(title="Autre"))
    with pytest.raises(NotAllowed):
        publish_consultation(eve, consultation_id=published)
    with pytest.raises(NotSignedIn):
        draft_consultation(ANONYMOUS, territory_id=town, plan=plan())
    assert everything_written() == before


def test_the_councillor_of_another_commune_sees_and_does_nothing_here(app_context: Flask) -> None:
    here, _ = add_town()
    there, _ = add_town()
    eve = actor_of(add_person("Eve", roles=((Role.COUNCILLOR, there),)))
    draft = add_consultation(here, is_published=False)

    with pytest.raises(ConsultationNotFound):
        revise_consultation(eve, consultation_id=draft, version=1, plan=plan(title="Autre"))
    with pytest.raises(ConsultationNotFound):
        publish_consultation(eve, consultation_id=draft)
    assert queries.get_consultation(draft).plan.title == "La place du marché"


def test_a_draft_does_not_exist_for_residents(app_context: Flask) -> None:
    town, places = add_town()
    ada = actor_of(add_person("Ada", lives_in=places[0]))
    agent = actor_of(add_person("Agent", roles=((Role.AGENT, town),)))
    draft = add_consultation(town, is_published=False)

    for stranger in (ada, ANONYMOUS):
        with pytest.raises(ConsultationNotFound):
            get_visible_consultation(stranger, draft)
        assert list_visible_consultations(stranger).items == []
    with pytest.raises(ConsultationNotFound):
        queries.ensure_phase_permits(draft, Activity.PROPOSE, at=utc_now())
    assert [each.id for each in list_visible_consultations(agent).items] == [draft]


def test_of_two_people_editing_one_draft_neither_overwrites_the_other(app_context: Flask) -> None:
    town, _ = add_town()
    ada, bob = (actor_of(add_person(name, roles=((Role.COUNCILLOR, town),))) for name in ("Ada", "Bob"))
    draft = draft_consultation(ada, territory_id=town, plan=plan(title="Premier"))

    assert revise_consultation(bob, consultation_id=draft, version=1, plan=plan(title="De Bob")) == 2
    with pytest.raises(ChangedMeanwhile):
        revise_consultation(ada, consultation_id=draft, version=1, plan=plan(title="D’Ada"))
    with pytest.raises(ChangedMeanwhile):
        publish_consultation(ada, consultation_id=draft, version=1)

    stored = queries.get_consultation(draft)
    assert (stored.title, stored.version, stored.state) == ("De Bob", 2, ConsultationState.DRAFT)


def test_who_still_writes_a_draft_that_a_colleague_publishes_shows_nothing_unknowingly(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    ada, bob = (actor_of(add_person(name, roles=((Role.COUNCILLOR, town),))) for name in ("Ada", "Bob"))
    written = plan(phase())
    draft = draft_consultation(ada, territory_id=town, plan=written)
    publish_consultation(bob, consultation_id=draft, version=1)

    with pytest.raises(ChangedMeanwhile):
        revise_consultation(ada, consultation_id=draft, version=1, plan=replace(written, title="À moitié"))

    assert queries.get_consultation(draft).title == written.title


def test_what_cannot_be_is_refused_and_nothing_is_written(app_context: Flask) -> None:
    town, places = add_town()
    other_town, other_places = add_town()
    ada = actor_of(add_person("Ada", roles=((Role.COUNCILLOR, town),)))
    draft = draft_consultation(ada, territory_id=town, plan=plan())
    elsewhere = add_consultation(other_town)
    foreign_phase = queries.get_consultation(elsewhere).phases[0].id
    before = everything_written()

    with pytest.raises(UnknownCommune):
        draft_consultation(ada, territory_id=places[0], plan=plan())
    for wrong, refusal in (
        (plan(phase(5, 1)), PhaseEndsBeforeItBegins),
        (plan(phase(5, 5)), PhaseEndsBeforeItBegins),
        (plan(phase(id=foreign_phase)), UnknownPhase),
        (plan(neighbourhood_ids=frozenset(other_places[:1])), UnknownNeighbourhood),
    ):
        with pytest.raises(refusal):
            revise_consultation(ada, consultation_id=draft, version=1, plan=wrong)
    with pytest.raises(NotPublishable):
        publish_consultation(ada, consultation_id=draft)
    assert everything_written() == before


def test_it_is_published_once(app_context: Flask) -> None:
    town, _ = add_town()
    ada = actor_of(add_person("Ada", roles=((Role.COUNCILLOR, town),)))
    published = add_consultation(town)
    at = queries.get_consultation(published).published_at

    with pytest.raises(AlreadyPublished):
        publish_consultation(ada, consultation_id=published)
    assert queries.get_consultation(published).published_at == at


def test_once_published_a_phase_is_prolonged_but_its_past_stays(app_context: Flask) -> None:
    town, _ = add_town()
    ada = actor_of(add_person("Ada", roles=((Role.COUNCILLOR, town),)))
    published = add_consultation(town)
    present = queries.get_consultation(published).plan
    (old,) = present.phases

    with pytest.raises(PastDatesAreKept):
        revise_consultation(
            ada,
            consultation_id=published,
            version=1,
            plan=replace(present, phases=(replace(old, opens_at=phase(-5).opens_at),)),
        )
    with pytest.raises(NotPublishable):
        revise_consultation(ada, consultation_id=published, version=1, plan=replace(present, body=""))
    assert queries.get_consultation(published).plan == present

    longer = replace(old, closes_at=phase(closes_in_days=30).closes_at)
    revise_consultation(ada, consultation_id=published, version=1, plan=replace(present, phases=(longer,)))
    assert queries.get_consultation(published).plan.phases == (longer,)


def test_no_role_bypasses_the_dates_and_nothing_has_to_run_for_a_phase_to_close(app_context: Flask) -> None:
    town, _ = add_town()
    closes_at = phase(closes_in_days=3).closes_at
    consultation = add_consultation(town, closes_at=closes_at)

    queries.ensure_phase_permits(consultation, Activity.SUPPORT, at=utc_now())
    with time_machine.travel(closes_at, tick=False), pytest.raises(PhaseClosed):
        queries.ensure_phase_permits(consultation, Activity.SUPPORT, at=utc_now())
