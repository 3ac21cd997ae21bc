"""What every address answers, whoever asks."""

from flask import Flask

from tests.conftest import add_person, add_town, bearer, sign_in
from tests.councils.drawing import agent, frozen_draw


def test_a_stranger_sees_the_home_page_with_strict_headers(app: Flask) -> None:
    answer = app.test_client().get("/")

    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_address_is_a_page_for_a_browser_and_a_problem_for_the_api(app: Flask) -> None:
    client = app.test_client()

    assert "n’existe pas" in client.get("/nulle-part").get_data(as_text=True)
    answer = client.get("/api/v1/nowhere")
    assert (answer.status_code, answer.content_type, answer.json["code"]) == (
        404,
        "application/problem+json",
        "not_found",
    )


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/compte/connexion", data={"email": "a@example.org", "password": "x"})

    assert answer.status_code == 400


def test_someone_signed_in_reads_her_name_in_the_frame(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        ada = add_person("Ada Lovelace", lives_in=town)

    assert "Ada Lovelace" in sign_in(app, ada).get("/").get_data(as_text=True)
    assert "Ada Lovelace" not in app.test_client().get("/").get_data(as_text=True)


def test_the_api_describes_itself(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json

    assert document["openapi"] == "3.1.0"


def test_a_wrong_token_signs_nobody_in_even_beside_a_good_cookie(app: Flask) -> None:
    with app.app_context():
        ada = add_person("Ada")
    client = sign_in(app, ada)

    assert "Ada" not in client.get("/", headers={"Authorization": "Bearer wrong"}).get_data(as_text=True)
    assert "Ada" in app.test_client().get("/", headers=bearer(app, ada)).get_data(as_text=True)


def test_a_number_too_large_for_the_database_is_simply_not_found(app: Flask) -> None:
    assert app.test_client().get(f"/api/v1/consultations/{2**80}").status_code == 404


def test_a_word_that_no_database_takes_is_simply_not_found(service_app: Flask) -> None:
    with service_app.app_context():
        town, _ = add_town()
        agnes = agent(town)
        draw_id = frozen_draw(agnes, town)
        token = bearer(service_app, agnes.id)
    client = service_app.test_client()

    for word in ("1%00", "%00", "1%0A"):
        path = f"/api/v1/draws/{draw_id}/places/{word}/answer"
        assert client.post(path, json={"is_accepted": True}, headers=token).status_code == 404
        assert client.get(f"/aide/importer/accord/{word}").status_code == 404
