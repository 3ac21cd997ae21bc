"""The essential of a page: written with help, shown near the top, read alone, and part of what a poll freezes."""

import hashlib
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.councils.models import Sitting
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.voting import queries as polls
from civic.voting.frozen import canonical_rules
from civic.voting.models import Poll
from civic.voting.rules import RULES_FORMAT
from civic.voting.service import reading
from tests.conftest import add_person, add_town, bearer, build, dispose, plain, post_form, sign_in
from tests.consultations.making import add_consultation, compose
from tests.consultations.test_doors import DRAFT, councillor
from tests.voting.builders import add_draft, add_poll

ESSENTIAL = "La mairie refait la place.\nVous avez 2 choix :\n- des arbres ;\n- un marché."
NEW = "/consultations/nouvelle/other"
WORDS = {name: value for name, value in DRAFT.items() if not name.startswith("phases")}
HARD = "Préalablement à la réunion, la voirie sera fermée."


def text(answer: object) -> str:
    return plain(answer.get_data(as_text=True))  # type: ignore[attr-defined]


def write_essential(consultation_id: int, words: str = ESSENTIAL) -> None:
    with transaction():
        consultations.get_consultation(consultation_id).plain_text = words


def test_a_councillor_checks_without_a_script_and_nothing_is_saved(app: Flask) -> None:
    client, _, _ = councillor(app)

    answer = post_form(client, NEW, **{**WORDS, "plain_text": HARD}, check_plain_text="1")

    page = text(answer)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "« Préalablement » : écrivez plutôt « avant »." in page
    assert "« sera fermée »" not in page  # « fermée » tells a state
    assert 'value="La place du marché"' in page
    assert "Tout est **ouvert**." in page
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Consultation)) == 0


def test_advice_never_prevents_from_saving(app: Flask) -> None:
    client, _, _ = councillor(app)

    address = compose(client, **{**WORDS, "plain_text": HARD})

    assert HARD in text(client.get(address))


def test_an_essential_that_is_too_long_comes_back_with_what_to_correct(app: Flask) -> None:
    client, _, _ = councillor(app)

    answer = post_form(client, NEW, **{**WORDS, "plain_text": "a" * 801})

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert 'href="#field-plain_text"' in text(answer)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Consultation)) == 0


def test_residents_read_the_essential_on_the_page_and_alone(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town)
        write_essential(consultation)
    client = app.test_client()

    page = text(client.get(f"/consultations/{consultation}"))
    assert page.index("L’essentiel") < page.index("Tout est")
    assert f'href="/consultations/{consultation}/essentiel"' in page

    alone = text(client.get(f"/consultations/{consultation}/essentiel"))
    assert "<p>La mairie refait la place.</p>" in alone
    assert "<li>des arbres ;</li>" in alone
    assert "<nav" not in alone
    assert "Tout est" not in alone


def test_a_page_without_an_essential_says_so_and_shows_no_block(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town)
    client = app.test_client()

    assert 'class="essential"' not in text(client.get(f"/consultations/{consultation}"))
    assert "Personne n’a encore écrit" in text(client.get(f"/consultations/{consultation}/essentiel"))


def test_the_essential_of_a_draft_is_for_its_writers_alone(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        consultation = add_consultation(town, is_published=False)
        draft = add_draft(places[0], plain_text=ESSENTIAL)
        write_essential(consultation)
        writer = sign_in(app, add_person("Isabelle", roles=((Role.COUNCILLOR, town),)))

    for path in (f"/consultations/{consultation}/essentiel", f"/scrutins/{draft}/essentiel"):
        refused = app.test_client().get(path)
        assert refused.status_code == 404
        assert "refait la place" not in text(refused)
        assert "refait la place" in text(writer.get(path))


def test_what_is_typed_is_text_and_never_markup(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town)
        write_essential(consultation, "<script>alert(1)</script>\n**gras** & <b>")
    client = app.test_client()

    for path in ("", "/essentiel"):
        page = text(client.get(f"/consultations/{consultation}{path}"))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "**gras** &amp; &lt;b&gt;" in page


def test_the_api_reads_and_writes_the_essential_and_keeps_what_is_left_out(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        headers = bearer(app, add_person("Isabelle", roles=((Role.COUNCILLOR, town),)))
    client = app.test_client()
    path = "/api/v1/consultations"

    made = client.post(
        path, headers=headers, json={"territory_id": town, "title": "La place", "plain_text": ESSENTIAL}
    ).get_json()
    assert made["plain_text"] == ESSENTIAL
    kept = client.patch(f"{path}/{made['id']}", headers=headers, json={"version": 1, "title": "Le pont"})
    assert kept.get_json()["plain_text"] == ESSENTIAL
    refused = client.patch(
        f"{path}/{made['id']}", headers=headers, json={"version": 2, "plain_text": "a" * 801}
    )
    assert refused.status_code == 422
    assert client.get(f"{path}/{made['id']}", headers=headers).get_json()["plain_text"] == ESSENTIAL


def test_an_open_poll_freezes_its_essential_in_the_fingerprint(app_context: Flask) -> None:
    _, places = add_town()
    add_person("Ada", lives_in=places[0])
    poll_id, _ = add_poll(places[0], plain_text=ESSENTIAL)

    document = reading.export_rules(ANONYMOUS, poll_id=poll_id)

    assert json.loads(document)["plain_text"] == ESSENTIAL
    assert hashlib.sha256(document.encode()).hexdigest() == polls.get_poll(poll_id).rules_hash
    with transaction():
        db.session.execute(sa.update(Poll).where(Poll.id == poll_id).values(plain_text="Votez oui."))
        db.session.execute(sa.update(Poll).values(closes_at=utc_now() - timedelta(seconds=1)))
    db.session.expire_all()
    assert not reading.show_result(ANONYMOUS, poll_id=poll_id).is_intact


def test_a_poll_opened_before_essentials_existed_keeps_its_fingerprint(app_context: Flask) -> None:
    _, places = add_town()
    add_person("Ada", lives_in=places[0])
    poll_id, _ = add_poll(places[0])

    assert "plain_text" not in json.loads(reading.export_rules(ANONYMOUS, poll_id=poll_id))
    plan = polls.plan_of(polls.get_poll(poll_id))
    assert "plain_text" not in canonical_rules(
        poll_id, plan, rules_format=RULES_FORMAT, tie_seed="", roll_size=1, roll_sha256="0"
    )


def test_an_agent_reads_the_essential_before_she_freezes_it(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        add_person("Ada", lives_in=places[0])
        draft = add_draft(places[0], plain_text=ESSENTIAL)
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))

    assert "<li>des arbres ;</li>" in text(agent.get(f"/scrutins/{draft}/ouverture"))
    assert "des arbres" in text(agent.get(f"/scrutins/{draft}/modifier"))
    checked = post_form(
        agent, f"/scrutins/{draft}/modifier", question="Où ?", plain_text=HARD, check_plain_text="1"
    )
    assert "« Préalablement » : écrivez plutôt" in text(checked)
    with app.app_context():
        assert polls.get_poll(draft).plain_text == ESSENTIAL


def test_a_sitting_has_its_essential_too(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
    council = post_form(
        agent, "/conseils-de-quartier", territory_id=places[0], name="Conseil des Bords"
    ).location  # type: ignore[attr-defined]
    values = {
        "title": "Séance",
        "starts_at": "2027-03-03T18:30",
        "place": "Centre social",
        "is_published": "true",
    }

    checked = post_form(agent, f"{council}/seances", **values, plain_text=HARD, check_plain_text="1")
    assert "« Préalablement » : écrivez plutôt" in text(checked)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Sitting)) == 0
    sitting = post_form(agent, f"{council}/seances", **values, plain_text=ESSENTIAL).location  # type: ignore[attr-defined]

    stranger = app.test_client()
    assert "<li>des arbres ;</li>" in text(stranger.get(sitting))
    assert "<li>des arbres ;</li>" in text(stranger.get(f"{sitting}/essentiel"))


def test_the_script_gets_a_fragment_with_the_advice(app: Flask) -> None:
    client, _, _ = councillor(app)

    fragment = text(post_form(client, "/mots-simples/verification", plain_text=HARD))

    assert "<html" not in fragment
    assert "« voirie » : écrivez plutôt « rue »." in fragment
    assert 'data-summary="' in fragment
    assert "appuyez sur « Vérifier »" in text(post_form(client, "/mots-simples/verification", plain_text=" "))


def test_the_advice_is_in_the_language_of_the_page_and_the_text_is_said_to_be_french(app: Flask) -> None:
    client, _, _ = councillor(app)
    client.set_cookie("langue", "en")

    fragment = text(post_form(client, "/mots-simples/verification", plain_text=HARD))

    assert '<q lang="fr">' in fragment


@pytest.mark.parametrize("values", [{"plain_text": "a" * 4_001}, {"plain_text": "a", "other": "b"}])
def test_a_check_refuses_what_it_does_not_expect(app: Flask, values: dict[str, str]) -> None:
    client, _, _ = councillor(app)

    assert post_form(client, "/mots-simples/verification", **values).status_code == 422  # type: ignore[attr-defined]


def test_a_stranger_has_no_text_checked(app: Flask) -> None:
    assert post_form(app.test_client(), "/mots-simples/verification", plain_text="a").status_code == 401  # type: ignore[attr-defined]


def test_checking_while_writing_is_limited_apart_from_what_is_saved(sqlite_url: str) -> None:
    app = build(sqlite_url, writes_per_minute="3")
    client, _, _ = councillor(app)

    def statuses(path: str, values: dict[str, str]) -> list[int]:
        return [post_form(client, path, **values).status_code for _ in range(4)]  # type: ignore[attr-defined]

    assert statuses("/mots-simples/verification", {"plain_text": "Venez."}) == [200] * 4
    assert statuses(NEW, WORDS) == [302, 302, 302, 429]
    dispose(app)


def test_checking_has_a_limit_of_its_own(app: Flask) -> None:
    client, _, _ = councillor(app)
    checks = [post_form(client, "/mots-simples/verification", plain_text="Venez.") for _ in range(121)]

    assert [check.status_code for check in checks] == [200] * 120 + [429]  # type: ignore[attr-defined]


@pytest.mark.parametrize("button", ["check_plain_text", "add_phase", "add_choice"])
def test_a_resident_has_nothing_read_by_the_forms_of_those_who_write(app: Flask, button: str) -> None:
    with app.app_context():
        _, places = add_town()
        client = sign_in(app, add_person("Ada", lives_in=places[0]))

    for path in ("/mots-simples/verification", NEW, "/scrutins/nouveau"):
        refused = post_form(client, path, plain_text=HARD, **{button: "1"})
        assert refused.status_code == 403  # type: ignore[attr-defined]
        assert "écrivez plutôt" not in text(refused)
        assert text(refused).count("Préalablement") == text(refused).count(
            HARD
        )  # her own words alone, given back


def test_a_resident_has_no_sitting_checked(app: Flask) -> None:
    with app.app_context():
        town, places = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        client = sign_in(app, add_person("Ada", lives_in=places[0]))
    council = post_form(agent, "/conseils-de-quartier", territory_id=places[0], name="Bords").location  # type: ignore[attr-defined]

    refused = post_form(client, f"{council}/seances", plain_text=HARD, check_plain_text="1")

    assert refused.status_code == 403  # type: ignore[attr-defined]
    assert "écrivez plutôt" not in text(refused)
    assert text(refused).count("Préalablement") == text(refused).count(HARD)
