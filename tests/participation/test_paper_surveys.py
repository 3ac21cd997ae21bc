"""A questionnaire is printed, and typed: counted with the others, apart from the sheet, and crossed once no sheet is typed any more."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.channels import Channel
from civic.consultations.models import Consultation
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.participation.figures import count_people
from civic.participation.sheets import questionnaires, service
from civic.participation.sheets.errors import AnsweredAlready, NothingAsked, SheetIsEmpty
from civic.participation.sheets.models import ContributionSheet
from civic.surveys import queries as surveys
from civic.surveys.errors import AnswersRefused
from civic.surveys.marks import Mark
from civic.surveys.models import SurveyAnswer, SurveyConsent
from civic.surveys.service.reading import read_results
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.participation.test_sheets import numbers_of, sheet
from tests.surveys.making import YES, add_consultation, add_survey, answer, close

ANSWERS = {1: Mark("o"), 2: Mark("ac"), 3: Mark("4"), 4: Mark("cab"), 7: Mark("o")}


def desk(**values: Any) -> tuple[int, list[int], int, Any]:
    town, places = add_town()
    consultation = add_survey(town, **values)
    return town, places, consultation, actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))


def kept() -> list[SurveyAnswer]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(SurveyAnswer).order_by(SurveyAnswer.id)))


def results(consultation: int) -> Any:
    return read_results(db.session.get_one(Consultation, consultation))


def test_a_sheet_answers_as_on_the_site_and_nothing_links_the_two_once_it_cannot_be_undone(
    app_context: Flask,
) -> None:
    _, places, consultation, agent = desk()
    (number,) = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=1))
    assert surveys.get_survey(consultation).is_frozen  # what is printed changes no more

    typed = sheet(number, answers=ANSWERS, territory_id=places[0], name="Rose Dupré")
    sheet_id = service.type_sheet(agent, consultation_id=consultation, typed=typed)

    (one,) = kept()
    assert (one.channel, one.has_account, one.neighbourhood_id, one.age_band) == (
        Channel.PAPER, False, places[0], None,
    )  # fmt: skip
    assert one.values[2] == {"chosen": [1, 3]}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SurveyConsent)) == 1
    assert count_people(consultation, on=town_today()).channels == {"paper": 1}
    with transaction():
        db.session.get_one(ContributionSheet, sheet_id).typed_at = utc_now() - timedelta(minutes=11)
    assert questionnaires.forget_answers_of_sheets(utc_now()) == 1
    assert db.session.get_one(ContributionSheet, sheet_id).survey_answer_id is None
    assert len(kept()) == 1


def test_a_sheet_typed_by_mistake_is_taken_back_and_one_person_answers_once(app_context: Flask) -> None:
    _, _, consultation, agent = desk()
    first, second = numbers_of(service.print_sheets(agent, consultation_id=consultation, count=2))
    sheet_id = service.type_sheet(
        agent, consultation_id=consultation, typed=sheet(first, answers={1: Mark("n"), 7: Mark("o")})
    )
    with pytest.raises(AnsweredAlready):
        service.type_sheet(
            agent, consultation_id=consultation, typed=sheet(second, same_as=first, answers={1: Mark("o")})
        )
    assert len(kept()) == 1

    service.take_back_sheet(agent, sheet_id=sheet_id)

    assert kept() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SurveyConsent)) == 0
    service.type_sheet(agent, consultation_id=consultation, typed=sheet(first, answers={1: Mark("o")}))
    assert len(kept()) == 1


def test_what_cannot_be_read_or_asks_nothing_is_refused_and_nothing_is_counted(app_context: Flask) -> None:
    town, _, consultation, agent = desk()
    unwritten = add_consultation(town)

    with pytest.raises(AnswersRefused) as refusal:
        service.type_sheet(
            agent, consultation_id=consultation, typed=sheet(answers={1: Mark("x"), 3: Mark("9")})
        )
    assert set(refusal.value.fields) == {"q-1", "q-3"}
    with pytest.raises(SheetIsEmpty):
        service.type_sheet(agent, consultation_id=consultation, typed=sheet(answers={1: Mark(" ")}))
    with pytest.raises(NothingAsked):
        service.print_sheets(agent, consultation_id=unwritten, count=1)
    assert kept() == []
    assert not surveys.get_survey(consultation).takes_paper
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ContributionSheet)) == 0


def test_nothing_is_crossed_before_the_last_sheet_may_be_typed(app_context: Flask) -> None:
    _, places, consultation, agent = desk()
    people = [add_person(f"Ada {n}", lives_in=places[n % 2]) for n in range(12)]
    for person in people:
        answer(person, consultation, q1=YES)
    service.type_sheet(
        agent, consultation_id=consultation, typed=sheet(answers={1: Mark("n")}, territory_id=places[0])
    )
    close(consultation)

    told = results(consultation)
    assert (told.is_over, told.answers, told.typed, told.without_account) == (True, 13, 1, 0)
    assert (told.by_place, told.by_age) == ({}, {})
    yesterday = town_today() - timedelta(days=1)
    late = sheet(answers={1: Mark("n")}, received_on=yesterday, territory_id=places[1])
    service.type_sheet(agent, consultation_id=consultation, typed=late)
    assert results(consultation).answers == 14
    with transaction():
        for phase in db.session.get_one(Consultation, consultation).phases:
            phase.opens_at -= timedelta(days=16)
            phase.closes_at -= timedelta(days=16)
    assert results(consultation).by_place != {}


def test_over_without_a_sheet_its_results_are_read_and_none_is_typed(app_context: Flask) -> None:
    _, places, consultation, agent = desk()
    for n in range(10):
        answer(add_person(f"Ada {n}", lives_in=places[0]), consultation, q1=YES)
    close(consultation)

    assert results(consultation).counted_at is not None
    with pytest.raises(SheetIsEmpty):
        service.type_sheet(
            agent, consultation_id=consultation, typed=sheet(answers={1: Mark("n")}, received_on=town_today() - timedelta(days=1))
        )  # fmt: skip
    assert len(kept()) == 10
    assert count_people(consultation, on=town_today()).channels == {"web": 10}


def test_an_agent_prints_the_questions_with_their_conditions_in_words_and_types_them(app: Flask) -> None:
    with app.app_context():
        _, _, consultation, agent = desk()
    client, here = sign_in(app, agent.id), f"/consultations/{consultation}/feuilles"

    printed = plain(client.get(post_form(client, here, count="1").headers["Location"]).get_data(as_text=True))  # type: ignore[attr-defined]
    assert "Seulement si vous avez répondu « Oui » à la question 1 :" in printed
    assert "A – Légumes" in printed
    found = re.search(r'reply__number">([\w-]+)<', printed)
    assert found is not None
    page = plain(client.get(f"{here}/saisie").get_data(as_text=True))
    assert "2. Qu’y achetez-vous ?" in page
    typed = {
        "number": found[1],
        "received_on": town_today().isoformat(),
        "q-1": "o",
        "q-2": "z",
        "q-2-other": "du miel",
    }
    refused = post_form(client, f"{here}/saisie", **typed)  # type: ignore[arg-type]
    again = plain(refused.get_data(as_text=True))  # type: ignore[attr-defined]
    assert (refused.status_code, "« z » ne se lit pas ici" in again, 'value="du miel"' in again) == (
        422,
        True,
        True,
    )  # type: ignore[attr-defined]
    post_form(client, f"{here}/saisie", **{**typed, "q-2": "b"})  # type: ignore[arg-type]
    with app.app_context():
        (one,) = kept()
        assert one.values == {1: {"chosen": [1]}, 2: {"chosen": [2, 0], "other": "du miel"}}
