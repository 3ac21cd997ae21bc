"""Voting and preparing polls by pages, by JSON and by socket."""

import hashlib
import re
from datetime import timedelta

import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.voting import queries
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.models import Poll
from civic.voting.rules import PollState
from civic.web.idempotency import KeptAnswer
from civic.web.languages import form_instant
from tests.conftest import add_person, add_town, bearer, plain, post_form, sign_in
from tests.voting.builders import add_draft, add_poll, box_of
from tests.voting.test_secrecy import follow

CODE = re.compile(r"(?:[2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}")
EXAMPLE = "K7QM-4RTX-9WPA-2HDN"


def text_of(client: FlaskClient, path: str) -> str:
    return plain(client.get(path).get_data(as_text=True))


def codes_in(page: str) -> list[str]:
    return [code for code in dict.fromkeys(CODE.findall(page)) if code != EXAMPLE]


def poll_form(place: int, **changes: str) -> dict[str, str]:
    now = utc_now()
    return {
        "question": "Quel nom pour la nouvelle école ?",
        "description": "## Le contexte\n\nTrois noms.",
        "territory_id": str(place),
        "q1-method": "single",
        "q1-0-label": "Simone Veil",
        "q1-0-text": "Magistrate et ministre",
        "q1-2-label": "Rosa Bonheur",
        "opens_at": form_instant(now - timedelta(hours=1)),
        "closes_at": form_instant(now + timedelta(days=3)),
        "quorum_percent": "10",
        "shows_turnout": "true",
        **changes,
    }


def test_an_agent_prepares_opens_and_a_resident_votes_checks_and_reads_the_result(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        ada = sign_in(app, add_person("Ada", lives_in=place))
    stranger = app.test_client()

    drafted = post_form(agent, "/scrutins/nouveau", **poll_form(place))
    page = drafted.headers["Location"]
    assert stranger.get(page).status_code == ada.get(page).status_code == 404
    assert "Brouillon" in text_of(agent, page)

    confirmation = text_of(agent, f"{page}/ouverture")
    shown = re.search(r'name="rules_hash"\s+value="([0-9a-f]{64})"', confirmation)[1]
    assert post_form(agent, f"{page}/ouverture", rules_hash=shown).status_code == 302

    assert "Connectez-vous" in text_of(stranger, page)
    assert "Vous pouvez voter" in text_of(ada, page)
    assert hashlib.sha256(ada.get(f"{page}/regles.json").get_data()).hexdigest() == shown
    choice = re.search(r'name="q1"\s+value="(c\d)"', text_of(ada, f"{page}/bulletin"))[1]
    cast = post_form(ada, f"{page}/bulletin", q1=choice)
    receipt = text_of(ada, cast.headers["Location"])
    (code,) = codes_in(receipt)
    assert codes_in(text_of(ada, cast.headers["Location"])) == []
    assert "Votre bulletin est dans l’urne" in text_of(ada, page)
    checked = post_form(stranger, "/scrutins/recepisse", receipt=code.lower()).get_data(as_text=True)
    assert "Quel nom pour la nouvelle école" in checked
    assert "Simone Veil" not in checked

    with time_machine.travel(utc_now() + timedelta(days=4)):
        result = text_of(stranger, f"{page}/resultat")
        assert "Simone Veil" in result
        assert "100 %" in result
        assert "identique" in result
        assert "c1 : Simone Veil" in text_of(stranger, f"{page}/bulletins.csv")


def test_a_second_ballot_by_form_says_why_and_changes_nothing(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = sign_in(app, add_person("Ada", lives_in=place))
        poll_id, (yes, _no) = add_poll(place)
    path = f"/scrutins/{poll_id}/bulletin"

    post_form(ada, path, q1="c1")
    again = post_form(ada, path, q1="c2")

    assert again.status_code == 409
    page = again.get_data(as_text=True)
    assert "chacun ne vote qu’une fois" in page
    assert "Ce n’est pas enregistré" in page
    assert "est à corriger" not in page
    assert "Déposer mon bulletin" not in page
    assert "Revenir au scrutin" in page
    assert ada.get(path).headers["Location"] == f"/scrutins/{poll_id}"
    with app.app_context():
        assert box_of(poll_id) == [yes]


def test_a_ballot_without_a_choice_or_with_a_false_one_comes_back(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = sign_in(app, add_person("Ada", lives_in=place))
        poll_id, _ = add_poll(place)

    nothing = post_form(ada, f"/scrutins/{poll_id}/bulletin")
    assert (nothing.status_code, "ou le vote blanc" in nothing.get_data(as_text=True)) == (422, True)
    for wrong in ("999999", "-1", "oui", "1e3", "1\n", "²"):
        assert post_form(ada, f"/scrutins/{poll_id}/bulletin", q1=wrong).status_code == 422
    with app.app_context():
        assert box_of(poll_id) == []
    post_form(ada, f"/scrutins/{poll_id}/bulletin", q1="blank")
    with app.app_context():
        assert box_of(poll_id) == [None]


def test_a_poll_form_that_fails_comes_back_filled_in(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
    form = poll_form(place, quorum_percent="150", closes_at=form_instant(utc_now() - timedelta(days=9)))

    for changes in ({}, {"quorum_percent": "10"}):
        answer = post_form(agent, "/scrutins/nouveau", **{**form, **changes})
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        for typed in (
            "Quel nom pour la nouvelle école ?",
            "Trois noms.",
            "Magistrate et ministre",
            "Rosa Bonheur",
        ):
            assert typed in page
        assert form["closes_at"] in page
    assert "La clôture doit venir après l’ouverture." in page

    more = post_form(agent, "/scrutins/nouveau", **form, add_choices="1").get_data(as_text=True)
    assert "Rosa Bonheur" in more
    assert more.count('-label"') > page.count('-label"')
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Poll.id))) == 0


def test_a_draft_s_form_shows_what_was_written_and_keeps_what_it_is_about(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        poll_id = add_draft(place, subject_kind="consultation", subject_id=7, minimum_age=16)

    page = text_of(agent, f"/scrutins/{poll_id}/modifier")
    assert re.search(r'value="yes-no"\s+checked', page)
    assert 'value="16"' in page
    post_form(agent, f"/scrutins/{poll_id}/modifier", **poll_form(place))

    with app.app_context():
        poll = queries.get_poll(poll_id)
        assert (poll.question, poll.subject_kind, poll.subject_id, poll.minimum_age) == (
            "Quel nom pour la nouvelle école ?",
            "consultation",
            7,
            None,
        )


def test_an_agent_finds_a_person_on_the_roll_and_puts_her_paper_ballot_in_the_box(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = sign_in(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        elise = add_person("Élise Côté", lives_in=place)
        add_person("Paul", lives_in=place)
        poll_id, (yes, _) = add_poll(place)
    roll = f"/scrutins/{poll_id}/liste-electorale"

    found = text_of(agent, f"{roll}?q=cote+elise")
    assert "Élise Côté" in found
    assert "Paul" not in found
    cast = post_form(agent, f"{roll}/{elise}/bulletin", q1="c1", channel="paper")
    assert len(codes_in(text_of(agent, cast.headers["Location"]))) == 1
    assert "A voté" in text_of(agent, roll)
    refused = post_form(agent, f"{roll}/{elise}/bulletin", q1="c1", channel="web")
    assert refused.status_code == 422
    with app.app_context():
        assert box_of(poll_id) == [yes]


def test_the_agent_s_pages_are_refused_to_a_resident(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = add_person("Ada", lives_in=place)
        client = sign_in(app, ada)
        poll_id, (_yes, _) = add_poll(place)

    roll = f"/scrutins/{poll_id}/liste-electorale"
    for path in (
        "/scrutins/nouveau",
        f"/scrutins/{poll_id}/modifier",
        f"/scrutins/{poll_id}/ouverture",
        roll,
        f"{roll}/{ada}/bulletin",
    ):
        assert client.get(path).status_code == 403, path
        assert app.test_client().get(path).status_code == 302, path
    assert post_form(client, "/scrutins/nouveau", **poll_form(place)).status_code == 403
    assert post_form(client, f"{roll}/{ada}/bulletin", q1="c1", channel="desk").status_code == 403
    with app.app_context():
        assert box_of(poll_id) == []


# JSON


def test_a_client_prepares_changes_opens_votes_and_reads_by_json(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = bearer(app, add_person("Agnès", roles=((Role.AGENT, town),)))
        ada = bearer(app, add_person("Ada", lives_in=place))
    client, now = app.test_client(), utc_now()
    body = {
        "question": "Faut-il un marché le soir ?",
        "territory_id": place,
        "choices": [{"label": "Oui"}, {"label": "Non", "text": "Le matin suffit"}],
        "opens_at": (now - timedelta(hours=1)).isoformat(),
        "closes_at": (now + timedelta(days=1)).isoformat(),
    }

    made = client.post("/api/v1/polls", json=body, headers=agent)
    path = f"/api/v1/polls/{made.json['id']}"
    assert (made.status_code, made.json["status"], client.get(path, headers=ada).status_code) == (
        201,
        "draft",
        404,
    )
    assert client.post("/api/v1/polls", json=body, headers=ada).status_code == 403
    assert client.patch(path, json={"quorum_percent": 20}, headers=agent).json["quorum_percent"] == 20
    opened = client.post(f"{path}/opening", json={}, headers=agent).json
    assert (opened["status"], len(opened["rules_hash"]), opened["roll_size"]) == ("open", 64, 1)
    assert client.patch(path, json={"quorum_percent": 0}, headers=agent).json["code"] == "poll_frozen"

    assert client.get(path, headers=ada).json["standing"] == "may_vote"
    choice_id = opened["choices"][0]["id"]
    cast = client.post(f"{path}/ballot", json={"choice_id": choice_id}, headers=ada)
    assert (cast.status_code, cast.json["turnout"]) == (201, 1)
    assert (
        client.post("/api/v1/receipts/check", json={"receipt": cast.json["receipt"]}, headers=agent).json[
            "poll_id"
        ]
        == opened["id"]
    )
    assert client.post(f"{path}/ballot", json={"blank": True}, headers=ada).json["code"] == "already_voted"
    assert client.get("/api/v1/polls").json["total"] == 1
    with time_machine.travel(now + timedelta(days=1)):
        result = client.get(f"{path}/result").json
        assert [choice["ballots"] for choice in result["choices"]] == [1, 0]
        assert result["is_quorum_reached"] is result["is_intact"] is True


def test_a_client_reads_the_count_of_each_question(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        voters = [bearer(app, add_person(name, lives_in=place)) for name in ("Ada", "Bob")]
        poll_id, _ = add_poll(
            place,
            questions=(
                QuestionPlan("Un marché le soir ?", (ChoicePlan("Oui"), ChoicePlan("Non"))),
                QuestionPlan(
                    "Que planter ?",
                    (ChoicePlan("Tilleuls"), ChoicePlan("Chênes"), ChoicePlan("Haies")),
                    method="approval",
                ),
            ),
            closes_at=utc_now() + timedelta(hours=1),
        )
    client = app.test_client()
    for voter, answers in zip(
        voters,
        ([{"options": ["c1"]}, {"options": ["c1", "c3"]}], [{"blank": True}, {"options": ["c3"]}]),
        strict=True,
    ):
        cast = client.post(f"/api/v1/polls/{poll_id}/ballots", json={"answers": answers}, headers=voter)
        assert cast.status_code == 201, cast.text
    with time_machine.travel(utc_now() + timedelta(hours=2)):
        result = client.get(f"/api/v1/polls/{poll_id}/result").json

    first, second = result["questions"]
    assert [(one["id"], one["ballots"], one["is_winner"]) for one in first["options"]] == [
        ("c1", 1, True),
        ("c2", 0, False),
    ]
    assert [one["ballots"] for one in second["options"]] == [1, 0, 2]
    assert (first["blank"], second["blank"], second["winners"]) == (1, 0, ["c3"])
    assert (result["blanks"], [one["ballots"] for one in result["choices"]]) == (1, [1, 0])


def test_an_unclear_ballot_is_refused_by_json(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = bearer(app, add_person("Ada", lives_in=place))
        poll_id, (yes, _) = add_poll(place)
    client = app.test_client()

    for body in (
        {},
        {"blank": False},
        {"blank": True, "choice_id": yes},
        {"choice_id": None},
        {"choice_id": [yes]},
        {"blank": "yes"},
        {"choice_id": yes, "person_id": 1},
    ):
        answer = client.post(f"/api/v1/polls/{poll_id}/ballot", json=body, headers=ada)
        assert answer.status_code == 422, body
    with app.app_context():
        assert box_of(poll_id) == []


def test_a_retried_ballot_keeps_no_trace_of_its_content_beside_the_person(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada = {**bearer(app, add_person("Ada", lives_in=place)), "Idempotency-Key": "once"}
        poll_id, (yes, _) = add_poll(place)
    client = app.test_client()

    first = client.post(f"/api/v1/polls/{poll_id}/ballot", json={"choice_id": yes}, headers=ada)
    again = client.post(f"/api/v1/polls/{poll_id}/ballot", json={"choice_id": yes}, headers=ada)

    assert (first.status_code, again.json["code"]) == (201, "already_voted")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(KeptAnswer)) == 0
        assert box_of(poll_id) == [yes]


def test_lists_cost_as_many_queries_whatever_their_length(app: Flask) -> None:
    with app.app_context():
        _town, (place, *_) = add_town()
        add_person("Ada", lives_in=place)
        add_poll(place)
    client = app.test_client()
    few = count_queries(app, client, "/api/v1/polls")
    with app.app_context():
        for _ in range(8):
            add_poll(place)

    assert count_queries(app, client, "/api/v1/polls") == few


def count_queries(app: Flask, client: FlaskClient, path: str) -> int:
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    client.get(path)
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(seen)


# Sockets


def test_a_stranger_follows_a_public_poll_and_not_a_draft(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        add_person("Ada", lives_in=place)
        poll_id, _ = add_poll(place)
        draft = add_draft(place)
        assert queries.get_poll(draft).state is PollState.DRAFT
    ask = follow(app)

    assert ask(poll_id) == {
        "ok": True,
        "data": {"poll_id": poll_id, "status": "open", "turnout": 0, "roll_size": 1},
    }
    assert ask(draft)["error"]["code"] == "poll_not_found"
    assert ask(-1)["error"]["code"] == "invalid"
