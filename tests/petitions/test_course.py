"""A petition from its first word to the council's decision."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.outbox import OutboxMessage
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from civic.petitions import queries
from civic.petitions.errors import (
    DecidedBeforeOpening,
    DecidedInTheFuture,
    PetitionNotFound,
    PetitionsNotTaken,
    PlannedInThePast,
    RefusalUnexplained,
    SettingsIncomplete,
    UnknownSitting,
    WrongPetitionState,
)
from civic.petitions.rules import CouncilDecision, Outcome, PetitionRules, PetitionState, RefusalRule
from civic.petitions.service.deciding import (
    decide_petition,
    end_petition,
    plan_petition,
    remind_due,
    set_rules,
)
from civic.petitions.service.launching import (
    admit_petition,
    refuse_petition,
    revise_petition,
    submit_petition,
    withdraw_petition,
)
from civic.petitions.service.reading import get_visible_petition
from tests.conftest import actor_of, add_person, add_town
from tests.petitions.making import (
    RULES,
    TEXT,
    add_open_petition,
    after_end,
    agent,
    at,
    held,
    resident,
    stored,
    take_petitions,
)
from tests.petitions.test_signing import sign


def told(person: Actor) -> list[Kind]:
    rows = sa.select(Notification.kind).filter_by(person_id=person.id).order_by(Notification.id)
    return list(db.session.scalars(rows))


def reached(town: int, place: int) -> tuple[int, Actor]:
    """Make a petition that has what it needs. Returns it, and who launched and signed it."""
    ada = resident(place)
    petition = add_open_petition(town, ada, threshold=1)
    sign(ada, petition)
    return petition, ada


def decision(on: date | None = None, outcome: Outcome = Outcome.ADOPTED) -> CouncilDecision:
    return CouncilDecision(outcome, "Le conseil vote les **travaux**.", on or town_today(), "2026-114")


def test_a_petition_is_examined_before_anybody_reads_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ines, ada = agent(town), resident(place)
    take_petitions(town)
    petition = submit_petition(ada, territory_id=town, text=TEXT)

    for stranger in (ANONYMOUS, resident(place, "Bob")):
        with pytest.raises(PetitionNotFound):
            get_visible_petition(stranger, petition)
    assert get_visible_petition(ada, petition).state_at(utc_now()) is PetitionState.SUBMITTED
    assert told(ines) == [Kind.PETITION_TO_EXAMINE]

    admit_petition(ines, petition_id=petition)

    view = queries.view_petition(get_visible_petition(ANONYMOUS, petition), at=utc_now())
    assert (view.state, view.needed, view.is_signable) == (PetitionState.SIGNING, 3, True)
    assert view.ask_html == "<p>Nous demandons au conseil de <strong>voter</strong> les travaux.</p>\n"
    assert told(ada) == [Kind.PETITION_OPENED]


def test_a_commune_that_never_said_how_takes_none(app_context: Flask) -> None:
    town, (place, *_) = add_town()

    with pytest.raises(PetitionsNotTaken):
        submit_petition(resident(place), territory_id=town, text=TEXT)

    assert held() == []


def test_who_does_not_live_there_launches_none_and_nobody_speaks_for_an_association_not_hers(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    _other, (elsewhere, *_) = add_town()
    take_petitions(town)
    before = held()

    with pytest.raises(NotSignedIn):
        submit_petition(ANONYMOUS, territory_id=town, text=TEXT)
    with pytest.raises(NotAllowed):
        submit_petition(resident(elsewhere), territory_id=town, text=TEXT)
    with pytest.raises(NotAllowed):
        submit_petition(resident(place), territory_id=town, text=TEXT, organisation_id=1)

    assert held() == before


def test_a_refused_petition_says_why_is_corrected_and_examined_again(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ines, ada = agent(town), resident(place)
    take_petitions(town)
    petition = submit_petition(ada, territory_id=town, text=TEXT)
    before = held()
    with pytest.raises(RefusalUnexplained):
        refuse_petition(ines, petition_id=petition, rule=RefusalRule.UNCLEAR, note="")
    assert held() == before

    refuse_petition(ines, petition_id=petition, rule=RefusalRule.UNCLEAR, note="Quels travaux ?")

    assert (stored(petition).refusal_rule, told(ada)) == (RefusalRule.UNCLEAR, [Kind.PETITION_REFUSED])
    with pytest.raises(PetitionNotFound):
        get_visible_petition(resident(place, "Bob"), petition)
    revise_petition(ada, petition_id=petition, text=TEXT)
    assert (stored(petition).refusal_note, stored(petition).state_at(utc_now())) == (
        "",
        PetitionState.SUBMITTED,
    )
    admit_petition(ines, petition_id=petition)


def test_nobody_examines_her_own_petition(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    take_petitions(town)
    ines = actor_of(add_person("Inès", lives_in=place, roles=((Role.AGENT, town),)))
    petition = submit_petition(ines, territory_id=town, text=TEXT)
    before = held()

    with pytest.raises(NotAllowed):
        admit_petition(ines, petition_id=petition)
    with pytest.raises(NotAllowed):
        refuse_petition(ines, petition_id=petition, rule=RefusalRule.UNCLEAR, note="Non.")

    assert held() == before


def test_its_text_and_its_rules_change_no_more_once_it_is_open(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = resident(place)
    petition = add_open_petition(town, ada)
    take_petitions(town, threshold=900, least_age=60, days=1)
    before = held()

    for act in (
        lambda: revise_petition(ada, petition_id=petition, text=TEXT),
        lambda: withdraw_petition(ada, petition_id=petition),
        lambda: admit_petition(agent(town), petition_id=petition),
    ):
        with pytest.raises(WrongPetitionState):
            act()

    assert held() == before
    assert (stored(petition).needed, stored(petition).least_age) == (3, 16)


def test_an_author_gives_it_up_before_it_opens(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = resident(place)
    take_petitions(town)
    petition = submit_petition(ada, territory_id=town, text=TEXT)
    with pytest.raises(NotAllowed):
        withdraw_petition(agent(town), petition_id=petition)

    withdraw_petition(ada, petition_id=petition)

    with pytest.raises(WrongPetitionState):
        admit_petition(agent(town), petition_id=petition)


def test_the_signature_that_reaches_the_threshold_makes_a_decision_due_for_ever(app_context: Flask) -> None:
    from civic.petitions.service.signing import withdraw_signature

    town, (place, *_) = add_town()
    eluesse = actor_of(add_person("Élue", roles=((Role.COUNCILLOR, town),)))
    petition, ada = reached(town, place)

    row = stored(petition)
    assert row.due_at is not None
    assert row.due_at > utc_now() + timedelta(days=59)
    assert Kind.PETITION_REACHED in told(eluesse)
    assert Kind.PETITION_REACHED in told(ada)
    withdraw_signature(ada, petition_id=petition)
    assert stored(petition).state_at(utc_now()) is PetitionState.AWAITING


def test_the_council_decides_and_those_who_wish_are_told_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ines, ada, bob, zoe = agent(town), resident(place), resident(place, "Bob"), resident(place, "Zoé")
    petition = add_open_petition(town, ada, threshold=2)
    sign(bob, petition, wants_news=True)
    sign(zoe, petition)
    before = held()
    with pytest.raises(DecidedInTheFuture):
        decide_petition(ines, petition_id=petition, decision=decision(town_today() + timedelta(days=1)))
    with pytest.raises(PlannedInThePast):
        plan_petition(ines, petition_id=petition, agenda_on=town_today() - timedelta(days=1))
    with pytest.raises(UnknownSitting):
        plan_petition(ines, petition_id=petition, agenda_on=town_today(), sitting_id=99)
    with pytest.raises(NotAllowed):
        decide_petition(ada, petition_id=petition, decision=decision())
    assert held() == before

    plan_petition(ines, petition_id=petition, agenda_on=town_today())
    plan_petition(ines, petition_id=petition, agenda_on=town_today())
    with pytest.raises(DecidedBeforeOpening):
        decide_petition(ines, petition_id=petition, decision=decision(town_today() - timedelta(days=365)))
    assert stored(petition).decided_at is None
    decide_petition(ines, petition_id=petition, decision=decision())

    view = queries.view_petition(stored(petition), at=utc_now())
    assert (view.state, view.outcome, view.was_late) == (PetitionState.DECIDED, Outcome.ADOPTED, False)
    assert told(bob) == [Kind.PETITION_REACHED, Kind.PETITION_PLANNED, Kind.PETITION_DECIDED]
    assert told(ada) == [
        Kind.PETITION_OPENED,
        Kind.PETITION_REACHED,
        Kind.PETITION_PLANNED,
        Kind.PETITION_DECIDED,
    ]
    assert told(zoe) == []
    with pytest.raises(WrongPetitionState):
        decide_petition(ines, petition_id=petition, decision=decision(outcome=Outcome.REJECTED))


def test_a_council_that_is_put_off_is_told_as_a_change_even_back_to_the_first_day(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    petition, ada = reached(town, place)
    ines, first = agent(town, "Autre agente"), town_today() + timedelta(days=3)

    for day in (first, first + timedelta(days=7), first, first):
        plan_petition(ines, petition_id=petition, agenda_on=day)

    said = [each for each in told(ada) if each in (Kind.PETITION_PLANNED, Kind.PETITION_MOVED)]
    assert said == [Kind.PETITION_PLANNED, Kind.PETITION_MOVED, Kind.PETITION_MOVED]


def test_days_without_a_decision_are_counted_in_public_and_the_town_hall_reminded(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    elue = actor_of(add_person("Élue", roles=((Role.COUNCILLOR, town),)))
    petition, _ = reached(town, place)
    ines = agent(town, "Autre agente")
    first = stored(petition).remind_at
    assert first is not None
    assert db.session.scalar(
        sa.select(sa.func.count()).select_from(OutboxMessage).filter_by(kind="petitions.remind")
    )

    assert remind_due(now=first) == 1
    assert remind_due(now=first) == 0
    late = stored(petition).due_at
    assert late is not None
    assert remind_due(now=late + timedelta(days=30)) == 1
    remind_due(now=late + timedelta(days=60))

    assert told(elue).count(Kind.DECISIONS_DUE) == 3
    assert told(ines) == [Kind.DECISIONS_DUE]
    view = queries.view_petition(stored(petition), at=late + timedelta(days=12))
    assert (view.days_late, view.days_waited) == (13, 73)
    assert queries.count_late({town}, at=late) == 1


def test_one_that_lacks_signatures_is_said_to_once_and_the_council_may_speak_of_it_all_the_same(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    ada, bob = resident(place), resident(place, "Bob")
    petition = add_open_petition(town, ada)
    sign(bob, petition, wants_news=True)
    end = after_end(petition, days=7)

    assert not end_petition(petition, now=end - timedelta(seconds=1))
    assert end_petition(petition, now=end)
    assert not end_petition(petition, now=end)

    assert told(bob) == [Kind.PETITION_ENDED]
    with at(end):
        view = queries.view_petition(stored(petition), at=end)
        assert (view.state, view.missing) == (PetitionState.FAILED, 2)
        decide_petition(agent(town), petition_id=petition, decision=decision(end.date(), Outcome.OTHER))
        assert stored(petition).state_at(end) is PetitionState.DECIDED


def test_the_rules_are_set_by_the_town_hall_alone_and_whole(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    take_petitions(town)
    before = held()

    with pytest.raises(NotAllowed):
        set_rules(resident(place), territory_id=town, is_open=False, wanted=RULES)
    with pytest.raises(SettingsIncomplete):
        set_rules(agent(town), territory_id=town, is_open=True, wanted=PetitionRules())

    assert held() == before
    set_rules(agent(town), territory_id=town, is_open=False, wanted=RULES)
    with pytest.raises(PetitionsNotTaken):
        submit_petition(resident(place), territory_id=town, text=TEXT)
