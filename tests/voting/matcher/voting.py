"""A vote over HTTP, by the page and by the API, several at once, amid other requests; closed and mixed as a town hall's is."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import requests
import sqlalchemy as sa
from flask import Flask

from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.voting import queries
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.models import Poll
from civic.voting.register.chain import LineKind
from civic.voting.register.queries import find_last_line
from tests.conftest import add_person, add_town, build, dispose, sign_in
from tests.live import LiveServer, cookie_of
from tests.servers import LOOPBACK, wait_until
from tests.voting.builders import add_poll
from tests.voting.matcher.traces import PostgresTraces, SqliteTraces, Traces
from tests.voting.matcher.trying import Asked

AT_ONCE = 4
BATCH = 10
SECONDS = 60


def single(text: str, options: int) -> QuestionPlan:
    return QuestionPlan(text, tuple(ChoicePlan(f"Réponse {number}") for number in range(1, options + 1)))


POLLS = (
    (single("Où planter ?", 4),),
    (single("Quelle salle ?", 3), single("Faut-il une scène ?", 2)),
)


@dataclass
class Vote:
    """One ballot to cast: by whom, in which poll, by which door."""

    person_id: int
    poll_id: int
    answers: list[str]
    token: str
    cookie: str | None

    def cast(self, url: str) -> None:
        if self.cookie:
            self._by_page(url)
        else:
            self._by_api(url)

    def _by_api(self, url: str) -> None:
        body = [{"options": [answer]} if answer else {"blank": True} for answer in self.answers]
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": f"ballot-{self.poll_id}-{self.person_id}",
        }
        address = f"{url}/api/v1/polls/{self.poll_id}/ballots"
        answer = requests.post(address, json={"answers": body}, headers=headers, timeout=SECONDS)
        assert answer.status_code == 201, answer.text
        headers["Idempotency-Key"] = f"check-{self.poll_id}-{self.person_id}"
        receipt = {"receipt": answer.json()["receipt"]}
        checked = requests.post(
            f"{url}/api/v1/receipts/check", json=receipt, headers=headers, timeout=SECONDS
        )
        assert checked.status_code == 200, checked.text

    def _by_page(self, url: str) -> None:
        assert self.cookie is not None
        session = requests.Session()
        session.cookies.set("session", self.cookie.removeprefix("session="), domain=LOOPBACK)
        page = session.get(f"{url}/scrutins/{self.poll_id}/bulletin", timeout=SECONDS).text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert token, page[:500]
        boxes = {f"q{place}": answer or "blank" for place, answer in enumerate(self.answers, start=1)}
        address = f"{url}/scrutins/{self.poll_id}/bulletin"
        answer = session.post(
            address, data={"csrf_token": token[1], **boxes}, timeout=SECONDS, allow_redirects=False
        )
        assert answer.status_code in (302, 303), answer.text[:2000]


@dataclass
class Held:
    """What a vote left: while it was open, and once it was closed and mixed.

    ``left`` is what somebody finds who comes after the mixing only; ``closed`` knows besides what was written over.
    """

    asked: list[Asked]
    opened: Traces
    closed: Traces
    left: Traces


def hold(url: str, traces: SqliteTraces | PostgresTraces, *, voters: int, dice: Random) -> Held:
    """Have people vote, and gather what is at rest before the closing, then after the mixing."""
    with _served(url) as (app, server):
        votes, asked = _prepare(app, voters, dice)
        dice.shuffle(votes)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for start in range(0, len(votes), BATCH):
                batch = votes[start : start + BATCH]
                list(pool.map(lambda vote: vote.cast(server.url), batch))
                requests.get(f"{server.url}/scrutins", timeout=SECONDS)
                traces.watch()
        with app.app_context():
            opened = traces.gather(server.log())
            _close(sorted({one.poll_id for one in asked}))
            left = traces.comes_now().gather(server.log())
            closed = traces.gather(server.log())
    return Held(asked, opened, closed, left)


@contextmanager
def _served(url: str) -> Iterator[tuple[Flask, LiveServer]]:
    app = build(url)
    server = LiveServer(url, writes_per_minute="1000000")
    try:
        server.start()
        yield app, server
    finally:
        server.close()
        dispose(app)


def _prepare(app: Flask, voters: int, dice: Random) -> tuple[list[Vote], list[Asked]]:
    with app.app_context():
        town, (place, *_) = add_town()
        persons = [add_person(f"Personne {number}", lives_in=place) for number in range(voters)]
        tokens = {person: people.issue_api_token(person_id=person) for person in persons}
        made = [add_poll(town, questions=questions)[0] for questions in POLLS]
        questions = {
            poll: [(one.id, len(one.choices)) for one in queries.get_poll(poll).questions] for poll in made
        }
        db.session.remove()
    cookies = {person: cookie_of(sign_in(app, person)) for person in persons[::4]}
    votes, asked = [], []
    for poll, its in questions.items():
        truths = [_draw(persons, options, dice) for _, options in its]
        asked += [
            Asked(poll, question, place, truth)
            for place, ((question, _), truth) in enumerate(zip(its, truths, strict=True), start=1)
        ]
        for person in persons:
            answers = [truth[person] for truth in truths]
            votes.append(Vote(person, poll, answers, tokens[person], cookies.get(person)))
    return votes, asked


def _draw(persons: list[int], options: int, dice: Random) -> dict[int, str]:
    """An answer of each, blank ones too; the first is the most frequent, by little."""
    answers = [*(f"c{number}" for number in range(1, options + 1)), ""]
    weights = [5, *([4] * (options - 1)), 1]
    return {person: dice.choices(answers, weights)[0] for person in persons}


def _close(poll_ids: list[int]) -> None:
    """The end comes now, for the polls and for the timers of the server, which then mixes their boxes by itself."""
    with transaction():
        now: Any = utc_now()
        db.session.execute(sa.update(Poll).where(Poll.id.in_(poll_ids)).values(closes_at=now))
        db.session.execute(
            sa.update(OutboxMessage).where(OutboxMessage.kind.like("voting.%")).values(due_at=now)
        )

    def is_counted() -> bool:
        lines = [find_last_line(poll_id, LineKind.COUNTED) for poll_id in poll_ids]
        db.session.rollback()  # a reader would hold the log of SQLite
        return all(lines)

    wait_until(is_counted, seconds=SECONDS, what="the mixing and the count")
