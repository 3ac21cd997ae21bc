"""Consultations on pages and over the API."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.consultations import queries
from civic.consultations.rules import Activity, ConsultationState, Status
from civic.kernel.database import db
from tests.conftest import add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation, compose, phase
from tests.voting.builders import add_draft, add_poll

API = "/api/v1/consultations"
DRAFT = {
    "title": "La place du marché",
    "summary": "Que faire de la place ?",
    "body": "## D’où l’on part\n\nTout est **ouvert**.",
    "phases-0-name": "Vos idées",
    "phases-0-opens_at": "2027-03-01T08:00",
    "phases-0-closes_at": "2027-04-01T00:00",
    "phases-0-propose": "true",
    "phases-1-name": "",
}


def councillor(app: Flask) -> tuple[FlaskClient, int, list[int]]:
    with app.app_context():
        town, places = add_town()
        return sign_in(app, add_person("Isabelle", roles=((Role.COUNCILLOR, town),))), town, places


def text(answer: object) -> str:
    return plain(answer.get_data(as_text=True))  # type: ignore[attr-defined]


def count_queries(app: Flask, act: Callable[[], object]) -> int:
    """Return how many statements the database ran."""
    ran: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        ran.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    act()
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(ran)


def test_a_councillor_writes_previews_and_publishes_without_a_script(app: Flask) -> None:
    client, _, places = councillor(app)

    address = compose(client, **DRAFT, neighbourhood_ids=places[0])
    preview = text(client.get(address))
    assert "les habitants ne voient pas encore" in preview
    assert "<h2>D’où l’on part</h2>" in preview
    assert "Du 1er mars 2027 au 31 mars 2027" in preview
    assert app.test_client().get(address).status_code == 404

    confirmation = text(client.get(f"{address}/publication"))
    assert "lundi 1er mars à 8 h" in confirmation
    assert post_form(client, f"{address}/publication", version=3).status_code == 302  # type: ignore[attr-defined]
    public = text(app.test_client().get(address))
    assert "Quartier 0" in public
    assert "les habitants ne voient pas encore" not in public


def test_another_row_of_phase_is_added_and_nothing_typed_is_lost(app: Flask) -> None:
    client, _, _ = councillor(app)
    address = compose(client, **DRAFT)
    rows = {name: value for name, value in DRAFT.items() if name.startswith("phases-0")}

    page = text(
        post_form(
            client, f"{address}/dates", **{**rows, "phases-0-name": "Autre nom"}, version=2, add_phase="1"
        )
    )

    assert 'name="phases-1-name"' in page
    assert 'value="2027-03-01T08:00"' in page
    assert 'value="Autre nom"' in page
    assert 'value="2027-04-15T00:00"' in page  # two weeks after the others, unless she says otherwise
    with app.app_context():
        (kept,) = queries.get_consultation(int(address.rpartition("/")[2])).phases
        assert kept.name == "Vos idées"


def test_a_form_with_mistakes_comes_back_filled_in_with_what_to_correct(app: Flask) -> None:
    client, _, _ = councillor(app)
    words = {name: value for name, value in DRAFT.items() if not name.startswith("phases")}

    for title in ("", "a" * 5_000):
        answer = post_form(client, "/consultations/nouvelle/other", **{**words, "title": title})
        assert answer.status_code == 422  # type: ignore[attr-defined]
        assert "Tout est **ouvert**." in text(answer)
        assert 'id="field-title-error"' in text(answer)
        assert f'value="{title}"' in text(answer)
    with app.app_context():
        assert queries.list_consultations(at=phase().opens_at, draft_territory_ids=range(99)).total == 0


@pytest.mark.parametrize(
    ("box", "typed", "sentence"),
    [
        ("closes_at", "2027-02-01T00:00", "Cette phase finit avant d’avoir commencé."),
        ("opens_at", "2027-03-28T02:30", "Cette heure n’existe pas"),
        ("opens_at", "un jour", "Écrivez une date et une heure"),
        ("name", "a" * 5_000, "80 caractères"),
        ("name", "", "Ce champ est requis"),
    ],
)
def test_a_phase_that_cannot_be_is_told_beside_its_box_and_all_is_kept(
    app: Flask, box: str, typed: str, sentence: str
) -> None:
    client, _, _ = councillor(app)
    address = compose(client, **DRAFT)
    rows = {name: value for name, value in DRAFT.items() if name.startswith("phases-0")}

    answer = post_form(client, f"{address}/dates", **{**rows, f"phases-0-{box}": typed}, version=2)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    page = text(answer)
    told = re.search(rf'id="field-phases-0-{box}-error".*?</p>', page, re.DOTALL)
    assert told is not None
    assert sentence in told[0]
    assert f'value="{typed}"' in page
    with app.app_context():
        stored = queries.get_consultation(int(address.rpartition("/")[2]))
        assert (stored.version, [phase.name for phase in stored.phases]) == (2, ["Vos idées"])


def test_two_editors_see_both_texts_and_the_second_chooses(app: Flask) -> None:
    client, town, _ = councillor(app)
    with app.app_context():
        draft = add_consultation(town, is_published=False)
    address = f"/consultations/{draft}/modifier"
    post_form(client, address, title="Texte du collègue", body="Ses phrases", version=1)

    answer = post_form(client, address, title="Mon texte à moi", body="Mes phrases", version=1)

    assert answer.status_code == 409  # type: ignore[attr-defined]
    page = text(answer)
    assert "Texte du collègue" in page
    assert "Ses phrases" in page
    assert 'value="Mon texte à moi"' in page
    assert "Mes phrases" in page
    assert re.search(r'name="version" value="2"', page)
    assert post_form(client, address, title="Mon texte à moi", version=2).status_code == 302  # type: ignore[attr-defined]
    with app.app_context():
        assert queries.get_consultation(draft).title == "Mon texte à moi"


def test_a_phase_is_removed_by_its_box(app: Flask) -> None:
    client, town, _ = councillor(app)
    with app.app_context():
        draft = add_consultation(town, is_published=False)
        kept = queries.get_consultation(draft).phases[0].id
    rows = {"phases-0-id": kept, "phases-0-name": "Vos idées", "phases-0-remove": "true"}

    post_form(client, f"/consultations/{draft}/dates", version=1, **rows)

    with app.app_context():
        assert queries.get_consultation(draft).phases == []
    assert "Il faut au moins une phase" in text(client.get(f"/consultations/{draft}/publication"))
    assert post_form(client, f"/consultations/{draft}/publication", version=2).status_code == 422  # type: ignore[attr-defined]


def test_residents_find_no_way_to_write(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        published, draft = add_consultation(town), add_consultation(town, is_published=False)
        ada = add_person("Ada", lives_in=places[0])
    client = sign_in(app, ada)

    for path in ("/consultations/nouvelle", "/consultations/nouvelle/concertation"):
        assert client.get(path).status_code == 403
    assert post_form(client, "/consultations/nouvelle/other", title="x").status_code == 403  # type: ignore[attr-defined]
    for page in ("modifier", "lieux", "dates"):
        assert client.get(f"/consultations/{published}/{page}").status_code == 403
        refused = post_form(client, f"/consultations/{published}/{page}", title="x", version=1)
        assert refused.status_code == 403  # type: ignore[attr-defined]
    assert client.get(f"/consultations/{published}/apercu").status_code == 403
    assert post_form(client, f"/consultations/{published}/copie").status_code == 403  # type: ignore[attr-defined]
    for path in ("", "/modifier", "/lieux", "/dates", "/apercu", "/publication"):
        assert client.get(f"/consultations/{draft}{path}").status_code == 404
    assert "Écrire une consultation" not in text(client.get("/consultations"))
    assert app.test_client().get("/consultations/nouvelle").status_code == 302
    with app.app_context():
        assert queries.get_consultation(published).version == 1
        everything = queries.list_consultations(at=phase().opens_at, draft_territory_ids=range(99))
        assert {each.id for each in everything.items} == {published, draft}


def test_anybody_reads_the_list_and_narrows_it(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        soon, later = phase(5).opens_at, phase(9).opens_at
        add_consultation(town, title="Ouverte ici", neighbourhoods=(places[0],))
        add_consultation(town, title="Ouverte partout")
        add_consultation(town, title="Bientôt", opens_at=soon, closes_at=later)
        add_consultation(town, title="Finie", opens_at=phase(-9).opens_at, closes_at=phase(-5).opens_at)
        add_consultation(town, title="Secrète", is_published=False)
    client = app.test_client()

    def shown(query: str) -> set[str]:
        page = text(client.get(f"/consultations?{query}"))
        titles = ("Ouverte ici", "Ouverte partout", "Bientôt", "Finie", "Secrète")
        return {title for title in titles if title in page}

    assert shown("") == {"Ouverte ici", "Ouverte partout", "Bientôt", "Finie"}
    assert shown(f"status={Status.OPEN}") == {"Ouverte ici", "Ouverte partout"}
    assert shown(f"status={Status.COMING}") == {"Bientôt"}
    assert shown(f"status={Status.FINISHED}") == {"Finie"}
    assert shown(f"status={Status.DRAFT}") == set()
    assert shown(f"status=open&neighbourhood_id={places[1]}") == {"Ouverte partout"}
    assert shown("status=nonsense&page=-4&utm=x") == {"Ouverte ici", "Ouverte partout", "Bientôt", "Finie"}
    assert "Aucune consultation ne correspond" in text(client.get("/consultations?status=draft"))


def test_a_long_list_costs_as_many_queries_as_a_short_one(app: Flask) -> None:
    client = app.test_client()
    costs = {}
    with app.app_context():
        town, places = add_town()
    for size in (3, 27):
        with app.app_context():
            for _ in range(size):
                add_consultation(town, neighbourhoods=tuple(places[:2]))
        costs[size] = (
            count_queries(app, lambda: client.get("/consultations")),
            count_queries(app, lambda: client.get(f"{API}?page_size=100")),
        )

    assert costs[3] == costs[27]
    assert len(client.get(f"{API}?page_size=100").json["items"]) == 30  # type: ignore[index]


def test_over_the_api_a_consultation_is_drafted_changed_and_published(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        mayor = add_person("Isabelle", roles=((Role.COUNCILLOR, town),))
        resident = add_person("Ada", lives_in=places[0])
    client, headers = app.test_client(), bearer(app, mayor)
    first = {
        "name": "Idées",
        "opens_at": "2027-03-01T08:00:00+01:00",
        "closes_at": "2027-04-01T00:00:00+02:00",
    }

    made = client.post(
        API,
        headers=headers,
        json={"territory_id": town, "title": "Place", "phases": [{**first, "activities": ["propose"]}]},
    )
    address = f"{API}/{made.json['id']}"  # type: ignore[index]
    assert (made.status_code, made.json["status"], made.json["version"]) == (201, "draft", 1)  # type: ignore[index]
    assert made.json["phases"][0]["opens_at"] == "2027-03-01T07:00:00Z"  # type: ignore[index]
    assert made.json["phases"][0]["activities"] == ["read", "propose"]  # type: ignore[index]
    assert client.get(address).status_code == 404
    assert client.get(address, headers=bearer(app, resident)).status_code == 404

    refused = client.post(f"{address}/publication", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (422, "consultation_not_publishable")  # type: ignore[index]
    assert refused.json["fields"]["_form"] == ["Il manque le texte de présentation."]  # type: ignore[index]
    change = {"version": 1, "summary": "Que faire ?", "body": "Texte", "neighbourhood_ids": [places[0]]}
    assert client.patch(address, headers=headers, json=change).json["version"] == 2  # type: ignore[index]
    stale = client.patch(address, headers=headers, json={"version": 1, "title": "Autre"})
    assert (stale.status_code, stale.json["code"]) == (409, "consultation_changed_meanwhile")  # type: ignore[index]
    assert client.post(f"{address}/publication", headers=headers, json={"version": 2}).status_code == 200

    read = client.get(address).json
    assert read["title"] == "Place"  # type: ignore[index]
    assert read["state"] == ConsultationState.PUBLISHED  # type: ignore[index]
    assert read["neighbourhood_ids"] == [places[0]]  # type: ignore[index]
    assert read["phases"][0]["name"] == "Idées"  # type: ignore[index]


def test_the_page_leads_to_the_polls_about_it_drafts_left_out(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        consultation = add_consultation(town)
        other = add_consultation(town)
        add_person("Ada", lives_in=places[0])
        about = {"subject_kind": "consultation", "subject_id": consultation}
        add_poll(town, question="Quel revêtement ?", **about)
        add_draft(town, question="Question en préparation", **about)
    page = text(app.test_client().get(f"/consultations/{consultation}"))

    assert "Quel revêtement ?" in page
    assert 'href="#scrutins"' in page
    assert "Question en préparation" not in page
    assert "Quel revêtement ?" not in text(app.test_client().get(f"/consultations/{other}"))


def test_who_opens_a_consultation_of_reactions_alone_is_led_to_what_there_is_to_read(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        only_reactions = add_consultation(town, activities=(Activity.READ, Activity.REACT))
        ideas = add_consultation(town)
    client = app.test_client()

    page = text(client.get(f"/consultations/{only_reactions}"))
    assert "Lire les affirmations" in page
    assert "Lire les propositions" not in page
    assert "Lire les affirmations" not in text(client.get(f"/consultations/{ideas}"))
    assert "Donnez votre avis jusqu’au" in page


def test_a_draft_without_dates_is_not_shown_as_over(app: Flask) -> None:
    client, _, _ = councillor(app)
    address = compose(client, **DRAFT)
    post_form(client, f"{address}/dates", version=2)
    page = text(client.get(address))

    assert "Brouillon : dates à fixer" in page
    assert "Terminée" not in page
    assert "Merci à celles et ceux" not in page


def test_the_box_that_hides_reactions_is_kept_shown_ticked_and_told_by_json(app: Flask) -> None:
    client, _, _ = councillor(app)

    address = compose(client, **DRAFT | {"phases-0-react": "true", "phases-0-hides_reactions": "true"})
    form = text(client.get(f"{address}/dates"))

    box = re.search(r"<input[^>]*phases-0-hides_reactions[^>]*>", form)
    assert box is not None
    assert "checked" in box[0]
    with app.app_context():
        found = queries.get_consultation(int(address.rpartition("/")[2]))
        assert [phase.hides_reactions for phase in found.phases] == [True]
