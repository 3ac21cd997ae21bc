"""What must hold between the clients' histories and the database, whatever happened to the server."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.outbox import OutboxMessage
from civic.matching.models import Dispatch, Invitation, Match, MatchMessage
from civic.matching.rules import LIVE_MATCH, InvitationState, MatchState
from civic.matching.service.dispatch import TIMER
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.rules import SEEKING
from civic.proposals.models import Proposal
from civic.realtime.models import PersonEvent, PersonFeed
from civic.voting.models import Ballot, Question, RollEntry
from tests.durability.history import OK, REFUSED, UNKNOWN, Line, by_key

LOST, DOUBLED, THERE_THOUGH_REFUSED, ANSWERED_DIFFERENTLY = "lost", "doubled", "there_though_refused", "answered_differently"  # fmt: skip
ERROR, WRONG_COUNT, UNTOLD, GAP, OWED, FORGOTTEN = (
    "error",
    "wrong_count",
    "untold",
    "gap",
    "owed",
    "forgotten",
)

Rows = Callable[..., list[Any]]


@dataclass(frozen=True)
class Fault:
    kind: str
    what: str


def check(lines: Iterable[Line], database_url: str, *, now: datetime) -> list[Fault]:
    """Return every breach; an empty list where the database holds what was acknowledged, once, and nothing that was refused.

    Args:
        now: what was owed before this instant must have been delivered.
    """
    engine = sa.create_engine(database_url)
    try:
        with engine.connect() as connection:

            def rows(*columns: Any) -> list[Any]:
                return list(connection.execute(sa.select(*columns)))

            return [*_against_histories(lines, rows), *_within_database(rows, now)]
    finally:
        engine.dispose()


def _against_histories(lines: Iterable[Line], rows: Rows) -> Iterator[Fault]:
    held = {
        "vote": Counter(
            (poll, person)
            for poll, person, voted in rows(RollEntry.poll_id, RollEntry.person_id, RollEntry.has_voted)
            if voted
        ),
        "propose": Counter(map(tuple, rows(Proposal.author_id, Proposal.title))),
        "offer": Counter(map(tuple, rows(Offer.author_id, Offer.title))),
        "ask": Counter(map(tuple, rows(HelpRequest.requester_id, HelpRequest.title))),
        "accept": Counter(map(tuple, rows(Match.request_id, Match.volunteer_id))),
        "say": Counter(map(tuple, rows(MatchMessage.match_id, MatchMessage.author_id, MatchMessage.client_id))),
    }  # fmt: skip
    for key, attempts in by_key(lines).items():
        count = held[attempts[0].op][_place(attempts[0])]
        judge = _faults_of_ballot if attempts[0].op == "vote" else _faults_of_call
        yield from (Fault(kind, f"{key}: {what}") for kind, what in judge(attempts, count))
        yield from (Fault(ERROR, f"{key}: {one.answer}") for one in attempts if _is_error(one))


def _place(line: Line) -> tuple[Any, ...]:
    """Return where the database keeps what a call makes."""
    given, person = line.arguments, line.person
    if line.op == "vote":
        return given["poll_id"], person
    if line.op == "accept":
        return given["request_id"], person
    if line.op == "say":
        return given["match_id"], person, given["client_id"]
    return person, given["title"]


def _is_error(line: Line) -> bool:
    return line.answer.get("status", 0) >= 500 or line.answer.get("code") == "internal_error"


def _faults_of_call(attempts: list[Line], count: int) -> Iterator[tuple[str, str]]:
    words = [line.outcome for line in attempts]
    if count > 1:
        yield DOUBLED, f"is there {count} times"
    if OK in words:
        if count == 0:
            yield LOST, "was acknowledged and is not there"
        after = attempts[words.index(OK) :]
        answers = {str(line.answer) for line in after if line.outcome != UNKNOWN}
        if len(answers) > 1:
            yield ANSWERED_DIFFERENTLY, f"sent again, was answered {sorted(answers)}"
    elif UNKNOWN not in words and count > 0:
        yield THERE_THOUGH_REFUSED, f"was refused as {attempts[-1].answer} and is there"


def _faults_of_ballot(attempts: list[Line], count: int) -> Iterator[tuple[str, str]]:
    """A ballot sent again is refused as ``already_voted``, which says as plainly as a receipt that it is in the box."""
    words = [line.outcome for line in attempts]
    again = [line.answer.get("code") == "already_voted" for line in attempts]
    if words.count(OK) > 1:
        yield DOUBLED, "was acknowledged twice"
    if again[0]:
        yield THERE_THOUGH_REFUSED, "was refused as already cast when it was first sent"
    if (OK in words or any(again)) and count != 1:
        yield LOST, "was said to be in the box, and the roll is not marked"
    if set(words) == {REFUSED} and not any(again) and count:
        yield THERE_THOUGH_REFUSED, f"was refused as {attempts[-1].answer} and the roll is marked"


def _within_database(rows: Rows, now: datetime) -> Iterator[Fault]:
    yield from _faults_of_boxes(rows)
    yield from _faults_of_places(rows)
    yield from _faults_of_searches(rows)
    yield from _faults_of_telling(rows)
    yield from _faults_of_numbers(rows)
    for kind, due_at, failed_at in rows(OutboxMessage.kind, OutboxMessage.due_at, OutboxMessage.failed_at):
        if failed_at or due_at <= now:
            yield Fault(OWED, f"{kind} was due at {due_at}")


def _faults_of_boxes(rows: Rows) -> Iterator[Fault]:
    marks = Counter(poll for poll, voted in rows(RollEntry.poll_id, RollEntry.has_voted) if voted)
    ballots = Counter(rows(Ballot.poll_id, Ballot.question_id))
    questions = dict.fromkeys(ballots) | dict.fromkeys(rows(Question.poll_id, Question.id))
    for poll, question in sorted(questions):
        if marks[poll] != (found := ballots[poll, question]):
            yield Fault(WRONG_COUNT, f"poll {poll}: {marks[poll]} marks, {found} ballots")


def _faults_of_places(rows: Rows) -> Iterator[Fault]:
    lasting = LIVE_MATCH | {MatchState.CONFIRMED}
    taken = Counter(request for request, state in rows(Match.request_id, Match.state) if state in lasting)
    for request, capacity, filled in rows(HelpRequest.id, HelpRequest.capacity, HelpRequest.filled):
        if not taken[request] == filled <= capacity:
            yield Fault(
                WRONG_COUNT, f"request {request}: {taken[request]} matches, {filled} filled of {capacity}"
            )


def _faults_of_searches(rows: Rows) -> Iterator[Fault]:
    """A search that goes on owes its next timer, once; who has a match said yes to an invitation, and the other way round."""
    owed = Counter(
        (payload["request_id"], payload["due_at"])
        for kind, payload in rows(OutboxMessage.kind, OutboxMessage.payload)
        if kind == TIMER
    )
    states = dict(map(tuple, rows(HelpRequest.id, HelpRequest.state)))
    for request, due_at in rows(Dispatch.request_id, Dispatch.next_step_at):
        if states[request] not in SEEKING:
            continue
        if due_at is None:
            yield Fault(FORGOTTEN, f"request {request} seeks somebody, and awaits no timer")
        elif (count := owed[request, due_at.isoformat()]) != 1:
            yield Fault(
                FORGOTTEN if count == 0 else DOUBLED, f"request {request}: its timer is owed {count} times"
            )
    matched = Counter(map(tuple, rows(Match.request_id, Match.volunteer_id)))
    answered = rows(Invitation.request_id, Invitation.volunteer_id, Invitation.state)
    said_yes = Counter(
        (request, who) for request, who, state in answered if state is InvitationState.ACCEPTED
    )
    for request, volunteer in sorted((matched - said_yes) | (said_yes - matched)):
        yield Fault(
            WRONG_COUNT, f"request {request}: volunteer {volunteer} has a match or a yes without the other"
        )


def _faults_of_telling(rows: Rows) -> Iterator[Fault]:
    """Each match and each message is told once to both sides."""
    told = Counter(
        (person, name, payload.get("message_id" if name == "match:message" else "match_id"))
        for person, name, payload in rows(PersonEvent.person_id, PersonEvent.name, PersonEvent.payload)
    )
    requesters = dict(map(tuple, rows(HelpRequest.id, HelpRequest.requester_id)))
    sides = {
        match: (volunteer, requesters[request])
        for match, request, volunteer in rows(Match.id, Match.request_id, Match.volunteer_id)
    }
    due = [(person, "match:created", match) for match, both in sides.items() for person in both]
    for message, match in rows(MatchMessage.id, MatchMessage.match_id):
        due += [(person, "match:message", message) for person in sides[match]]
    for person, name, subject in due:
        if (count := told[person, name, subject]) != 1:
            yield Fault(
                UNTOLD if count == 0 else DOUBLED, f"{name} {subject}: told {count} times to {person}"
            )


def _faults_of_numbers(rows: Rows) -> Iterator[Fault]:
    numbers: dict[int, list[int]] = {
        person: [] for person, _ in rows(PersonFeed.person_id, PersonFeed.last_seq)
    }
    for person, seq in rows(PersonEvent.person_id, PersonEvent.seq):
        numbers.setdefault(person, []).append(seq)
    last = dict(map(tuple, rows(PersonFeed.person_id, PersonFeed.last_seq)))
    for person, seqs in numbers.items():
        if sorted(seqs) != list(range(1, last.get(person, 0) + 1)):
            yield Fault(GAP, f"person {person}: {len(seqs)} events do not run from 1 to {last.get(person)}")
