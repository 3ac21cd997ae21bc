"""The town hall writes guides to procedures; everybody reads them, beside the requests for that help."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from civic.mutual_aid.guides.queries import list_guides
from tests.conftest import Role, add_person, add_town, plain, post_form, sign_in

GUIDE = {
    "title": "Refaire sa carte d’identité",
    "summary": "Un rendez-vous en mairie.",
    "text": "À préparer :\nune photo\nun justificatif\n\nPrenez rendez-vous.",
    "address": "https://ants.gouv.fr",
}


@pytest.fixture
def town(app: Flask) -> tuple[int, FlaskClient, FlaskClient]:
    """The commune, an agent's browser, and a resident's."""
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Nadia", roles=((Role.AGENT, town),))
        return town, sign_in(app, agent), sign_in(app, add_person("Rose", lives_in=place))


def test_an_agent_writes_a_guide_and_a_stranger_reads_it_step_by_step(
    app: Flask, town: tuple[int, FlaskClient, FlaskClient]
) -> None:
    _, agent, rose = town
    assert "Pas encore de guide" in rose.get("/entraide/guides").get_data(as_text=True)
    written = post_form(agent, "/entraide/guides", **GUIDE)
    stranger = app.test_client()
    page = plain(stranger.get(written.location).get_data(as_text=True))  # type: ignore[attr-defined]

    assert "<li>une photo</li>" in page
    assert ">À préparer</h2>" in page
    assert 'href="https://ants.gouv.fr"' in page
    assert "Modifier" not in page
    assert "Refaire sa carte" in stranger.get("/entraide/guides").get_data(as_text=True)
    asking = rose.get("/entraide/demandes/nouvelle?category=online_procedures").get_data(as_text=True)
    assert "/entraide/guides" in asking


def test_a_guide_is_corrected_then_taken_off(app: Flask, town: tuple[int, FlaskClient, FlaskClient]) -> None:
    town_id, agent, _ = town
    address = post_form(agent, "/entraide/guides", **GUIDE).location  # type: ignore[attr-defined]
    wrong = post_form(agent, f"{address}/modifier", **{**GUIDE, "title": "Carte", "address": "ftp://ici"})
    assert (wrong.status_code, 'value="Carte"' in wrong.get_data(as_text=True)) == (422, True)  # type: ignore[attr-defined]
    post_form(agent, f"{address}/modifier", **{**GUIDE, "title": "Ma carte"})
    assert "Ma carte" in agent.get(address).get_data(as_text=True)

    post_form(agent, f"{address}/retrait")

    assert agent.get(address).status_code == 404
    with app.app_context():
        assert list_guides(town_id) == []


def test_a_resident_writes_no_guide(app: Flask, town: tuple[int, FlaskClient, FlaskClient]) -> None:
    town_id, _, rose = town

    assert rose.get("/entraide/guides/nouveau").status_code == 403
    assert post_form(rose, "/entraide/guides", **GUIDE).status_code == 403  # type: ignore[attr-defined]
    with app.app_context():
        assert list_guides(town_id) == []
