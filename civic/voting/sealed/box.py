"""The ballot box: what a new ballot must be to enter it, without checking again those that are in it.

Checking a ballot takes long (its proofs) and needs no lock; whether it is new is asked of the box, quickly, where it is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from civic.voting.sealed.archive import Entry, EventKind, Head, next_event
from civic.voting.sealed.ballots import SealedBallot, check_ballot, read_ballot
from civic.voting.sealed.election import SealedElection
from civic.voting.sealed.refusals import BallotProblem, BallotRefused


class Box(Protocol):
    """What a ballot is compared with: the rows of a database, or the ``BallotsSeen`` of an archive."""

    def is_on_roll(self, credential: str) -> bool:
        """Tell whether a public code is on the roll."""

    def find_last(self, credential: str) -> str | None:
        """Return the tracker of the last ballot of a code, if there is one."""

    def find_owner(self, marks: Sequence[str]) -> str | None:
        """Return the code of a ballot in the box that bears one of these marks, if there is one."""


@dataclass(frozen=True)
class CheckedBallot:
    """A ballot that may enter the box.

    Attributes:
        text: what is kept of it, byte for byte.
        tracker: the number by which its voter finds it.
        marks: what no later ballot may bear (``find_owner``).
        replaces: the tracker of the ballot of the same code that counted until now, if there is one.
    """

    text: str
    credential: str
    tracker: str
    marks: tuple[str, ...]
    replaces: str | None


def check_new_ballot(election: SealedElection, box: Box, raw: str) -> CheckedBallot:
    """Check a ballot that somebody hands in: all that it says, and that it is new.

    Raises:
        BallotRefused: and why.
    """
    ballot = read_ballot(election, raw.strip())
    if not box.is_on_roll(ballot.credential):
        raise BallotRefused(BallotProblem.NOT_ON_ROLL)
    ensure_new(box, ballot.credential, ballot.tracker, ballot.marks)
    check_ballot(election, ballot)
    return CheckedBallot(
        text=ballot.raw,
        credential=ballot.credential,
        tracker=ballot.tracker,
        marks=ballot.marks,
        replaces=box.find_last(ballot.credential),
    )


def ensure_new(box: Box, credential: str, tracker: str, marks: Sequence[str]) -> None:
    """Check that nothing of a ballot is in the box already; to be asked again where the ballot is written, under its lock.

    Raises:
        BallotRefused: DUPLICATE when it is the last ballot of its voter, sent twice; REPLAY of an older one; COPY of another's.
    """
    owner = box.find_owner(marks)
    if owner is None:
        return
    if owner != credential:
        raise BallotRefused(BallotProblem.COPY)
    is_last = box.find_last(credential) == tracker
    raise BallotRefused(BallotProblem.DUPLICATE if is_last else BallotProblem.REPLAY)


def append_ballot(head: Head, ballot: CheckedBallot) -> tuple[tuple[Entry, ...], Head]:
    """Return the two files that a ballot adds to the archive (its text, its event), and the new head."""
    return next_event(head, EventKind.BALLOT, (ballot.text,))


@dataclass
class BallotsSeen:
    """A box held in memory, for who reads an archive from its beginning."""

    roll: frozenset[str]
    last: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)

    def is_on_roll(self, credential: str) -> bool:
        return credential in self.roll

    def find_last(self, credential: str) -> str | None:
        return self.last.get(credential)

    def find_owner(self, marks: Sequence[str]) -> str | None:
        return next((self.owners[mark] for mark in marks if mark in self.owners), None)

    def add(self, ballot: CheckedBallot | SealedBallot) -> None:
        """Put a ballot in the box."""
        self.last[ballot.credential] = ballot.tracker
        self.owners |= dict.fromkeys(ballot.marks, ballot.credential)


def ballots_seen(roll: Iterable[str], ballots: Iterable[SealedBallot] = ()) -> BallotsSeen:
    """Return the box of a roll, these ballots being in it."""
    box = BallotsSeen(frozenset(roll))
    for ballot in ballots:
        box.add(ballot)
    return box
