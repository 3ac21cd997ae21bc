import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.kernel.text import fold
from civic.territories import queries as territories
from civic.voting.booth.errors import NotSealed, PollIsSealed
from civic.voting.booth.models import SealedCode, SealedEntry, SealedMark, SealedPaperEntry, SealedPoll
from civic.voting.models import Poll, RollEntry
from civic.voting.rules import BallotChannel
from civic.voting.sealed.archive import Entry, EventKind, Head

ENTRIES_AT_ONCE = 200
NAMES_AT_ONCE = 1_000


@dataclass(frozen=True)
class BoxLine:
    """A ballot of the box. ``is_replaced``: its voter voted again, and this one no longer counts."""

    tracker: str
    is_replaced: bool


def find_sealed(poll_id: int) -> SealedPoll | None:
    return db.session.get(SealedPoll, poll_id)


def get_sealed(poll_id: int) -> SealedPoll:
    """Return what makes a poll a sealed one. Raises NotSealed."""
    sealed = find_sealed(poll_id)
    if sealed is None:
        raise NotSealed
    return sealed


def is_sealed(poll_id: int) -> bool:
    return find_sealed(poll_id) is not None


def is_awaiting_trustees(poll_id: int) -> bool:
    """Tell whether a poll is sealed, and its box not open yet."""
    sealed = find_sealed(poll_id)
    return sealed is not None and sealed.sums is None


def ensure_separated(poll_id: int) -> None:
    """A ballot in clear has no place in a sealed box. Raises PollIsSealed."""
    if is_sealed(poll_id):
        raise PollIsSealed


def digest_of(credential: str) -> str:
    """Return the name under which a public code is kept: 64 letters instead of six hundred digits."""
    return hashlib.sha256(credential.encode()).hexdigest()


@dataclass(frozen=True)
class StoredBox:
    """The box of a poll, as ``sealed.box`` asks it what is in it."""

    poll_id: int

    def is_on_roll(self, credential: str) -> bool:
        return self._find_code(credential) is not None

    def find_last(self, credential: str) -> str | None:
        code = self._find_code(credential)
        return code.last_tracker if code else None

    def find_owner(self, marks: Sequence[str]) -> str | None:
        """A mark is met again once in a long while: the whole code is then looked for among those of the roll."""
        query = sa.select(SealedMark.digest).where(
            SealedMark.poll_id == self.poll_id, SealedMark.mark.in_(marks)
        )
        digest = db.session.scalars(query.limit(1)).first()
        codes = json.loads(get_sealed(self.poll_id).codes) if digest else []
        return next((code for code in codes if digest_of(code) == digest), None)

    def _find_code(self, credential: str) -> SealedCode | None:
        return db.session.get(SealedCode, (self.poll_id, digest_of(credential)))


# The archive


def append_entries(
    sealed: SealedPoll, event: EventKind, entries: Sequence[Entry], head: Head, *, tracker: str | None = None
) -> None:
    """Add the files of an event at the end of the archive. Who calls holds the poll alone.

    Args:
        tracker: of the ballot, which is the first of the files.
    """
    next_position = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(SealedEntry.position) + 1, 0)).where(
            SealedEntry.poll_id == sealed.poll_id
        )
    )
    for number, entry in enumerate(entries):
        row = SealedEntry(
            poll_id=sealed.poll_id,
            position=(next_position or 0) + number,
            event=event.value,
            name=entry.name,
            body=entry.body,
            tracker=tracker if number == 0 else None,
        )
        db.session.add(row)
    sealed.height, sealed.head = head.height, head.hash
    db.session.flush()


def head_of(sealed: SealedPoll) -> Head:
    return Head(sealed.height or 0, sealed.head or "")


def iterate_entries(poll_id: int) -> Iterator[Entry]:
    """Return every file of the archive, a few at a time."""
    last = -1
    while rows := _entries_after(poll_id, last):
        for row in rows:
            yield Entry(row.name, row.body)
        last = rows[-1].position


def _entries_after(poll_id: int, position: int) -> Sequence[sa.Row[int, str, str]]:
    query = (
        sa.select(SealedEntry.position, SealedEntry.name, SealedEntry.body)
        .where(SealedEntry.poll_id == poll_id, SealedEntry.position > position)
        .order_by(SealedEntry.position)
        .limit(ENTRIES_AT_ONCE)
    )
    return db.session.execute(query).all()


def list_texts(poll_id: int, event: EventKind) -> list[str]:
    """Return the texts that the events of a kind brought, in order."""
    query = (
        sa.select(SealedEntry.body)
        .where(
            SealedEntry.poll_id == poll_id,
            SealedEntry.event == event.value,
            SealedEntry.name.like("%.data.json"),
        )
        .order_by(SealedEntry.position)
    )
    return list(db.session.scalars(query))


def has_event(poll_id: int, event: EventKind) -> bool:
    query = sa.select(SealedEntry.position).filter_by(poll_id=poll_id, event=event.value).limit(1)
    return db.session.scalars(query).first() is not None


def list_counted_ballots(poll_id: int, *, after: int, most: int) -> Sequence[sa.Row[int, str]]:
    """Return (position, text) of the next ballots that count: of each code, the last."""
    query = (
        sa.select(SealedEntry.position, SealedEntry.body)
        .join(
            SealedCode,
            sa.and_(
                SealedCode.poll_id == SealedEntry.poll_id, SealedCode.last_tracker == SealedEntry.tracker
            ),
        )
        .where(SealedEntry.poll_id == poll_id, SealedEntry.position > after)
        .order_by(SealedEntry.position)
        .limit(most)
    )
    return db.session.execute(query).all()


def count_voters(poll_id: int) -> int:
    """Return how many codes have a ballot in the box."""
    query = sa.select(sa.func.count()).where(
        SealedCode.poll_id == poll_id, SealedCode.last_tracker.is_not(None)
    )
    return db.session.scalar(query) or 0


def list_box(poll_id: int, *, tracker: str = "", number: int = 1, size: int = PAGE_SIZE) -> Page[BoxLine]:
    """Return a page of the ballots of the box, the last first; of the one that has a tracker, when given."""
    counts = sa.exists().where(
        SealedCode.poll_id == SealedEntry.poll_id, SealedCode.last_tracker == SealedEntry.tracker
    )
    query = (
        sa.select(SealedEntry.tracker, counts)
        .where(SealedEntry.poll_id == poll_id, SealedEntry.tracker.is_not(None))
        .order_by(SealedEntry.position.desc())
    )
    if tracker:
        query = query.where(SealedEntry.tracker == tracker)
    page = paginate(query, number=number, size=size, scalars=False)
    lines = [BoxLine(found or "", not is_counted) for found, is_counted in page.items]
    return Page(lines, page.number, page.size, page.total)


# The papers


def count_marked(poll_id: int) -> int:
    """Return how many persons the roll says voted on paper."""
    query = sa.select(sa.func.count()).where(
        RollEntry.poll_id == poll_id, RollEntry.channel == BallotChannel.PAPER
    )
    return db.session.scalar(query) or 0


def waits_for_its_papers() -> sa.ColumnElement[bool]:
    """Return the condition that a ``Poll`` is sealed, that the roll says somebody voted on paper, and that no count is agreed yet."""
    uncounted = sa.exists().where(SealedPoll.poll_id == Poll.id, SealedPoll.paper.is_(None))
    on_paper = sa.exists().where(RollEntry.poll_id == Poll.id, RollEntry.channel == BallotChannel.PAPER)
    return sa.and_(uncounted, on_paper)


def erase_mark(poll_id: int, person_id: int) -> bool:
    """Take back that a person votes on paper. Returns whether the roll said so."""
    mark = sa.update(RollEntry).where(
        RollEntry.poll_id == poll_id,
        RollEntry.person_id == person_id,
        RollEntry.channel == BallotChannel.PAPER,
    )
    erased = mark.values(has_voted=False, channel=None, receipt_digest=None, registered_by_id=None)
    result = db.session.execute(erased.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]


def list_paper_entries(poll_id: int) -> list[SealedPaperEntry]:
    """Return what each agent found in the urn of paper, the first first."""
    query = sa.select(SealedPaperEntry).filter_by(poll_id=poll_id).order_by(SealedPaperEntry.id)
    return list(db.session.scalars(query))


def is_paper_owed(sealed: SealedPoll) -> bool:
    """Tell whether papers are still to be counted."""
    return sealed.paper is None and count_marked(sealed.poll_id) > 0


def list_names(territory_ids: Mapping[int, int]) -> list[tuple[str, str]]:
    """Return (name, neighbourhood) of persons, by name, from where each lives."""
    names = territories.names_of(set(territory_ids.values()))
    places = {person_id: names.get(place, "") for person_id, place in territory_ids.items()}
    found = []
    ids = list(places)
    for start in range(0, len(ids), NAMES_AT_ONCE):
        some = sa.select(Person.id, Person.name).where(Person.id.in_(ids[start : start + NAMES_AT_ONCE]))
        found += [(name, places[person_id]) for person_id, name in db.session.execute(some)]
    return sorted(found, key=lambda line: (fold(line[0]), line[1]))
