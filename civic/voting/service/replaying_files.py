"""The ballots of a file, counted under each rule that can count them, before a commune chooses one. Nothing of the file becomes a poll.

What is counted at once is kept nowhere. A count by equal shares that takes long is a work: it holds the file while it runs,
and a day more when it fails, to be taken up again.
"""

import base64
import zlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from civic.kernel import work
from civic.kernel.access import Actor, require
from civic.kernel.work import LongWork
from civic.voting.access import VotingAction
from civic.voting.asking import EQUAL_SHARES
from civic.voting.errors import BallotFileRefused
from civic.voting.formats.reading import read_content
from civic.voting.methods.ballots import BallotKind, Election
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.registry import count_election
from civic.voting.service import long_counts
from civic.voting.service.counting import takes_long
from civic.voting.service.replaying import Replayed, rules_that_count, sum_up

REPLAY_FILE = "voting.replay_file"
MOST_OPTIONS = 500
MOST_RANKED = 100
"""Comparing every ranked option with every other takes two seconds of a request for a hundred, minutes for five hundred."""


@dataclass(frozen=True)
class FileReplay:
    """What each rule makes of the ballots of a file. ``ballots``: how many there are; ``work_id``: the count that takes long."""

    name: str
    options: int
    ballots: int
    money_cents: int
    rules: tuple[Replayed, ...]


def replay_file(actor: Actor, *, name: str, content: bytes, kind: BallotKind, seats: int) -> FileReplay:
    """Count the ballots of a file under each rule that can.

    Args:
        name: of the file: its end says how it is written.
        kind: what the cells of a table say; other files say it themselves.
        seats: how many options are elected; a budget does not ask.

    Raises:
        NotAllowed: the actor prepares no poll.
        BallotFileRefused: the file cannot be read, and why, with the line.
    """
    require(actor, VotingAction.PREPARE_POLL)
    election = _read(name, content, kind, seats)
    long = None
    if EQUAL_SHARES in rules_that_count(election) and takes_long(EQUAL_SHARES, election):
        kept = {
            "name": name,
            "content": base64.b64encode(zlib.compress(content)).decode(),
            "kind": kind.value,
        }
        long = work.start_work(
            REPLAY_FILE, owner_id=actor.id, total=long_counts.TOTAL, place={**kept, "grown": {}}
        )
    return FileReplay(
        name=name,
        options=len(election.options),
        ballots=sum(count for _, count in election.piles),
        money_cents=election.terms.budget_cents,
        rules=tuple(_count(election, method, long) for method in rules_that_count(election)),
    )


def _read(name: str, content: bytes, kind: BallotKind, seats: int) -> Election:
    try:
        election = read_content(name, content, kind)
        if not election.piles:
            raise CountRefused(N_("Ce fichier n’a pas de bulletin."))
        most = MOST_RANKED if election.kind is BallotKind.RANKING else MOST_OPTIONS
        if len(election.options) > most:
            raise CountRefused(N_("Ce fichier a plus de %(most)s réponses."), most=most)
        if not election.terms.budget_cents and seats >= len(election.options):
            raise CountRefused(
                N_("Ce fichier a %(found)s réponses : il faut en retenir moins que cela."),
                found=len(election.options),
            )
    except CountRefused as refused:
        raise BallotFileRefused(
            refused.message, fields={"file": [refused.message]}, **refused.values
        ) from None
    return replace(election, terms=replace(election.terms, seats=seats))


def _count(election: Election, method: str, long: int | None) -> Replayed:
    if method == EQUAL_SHARES and long is not None:
        return Replayed(method, is_own=False, work_id=long)
    try:
        return sum_up(election, count_election(election, method), is_own=False)
    except CountRefused:  # terms that do not go together under this rule
        return Replayed(method, is_own=False)


@work.works(REPLAY_FILE, is_personal=True)
def replay_some_rounds_of_a_file(running: LongWork) -> bool:
    """Run some rounds of equal shares; when there are no more, keep what came of it and forget the file. Returns whether it is finished."""
    place = running.place

    def read() -> Election:
        """Only when another process made the last step: reading takes longer than a step."""
        content = zlib.decompress(base64.b64decode(place["content"]))
        return read_content(place["name"], content, BallotKind(place["kind"]))

    key = f"file:{running.id}:{running.created_at.isoformat()}"  # SQLite gives the number of a forgotten work again
    tally = long_counts.grow_some(running, key, read)
    if tally is None:
        return False
    running.result = {"name": place["name"], **asdict(sum_up(read(), tally, is_own=False))}
    running.place = {}
    return True


def show_file_replayed(actor: Actor, *, work_id: int) -> tuple[str, Replayed]:
    """Return the name of a file, and what equal shares made of it. Raises WorkNotFound."""
    done = work.get_own_work(actor, work_id)
    if done.kind != REPLAY_FILE or not done.result:
        raise work.WorkNotFound
    kept: dict[str, Any] = dict(done.result)
    name = kept.pop("name")
    return name, Replayed(**{**kept, "winners": tuple(kept["winners"])})
