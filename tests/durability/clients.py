"""Clients that vote, propose, offer and ask for help, say yes and speak, and keep on while the server dies and comes back."""

import random
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from civic.kernel.clock import iso_utc, utc_now
from tests.durability.doors import Answer, HttpDoor, SocketDoor, Unanswered
from tests.durability.history import OK, UNKNOWN, History, Line
from tests.durability.town import Town, Voter

NERVOUS_SHARE = 0.2
"""Of the acknowledged calls, those sent again with the same key, as by somebody who did not trust the answer."""

PAUSE_SECONDS = 0.1
SOCKET_PAUSE_SECONDS = 0.12
"""A socket may send ten events a second."""

LAST_TRIES = 100
OPS = {"vote": 5, "propose": 1, "offer": 1, "ask": 2, "accept": 3, "say": 3}
"""How often each thing is done, of fifteen."""


@dataclass(frozen=True)
class Call:
    """Something to ask for, by HTTP at ``path``, or as the Socket.IO ``event`` where there is one."""

    op: str
    key: str
    voter: Voter
    arguments: dict[str, Any]
    path: str
    body: dict[str, Any]
    event: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What the event says: schemas refuse what they do not know."""
        return {name: value for name, value in self.arguments.items() if name != "request_id"}


class Client(threading.Thread):
    """One thread acting for some persons, with its own history."""

    def __init__(
        self,
        number: int,
        *,
        town: Town,
        url: str,
        folder: Path,
        seed: int,
        stop: threading.Event,
        is_live: bool,
    ):
        super().__init__(name=f"client-{number}", daemon=True)
        self.number, self.town, self.stop, self.is_live = number, town, stop, is_live
        self.rng = random.Random(f"{seed}-{number}")
        self.voters = town.voters[number :: town.clients]
        self.votes = [(poll, voter) for poll in town.polls for voter in self.voters]
        self.rng.shuffle(self.votes)
        self.matches: list[tuple[int, Voter]] = []
        self.answered: set[int] = set()
        self.pending: list[Call] = []
        self.count = 0
        self.history = History(folder / f"client-{number}.jsonl")
        self.http = HttpDoor(url)
        self.sockets = {voter.id: SocketDoor(url, voter.token) for voter in self.voters}

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.attempt(self.pending.pop(0) if self.pending else self.next_call())
            except Unanswered:
                time.sleep(PAUSE_SECONDS)

    def finish(self) -> None:
        """Ask again, of the server that came back, everything whose outcome is unknown."""
        for _ in range(LAST_TRIES):
            if not self.pending:
                break
            self.attempt(self.pending.pop(0))
        for door in self.sockets.values():
            door.close()
        self.history.close()

    def attempt(self, call: Call) -> None:
        try:
            outcome, answer = self.send(call)
        except Unanswered:
            self.note(call, UNKNOWN, {})
            self.pending.append(call)
            time.sleep(PAUSE_SECONDS)
            return
        self.note(call, outcome, answer)
        if outcome == OK and call.op == "accept" and (answer["id"], call.voter) not in self.matches:
            self.matches.append((answer["id"], call.voter))
        if outcome == OK and self.rng.random() < NERVOUS_SHARE:
            self.pending.append(call)

    def send(self, call: Call) -> Answer:
        if self.is_live and call.event:
            time.sleep(SOCKET_PAUSE_SECONDS)
            return self.sockets[call.voter.id].ask(call.event, call.told)
        return self.http.post(call.path, call.voter.token, call.body, call.key)

    def note(self, call: Call, outcome: str, answer: dict[str, Any]) -> None:
        self.history.note(Line(call.op, call.key, call.voter.id, call.arguments, outcome, answer))

    def next_call(self) -> Call:
        """Raises Unanswered."""
        (op,) = self.rng.choices(list(OPS), weights=list(OPS.values()))
        self.count += 1
        voter = self.rng.choice(self.voters)
        call: Call | None = getattr(self, op)(voter, f"{op}-{self.number}-{self.count}")
        return call or self.propose(voter, f"propose-{self.number}-{self.count}")

    def vote(self, _: Voter, key: str) -> Call | None:
        if not self.votes:
            return None
        (poll, choices), voter = self.votes.pop()
        body = {"choice_id": self.rng.choice(choices)}
        return Call("vote", key, voter, {"poll_id": poll}, f"/polls/{poll}/ballot", body)

    def propose(self, voter: Voter, key: str) -> Call:
        body = {"title": f"Idée {key}", "body": "Planter des tilleuls devant l’école.", "category": "nature"}
        path = f"/consultations/{self.town.consultation}/proposals"
        return self.named("propose", key, voter, path, {**body, "territory_id": self.town.place})

    def offer(self, voter: Voter, key: str) -> Call:
        body = {"title": f"Offre {key}", "category": "loans"}
        return self.named("offer", key, voter, "/offers", {**body, "accepts_charter": True})

    def ask(self, voter: Voter, key: str) -> Call:
        """A window of an hour, somewhere in the two coming weeks, so that few of them overlap."""
        starts_at = utc_now() + timedelta(minutes=self.rng.randrange(60, 14 * 24 * 60))
        body = {
            "title": f"Courses {key}",
            "category": "shopping",
            "territory_id": self.town.place,
            "starts_at": iso_utc(starts_at),
            "ends_at": iso_utc(starts_at + timedelta(hours=1)),
            "urgency": "urgent",
            "capacity": self.rng.choice((1, 1, 2)),
            "contact_name": "Odette Vasseur",
            "contact_phone": "01 99 00 12 34",
        }
        return self.named("ask", key, voter, "/requests", body)

    def named(self, op: str, key: str, voter: Voter, path: str, body: dict[str, Any]) -> Call:
        return Call(op, key, voter, {"title": body["title"]}, path, body)

    def accept(self, voter: Voter, key: str) -> Call | None:
        """Say yes to what one was asked; now and then to what others took, to be refused."""
        listed = self.http.get("/invitations?page_size=100", voter.token)["items"]
        states = ("sent", "superseded") if self.rng.random() < NERVOUS_SHARE else ("sent",)
        put = [each for each in listed if each["state"] in states and each["id"] not in self.answered]
        if not put:
            return self.say(voter, key.replace("accept", "say"))
        chosen = self.rng.choice(put)
        self.answered.add(chosen["id"])
        arguments = {"invitation_id": chosen["id"], "request_id": chosen["request"]["id"]}
        path = f"/invitations/{chosen['id']}/acceptance"
        return Call("accept", key, voter, arguments, path, {}, "invitation:accept")

    def say(self, _: Voter, key: str) -> Call | None:
        if not self.matches:
            return None
        match, voter = self.rng.choice(self.matches)
        body = {"text": "J’arrive.", "client_id": key}
        return Call(
            "say", key, voter, {"match_id": match, **body}, f"/matches/{match}/messages", body, "match:say"
        )
