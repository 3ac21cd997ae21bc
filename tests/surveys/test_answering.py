"""Residents answer a questionnaire: once each, page after page, until the end."""

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.service import erasure, people
from civic.audit.models import AuditEntry
from civic.consultations.beginning import copy_consultation
from civic.consultations.errors import PhaseClosed
from civic.consultations.models import Consultation
from civic.kernel.access import ANONYMOUS
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.transaction import transaction
from civic.surveys import queries
from civic.surveys.asking import fingerprint
from civic.surveys.errors import (
    AnswersRefused,
    NotACorrection,
    QuestionnaireRefused,
    ResultsHidden,
    SurveyChangedMeanwhile,
    SurveyFrozen,
    SurveyNotFrozen,
)
from civic.surveys.models import Survey, SurveyAnswer, SurveyConsent, SurveyParticipant
from civic.surveys.queries import Holder
from civic.surveys.rules import Openness, Raw
from civic.surveys.service import answering, reading, writing
from tests.conftest import actor_of, add_person, add_town
from tests.surveys.making import (
    MARKET,
    NO,
    YES,
    add_consultation,
    add_councillor,
    add_survey,
    answer,
    close,
    with_label,
)

CONSENT = Raw(chosen=("true",))


def count(model: type[db.Model]) -> int:  # type: ignore[name-defined]
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_resident_answers_changes_her_mind_and_counts_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, ada = add_survey(town), add_person(lives_in=place)

    answer(ada, survey, q1=YES, q2=Raw(chosen=("1",)), q5=Raw(text="3"))
    answer(ada, survey, q1=NO, q2=Raw(chosen=("1",)), q5=Raw(text="2"))

    assert [row.values for row in queries.list_answers(queries.get_survey(survey).id)] == [
        {1: {"chosen": [2]}, 5: {"number": 2}}
    ]
    assert (count(SurveyAnswer), count(SurveyParticipant)) == (1, 1)


def test_pages_are_kept_one_by_one_and_nothing_counts_before_it_is_sent(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, ada = add_survey(town), actor_of(add_person(lives_in=place))
    holder = Holder(ada.id)
    answering.begin_answer(ada, consultation_id=survey, holder=holder)

    first = answering.keep_page(
        ada, consultation_id=survey, holder=holder, page=1, asked=[1, 3], raws={1: YES}
    )
    assert first == answering.Kept(1, has_more_here=True)  # « yes » makes question 2 appear on that page
    second = answering.keep_page(
        ada,
        consultation_id=survey,
        holder=holder,
        page=1,
        asked=[1, 2, 3],
        raws={1: YES, 2: Raw(other="Miel")},
    )
    assert second == answering.Kept(2)
    assert count(SurveyAnswer) == 0
    assert answering.send_draft(ada, consultation_id=survey, holder=holder) is None
    assert [row.values for row in queries.list_answers(queries.get_survey(survey).id)] == [
        {1: {"chosen": [1]}, 2: {"chosen": [0], "other": "Miel"}}
    ]


def test_going_back_keeps_what_was_written_and_asks_for_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, ada = add_survey(town), actor_of(add_person(lives_in=place))
    holder = Holder(ada.id)
    answering.begin_answer(ada, consultation_id=survey, holder=holder)

    kept = answering.keep_page(
        ada, consultation_id=survey, holder=holder, page=2, asked=[4, 5], raws={5: Raw(text="4")}, step=-1
    )

    assert kept == answering.Kept(1)
    lacking = answering.send_draft(ada, consultation_id=survey, holder=holder)
    assert lacking is not None
    assert lacking.key == 1
    assert count(SurveyAnswer) == 0


def test_an_answer_that_cannot_be_taken_changes_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, ada = add_survey(town), add_person(lives_in=place)
    answer(ada, survey, q1=NO)

    with pytest.raises(AnswersRefused) as refused:
        answer(ada, survey, q1=YES, q4=Raw(ranks={"1": "1", "2": "1"}), q9=YES)

    assert set(refused.value.fields) == {"q-4", "q-9"}
    assert [row.values for row in queries.list_answers(queries.get_survey(survey).id)] == [
        {1: {"chosen": [2]}}
    ]


def test_who_lives_elsewhere_or_has_no_account_answers_only_what_is_open_to_anyone(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    _, (elsewhere, *_) = add_town()
    closed, opened = add_survey(town), add_survey(town, openness=Openness.ANYONE)
    stranger = actor_of(add_person(lives_in=elsewhere))

    with pytest.raises(NotAllowed):
        answering.begin_answer(stranger, consultation_id=closed, holder=Holder(stranger.id))
    with pytest.raises(NotSignedIn):
        answering.begin_answer(ANONYMOUS, consultation_id=closed, holder=Holder(key_digest="k"))
    assert (count(SurveyParticipant), queries.get_survey(closed).is_frozen) == (0, False)

    for key in ("k", "k", "other"):
        answering.begin_answer(ANONYMOUS, consultation_id=opened, holder=Holder(key_digest=key))
        answering.keep_page(
            ANONYMOUS, consultation_id=opened, holder=Holder(key_digest=key), page=1, asked=[1], raws={1: NO}
        )
        answering.send_draft(ANONYMOUS, consultation_id=opened, holder=Holder(key_digest=key))
    assert [row.has_account for row in queries.list_answers(queries.get_survey(opened).id)] == [False, False]


@pytest.mark.parametrize("when", [{"starts_in": 1}, {"starts_in": -9, "days": 2}])
def test_nobody_answers_nor_withdraws_outside_the_dates(app_context: Flask, when: dict[str, int]) -> None:
    town, (place, *_) = add_town()
    survey, ada = add_survey(town, **when), add_person(lives_in=place)

    with pytest.raises(PhaseClosed):
        answer(ada, survey, q1=YES)
    with pytest.raises(PhaseClosed):
        answering.withdraw_answer(actor_of(ada), consultation_id=survey, holder=Holder(ada))
    assert (count(SurveyAnswer), count(SurveyParticipant)) == (0, 0)


def test_a_consent_is_kept_with_its_words_and_goes_with_the_answer(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, ada = add_survey(town), add_person(lives_in=place)
    answer(ada, survey, q1=NO, q7=CONSENT)
    (consent,) = db.session.scalars(sa.select(SurveyConsent))
    agreed_at = consent.agreed_at
    assert (consent.text, consent.until, consent.edition) == (
        "J’accepte que la mairie cite mes textes dans son compte rendu", "jusqu’au 31 décembre 2027", 1,
    )  # fmt: skip

    answer(ada, survey, q1=YES, q7=CONSENT)
    assert [one.agreed_at for one in db.session.scalars(sa.select(SurveyConsent))] == [agreed_at]
    answer(ada, survey, q1=YES)
    assert count(SurveyConsent) == 0
    answer(ada, survey, q1=YES, q7=CONSENT)
    answering.withdraw_answer(actor_of(ada), consultation_id=survey, holder=Holder(ada))
    assert (count(SurveyAnswer), count(SurveyConsent), count(SurveyParticipant)) == (0, 0, 0)


def test_a_required_consent_is_asked_for_in_its_own_words(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    last = replace(MARKET.questions[-1], is_required=True)
    survey = add_survey(town, questionnaire=replace(MARKET, questions=(*MARKET.questions[:-1], last)))

    with pytest.raises(AnswersRefused) as refused:
        answer(add_person(lives_in=place), survey, q1=NO)

    assert "Sans cet accord" in str(refused.value.values["sentence_0"])
    assert count(SurveyAnswer) == 0


def test_the_first_answer_freezes_the_questions_and_a_correction_is_told(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, delphine = add_survey(town), add_councillor(town)
    other = with_label(MARKET, 1, "Venez-vous souvent au marché ?")
    with pytest.raises(SurveyNotFrozen):
        writing.correct_survey(delphine, consultation_id=survey, questionnaire=other, note="rien", version=1)
    answering.begin_answer(
        actor_of(ada := add_person(lives_in=place)), consultation_id=survey, holder=Holder(ada)
    )

    with pytest.raises(SurveyFrozen):
        writing.save_survey(
            delphine, consultation_id=survey, questionnaire=other, openness=Openness.ANYONE, version=1
        )
    with pytest.raises(NotACorrection):
        fewer = replace(other, questions=other.questions[:-1])
        writing.correct_survey(delphine, consultation_id=survey, questionnaire=fewer, note="moins", version=1)
    required = replace(
        other, questions=(*other.questions[:-1], replace(other.questions[-1], is_required=True))
    )
    writing.correct_survey(
        delphine, consultation_id=survey, questionnaire=required, note="Un mot dans la question 1", version=1
    )

    first, second = queries.list_editions(queries.get_survey(survey).id)
    assert (first.fingerprint, first.note) == (fingerprint(first.document), "")
    assert (second.number, second.note) == (2, "Un mot dans la question 1")
    assert (
        queries.get_survey(survey).questionnaire == other
    )  # the words, and nothing else that came with them
    facts = set(db.session.scalars(sa.select(AuditEntry.fact)))
    assert {"SurveyWritten", "SurveyFrozenByFirstAnswer", "SurveyCorrected"} <= facts


def test_a_copy_of_the_consultation_takes_up_the_questions_and_nobody_s_answers(app_context: Flask) -> None:
    town, places = add_town()
    source = add_survey(town, openness=Openness.ANYONE)
    answer(add_person("Ida", lives_in=places[0]), source, q1=YES, q2=Raw(chosen=("1",)), q5=Raw(text="3"))

    copy = copy_consultation(add_councillor(town), consultation_id=source)

    made = queries.find_survey(copy)
    assert made is not None
    assert (made.questionnaire, made.openness, made.version, made.is_frozen) == (
        MARKET,
        Openness.ANYONE,
        1,
        False,
    )
    assert queries.count_answers(made.id) == 0
    assert count(SurveyAnswer) == 1


def test_two_people_who_write_at_once_lose_no_text(app_context: Flask) -> None:
    town, _ = add_town()
    survey, delphine = add_survey(town), add_councillor(town)
    save = {"consultation_id": survey, "openness": Openness.RESIDENTS, "version": 1}
    writing.save_survey(delphine, questionnaire=with_label(MARKET, 1, "Premier ?"), **save)

    with pytest.raises(SurveyChangedMeanwhile):
        writing.save_survey(delphine, questionnaire=with_label(MARKET, 1, "Second ?"), **save)

    assert queries.get_survey(survey).questionnaire.questions[0].label == "Premier ?"


def test_a_questionnaire_that_cannot_be_asked_and_a_resident_write_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    consultation = add_consultation(town)
    wrong = replace(MARKET, questions=(replace(MARKET.questions[1], options=("Seule",), most=None),))
    save = {"consultation_id": consultation, "openness": Openness.RESIDENTS}

    with pytest.raises(QuestionnaireRefused) as refused:
        writing.save_survey(add_councillor(town), questionnaire=wrong, **save)
    with pytest.raises(NotAllowed):
        writing.save_survey(actor_of(add_person(lives_in=place)), questionnaire=MARKET, **save)

    assert set(refused.value.fields) == {"questions-0-options", "questions-0-condition"}
    assert count(Survey) == 0


def test_results_stay_hidden_from_everybody_until_the_end_then_show_no_group_under_five(
    app_context: Flask,
) -> None:
    town, places = add_town()
    survey, delphine = add_survey(town, hides=True), add_councillor(town)
    for number in range(13):
        place = places[0] if number < 7 else places[1] if number < 12 else places[2]
        answer(add_person(lives_in=place), survey, q1=YES if number % 2 else NO, q6=Raw(text=f"Mot {number}"))
    consultation = db.session.get(Consultation, survey)
    assert consultation is not None
    for read in (
        lambda: reading.read_results(consultation),
        lambda: reading.read_texts(delphine, consultation, key=6, number=1),
        lambda: reading.read_every_answer(delphine, consultation),
    ):
        with pytest.raises(ResultsHidden):
            read()

    close(survey)
    results = reading.read_results(consultation)

    assert (results.answers, [one.count for one in results.totals[0].counts]) == (13, [6, 7])
    told = results.by_place.get(1)
    assert told is None or len(told.groups) == 2
    with pytest.raises(NotAllowed):
        reading.read_texts(actor_of(add_person()), consultation, key=6, number=1)
    _, page = reading.read_texts(delphine, consultation, key=6, number=1)
    assert page.total == 13
    assert "SurveyTextsRead" in set(db.session.scalars(sa.select(AuditEntry.fact)))


def test_results_that_show_while_people_answer_are_never_crossed_before_the_end(app_context: Flask) -> None:
    town, places = add_town()
    survey = add_survey(town)
    for number in range(12):
        answer(add_person(lives_in=places[number % 2]), survey, q1=YES)
    consultation = db.session.get(Consultation, survey)
    assert consultation is not None

    assert (reading.read_results(consultation).by_place, reading.read_results(consultation).is_over) == (
        {},
        False,
    )
    close(survey)
    assert set(reading.read_results(consultation).by_place) == {1}


def test_under_five_answers_no_total_is_told(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey = add_survey(town)
    for _ in range(4):
        answer(add_person(lives_in=place), survey, q1=YES)
    consultation = db.session.get(Consultation, survey)
    assert consultation is not None

    assert (reading.read_results(consultation).answers, reading.read_results(consultation).totals) == (4, ())


def test_who_deletes_her_account_takes_her_draft_and_leaves_an_answer_without_her(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, drafted = add_survey(town), add_survey(town)
    with transaction():
        zoe = people.create_person(name="Zoé", email="zoe@example.org", password="une petite phrase à soi")
        people.set_residency(person_id=zoe, territory_id=place)
    answer(zoe, survey, q1=YES, q7=CONSENT)
    answering.begin_answer(actor_of(zoe), consultation_id=drafted, holder=Holder(zoe))

    erasure.delete_account(actor_of(zoe), present_password="une petite phrase à soi")

    assert (count(SurveyParticipant), count(SurveyAnswer), count(SurveyConsent)) == (0, 1, 1)


def test_twenty_answers_of_one_person_at_once_are_one(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    survey, ada = add_survey(town), add_person(lives_in=place)
    actor = actor_of(ada)
    db.session.remove()

    def send() -> None:
        with app_context.app_context():
            answering.send_answer(actor, consultation_id=survey, raws={1: YES})

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (count(SurveyParticipant), count(SurveyAnswer)) == (1, 1)
    assert len(queries.list_editions(queries.get_survey(survey).id)) == 1
