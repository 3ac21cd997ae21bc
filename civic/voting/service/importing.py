"""Make a closed poll from a file of ballots that were cast elsewhere: a participatory budget as Pabulib publishes it."""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_
from civic.kernel.text import fold, markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories
from civic.voting import queries, rules
from civic.voting.answers import read_ballot, write_ballot
from civic.voting.asking import option_key, write_terms
from civic.voting.events import PollImported
from civic.voting.formats.lines import decode_file
from civic.voting.formats.pabulib import (
    PabulibFile,
    pabulib_election,
    pabulib_meta,
    pabulib_method,
    read_pabulib,
)
from civic.voting.methods.ballots import Ballot, Election, Option, Tally, pile_up
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import count_election
from civic.voting.models import Ballot as BallotRow
from civic.voting.models import Choice, ImportedPoll, Poll, Question
from civic.voting.register.writing import note_imported
from civic.voting.rules import IMPORTED_FORMAT, PollState
from civic.voting.service import counting
from civic.voting.service.polls import SALT_BYTES

ROWS_AT_ONCE = 1_000
LONGEST_TITLE = 200
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")

ImportProgress = Callable[[int, int], None]
"""Told how many ballots are written, and how many there are."""


@dataclass(frozen=True)
class Imported:
    """What came of an import. ``is_new`` is False when this very file was imported before."""

    poll_id: int
    question: str
    projects: int
    ballots: int
    method: str
    is_new: bool


@dataclass(frozen=True)
class _Readied:
    """A file that was read and understood, with its options called as those of our polls."""

    digest: str
    title: str
    description: str
    opens_at: datetime
    closes_at: datetime
    method: str
    election: Election
    texts: tuple[str, ...]


def import_pabulib(
    content: bytes,
    *,
    territory_code: str,
    method: str | None = None,
    progress: ImportProgress = lambda done, total: None,
) -> Imported:
    """Make a closed poll, its ballots and its count from a ``.pb`` file; nothing when it was imported before, nor when anything is wrong.

    Args:
        territory_code: of the commune or the neighbourhood where it took place.
        method: how it is counted, in place of the rule that the file names.
        progress: told of each batch of ballots.

    Raises:
        CountRefused: the file cannot be read, understood or counted; it says the line.
        TerritoryNotFound: there is no such territory.
    """
    territory = territories.get_territory_by_code(territory_code)
    digest = hashlib.sha256(content).hexdigest()
    readied = _ready(content, digest, method)
    if (known := find_imported(territory.id, digest, readied.method)) is not None:
        return _told(known, is_new=False)
    tally = count_election(readied.election, readied.method)
    try:
        with transaction():
            return _told(_import(readied, territory.id, tally, progress), is_new=True)
    except IntegrityError:
        known = find_imported(territory.id, digest, readied.method)
        if known is None:
            raise
        return _told(known, is_new=False)  # by another run, at the same moment


def _import(readied: _Readied, territory_id: int, tally: Tally, progress: ImportProgress) -> Poll:
    """Write the poll. The database lets one be made of a file, however many are at it: the others wait here, then are refused.

    Raises:
        IntegrityError.
    """
    now = utc_now()
    poll = _add_poll(readied, territory_id)
    db.session.add(
        ImportedPoll(
            poll_id=poll.id, territory_id=territory_id, file_sha256=readied.digest, method=readied.method
        )
    )
    db.session.flush()
    _add_ballots(poll, readied.election, progress)
    poll.rules_hash = rules.fingerprint(queries.rules_document(poll))
    note_imported(poll, at=now)
    publish(
        PollImported(
            occurred_at=now,
            poll_id=poll.id,
            territory_id=territory_id,
            file_sha256=readied.digest,
            ballots=poll.roll_size or 0,
        )
    )
    counting.keep_tally(poll.questions[0], tally)
    return poll


def find_imported(territory_id: int, digest: str, method: str) -> Poll | None:
    """Return the poll that was made from a file, by the SHA-256 of the file, and counted so: another method makes another poll."""
    query = (
        sa.select(Poll)
        .join(ImportedPoll, ImportedPoll.poll_id == Poll.id)
        .where(
            ImportedPoll.territory_id == territory_id,
            ImportedPoll.file_sha256 == digest,
            ImportedPoll.method == method,
        )
    )
    return db.session.scalars(query).one_or_none()


def _told(poll: Poll, *, is_new: bool) -> Imported:
    question = poll.questions[0]
    return Imported(
        poll_id=poll.id,
        question=poll.question,
        projects=len(question.choices),
        ballots=poll.roll_size or 0,
        method=question.method,
        is_new=is_new,
    )


def _ready(content: bytes, digest: str, method: str | None) -> _Readied:
    file = read_pabulib(decode_file(content))
    read = pabulib_election(file)
    method = method or pabulib_method(file)
    if not read.piles:
        raise CountRefused(N_("Ce fichier n’a pas de bulletin."))
    if not method.startswith("budget-"):
        raise CountRefused(
            N_("Un budget participatif ne se compte pas par la méthode « %(method)s »."), method=method
        )
    meta = {key: value for key, (_, value) in pabulib_meta(file).items()}
    opens_at, closes_at = _window(meta)
    election = _renamed(read)
    return _Readied(
        digest=digest,
        title=_title(meta),
        description=_description(meta),
        opens_at=opens_at,
        closes_at=closes_at,
        method=method,
        election=election,
        texts=_texts(file),
    )


def _renamed(read: Election) -> Election:
    """Return the election with its projects called as the options of our polls, in the order of the file."""
    keys = {option.id: option_key(place) for place, option in enumerate(read.options, start=1)}
    labels = _labels(read.options)
    options = tuple(
        Option(keys[option.id], label, option.cost_cents, option.envelope)
        for option, label in zip(read.options, labels, strict=True)
    )
    exclusions = tuple((keys[one], keys[other]) for one, other in read.terms.exclusions)
    piles = pile_up((_renamed_ballot(ballot, keys), count) for ballot, count in read.piles)
    return Election(read.kind, options, piles, replace(read.terms, exclusions=exclusions))


def _renamed_ballot(ballot: Ballot, keys: dict[str, str]) -> Ballot:
    renamed = Ballot(
        places=tuple(tuple(sorted(keys[one] for one in place)) for place in ballot.places),
        points=tuple(sorted((keys[one], given) for one, given in ballot.points)),
    )
    if read_ballot(write_ballot(renamed)) != renamed:
        raise CountRefused(
            N_("Un bulletin donne deux fois des points au même projet : il ne peut pas être importé.")
        )
    return renamed


def _labels(options: tuple[Option, ...]) -> list[str]:
    """Return the name of each project; two that read alike are told apart by their number in the file."""
    names = [" ".join(option.label.split()) or option.id for option in options]
    known = Counter(fold(name) for name in names)
    return [
        f"{name} ({option.id})" if known[fold(name)] > 1 else name
        for option, name in zip(options, names, strict=True)
    ]


def _texts(file: PabulibFile) -> tuple[str, ...]:
    """Return what is said of each project: its number in the file, its subject, its neighbourhood."""
    return tuple(
        " · ".join(
            part
            for part in (f"n° {record['project_id']}", record.get("category", ""), record.get("district", ""))
            if part
        )
        for _, record in file.projects.records()
    )


def _title(meta: dict[str, str]) -> str:
    title = meta.get("description") or meta.get("unit") or "Pabulib"
    year = meta.get("instance", "")
    return f"{title}, {year}"[:LONGEST_TITLE] if year and year not in title else title[:LONGEST_TITLE]


def _description(meta: dict[str, str]) -> str:
    """Return what the file says of itself, as it says it."""
    said = [
        meta[key]
        for key in ("unit", "subunit", "country", "instance", "currency", "comment")
        if meta.get(key)
    ]
    return " · ".join(" ".join(one.split()) for one in said)


def _window(meta: dict[str, str]) -> tuple[datetime, datetime]:
    """Return when people voted, days included; the year of the file, or the moment before now, where it says no day."""
    now = utc_now()
    begins, ends = _day(meta.get("date_begin", "")), _day(meta.get("date_end", ""))
    year = _YEAR.search(meta.get("instance", ""))
    if begins is None and ends is None and year:
        begins = datetime(int(year[0]), 1, 1, tzinfo=TOWN_TIME)
        ends = datetime(int(year[0]), 12, 31, tzinfo=TOWN_TIME)
    closes_at = min(ends + timedelta(days=1), now) if ends else now
    opens_at = begins if begins and begins < closes_at else closes_at - timedelta(days=1)
    return opens_at.astimezone(UTC), closes_at.astimezone(UTC)


def _day(text: str) -> datetime | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return datetime(int(match[3]), int(match[2]), int(match[1]), tzinfo=TOWN_TIME)
    except ValueError:
        return None


def _add_poll(readied: _Readied, territory_id: int) -> Poll:
    now = utc_now()
    election = readied.election
    poll = Poll(
        territory_id=territory_id,
        question=readied.title,
        description_source=readied.description,
        description_html=markdown_to_html(readied.description),
        opens_at=readied.opens_at,
        closes_at=readied.closes_at,
        state=PollState.FROZEN,
        roll_salt=secrets.token_hex(SALT_BYTES),
        rules_format=IMPORTED_FORMAT,
        roll_size=sum(count for _, count in election.piles),
        roll_digest=readied.digest,
        rules_hash="",
        created_at=now,
        frozen_at=now,
    )
    choices = [
        Choice(
            position=place,
            label=option.label,
            text=text,
            cost_cents=option.cost_cents,
            envelope=option.envelope,
        )
        for place, (option, text) in enumerate(zip(election.options, readied.texts, strict=True), start=1)
    ]
    poll.questions = [
        Question(
            position=1,
            text=readied.title,
            method=readied.method,
            ballot_kind=election.kind,
            terms=write_terms(election.terms),
            choices=choices,
        )
    ]
    db.session.add(poll)
    db.session.flush()
    return poll


def _add_ballots(poll: Poll, election: Election, progress: ImportProgress) -> None:
    contents = [write_ballot(ballot) for ballot, count in election.piles for _ in range(count)]
    where = {"poll_id": poll.id, "question_id": poll.questions[0].id}
    for start in range(0, len(contents), ROWS_AT_ONCE):
        batch = contents[start : start + ROWS_AT_ONCE]
        db.session.execute(sa.insert(BallotRow), [{"id": uuid4(), "content": one, **where} for one in batch])
        progress(min(start + ROWS_AT_ONCE, len(contents)), len(contents))
