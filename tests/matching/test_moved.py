"""A person moved inside her neighbourhood: two towns, alike but for the house, answer the same bytes to whoever is not matched.

Both sides move: who asks (the address that she gives for the help), and who volunteers (the address by which she says where she lives).
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from civic.accounts.models import Role
from civic.extensions import socketio
from civic.kernel.database import db
from civic.kernel.outbox import deliver_due
from civic.kernel.transaction import transaction
from civic.matching.service.invitations import accept_invitation
from civic.territories.models import AddressPoint
from civic.web.live import NAMESPACE
from tests.conftest import actor_of, add_person, add_town, bearer, build, dispose, post_form, sign_in
from tests.mutual_aid.making import add_volunteer, invitation_of
from tests.voting.test_secrecy import CHANGING, copy_database, rows_of_all, same_browser, same_chance

HOUSES = (("1 quai du Port", -0.299, 47.201), ("9 quai Nord  ", -0.292, 47.208))
"""Two addresses of one neighbourhood, a kilometre apart, written in as many letters."""

NEAREST = ("mutual_aid", "mutual_aid_api", "matching", "matching_api", "own_limits", "reviewing")
ALL: tuple[str, ...] = ()
"""No feature is left out."""

SAME_FOR_ALL = {
    *(f"pages.show_{name}" for name in ("components", "help", "privacy", "legal_notice", "accessibility")),
    *("pages.show_robots", "pages.show_security_contact"),
    "web.show_metrics",
}
"""Pages of the platform itself, which speak of nobody; the last says how long requests took."""

ONLY_CONTACT = ("contact_name", "contact_phone", "contact_address")
DRAWN = re.compile(r'''name="(client_id|idempotency_key)"\s+value="[^"]+"|"csrf_token":"[^"]+"''')


@dataclass
class Twins:
    """The same town twice. ``readers``: everybody but the two sides of the match, with a browser and a token in each town."""

    apps: list[Flask]
    readers: dict[str, tuple[list[FlaskClient], dict[str, str]]]
    request_id: int
    ben: int
    sides: dict[str, list[FlaskClient]]


@pytest.fixture
def twins(sqlite_tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twins]:
    with time_machine.travel(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), tick=False):
        first = build(f"sqlite:///{shutil.copy(sqlite_tables, tmp_path / 'first.sqlite3')}")
        persons, points, place = _make_town(first)
        clients = {name: [sign_in(first, person)] for name, person in persons.items()}
        headers = {name: bearer(first, person) for name, person in persons.items()}
        dispose(first)
        copy_database(tmp_path / "first.sqlite3", tmp_path / "second.sqlite3")
        second = build(f"sqlite:///{tmp_path / 'second.sqlite3'}")
        for pair in clients.values():
            pair.append(same_browser(pair[0], second))
        clients["nobody"], headers["nobody"] = [first.test_client(), second.test_client()], {}
        for number, app in enumerate((first, second)):
            with same_chance(monkeypatch):
                _move(clients["ada"][number], points[number])
                _ask(clients["odette"][number], place, HOUSES[number][0])
                _deliver(app)
        readers = {name: (clients[name], headers[name]) for name in clients if name not in ("odette", "ben")}
        sides = {name: clients[name] for name in ("odette", "ben")}
        yield Twins([first, second], readers, 1, persons["ben"], sides)
    dispose(first), dispose(second)


def _make_town(app: Flask) -> tuple[dict[str, int], list[int], int]:
    with app.app_context():
        town, (here, near, _) = add_town()
        with transaction():
            points = [
                AddressPoint(
                    territory_id=town, neighbourhood_id=here, label=label, folded=label.lower(),
                    longitude=longitude, latitude=latitude,
                )
                for label, longitude, latitude in HOUSES
            ]  # fmt: skip
            db.session.add_all(points)
            db.session.flush()
            point_ids = [point.id for point in points]
        persons = {
            "ada": add_volunteer(town, near, "Ada"),
            "ben": add_volunteer(town, here, "Ben"),
            "odette": add_person("Odette", lives_in=here),
            "stranger": add_person("Rita", lives_in=here),
        }
        for role in Role:
            persons[role.value] = add_person(role.value, lives_in=near, roles=((role, town),))
        return persons, point_ids, here


def _move(client: FlaskClient, address_point_id: int) -> None:
    """Ada says where she lives by her address: what is kept is the neighbourhood."""
    assert post_form(client, "/compte/domicile", address_point_id=address_point_id).status_code == 302


def _ask(client: FlaskClient, place: int, address: str) -> None:
    asked = {
        "category": "shopping", "title": "Du pain", "territory_id": place, "urgency": "today", "capacity": 1,
        "starts_at": "2026-11-23T10:00", "ends_at": "2026-11-23T18:00", "day": "exact", "repeat": "once",
        "contact_name": "Odette Vasseur", "contact_phone": "01 99 00 12 34", "contact_address": address,
    }  # fmt: skip
    assert post_form(client, "/entraide/demandes", **asked).status_code == 302


def _deliver(app: Flask) -> None:
    with app.app_context():
        while deliver_due():
            pass


def addresses(app: Flask, features: tuple[str, ...]) -> list[str]:
    """Every address of these features, or of all, that can be read, with the first of each thing."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if (not features or rule.endpoint.split(".")[0] in features)
        and "GET" in (rule.methods or ())
        and rule.endpoint not in SAME_FOR_ALL
    ]
    states = [f"/entraide/a-suivre?etat={state}" for state in ("seeking", "under_way", "over")]
    return sorted(filter(None, map(_filled, rules))) + states


def _filled(rule: Rule) -> str | None:
    built = rule.build(dict.fromkeys(rule.arguments, 1))
    return built[1] if built else None


def read(client: FlaskClient, address: str, headers: dict[str, str]) -> tuple[int, str, str]:
    given = headers if address.startswith("/api/") else {}
    answer = client.get(address, headers={"X-Request-Id": "the-same-walk", **given})
    stable = DRAWN.sub("", CHANGING.sub("", answer.get_data(as_text=True)))
    return answer.status_code, answer.headers.get("Location", ""), stable


def stored(app: Flask) -> dict[str, Any]:
    """Every row of every table: the journal, what is owed, live events in their order, mails. Of what is sealed for the match, nothing."""
    with app.app_context():
        rows = rows_of_all()
        db.session.remove()
    for request in rows["help_request"]:
        for name in ONLY_CONTACT:
            request[name] = None
    return rows


def ensure_the_same(twins: Twins, names: list[str], features: tuple[str, ...]) -> int:
    compared = 0
    for name in names:
        (one, other), headers = twins.readers[name]
        for address in addresses(twins.apps[0], features):
            first = read(one, address, headers)
            assert first == read(other, address, headers), (name, address)
            compared += first[0] == 200
    return compared


def heard(app: Flask, client: FlaskClient) -> list[Any]:
    """What a socket of a person is sent when it asks for all that it missed."""
    socket = socketio.test_client(app, namespace=NAMESPACE, flask_test_client=client)
    answers = socket.emit("feed:resume", {"after": 0}, callback=True, namespace=NAMESPACE)
    return [answers, socket.get_received(NAMESPACE)]


FEW = ["nobody", "stranger", "ada", "agent"]


@pytest.mark.long
def test_where_two_persons_live_inside_their_neighbourhood_changes_no_byte_for_who_is_not_matched(
    twins: Twins, is_in_full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (stored(app) for app in twins.apps)
    for table in first:
        assert first[table] == second[table], table
    assert first["invitation"]
    assert first["person_event"]

    for app in twins.apps:
        with app.app_context(), same_chance(monkeypatch):
            accept_invitation(actor_of(twins.ben), invitation_id=invitation_of(twins.request_id, twins.ben))
        with same_chance(monkeypatch):
            _deliver(app)
    names, features = (list(twins.readers), ALL) if is_in_full else (FEW, NEAREST)
    assert ensure_the_same(twins, names, features) > 30
    for name in names:
        clients, _ = twins.readers[name]
        assert heard(twins.apps[0], clients[0]) == heard(twins.apps[1], clients[1]), name
    first, second = (stored(app) for app in twins.apps)
    for table in first:
        assert first[table] == second[table], table


def test_the_two_houses_do_differ_for_who_is_matched(twins: Twins) -> None:
    """Else the walk above would prove nothing."""
    seen = []
    for number, app in enumerate(twins.apps):
        with app.app_context():
            match = accept_invitation(
                actor_of(twins.ben), invitation_id=invitation_of(twins.request_id, twins.ben)
            )
        page = post_form(twins.sides["ben"][number], f"/entraide/mises-en-relation/{match}/coordonnees")
        seen.append(HOUSES[number][0].strip() in page.text)
    assert seen == [True, True]
