"""Before the closing, nobody learns by any door what ballots say: two towns whose boxes differ answer the same bytes.

Chance is the same in both (receipts, nonces of heads), so that what differs comes from the ballots alone.
"""

import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import deliver_due
from civic.voting import queries
from civic.voting.answers import read_ballot
from civic.voting.register.following import follow_register
from civic.voting.service import ballots
from tests.conftest import actor_of, add_person, add_town, build, dispose, sign_in
from tests.voting.asked import ASKED
from tests.voting.builders import add_poll

CHANGING = re.compile(
    r'nonce[-="][^"; ]+|name="csrf_token" value="[^"]+"|csrf-token" content="[^"]+"|"request_id":"[^"]+"'
)
ROLES = [None, "resident", "voter", *Role]
PAGES_OF_OTHERS = [
    "/",
    "/mon-espace",
    "/bureau",
    "/recherche?q=tilleuls",
    "/affichage",
    "/imprimer",
    "/metrics",
]


@dataclass
class Twins:
    """The same town twice, but for what its ballots say."""

    apps: list[Flask]
    poll_id: int
    person_ids: dict[str | None, int]
    clients: dict[str | None, list[FlaskClient]]


@pytest.fixture(params=[True, False], ids=["turnout shown", "turnout hidden"])
def twins(
    request: pytest.FixtureRequest, sqlite_tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Twins]:
    with time_machine.travel(utc_now().replace(microsecond=0), tick=False) as clock:
        first = build(f"sqlite:///{shutil.copy(sqlite_tables, tmp_path / 'first.sqlite3')}")
        poll_id, _, voters, persons = _make_town(first, shows_turnout=request.param)
        clients = {who: [sign_in(first, person)] for who, person in persons.items()} | {
            None: [first.test_client()]
        }
        dispose(first)
        copy_database(tmp_path / "first.sqlite3", tmp_path / "second.sqlite3")
        second = build(f"sqlite:///{tmp_path / 'second.sqlite3'}")
        _read_templates_once([first, second], monkeypatch)
        for who, (client,) in list(clients.items()):
            clients[who].append(same_browser(client, second))
        for app, boxes in ((first, FIRST_BOXES), (second, SECOND_BOXES)):
            with app.app_context(), same_chance(monkeypatch):
                for number, voter in enumerate(voters):
                    answers = tuple(read_ballot(box[number]) for box in boxes)
                    ballots.cast_ballot(actor_of(voter), poll_id=poll_id, answers=answers)
        clock.shift(timedelta(minutes=1))
        yield Twins([first, second], poll_id, persons, clients)
    dispose(first), dispose(second)


@contextmanager
def same_chance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Draw receipts and nonces alike wherever this is."""
    dice = Random(1)
    with monkeypatch.context() as patched:
        patched.setattr(secrets, "choice", dice.choice)
        patched.setattr(secrets, "token_hex", lambda size=32: dice.randbytes(size).hex())
        yield


ASKED_HERE = tuple(ASKED[method] for method in ("single", "majority-judgment", "stv", "budget-equal-shares"))
FIRST_BOXES = [[one.content] * 3 for one in ASKED_HERE]
SECOND_BOXES = [
    ['{"places":[["c1"]]}', '{"places":[["c1"]]}', ""],
    ['{"points":{"c1":1,"c3":5}}', "", '{"points":{"c1":1,"c2":5,"c3":4,"c4":2}}'],
    ["", '{"places":[["c1"],["c2"],["c3"],["c4"]]}', '{"places":[["c4"]]}'],
    ['{"places":[["c2","c4"]]}', '{"places":[["c1"]]}', ""],
]
"""What three persons answer to four questions, by methods whose ballots are longer or shorter, in each of the towns."""


def _make_town(app: Flask, *, shows_turnout: bool) -> tuple[int, list[int], list[int], dict[str | None, int]]:
    with app.app_context():
        town, (place, *_) = add_town()
        voters = [add_person(f"Voter {number}", lives_in=place) for number in range(3)]
        persons: dict[str | None, int] = {"resident": add_person("Rita", lives_in=place), "voter": voters[0]}
        for role in Role:
            persons[role] = add_person(role.value, lives_in=place, roles=((role, town),))
        questions = tuple(one.question for one in ASKED_HERE)
        poll_id, choices = add_poll(
            place, questions=questions, shows_turnout=shows_turnout, quorum_percent=50
        )
        follow_register(actor_of(persons["resident"]), poll_id=poll_id, follows=True)
    return poll_id, choices, voters, persons


def copy_database(source: Path, target: Path) -> None:
    """Copy a database with what its log still holds: a copy of its file alone would be an older town."""
    with closing(sqlite3.connect(source)) as first, closing(sqlite3.connect(target)) as second:
        first.backup(second)


def _read_templates_once(apps: list[Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    """Give both towns the same templates, though somebody saves one while they are walked: what differs comes from the boxes."""
    sources: dict[str, Any] = {}
    for app in apps:
        loader = app.jinja_env.loader
        assert loader is not None
        read_source = loader.get_source

        def read_once(environment: Any, name: str, read_source: Any = read_source) -> Any:
            if name not in sources:
                sources[name] = read_source(environment, name)
            return sources[name]

        monkeypatch.setattr(loader, "get_source", read_once)


def same_browser(client: FlaskClient, app: Flask) -> FlaskClient:
    """Return a browser on the twin, in which the same person is signed in."""
    twin = app.test_client()
    with client.session_transaction() as session, twin.session_transaction() as other:
        other.update(dict(session))
    return twin


BLUEPRINTS = (  # those of sealed polls: booth/test_two_boxes.py
    "voting",
    "voting_api",
    "voting_opening",
    "voting_register",
    "voting_register_api",
)


def addresses(app: Flask, poll_id: int, person_id: int) -> list[str]:
    """Every address of the feature that can be read, and pages of others that speak of polls."""
    values = {"poll_id": poll_id, "person_id": person_id, "giver_id": person_id, "position": 1, "option": 1}
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] in BLUEPRINTS and "GET" in (rule.methods or ()):
            found.append(re.sub(r"<int:(\w+)>", lambda match: str(values.get(match[1], 1)), rule.rule))
    states = ("draft", "coming", "open", "closed")
    lists = [f"{base}?status={state}" for base in ("/scrutins", "/api/v1/polls") for state in states]
    return sorted(found) + lists + PAGES_OF_OTHERS[:-1]


def read(client: FlaskClient, address: str) -> tuple[int, str, str]:
    answer = client.get(address, headers={"X-Request-Id": "the-same-walk"})
    stable = CHANGING.sub("", answer.get_data(as_text=True))
    return answer.status_code, answer.headers.get("Location", ""), stable


def test_while_the_vote_is_open_every_address_says_the_same_of_two_different_boxes_to_everybody(
    twins: Twins,
) -> None:
    walked = addresses(twins.apps[0], twins.poll_id, twins.person_ids["resident"])

    assert len(walked) > 40
    assert {f"/scrutins/{twins.poll_id}/{what}" for what in ("registre", "recepisses.txt")} <= set(walked)
    for who in ROLES:
        first, second = twins.clients[who]
        for address in walked:
            assert read(first, address) == read(second, address), (who, address)


def test_what_is_written_beside_the_ballots_says_the_same_of_two_different_boxes(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row of every table, a day later: the journal, what is owed, mails sent, the register. Ballots themselves are closed, of one length."""
    with time_machine.travel(utc_now() + timedelta(days=1), tick=False):
        written = []
        for app in twins.apps:
            with app.app_context(), same_chance(monkeypatch):
                owed = rows_of(("outbox_message",))
                while deliver_due():
                    pass
                written.append((owed, rows_of_all()))
    (first_owed, first), (second_owed, second) = written

    assert first_owed == second_owed
    assert first_owed["outbox_message"]
    for table in first:
        assert first[table] == second[table], table
    assert len(first["ballot"]) == 3 * len(ASKED_HERE)
    facts = [row["fact"] for row in first["audit_entry"]]
    assert "BallotCast" in " ".join(facts), facts
    assert any("Registre" in str(row) or "registre" in str(row) for row in first["demo_mail"])
    assert [row["kind"] for row in first["poll_register_entry"]][-1] == "head"


HIDDEN = {"ballot": ("id", "content"), "poll_register_entry": ("seal",)}
"""What is random, or encrypted: of it, the length alone is compared."""


def rows_of_all() -> dict[str, list[dict[str, Any]]]:
    return rows_of(db.metadata.tables)


def rows_of(names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return rows as any client reads them, without the types of our models: an encrypted column stays so."""
    found = {}
    with db.engine.connect() as connection:
        for name in names:
            rows = connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings().all()
            found[name] = sorted([_without_chance(name, dict(row)) for row in rows], key=str)
    return found


def _without_chance(table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: len(value) if name in HIDDEN.get(table, ()) and value is not None else value
        for name, value in row.items()
    }


def test_the_result_and_the_box_are_refused_to_everybody_until_the_closing(twins: Twins) -> None:
    places = [f"/scrutins/{twins.poll_id}/resultat", f"/scrutins/{twins.poll_id}/bulletins.csv"]
    api = f"/api/v1/polls/{twins.poll_id}/result"
    with twins.apps[0].app_context():
        closes_at = queries.get_poll(twins.poll_id).closes_at
        db.session.remove()

    with time_machine.travel(closes_at - timedelta(microseconds=1), tick=False):
        for who in ROLES:
            client = twins.clients[who][0]
            assert [client.get(place).status_code for place in places] == [403, 403], who
            answer = client.get(api)
            assert (answer.status_code, answer.json["code"]) == (403, "result_not_published"), who
    with time_machine.travel(closes_at, tick=False):
        for who in ROLES:
            client = twins.clients[who][0]
            assert [client.get(place).status_code for place in places] == [200, 200], who
            assert client.get(api).json["turnout"] == 3, who


def test_once_closed_the_twins_do_differ(twins: Twins) -> None:
    """Else the walk above would prove nothing."""
    with twins.apps[0].app_context():
        closes_at = queries.get_poll(twins.poll_id).closes_at
        db.session.remove()

    with time_machine.travel(closes_at, tick=False):
        for address in addresses_of_results(twins.poll_id):
            first, second = (read(client, address) for client in twins.clients[None])
            assert first[2] != second[2]


def addresses_of_results(poll_id: int) -> list[str]:
    return [
        f"/scrutins/{poll_id}/resultat",
        f"/scrutins/{poll_id}/resultat/1",
        f"/scrutins/{poll_id}/resultat/1/1",
        f"/scrutins/{poll_id}/resultat/1/bulletins",
        f"/scrutins/{poll_id}/resultat/1/resultat.json",
        f"/scrutins/{poll_id}/bulletins.csv",
        f"/api/v1/polls/{poll_id}/result",
    ]


def test_a_hidden_turnout_is_hidden_from_agents_on_the_roll_from_sockets_and_from_receipts(
    twins: Twins, request: pytest.FixtureRequest
) -> None:
    is_shown = "shown" in request.node.callspec.id
    agent = twins.clients[Role.AGENT][0]
    stranger = twins.clients[None][0]

    roll = agent.get(f"/api/v1/polls/{twins.poll_id}/roll").json
    assert roll["turnout"] == (3 if is_shown else None)
    assert sum(entry["has_voted"] is not None for entry in roll["entries"]["items"]) == (
        roll["size"] if is_shown else 0
    )
    assert stranger.get(f"/api/v1/polls/{twins.poll_id}").json["turnout"] == (3 if is_shown else None)
    page = stranger.get(f"/scrutins/{twins.poll_id}").get_data(as_text=True)
    assert (f"sur {roll['size']} inscrits" in page) is is_shown
    assert follow(twins.apps[0])(twins.poll_id)["data"]["turnout"] == (3 if is_shown else None)


def follow(app: Flask) -> Callable[[int], dict]:
    from civic.extensions import socketio
    from civic.web.live import NAMESPACE

    socket = socketio.test_client(app, namespace=NAMESPACE)
    return lambda poll_id: socket.emit(
        "poll:follow", {"poll_id": poll_id}, callback=True, namespace=NAMESPACE
    )
