"""Bring the roll of a draft as a file: read, shown, then confirmed whole, or not at all."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.accounts.personal_data import (
    erase_personal_data,
    erases_personal_data,
    exports_personal_data,
)
from civic.accounts.service.desk import IDENTITY
from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_, Sentence
from civic.kernel.outbox import owe
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories
from civic.voting import queries as voting
from civic.voting import rules as voting_rules
from civic.voting.access import VotingAction
from civic.voting.errors import NoRollWaiting, PollChanged, RollRefused
from civic.voting.events import RollGiven
from civic.voting.given_roll import queries
from civic.voting.given_roll.models import GivenRoll, GivenVoter
from civic.voting.given_roll.rules import Conditions, GivenLine, Problem, decode, read_roll
from civic.voting.models import Poll
from civic.voting.register.chain import sha256
from civic.voting.register.writing import writes_refusals
from civic.voting.service.reading import get_visible_poll

KEPT_AFTER_CLOSING = timedelta(days=62)
"""The two months in which a result may be contested, and a day."""
WAITS_FOR = timedelta(days=1)
SAMPLE = 10
ROWS_AT_ONCE = 1_000
PERSONS_AT_ONCE = 50
FORGET_PERSONS = "voting.forget_persons"


@dataclass(frozen=True)
class Waiting:
    """What confirming would do. ``digest`` is given back, so that what is confirmed is what was read."""

    digest: str
    size: int
    known: int
    is_addition: bool
    neighbourhoods: list[tuple[str, int]]
    sample: list[tuple[int, str, str]]

    @property
    def new(self) -> int:
        return self.size - self.known


@dataclass(frozen=True)
class GivenRollView:
    """The given roll of a draft: how many are on it, and what waits to be confirmed."""

    size: int
    waiting: Waiting | None


def see_given_roll(actor: Actor, *, poll_id: int) -> GivenRollView:
    """Raises PollNotFound, NotAllowed, PollFrozen."""
    poll = _draft(actor, poll_id)
    given = queries.find_given(poll.id)
    if given is None:
        return GivenRollView(0, None)
    return GivenRollView(given.size, _preview(given))


@writes_refusals("roll")
def send_roll(actor: Actor, *, poll_id: int, content: bytes, is_addition: bool = False) -> None:
    """Read the file of a roll; it waits, sealed, to be confirmed. One wrong line, and nothing of it is kept.

    Raises:
        PollNotFound, NotAllowed, PollFrozen.
        RollRefused: with each line that is wrong.
    """
    with transaction():
        poll = _draft(actor, poll_id)
        lines = _read(poll, content, is_addition)
        given = queries.find_given(poll.id) or GivenRoll(poll_id=poll.id, size=0)
        given.waiting = json.dumps([asdict(line) for line in lines])
        given.is_addition, given.sent_at = is_addition, utc_now()
        db.session.add(given)


@writes_refusals("roll")
def confirm_roll(actor: Actor, *, poll_id: int, digest: str) -> int:
    """Make what waits the roll of the draft, in one transaction. Who is not known here yet becomes a person, for the desk and paper.

    Returns:
        How many are on the roll.

    Raises:
        PollNotFound, NotAllowed, PollFrozen.
        NoRollWaiting: nothing waits.
        PollChanged: what waits is not what the agent read.
    """
    now = utc_now()
    with transaction():
        poll = _draft(actor, poll_id)
        voting.update_draft(poll.id, {"state": poll.state})  # holds the row: nobody freezes it meanwhile
        given = queries.find_given(poll.id)
        if given is None or given.waiting is None:
            raise NoRollWaiting
        if sha256(given.waiting) != digest:
            raise PollChanged
        lines = [GivenLine(**line) for line in json.loads(given.waiting)]
        _put_on_roll(given, lines, now)
        given.waiting = None
        given.size = len(queries.list_given(poll.id))
        publish(RollGiven(occurred_at=now, poll_id=poll.id, actor_id=actor.id, size=given.size))
        return given.size


@writes_refusals("roll")
def drop_roll(actor: Actor, *, poll_id: int) -> None:
    """Forget the given roll of a draft, and what waits: the residents are its roll again. Raises PollNotFound, NotAllowed, PollFrozen."""
    now = utc_now()
    with transaction():
        poll = _draft(actor, poll_id)
        voting.update_draft(poll.id, {"state": poll.state})
        if queries.find_given(poll.id) is None:
            return
        forget_given_roll(poll.id, now)
        publish(RollGiven(occurred_at=now, poll_id=poll.id, actor_id=actor.id, size=0))


def forget_given_roll(poll_id: int, now: datetime) -> None:
    """Forget the given roll of a draft, in the transaction that drops it or deletes the draft. None changes nothing."""
    given = queries.find_given(poll_id)
    if given is not None:
        _owe_forgetting(queries.list_new_ids(poll_id), now)
        db.session.execute(sa.delete(GivenVoter).where(GivenVoter.poll_id == poll_id))
        db.session.delete(given)
        db.session.flush()


def purge_given_rolls(now: datetime) -> int:
    """Forget the names of given rolls two months after the closing, and what waited for a day. Returns how many rolls were purged.

    The roll keeps its digests, so that it can still be checked against what was published.
    """
    with transaction():
        stale = sa.update(GivenRoll).where(
            GivenRoll.waiting.is_not(None), GivenRoll.sent_at < now - WAITS_FOR
        )
        db.session.execute(stale.values(waiting=None).execution_options(synchronize_session=False))
    due = queries.list_to_purge(now - KEPT_AFTER_CLOSING)
    for poll_id in due:
        _purge(poll_id, now)
    return len(due)


def _purge(poll_id: int, now: datetime) -> None:
    with transaction():
        given = queries.find_given(poll_id)
        if given is not None:
            new = queries.list_new_ids(poll_id)
            db.session.execute(sa.delete(GivenVoter).where(GivenVoter.poll_id == poll_id))
            _owe_forgetting(new, now)
            given.purged_at, given.waiting = now, None


def forget_persons(*, person_ids: list[int]) -> None:
    """Forget those of these persons whom nothing holds here any more. Called by a timer, a few at a time: nobody waits for it."""
    now = utc_now()
    with transaction():
        for person_id in queries.list_forgettable(person_ids):
            erase_personal_data(person_id, now)


@exports_personal_data("given_rolls")
def export_given_rolls(person_id: int) -> list[str]:
    """The polls whose roll, brought as a file, names her."""
    query = sa.select(Poll.question).join(GivenVoter, GivenVoter.poll_id == Poll.id)
    return list(db.session.scalars(query.where(GivenVoter.person_id == person_id).order_by(Poll.id)))


@erases_personal_data("given_rolls")
def erase_from_given_rolls(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(GivenVoter).where(GivenVoter.person_id == person_id))


def _draft(actor: Actor, poll_id: int) -> Poll:
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.OPEN_POLL, poll)
    voting_rules.ensure_draft(poll)
    return poll


def _read(poll: Poll, content: bytes, is_addition: bool) -> list[GivenLine]:
    text = decode(content)
    if text is None:
        raise RollRefused(problems=(Problem(1, Sentence(_NOT_A_TEXT)),))
    read = read_roll(text, _conditions(poll))
    problems = read.problems or _met_twice(poll.id, read.lines, is_addition)
    if problems:
        raise RollRefused(problems=tuple(problems))
    return read.lines


_NOT_A_TEXT = N_(
    "Ce fichier n’est pas un tableau en texte. Dans votre tableur : Enregistrer sous, « CSV UTF-8 »."
)
_TWICE = N_("Cette personne est celle de la ligne %(other)s : un même compte. Gardez une seule ligne.")
_ALREADY = N_("Cette personne est déjà sur la liste. Retirez cette ligne, ou remplacez la liste entière.")


def _conditions(poll: Poll) -> Conditions:
    ids = territories.ids_within(poll.territory_id)
    within = [place for place in territories.list_territories() if place.id in ids]
    places = {fold(name): place.id for place in within for name in (place.name, place.code)}
    return Conditions(
        places=places,
        only_place=poll.territory_id if len(within) == 1 else None,
        today=town_today(),
        latest_birth=_latest_birth(poll),
    )


def _latest_birth(poll: Poll) -> date | None:
    if poll.minimum_age is None:
        return None
    opens_on = poll.opens_at.astimezone(TOWN_TIME).date()
    year = opens_on.year - poll.minimum_age
    try:
        return opens_on.replace(year=year)
    except ValueError:  # 29 February of a common year
        return opens_on.replace(year=year, day=28)


def _met_twice(poll_id: int, lines: list[GivenLine], is_addition: bool) -> list[Problem]:
    """Return the lines that name one account of ours, and those that an addition names again."""
    there = {person_id for person_id, _ in queries.list_given(poll_id)} if is_addition else set()
    found = _match(lines)
    met: dict[int, int] = {}
    problems = []
    for line in lines:
        person_id = found.get(line.line)
        if person_id is None:
            continue
        if person_id in there:
            problems.append(Problem(line.line, Sentence(_ALREADY)))
        elif person_id in met:
            problems.append(Problem(line.line, Sentence(_TWICE, {"other": met[person_id]})))
        met.setdefault(person_id, line.line)
    return problems


def _digest(line: GivenLine) -> str:
    return keyed_digest(IDENTITY, line.identity)


def _match(lines: list[GivenLine]) -> dict[int, int]:
    """Return, by line, the person whom we know: by the keyed hash of her civil identity; else by her address, her name and her birth
    date together, never by the address alone."""
    by_identity = queries.persons_by_identity({_digest(line) for line in lines})
    by_email = queries.persons_by_email({line.email for line in lines if line.email})
    found: dict[int, int] = {}
    for line in lines:
        person_id = by_identity.get(_digest(line))
        if person_id is None and line.email in by_email:
            candidate, name, born_on = by_email[line.email]
            is_she = set(name.split()) == set(fold(line.name).split()) and born_on in (None, line.born_on)
            person_id = candidate if is_she else None
        if person_id is not None:
            found[line.line] = person_id
    return found


def _preview(given: GivenRoll) -> Waiting | None:
    if given.waiting is None:
        return None
    lines = [GivenLine(**line) for line in json.loads(given.waiting)]
    counts = Counter(line.territory_id for line in lines)
    names = territories.names_of(set(counts))
    return Waiting(
        digest=sha256(given.waiting),
        size=len(lines),
        known=len(_match(lines)),
        is_addition=given.is_addition,
        neighbourhoods=sorted((names[key], count) for key, count in counts.items()),
        sample=[(line.line, line.name, names[line.territory_id]) for line in lines[:SAMPLE]],
    )


def _put_on_roll(given: GivenRoll, lines: list[GivenLine], now: datetime) -> None:
    """Write who is on the roll. Those of the former list who are not on this one, and whom nothing else holds here, are forgotten."""
    former_new = queries.list_new_ids(given.poll_id)
    found = _match(lines)
    added = {line.line: _new_person(line, now) for line in lines if line.line not in found}
    db.session.add_all(added.values())
    db.session.flush()
    persons = {**found, **{number: person.id for number, person in added.items()}}
    if not given.is_addition:
        _owe_forgetting(former_new - set(persons.values()), now)
        db.session.execute(sa.delete(GivenVoter).where(GivenVoter.poll_id == given.poll_id))
    there = {person_id for person_id, _ in queries.list_given(given.poll_id)}
    rows = [
        {
            "poll_id": given.poll_id,
            "person_id": persons[line.line],
            "territory_id": line.territory_id,
            "is_new": line.line in added or persons[line.line] in former_new,
        }
        for line in lines
        if persons[line.line] not in there
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(sa.insert(GivenVoter), rows[start : start + ROWS_AT_ONCE])


def _new_person(line: GivenLine, now: datetime) -> Person:
    return Person(
        name=line.name,
        born_on=date.fromisoformat(line.born_on),
        identity_digest=_digest(line),
        created_at=now,
    )


def _owe_forgetting(person_ids: set[int], now: datetime) -> None:
    """Once they are on no list any more. A file of thousands is not forgotten in the transaction of an agent who waits."""
    ordered = sorted(person_ids)
    for start in range(0, len(ordered), PERSONS_AT_ONCE):
        owe(FORGET_PERSONS, {"person_ids": ordered[start : start + PERSONS_AT_ONCE]}, now=now)
