"""What must hold between the clients' own history and the database, whatever happened to the server."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Outcome:
    """The last word that a client had of one thing that it asked: ``ok``, ``refused`` or ``unknown``.

    Attributes:
        kind: ``ballot``, ``offer`` or ``message``.
        key: (poll, person) of a ballot, the unique title of an offer, the client id of a message.
    """

    kind: str
    key: Any
    word: str


def find_faults(history: list[Outcome], engine: sa.Engine) -> list[str]:
    """Return every breach: something acknowledged that is lost or doubled, something refused that is there, counts that differ."""
    with engine.connect() as connection:
        voted = set(
            connection.execute(sa.text("SELECT poll_id, person_id FROM roll_entry WHERE has_voted")).tuples()
        )
        marks = Counter(poll for poll, _ in voted)
        ballots = Counter(connection.execute(sa.text("SELECT poll_id FROM ballot")).scalars())
        titles = Counter(connection.execute(sa.text("SELECT title FROM offer")).scalars())
        said = Counter(connection.execute(sa.text("SELECT client_id FROM match_message")).scalars())
        feeds = list(connection.execute(sa.text("SELECT person_id, last_seq FROM person_feed")).tuples())
        numbers = list(
            connection.execute(
                sa.text("SELECT person_id, seq FROM person_event ORDER BY person_id, seq")
            ).tuples()
        )
    held = {"offer": titles, "message": said, "ballot": Counter(voted)}
    faults = [fault for outcome in history for fault in _faults_of(outcome, held[outcome.kind][outcome.key])]
    faults += [
        f"poll {poll}: {marks[poll]} marks, {ballots[poll]} ballots"
        for poll in marks | ballots
        if marks[poll] != ballots[poll]
    ]
    for person, last in feeds:
        seqs = [seq for who, seq in numbers if who == person]
        if seqs != list(range(1, last + 1)):
            faults.append(f"person {person}: events {seqs} do not run from 1 to {last}")
    said_ok = sum(1 for outcome in history if outcome.kind == "message" and outcome.word == "ok")
    if said_ok and not numbers:
        faults.append("messages were acknowledged, and nobody was told")
    return faults


def _faults_of(outcome: Outcome, count: int) -> list[str]:
    if outcome.word == "ok" and count == 0:
        return [f"{outcome.kind} {outcome.key} was acknowledged and is lost"]
    if outcome.word == "refused" and count > 0:
        return [f"{outcome.kind} {outcome.key} was refused and is there"]
    return [f"{outcome.kind} {outcome.key} is there {count} times"] if count > 1 else []
