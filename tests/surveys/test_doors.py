"""The pages and the API of surveys, as somebody uses them without a script."""

import io
import re
import zipfile

from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.consultations.rules import Activity
from civic.surveys import queries
from civic.surveys.editing_pages import arrange
from civic.surveys.rules import Openness, Raw
from tests.conftest import add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation as add_draft
from tests.surveys.making import YES, add_consultation, add_survey, answer, close

FORM = {
    "title": "Le marché",
    "version": "0",
    "openness": "residents",
    "questions-0-key": "1",
    "questions-0-kind": "one",
    "questions-0-label": "Quel jour ?",
    "questions-0-options": "Jeudi\nSamedi",
    "questions-1-key": "2",
    "questions-1-kind": "short",
    "questions-1-label": "Pourquoi le samedi ?",
    "questions-1-condition": "1|Samedi",
}


def text_of(answer: object) -> str:
    return plain(answer.get_data(as_text=True))  # type: ignore[attr-defined]


def path_of(consultation: int, page: str = "") -> str:
    return f"/consultations/{consultation}/questionnaire{page}"


def values_in(app: Flask, consultation: int) -> list[object]:
    with app.app_context():
        survey = queries.get_survey(consultation)
        return [row.values for row in queries.list_answers(survey.id)]


def test_a_councillor_writes_a_questionnaire_arranges_it_and_sees_it_as_residents_will(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town)
        councillor = add_person(roles=((Role.COUNCILLOR, town),))
    client = sign_in(app, councillor)
    assert "Écrire le questionnaire" in text_of(client.get(f"/consultations/{consultation}"))

    added = text_of(post_form(client, path_of(consultation, "/ecrire"), **FORM, do="add", added_kind="scale"))
    assert "rien n’est encore enregistré" in added
    assert 'name="questions-2-low_label"' in added
    moved = text_of(post_form(client, path_of(consultation, "/ecrire"), **FORM, do="up-1"))
    assert moved.index("Pourquoi le samedi") < moved.index("Quel jour ?")
    wrong = post_form(client, path_of(consultation, "/ecrire"), **FORM | {"questions-0-options": "Jeudi"})
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert "Il faut au moins deux réponses" in text_of(wrong)
    assert "Pourquoi le samedi" in text_of(wrong)

    saved = post_form(client, path_of(consultation, "/ecrire"), **FORM)

    assert saved.status_code == 302  # type: ignore[attr-defined]
    preview = text_of(client.get(path_of(consultation, "/apercu")))
    assert "Seulement si vous avez répondu « Samedi »" in preview
    stale = text_of(
        post_form(client, path_of(consultation, "/ecrire"), **FORM | {"title": "Mon titre à moi"})
    )
    assert "Quelqu’un a enregistré une autre version" in stale
    assert "Mon titre à moi" in stale


def test_questions_are_moved_copied_and_removed_and_an_unknown_button_changes_nothing() -> None:
    rows = [{"key": "1", "label": "A"}, {"key": "4", "label": "B"}]

    def labels(do: str) -> list[tuple[str, str]]:
        return [(row["key"], row.get("label", "")) for row in arrange(rows, do, "one")]

    assert labels("down-0") == [("4", "B"), ("1", "A")]
    assert labels("copy-0") == [("1", "A"), ("5", "A"), ("4", "B")]
    assert labels("remove-1") == [("1", "A")]
    assert labels("add") == [("1", "A"), ("4", "B"), ("5", "")]
    for nothing in ("up-0", "down-1", "up-9", "explode-1", "up-x", ""):
        assert labels(nothing) == [("1", "A"), ("4", "B")]


def test_a_resident_answers_page_by_page_without_a_script(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        survey, ada = add_survey(town), add_person(lives_in=place)
    client = sign_in(app, ada)
    assert client.get(path_of(survey, "/questions")).status_code == 302  # not begun
    assert "Commencer" in text_of(client.get(path_of(survey)))
    post_form(client, path_of(survey))

    empty = post_form(client, path_of(survey, "/questions"), page="1", asked=["1", "3"], go="on")
    assert empty.status_code == 422  # type: ignore[attr-defined]
    assert "Répondez à cette question pour continuer" in text_of(empty)
    more = post_form(
        client, path_of(survey, "/questions"), page="1", asked=["1", "3"], go="on", **{"q-1": "1"}
    )
    assert more.location.endswith("/questions?page=1")  # type: ignore[attr-defined]
    page = text_of(client.get(path_of(survey, "/questions?page=1")))
    assert "une question s’ajoute" in page
    assert "Qu’y achetez-vous" in page
    given = {"q-1": "1", "q-2": ["1", "3"], "q-3": "4"}
    post_form(client, path_of(survey, "/questions"), page="1", asked=["1", "2", "3"], go="on", **given)
    ranks = {"q-4-rank-1": "1", "q-4-rank-2": "1", "q-5": "3"}
    double = text_of(
        post_form(client, path_of(survey, "/questions"), page="2", asked=["4", "5"], go="on", **ranks)
    )
    assert "Le numéro 1 est donné deux fois" in double
    assert re.search(r'name="q-5"[^>]*>', double) and 'value="3"' in double  # noqa: PT018
    ranks = {"q-4-rank-1": "2", "q-4-rank-2": "1", "q-5": "3"}
    post_form(client, path_of(survey, "/questions"), page="2", asked=["4", "5"], go="on", **ranks)
    elsewhere = sign_in(app, ada)  # another device
    assert "Vous avez commencé" in text_of(elsewhere.get(path_of(survey)))
    end = post_form(elsewhere, path_of(survey, "/questions"), page="3", asked=["6", "7"], go="on")
    assert end.location.endswith("/verification")  # type: ignore[attr-defined]
    assert "1. Arbres" in text_of(elsewhere.get(path_of(survey, "/verification")))
    assert values_in(app, survey) == []
    sent = post_form(elsewhere, path_of(survey, "/envoi"))

    assert sent.location.endswith("/merci")  # type: ignore[attr-defined]
    assert values_in(app, survey) == [
        {1: {"chosen": [1]}, 2: {"chosen": [1, 3]}, 3: {"number": 4}, 4: {"ranked": [2, 1]}, 5: {"number": 3}}
    ]
    post_form(elsewhere, path_of(survey, "/retrait"))
    assert values_in(app, survey) == []


def test_a_question_that_she_is_spared_leaves_no_gap_in_the_numbers(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        survey, ada = add_survey(town), add_person(lives_in=place)
    client = sign_in(app, ada)
    post_form(client, path_of(survey))
    never = {"q-1": "2", "q-3": "4"}
    post_form(client, path_of(survey, "/questions"), page="1", asked=["1", "3"], go="on", **never)

    first, second = (text_of(client.get(path_of(survey, f"/questions?page={page}"))) for page in (1, 2))
    assert "2. Quelle note" in first
    assert "Qu’y achetez-vous" not in first
    assert "3. Dans quel ordre" in second
    whole = text_of(client.get(path_of(survey, "/questions?tout=1")))  # each with its condition
    assert "2. Qu’y achetez-vous" in whole
    assert "4. Dans quel ordre" in whole


def test_somebody_without_an_account_answers_and_takes_it_up_again_with_her_address(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        survey, closed = add_survey(town, openness=Openness.ANYONE), add_survey(town)
    client = app.test_client()
    assert "rien n’empêche vraiment" in text_of(client.get(path_of(survey)))
    assert "Se connecter pour répondre" in text_of(client.get(path_of(closed)))
    post_form(client, path_of(survey))
    post_form(client, path_of(survey, "/questions"), page="1", asked=["1"], go="later", **{"q-1": "2"})
    page = text_of(client.get(path_of(survey, "/questions")))
    address = re.search(r"(/consultations/\d+/questionnaire/reprise/[\w-]+)", page)
    assert address
    other: FlaskClient = app.test_client()

    assert other.get(path_of(survey, "/reprise/inconnue")).status_code == 404
    assert other.get(address[1]).status_code == 302
    assert re.search(r'value="2" checked', text_of(other.get(path_of(survey, "/questions"))))
    post_form(other, path_of(survey, "/questions"), page="1", asked=["1", "3"], go="on", **{"q-1": "2"})
    post_form(other, path_of(survey, "/envoi"))
    assert values_in(app, survey) == [{1: {"chosen": [2]}}]


def test_no_outlet_tells_what_a_phase_hides_and_all_tell_it_after(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        survey = add_survey(town, hides=True)
        councillor = add_person(roles=((Role.COUNCILLOR, town),))
        for _ in range(6):
            answer(add_person(lives_in=place), survey, q1=YES, q6=Raw(text="Un secret bien gardé"))
    client = sign_in(app, councillor)
    api = f"/api/v1/consultations/{survey}/survey"
    outlets = ["/resultats.csv", "/textes/6", "/reponses.csv"]
    assert [client.get(path_of(survey, each)).status_code for each in outlets] == [409] * 3
    assert client.get(f"{api}/results").status_code == 409
    assert "cachés pour le moment" in text_of(client.get(path_of(survey, "/resultats")))
    everywhere = [path_of(survey), path_of(survey, "/resultats"), f"/consultations/{survey}", api]
    assert all(
        "secret" not in text_of(client.get(each)) and "6 ·" not in text_of(client.get(each))
        for each in everywhere
    )

    with app.app_context():
        close(survey)

    assert [client.get(path_of(survey, each)).status_code for each in outlets] == [200] * 3
    assert client.get(f"{api}/results").json["totals"][0]["counts"][0]["count"] == 6
    assert "Un secret bien gardé" in text_of(client.get(path_of(survey, "/textes/6")))
    rows = text_of(client.get(path_of(survey, "/reponses.csv"))).splitlines()
    assert rows[0].startswith("\ufeffversion;compte;q1;q2_1;q2_2;q2_3;q2_0;q2_autre;q3;q4_1")
    assert len(rows) == 7
    stranger = app.test_client()
    assert stranger.get(path_of(survey, "/resultats")).status_code == 200
    assert stranger.get(path_of(survey, "/textes/6")).status_code in (302, 401)
    resident = sign_in(app, add_resident(app, place))
    assert resident.get(path_of(survey, "/reponses.csv")).status_code == 403


def add_resident(app: Flask, place: int) -> int:
    with app.app_context():
        return add_person(lives_in=place)


def test_a_spreadsheet_runs_nothing_that_somebody_wrote(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        survey = add_survey(town)
        councillor = add_person(roles=((Role.COUNCILLOR, town),))
        answer(add_person(lives_in=place), survey, q1=YES, q6=Raw(text="=HYPERLINK(1)"))

    rows = text_of(sign_in(app, councillor).get(path_of(survey, "/reponses.csv")))

    assert "'=HYPERLINK(1)" in rows


def test_a_program_answers_and_reads_its_own_answer(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        survey, ada = add_survey(town), add_person(lives_in=place)
    headers, client = bearer(app, ada), app.test_client()
    address = f"/api/v1/consultations/{survey}/survey/answer"
    good = {
        "answers": [
            {"question": 1, "chosen": [2]},
            {"question": 5, "number": 2.5},
            {"question": 4, "ranked": [3]},
        ]
    }

    sent = client.put(address, json=good, headers=headers)
    wrong = client.put(address, json={"answers": [{"question": 3, "number": 9}]}, headers=headers)

    assert sent.json["answers"] == [
        {"question": 1, "chosen": [2]}, {"question": 4, "ranked": [3]}, {"question": 5, "number": 2.5},
    ]  # fmt: skip
    assert wrong.status_code == 422
    assert "plus grand nombre" in wrong.json["fields"]["q-3"][0]
    assert client.get(address, headers=headers).json["answers"] == sent.json["answers"]
    assert client.delete(address, headers=headers).status_code == 204
    assert values_in(app, survey) == []


def test_the_editions_of_a_survey_are_read_by_everybody(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        survey = add_survey(town)
        councillor = add_person(roles=((Role.COUNCILLOR, town),))
        answer(add_person(lives_in=place), survey, q1=YES)
    client = sign_in(app, councillor)
    page = text_of(client.get(path_of(survey, "/ecrire")))
    assert "Les questions sont figées" in page
    assert 'name="do"' not in page
    boxes = dict(
        re.findall(
            r'name="((?:questions-\d+-(?:key|kind|label|until)|version))"[^>]*?value="([^"]*)"', page, re.S
        )
    )
    labels = dict(re.findall(r'name="(questions-\d+-label)".*?value="([^"]*)"', page, re.S))
    options = {
        name: text.strip()
        for name, text in re.findall(r'name="(questions-\d+-options)"[^>]*>(.*?)</textarea>', page, re.S)
    }
    form = {**boxes, **labels, **options, "title": "Le marché", "note": "Une faute dans le titre"}
    until = re.search(r'name="(questions-6-until)".*?value="([^"]*)"', page, re.S)
    assert until
    form[until[1]] = until[2]

    done = post_form(client, path_of(survey, "/corriger"), **form)

    assert done.status_code == 302, text_of(done)  # type: ignore[attr-defined]
    told = text_of(app.test_client().get(path_of(survey, "/versions")))
    assert "Une faute dans le titre" in told
    assert told.count("SHA-256") == 2


def test_totals_are_taken_as_a_spreadsheet_once_they_are_shown(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        consultation = add_survey(town, hides=True)
        for n in range(6):
            answer(add_person(f"Ada {n}", lives_in=place), consultation, q1=YES, q3=Raw(text="4"))
    client, address = app.test_client(), f"/consultations/{consultation}/questionnaire/resultats.xlsx"

    assert client.get(address).status_code == 409
    with app.app_context():
        close(consultation)
    got = client.get(address)
    assert got.status_code == 200
    sheets = zipfile.ZipFile(io.BytesIO(got.data))
    totals = sheets.read("xl/worksheets/sheet1.xml").decode()
    assert "Venez-vous au marché ?" in plain(totals)
    assert "<v>6.0</v>" in totals


def test_who_publishes_a_survey_that_nobody_wrote_is_told_so_and_led_to_its_writing(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_draft(town, is_published=False, activities=(Activity.ANSWER,))
        clerk = sign_in(app, add_person("Delphine", roles=((Role.COUNCILLOR, town),)))
    page = f"/consultations/{consultation}/publication"

    said = text_of(clerk.get(page))
    assert "Il n’est pas encore écrit" in said
    assert path_of(consultation, "/ecrire") in said
    post_form(clerk, path_of(consultation, "/ecrire"), **FORM)
    said = text_of(clerk.get(page))
    assert "Il n’est pas encore écrit" not in said
    assert "2 questions sont prêtes." in said
