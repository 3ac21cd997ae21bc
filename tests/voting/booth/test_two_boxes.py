"""Two towns whose sealed ballots differ: until the trustees open the box, all that is served and written is the same, but for what is encrypted."""

import io
import re
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.voting.booth.service import paper
from tests.conftest import add_person, build, dispose, sign_in
from tests.voting.booth.making import Made, make_open, relay
from tests.voting.booth.story import NAMES, YES_NO
from tests.voting.test_secrecy import copy_database, read, rows_of_all, same_browser, same_chance

FIRST = [[[0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]]] * 3
SECOND = [
    [[1, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]],
    [[0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]],
    [[0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 0]],
]
ENCRYPTED = re.compile(r"[0-9a-f]{64}|[0-9a-f]{4}(?: [0-9a-f]{4}){3,15}|[A-Za-z0-9+/]{43}")
"""Trackers and hashes of the box: of what is encrypted anew for each ballot."""
HIDDEN = {
    "sealed_entry": ("name", "body", "tracker"),
    "sealed_mark": ("mark",),
    "sealed_code": ("last_tracker",),
    "sealed_poll": ("head",),
}
"""Ciphertexts, and hashes of ciphertexts."""
ROLES = [None, "voter", Role.AGENT, Role.ADMIN]


class Twins:
    def __init__(self, apps: list[Flask], made: Made, clients: dict[str | None, list[FlaskClient]]) -> None:
        self.apps, self.made, self.clients = apps, made, clients


@pytest.fixture
def twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twins]:
    with time_machine.travel(utc_now().replace(microsecond=0), tick=False) as clock:
        first = build(f"sqlite:///{tmp_path / 'first.sqlite3'}")
        with first.app_context():
            made = make_open(voters=4, questions=(YES_NO, NAMES))
            town = territories.find_town()
            assert town is not None
            people = {
                role: add_person(role.value, roles=((role, town.id),)) for role in (Role.AGENT, Role.ADMIN)
            }
        clients: dict[str | None, list[FlaskClient]] = {
            None: [first.test_client()],
            "voter": [sign_in(first, made.voters[0].id)],
            **{role: [sign_in(first, person_id)] for role, person_id in people.items()},
        }
        dispose(first)
        copy_database(tmp_path / "first.sqlite3", tmp_path / "second.sqlite3")
        second = build(f"sqlite:///{tmp_path / 'second.sqlite3'}")
        for who in clients:
            clients[who].append(same_browser(clients[who][0], second))
        for app, votes in ((first, FIRST), (second, SECOND)):
            with app.app_context(), same_chance(monkeypatch):
                for voter in (0, 1, 2, 0):
                    made.vote(voter, votes[voter])
                paper.mark_paper(made.agent, poll_id=made.poll_id, person_id=made.voters[3].id)
        clock.shift(timedelta(minutes=1))
        yield Twins([first, second], made, clients)
    dispose(first), dispose(second)


def addresses(poll_id: int, voter_id: int) -> list[str]:
    page, api = f"/scrutins/{poll_id}", f"/api/v1/polls/{poll_id}"
    return [
        *(page + path for path in ("", "/isoloir", "/urne", "/registre", "/registre.jsonl", "/head.json")),
        *(page + path for path in ("/election.json", "/resultat", "/liste-electorale", "/urne/papier")),
        *(page + path for path in ("/urne/ouverture", f"/liste-electorale/{voter_id}/papier")),
        *(api + path for path in ("", "/sealed", "/sealed/box", "/register", "/roll")),
        "/bureau/journal",
    ]


def without_encrypted(answer: tuple[int, str, str]) -> tuple[int, str, str]:
    return answer[0], answer[1], ENCRYPTED.sub(lambda found: "#" * len(found[0]), answer[2])


@pytest.mark.parametrize("who", ROLES)
def test_while_the_vote_is_open_two_sealed_boxes_look_alike_to_everybody(
    twins: Twins, who: str | None
) -> None:
    first, second = twins.clients[who]
    walked = addresses(twins.made.poll_id, twins.made.voters[0].id)

    shown = {address: read(first, address) for address in walked}
    assert sum(answer[0] == 200 for answer in shown.values()) > 8
    for address in walked:
        assert without_encrypted(shown[address]) == without_encrypted(read(second, address)), address
    archives = [
        _members(client.get(f"/scrutins/{twins.made.poll_id}/urne.bel").get_data())
        for client in (first, second)
    ]
    assert archives[0] == archives[1]


def _members(archive: bytes) -> list[str]:
    """Return the kinds of the files of an archive, in their order: their names are hashes of what is encrypted."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        return [one.name.partition(".")[2] for one in files.getmembers()]


def test_what_is_written_of_two_sealed_boxes_is_the_same_but_for_what_is_encrypted(
    twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row of every table, after the hours and mails of a day."""
    with time_machine.travel(utc_now() + timedelta(days=1), tick=False):
        written = []
        for app in twins.apps:
            with app.app_context(), same_chance(monkeypatch):
                relay()
                written.append(rows_of_all())

    first, second = ({name: _plain(name, rows) for name, rows in one.items()} for one in written)
    for table in first:
        assert first[table] == second[table], table
    assert sum(row["event"] == "Ballot" for row in first["sealed_entry"]) == 2 * 4


def _plain(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    hidden = HIDDEN.get(table, ())
    plain = [
        {name: (name in hidden and value is not None) or value for name, value in row.items()} for row in rows
    ]
    return sorted(plain, key=str)
