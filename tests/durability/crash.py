"""Eight clients that vote, offer help and speak, and a server that is killed under them again and again."""

import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import requests
from flask import Flask

from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.models import Match
from civic.matching.rules import MatchState
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Category, RequestState, Urgency
from tests.conftest import add_person, add_town
from tests.durability.checker import Outcome
from tests.live import LiveServer
from tests.voting.builders import add_poll

CLIENTS = 8
POLLS = 60
NERVOUS_SHARE = 0.2
"""Of the acknowledged calls, those sent again with the same key, as by somebody who did not trust the answer."""


class CrashServer(LiveServer):
    """A server in a process group of its own, which is killed whole."""

    def account(self) -> dict[str, Any]:
        return {**super().account(), "start_new_session": True}

    def crash(self) -> None:
        process = self._process
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._process = None


@dataclass
class Town:
    polls: list[tuple[int, list[int]]]
    persons: list[int]
    tokens: list[str]
    matches: list[int]


def build_town(app: Flask) -> Town:
    """Make the voters, their polls, and a match between each two neighbours."""
    from datetime import timedelta

    now = utc_now()
    with app.app_context():
        town, (place, *_) = add_town()
        persons = [add_person(f"Client {number}", lives_in=place) for number in range(CLIENTS)]
        polls = [add_poll(town) for _ in range(POLLS)]
        matches = []
        for number, volunteer in enumerate(persons):
            with transaction():
                request = HelpRequest(
                    territory_id=place, requester_id=persons[number - 1], author_id=persons[number - 1], category=Category.SHOPPING,
                    title="Des courses", starts_at=now, ends_at=now + timedelta(days=2), urgency=Urgency.FLEXIBLE, capacity=1, filled=1,
                    state=RequestState.FILLED, contact_name="Client", contact_phone="02 61 91 40 00", created_at=now, changed_at=now,
                )  # fmt: skip
                db.session.add(request)
                db.session.flush()
                match = Match(
                    request_id=request.id,
                    volunteer_id=volunteer,
                    state=MatchState.ACCEPTED,
                    created_at=now,
                    changed_at=now,
                )
                db.session.add(match)
                db.session.flush()
                matches.append(match.id)
        tokens = [people.issue_api_token(person_id=person) for person in persons]
        db.session.remove()
    return Town(polls, persons, tokens, matches)


@dataclass
class Client:
    """One person and her own history; it goes on while the server is away, and asks again what it never had an answer to."""

    number: int
    town: Town
    server: LiveServer
    rng: random.Random
    stop: threading.Event
    words: dict[tuple[str, Any], str] = field(default_factory=dict)
    unanswered: list[tuple[str, Any, str, dict[str, Any], str]] = field(default_factory=list)

    def run(self) -> None:
        polls = list(self.town.polls)
        turn = 0
        while not self.stop.is_set():
            turn += 1
            if self.unanswered:
                self.ask(*self.unanswered.pop(0))
            elif turn % 3 == 0 and polls:
                poll, choices = polls.pop()
                body = {"choice_id": self.rng.choice(choices)}
                self.ask("ballot", (poll, self.town.persons[self.number]), f"/polls/{poll}/ballot", body, "")
            elif turn % 3 == 1:
                title = f"Offre {self.number}-{turn}"
                self.ask(
                    "offer",
                    title,
                    "/offers",
                    {"category": "shopping", "title": title, "accepts_charter": True},
                    title,
                )
            else:
                said = f"message-{self.number}-{turn}"
                path = f"/matches/{self.town.matches[self.number]}/messages"
                self.ask("message", said, path, {"text": "Bonjour", "client_id": said}, said)

    def ask(self, kind: str, key: Any, path: str, body: dict[str, Any], idempotency_key: str) -> None:
        headers = {"Authorization": f"Bearer {self.town.tokens[self.number]}"}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        try:
            answer = requests.post(f"{self.server.url}/api/v1{path}", json=body, headers=headers, timeout=5)
        except requests.RequestException:
            self.words.setdefault((kind, key), "unknown")
            self.unanswered.append((kind, key, path, body, idempotency_key))
            time.sleep(0.1)
            return
        self.note(kind, key, answer)
        if answer.ok and self.rng.random() < NERVOUS_SHARE:
            self.unanswered.append((kind, key, path, body, idempotency_key))

    def note(self, kind: str, key: Any, answer: requests.Response) -> None:
        if answer.ok:
            self.words[kind, key] = "ok"
        elif answer.status_code >= 500:
            self.words[kind, key] = f"answered {answer.status_code}"
        elif kind == "ballot" and answer.json()["code"] == "already_voted":
            self.words[kind, key] = "ok"  # what was asked before, and never answered, is in the box
        else:
            self.words.setdefault((kind, key), "refused")

    def history(self) -> list[Outcome]:
        return [Outcome(kind, key, word) for (kind, key), word in self.words.items()]


def crash_under_load(server: CrashServer, town: Town, *, kills: int, seed: int) -> list[Outcome]:
    """Kill and start the server again so many times under the clients, then let them get their last answers. Returns their histories."""
    rng = random.Random(seed)
    stop = threading.Event()
    clients = [Client(number, town, server, random.Random(seed + number), stop) for number in range(CLIENTS)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    for _ in range(kills):
        time.sleep(rng.uniform(0.3, 1.2))
        server.crash()
        server.start_again()
    time.sleep(1.5)
    stop.set()
    for thread in threads:
        thread.join()
    for client in clients:
        for asked in list(client.unanswered):
            client.ask(*asked)
    return [outcome for client in clients for outcome in client.history()]
