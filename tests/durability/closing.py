"""Voters who send their ballots from two seconds before the closing to two seconds after, to several servers whose clocks differ."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import requests
import sqlalchemy as sa
from flask import Flask

from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.voting import queries
from civic.voting.models import Ballot, RollEntry
from civic.voting.service import counting
from tests.conftest import add_person, add_town, build, dispose
from tests.durability.crash import CrashServer
from tests.durability.history import LET_IN
from tests.durability.town import Voter
from tests.servers import wait_until
from tests.voting.builders import add_poll

VOTERS, THREADS = 60, 8
AROUND_SECONDS = 2
BETWEEN_BALLOTS_SECONDS = 0.01
TURN_SECONDS = THREADS * BETWEEN_BALLOTS_SECONDS
BEFORE_FIRST_SECONDS = 0.5
ANSWER_SECONDS = 30
NEAR_SECONDS = 0.1
"""A clock that is followed may be ahead by a round trip: a refusal told so little before the closing came at the closing."""

LATE, EARLY, LOST, DOUBLED = "late", "early", "lost", "doubled"
THERE_THOUGH_REFUSED, UNANSWERED = "there though refused", "unanswered"
TWICE, OVER = "already_voted", "poll_not_open"


@dataclass(frozen=True)
class Sent:
    """A ballot that was sent, and what was answered. Instants are seconds of the database's clock, which is this machine's.

    Attributes:
        code: why it was refused; empty when the server said that it is in the box.
    """

    voter: int
    server: int
    sent_at: float
    answered_at: float
    status: int
    code: str

    @property
    def is_in_box(self) -> bool:
        return self.status == 201


@dataclass(frozen=True)
class Closing:
    """What was seen of a closing.

    Attributes:
        let_in: the true instants at which the servers asked their clocks, of each ballot that they let in.
        marked: the voters who are marked on the roll.
        ballots: how many are in the box.
        counted: how many ballots the count that is kept holds.
    """

    closes_at: float
    sent: list[Sent]
    let_in: list[float]
    marked: set[int]
    ballots: int
    counted: int


def close_under_load(url: str, *, faults: Sequence[str]) -> Closing:
    """Serve one database by as many servers as faults, and close a poll under its voters."""
    app = build(url)
    try:
        with serve_all(url, faults) as servers:
            poll, choice, closes_at, voters = _make_poll(app)
            booth = Booth(servers, poll, choice, closes_at, voters)
            booth.open()
            with app.app_context():
                counted = _wait_for_count(poll)
            let_in = [float(at) for server in servers for at in re.findall(f"{LET_IN} (.+)", server.log())]
        with app.app_context():
            entries = sa.select(RollEntry.person_id).filter_by(poll_id=poll, has_voted=True)
            marked = {person for person in db.session.scalars(entries) if person is not None}
            ballots = db.session.scalar(sa.select(sa.func.count(Ballot.id)).filter_by(poll_id=poll)) or 0
    finally:
        dispose(app)
    return Closing(closes_at, booth.sent, let_in, marked, ballots, counted)


@contextmanager
def serve_all(url: str, faults: Iterable[str]) -> Iterator[list[CrashServer]]:
    servers = [CrashServer(url, fault=fault) for fault in faults]
    with ExitStack() as stack, ThreadPoolExecutor() as threads:
        for server in servers:
            stack.callback(server.close)
        list(threads.map(CrashServer.start, servers))
        for server in servers:
            stack.callback(server.crash)  # a gentle stop takes seconds
        yield servers


def _make_poll(app: Flask) -> tuple[int, int, float, list[Voter]]:
    """Make voters, and a poll that closes soon. Returns its id, that of a choice, its closing, and them."""
    with app.app_context():
        town, (place, *_) = add_town()
        persons = [add_person(f"Votante {number}", lives_in=place) for number in range(VOTERS)]
        voters = [Voter(person, people.issue_api_token(person_id=person)) for person in persons]
        now = utc_now()
        closes_at = now + timedelta(seconds=BEFORE_FIRST_SECONDS + AROUND_SECONDS)
        poll, choices = add_poll(town, opens_at=now - timedelta(hours=1), closes_at=closes_at)
        db.session.remove()
    return poll, choices[0], closes_at.timestamp(), voters


def _wait_for_count(poll: int) -> int:
    """Return how many ballots the count holds that a server kept after the closing."""
    (question,) = queries.get_poll(poll).questions

    def is_counted() -> bool:
        db.session.rollback()
        return queries.find_tally(question.id) is not None

    wait_until(is_counted, what="the count")
    kept = queries.find_tally(question.id)
    assert kept is not None
    return counting.read_tally(kept.content).turnout


class Booth:
    """Threads that send, each in its turn, a ballot every few milliseconds. Voters come one after the other, and insist."""

    def __init__(
        self,
        servers: Sequence[CrashServer],
        poll: int,
        choice: int,
        closes_at: float,
        voters: Sequence[Voter],
    ):
        self.addresses = [f"{server.url}/api/v1/polls/{poll}/ballot" for server in servers]
        self.choice, self.closes_at, self.voters = choice, closes_at, voters
        self.sent: list[Sent] = []
        self.asked: set[int] = set()
        self.count = round(2 * AROUND_SECONDS / BETWEEN_BALLOTS_SECONDS)

    def open(self) -> None:
        threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, number: int) -> None:
        with requests.Session() as browser:
            for turn in range(number, self.count, THREADS):
                due = self.closes_at - AROUND_SECONDS + turn * BETWEEN_BALLOTS_SECONDS
                if (
                    due >= time.time() - TURN_SECONDS
                ):  # a turn that passed while an answer was awaited is lost
                    time.sleep(max(0.0, due - time.time()))
                    self._send(browser, turn)

    def _send(self, browser: requests.Session, turn: int) -> None:
        voter, server = self._whose_turn(turn), turn % len(self.addresses)
        headers = {"Authorization": f"Bearer {voter.token}"}
        body = {"choice_id": self.choice}
        sent_at = time.time()
        answer = browser.post(self.addresses[server], json=body, headers=headers, timeout=ANSWER_SECONDS)
        code = "" if answer.ok else str(answer.json().get("code"))
        self.sent.append(Sent(voter.id, server, sent_at, time.time(), answer.status_code, code))

    def _whose_turn(self, turn: int) -> Voter:
        """Voters come one after the other until the end; while nobody new is there, those who came insist."""
        passed = (time.time() - self.closes_at + AROUND_SECONDS) / (2 * AROUND_SECONDS)
        came = self.voters[: 1 + int(passed * len(self.voters))]
        waiting = [voter for voter in came if voter.id not in self.asked]
        voter = waiting[0] if waiting else came[turn % len(came)]
        self.asked.add(voter.id)
        return voter


def faults_of(closing: Closing) -> set[str]:
    """Return the kinds of faults that are seen."""
    acknowledged = Counter(sent.voter for sent in closing.sent if sent.is_in_box)
    refused = [sent for sent in closing.sent if not sent.is_in_box]
    is_late = any(sent.is_in_box and sent.sent_at >= closing.closes_at for sent in closing.sent)
    found = {
        LATE: is_late or any(at >= closing.closes_at for at in closing.let_in),
        EARLY: any(
            sent.code == OVER and sent.answered_at < closing.closes_at - NEAR_SECONDS for sent in refused
        ),
        LOST: not set(acknowledged) <= closing.marked
        or min(closing.ballots, closing.counted) < len(acknowledged),
        DOUBLED: any(count > 1 for count in acknowledged.values()),
        THERE_THOUGH_REFUSED: not closing.marked <= set(acknowledged) or closing.ballots > len(acknowledged),
        UNANSWERED: any(sent.code not in (OVER, TWICE) for sent in refused),
    }
    return {kind for kind, is_found in found.items() if is_found}
