"""Volunteers whose program is the Socket.IO project's own client, in JavaScript: nothing of ours is on their side."""

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from civic.accounts.service import people
from civic.kernel.clock import iso_utc, utc_now
from tests.conftest import add_person, add_town
from tests.live import LiveServer
from tests.mutual_aid.making import add_volunteer
from tests.servers import ServerMissing

NODE = Path(__file__).parent / "node"
SECONDS = 15


class NodeClient:
    """A Node process that holds one connection.

    Attributes:
        events: (name, payload) of each event that it was waited for or passed over.
    """

    def __init__(self, url: str, token: str):
        node = shutil.which("node")
        if node is None or not (NODE / "node_modules" / "socket.io-client").is_dir():
            raise ServerMissing(
                "node, or socket.io-client in tests/node, is missing: `make test` installs both."
            )
        self.events: list[tuple[str, Any]] = []
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self._process = subprocess.Popen(
            [node, "volunteer.mjs", url, token],
            cwd=NODE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def do(self, what: str, **given: Any) -> Any:
        """Give a command and return its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **given}) + "\n")
        self._process.stdin.flush()
        while "answer" not in (said := self._next()):
            self.events.append((said["event"], said["payload"]))
        return said["answer"]

    def ask(self, name: str, **payload: Any) -> Any:
        """Send an event; return the data of its acknowledgement."""
        answer = self.do("ask", name=name, payload=payload)
        assert answer["ok"] is True, answer
        return answer["data"]

    def wait_for(self, name: str) -> Any:
        """Return the payload of the first event of a name, which came or is to come."""
        while not (found := [payload for event, payload in self.events if event == name]):
            said = self._next()
            self.events.append((said["event"], said["payload"]))
        return found[0]

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(json.loads(line))

    def _next(self) -> dict[str, Any]:
        try:
            return self._said.get(timeout=SECONDS)
        except queue.Empty:
            raise TimeoutError(f"nothing more came within {SECONDS} seconds; before: {self.events}") from None


@pytest.fixture
def new_node_client(app: Flask, live_server: LiveServer) -> Iterator[Callable[[int], NodeClient]]:
    """Start clients for persons; they are stopped after the test."""
    started: list[NodeClient] = []

    def start(person_id: int) -> NodeClient:
        with app.app_context():
            token = people.issue_api_token(person_id=person_id)
        started.append(NodeClient(live_server.url, token))
        assert started[-1].do("connect") == "connected"
        return started[-1]

    yield start
    for client in started:
        client.close()


def post_request(app: Flask, server: LiveServer, person_id: int, place: int, *, in_hours: int = 1) -> int:
    """Ask for help by the API. Returns the id of the request."""
    with app.app_context():
        token = people.issue_api_token(person_id=person_id)
    starts_at = utc_now() + timedelta(hours=in_hours)
    body = {
        "category": "shopping",
        "title": "Quelques courses lourdes",
        "territory_id": place,
        "starts_at": iso_utc(starts_at),
        "ends_at": iso_utc(starts_at + timedelta(hours=1)),
        "urgency": "urgent",
        "contact_name": "Odette Vasseur",
        "contact_phone": "01 99 00 12 34",
    }
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(f"{server.url}/api/v1/requests", json=body, headers=headers, timeout=10)
    assert answer.status_code == 201, answer.text
    created: int = answer.json()["id"]
    return created


@pytest.fixture
def village(app: Flask) -> tuple[int, int, list[int]]:
    """The neighbourhood, somebody who needs help, and two volunteers who are not on duty yet."""
    with app.app_context():
        town, (place, *_) = add_town()
        volunteers = [add_volunteer(town, place, name, is_on_duty=False) for name in ("Awa", "Bruno")]
        return place, add_person("Odette", lives_in=place), volunteers


def test_who_says_yes_first_is_told_of_the_match_and_the_other_that_it_is_taken(
    app: Flask,
    live_server: LiveServer,
    village: tuple[int, int, list[int]],
    new_node_client: Callable[[int], NodeClient],
) -> None:
    place, odette, volunteers = village
    awa, bruno = (new_node_client(volunteer) for volunteer in volunteers)
    for client in (awa, bruno):
        assert client.ask("duty:set", on=True) == {"on": True}

    request = post_request(app, live_server, odette, place)
    put = awa.wait_for("invitation:sent")
    assert put["request_id"] == bruno.wait_for("invitation:sent")["request_id"] == request
    match = awa.ask("invitation:accept", invitation_id=put["invitation_id"])

    told = awa.wait_for("match:created")
    assert (told["match_id"], told["request_id"]) == (match["id"], request)
    superseded = bruno.wait_for("invitation:superseded")
    assert superseded["invitation_id"] == bruno.wait_for("invitation:sent")["invitation_id"]
    assert superseded["reason"] == "taken"
    late = bruno.do("ask", name="invitation:accept", payload={"invitation_id": superseded["invitation_id"]})
    assert (late["ok"], late["error"]["code"]) == (False, "taken")


def test_what_a_client_missed_comes_when_it_is_back_in_the_order_of_its_numbers(
    app: Flask,
    live_server: LiveServer,
    village: tuple[int, int, list[int]],
    new_node_client: Callable[[int], NodeClient],
) -> None:
    place, odette, (volunteer, _) = village
    awa = new_node_client(volunteer)
    awa.ask("duty:set", on=True)
    post_request(app, live_server, odette, place)
    seen = awa.wait_for("invitation:sent")["seq"]
    awa.do("disconnect")

    missed = [post_request(app, live_server, odette, place, in_hours=hours) for hours in (3, 5, 7)]
    assert awa.do("connect") == "connected"
    resumed = awa.ask("feed:resume", after=seen)

    assert [event["payload"]["request_id"] for event in resumed["events"]] == missed
    assert {event["name"] for event in resumed["events"]} == {"invitation:sent"}
    assert [event["payload"]["seq"] for event in resumed["events"]] == [seen + 1, seen + 2, seen + 3]
    assert (resumed["last_seq"], resumed["has_more"]) == (seen + 3, False)
    assert awa.ask("feed:resume", after=seen + 3)["events"] == []
