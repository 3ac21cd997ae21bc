"""Residents who support, argue, react and propose from two seconds before a phase closes to two seconds after, on servers whose clocks differ."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import requests
import sqlalchemy as sa

from civic.accounts.models import ApiToken, Person, Residency, ResidencyStatus
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import transaction
from civic.opinions.models import Participant, Reaction, Statement
from civic.proposals.models import Argument, Proposal, Support
from civic.realtime.models import PersonFeed
from tests.conftest import add_town, build, dispose
from tests.consultations.making import add_consultation
from tests.durability.closing import ANSWER_SECONDS, AROUND_SECONDS, NEAR_SECONDS, serve_all
from tests.durability.crash import CrashServer
from tests.proposals.making import add_proposal

KINDS = ("support", "argument", "reaction", "proposal")
THREADS = 8
BEFORE_FIRST_SECONDS = 1.0
CLOSED = "phase_closed"
LATE, EARLY, LOST, THERE_THOUGH_REFUSED, UNANSWERED, MISCOUNTED = (
    "late", "early", "lost", "there though refused", "unanswered", "miscounted",
)  # fmt: skip


@dataclass(frozen=True)
class Acted:
    """What one person did, each another thing, and what was answered. Instants are seconds of this machine's clock, the database's."""

    person: int
    kind: str
    server: int
    sent_at: float
    answered_at: float
    status: int
    code: str

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class PhaseClosing:
    """What was seen. ``there``: who is in the database for each kind; ``counts``: kept beside a recount."""

    closes_at: float
    acted: list[Acted]
    there: dict[str, set[int]]
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Asked:
    consultation: int
    place: int
    proposal: int
    statement: int
    closes_at: float
    people: list[int]

    def call(self, number: int) -> tuple[str, str, str, dict[str, object] | None]:
        """Return the kind, the method, the path and the body of what a person does."""
        kind = KINDS[number % len(KINDS)]
        calls: dict[str, tuple[str, str, dict[str, object] | None]] = {
            "support": ("PUT", f"/proposals/{self.proposal}/support", None),
            "argument": ("POST", f"/proposals/{self.proposal}/arguments", {"side": "for", "body": f"Pour {number}."}),
            "reaction": ("PUT", f"/statements/{self.statement}/reaction", {"value": "agree"}),
            "proposal": (
                "POST", f"/consultations/{self.consultation}/proposals",
                {"title": f"Une idée de plus pour le lavoir, {number}", "body": "Un banc à l’ombre, devant le lavoir, pour souffler.", "category": "nature", "territory_id": self.place},
            ),
        }  # fmt: skip
        return kind, *calls[kind]


def close_phase_under_load(url: str, *, faults: Sequence[str], actions: int) -> PhaseClosing:
    """Serve one database by as many servers as faults, and close a phase under so many actions."""
    app = build(url)
    try:
        with app.app_context():
            people = _make_people(actions)
        with serve_all(url, faults) as servers:
            with app.app_context():
                asked = _make_phase(*people)
                db.session.remove()
            acted = _act(servers, asked)
        with app.app_context():
            there, counts = _read(asked)
    finally:
        dispose(app)
    return PhaseClosing(asked.closes_at, acted, there, counts)


def _make_people(count: int) -> tuple[int, int, list[int]]:
    town, (place, *_) = add_town()
    now = utc_now()
    with transaction():
        named = [
            {"name": f"Voisine {each}", "folded_name": f"voisine {each}", "language": "fr", "created_at": now}
            for each in range(count)
        ]
        people = list(
            db.session.scalars(sa.insert(Person).returning(Person.id, sort_by_parameter_order=True), named)
        )
        lives = {"territory_id": place, "status": ResidencyStatus.VERIFIED, "declared_at": now}
        db.session.execute(sa.insert(Residency), [{"person_id": each, **lives} for each in people])
        db.session.execute(sa.insert(PersonFeed), [{"person_id": each, "last_seq": 0} for each in people])
        tokens = [
            {"token_digest": keyed_digest("api_token", f"token-{each}"), "person_id": each, "label": "", "created_at": now}
            for each in people
        ]  # fmt: skip
        db.session.execute(sa.insert(ApiToken), tokens)
    return town, place, people


def _make_phase(town: int, place: int, people: list[int]) -> Asked:
    closes_at = utc_now() + timedelta(seconds=BEFORE_FIRST_SECONDS + AROUND_SECONDS)
    consultation = add_consultation(town, closes_at=closes_at)
    proposal = add_proposal(town, consultation=consultation, place=place)
    with transaction():
        statement = Statement(consultation_id=consultation, body="Un banc.", created_at=utc_now())
        db.session.add(statement)
        db.session.flush()
        return Asked(consultation, place, proposal, statement.id, closes_at.timestamp(), people)


def _act(servers: Sequence[CrashServer], asked: Asked) -> list[Acted]:
    acted: list[Acted] = []
    between = 2 * AROUND_SECONDS / len(asked.people)

    def run(first: int) -> None:
        with requests.Session() as browser:
            for number in range(first, len(asked.people), THREADS):
                due = asked.closes_at - AROUND_SECONDS + number * between
                time.sleep(max(0.0, due - time.time()))
                acted.append(_do(browser, servers, asked, number))

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return acted


def _do(browser: requests.Session, servers: Sequence[CrashServer], asked: Asked, number: int) -> Acted:
    kind, method, path, body = asked.call(number)
    person, server = asked.people[number], number // len(KINDS) % len(servers)
    headers = {"Authorization": f"Bearer token-{person}"}
    sent_at = time.time()
    answer = browser.request(
        method, f"{servers[server].url}/api/v1{path}", json=body, headers=headers, timeout=ANSWER_SECONDS
    )
    code = "" if answer.ok else str(answer.json().get("code"))
    return Acted(person, kind, server, sent_at, time.time(), answer.status_code, code)


def _read(asked: Asked) -> tuple[dict[str, set[int]], tuple[tuple[int, int], ...]]:
    reacted = sa.select(Participant.person_id).join(Reaction, Reaction.participant_id == Participant.id)
    queries = {
        "support": sa.select(Support.person_id).filter_by(proposal_id=asked.proposal),
        "argument": sa.select(Argument.author_id).filter_by(proposal_id=asked.proposal),
        "reaction": reacted.where(Reaction.statement_id == asked.statement),
        "proposal": sa.select(Proposal.author_id).where(Proposal.author_id.is_not(None)),
    }
    rows = {kind: list(db.session.scalars(query)) for kind, query in queries.items()}
    proposal = db.session.get_one(Proposal, asked.proposal)
    statement = db.session.get_one(Statement, asked.statement)
    kept = proposal.support_count, proposal.argument_count, statement.agree_count
    recounted = (len(rows[kind]) for kind in KINDS)
    return {kind: set(each) for kind, each in rows.items()}, tuple(zip(kept, recounted, strict=False))


def faults_of(seen: PhaseClosing) -> set[str]:
    """Return the kinds of faults that are seen."""
    accepted = {
        kind: {each.person for each in seen.acted if each.kind == kind and each.is_accepted} for kind in KINDS
    }
    refused = [each for each in seen.acted if not each.is_accepted]
    found = {
        LATE: any(each.is_accepted and each.sent_at >= seen.closes_at for each in seen.acted),
        EARLY: any(
            each.code == CLOSED and each.answered_at < seen.closes_at - NEAR_SECONDS for each in refused
        ),
        LOST: any(not accepted[kind] <= seen.there[kind] for kind in KINDS),
        THERE_THOUGH_REFUSED: any(not seen.there[kind] <= accepted[kind] for kind in KINDS),
        MISCOUNTED: any(kept != recounted for kept, recounted in seen.counts),
        UNANSWERED: any(each.code != CLOSED for each in refused),
    }
    return {kind for kind, is_found in found.items() if is_found}
