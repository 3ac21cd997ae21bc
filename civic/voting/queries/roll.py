"""Who may vote in a poll, and who has: never what."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from civic.accounts.models import Person, Residency, ResidencyStatus
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import fold
from civic.territories import queries as territories
from civic.voting.errors import AlreadyVoted, NotOnRoll, ReceiptUnknown
from civic.voting.given_roll.queries import is_given, list_given, source_of
from civic.voting.models import Poll, RollEntry
from civic.voting.rules import BallotChannel, Lack, RollSource, is_eligible, lacks_of, normalised_receipt


@dataclass(frozen=True)
class Voter:
    """A resident who meets the conditions of a poll, and where she lives."""

    person_id: int
    territory_id: int


@dataclass(frozen=True)
class RollLine:
    """A line of the roll, as an agent reads it. ``has_voted`` and ``channel`` are None while the turnout is hidden."""

    person_id: int | None
    name: str
    neighbourhood: str
    has_voted: bool | None
    channel: BallotChannel | None


@dataclass(frozen=True)
class NeighbourhoodCount:
    territory_id: int
    name: str
    size: int


def list_eligible(poll: Poll) -> list[Voter]:
    """Return who would be on the roll if it were made now: those of the given list, where there is one, else the residents."""
    if is_given(poll.id):
        return [Voter(person_id, territory_id) for person_id, territory_id in list_given(poll.id)]
    residents = (
        sa.select(Person.id, Person.born_on, Residency.territory_id, Residency.status)
        .join(Residency, Residency.person_id == Person.id)
        .where(
            Person.deactivated_at.is_(None),
            Residency.territory_id.in_(territories.ids_within(poll.territory_id)),
        )
        .order_by(Person.id)
    )
    return [
        Voter(row.id, row.territory_id)
        for row in db.session.execute(residents)
        if is_eligible(
            born_on=row.born_on,
            is_verified=row.status == ResidencyStatus.VERIFIED,
            minimum_age=poll.minimum_age,
            needs_verified_residency=poll.needs_verified_residency,
            opens_at=poll.opens_at,
        )
    ]


def find_lacks(poll: Poll, person_id: int) -> tuple[Lack, ...]:
    """Return which conditions of a poll a person lacks now."""
    if (source := source_of(poll.id)) is not RollSource.RESIDENTS:
        return (Lack.NOT_PRESENT if source is RollSource.SITTING else Lack.NOT_ON_LIST,)
    row = db.session.execute(
        sa.select(Person.born_on, Residency.territory_id, Residency.status)
        .outerjoin(Residency, Residency.person_id == Person.id)
        .where(Person.id == person_id)
    ).one()
    return lacks_of(
        lives_there=row.territory_id in territories.ids_within(poll.territory_id),
        born_on=row.born_on,
        is_verified=row.status == ResidencyStatus.VERIFIED,
        minimum_age=poll.minimum_age,
        needs_verified_residency=poll.needs_verified_residency,
        opens_at=poll.opens_at,
    )


def find_roll_entry(poll_id: int, person_id: int) -> RollEntry | None:
    query = sa.select(RollEntry).filter_by(poll_id=poll_id, person_id=person_id)
    return db.session.scalars(query).one_or_none()


def ensure_on_roll(poll_id: int, person_id: int) -> RollEntry:
    """Return a person's entry. Raises NotOnRoll."""
    entry = find_roll_entry(poll_id, person_id)
    if entry is None:
        raise NotOnRoll(fields={"person_id": [NotOnRoll.message]})
    return entry


def list_roll(
    poll: Poll, *, is_turnout_shown: bool, text: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[RollLine]:
    """Return a page of the roll, by name; of those whose name holds every word of a text, when given.

    Args:
        is_turnout_shown: what ``rules.may_show_turnout`` says: who voted is part of the turnout.
    """
    query = (
        sa.select(RollEntry, Person.name)
        .outerjoin(Person, Person.id == RollEntry.person_id)
        .where(RollEntry.poll_id == poll.id)
        .order_by(Person.name, RollEntry.id)
    )
    if words := fold(text).split():
        query = query.where(RollEntry.person_id.in_(_persons_named(poll.id, words)))
    page = paginate(query, number=number, size=size, scalars=False)
    names = territories.names_of({entry.territory_id for entry, _ in page.items})
    lines = [
        RollLine(
            entry.person_id,
            name or "",
            names.get(entry.territory_id, ""),
            entry.has_voted if is_turnout_shown else None,
            entry.channel if is_turnout_shown else None,
        )
        for entry, name in page.items
    ]
    return Page(lines, page.number, page.size, page.total)


def _persons_named(poll_id: int, words: list[str]) -> list[int]:
    """Accents and case do not matter, which neither database knows how to ignore by itself: names are compared here."""
    names = sa.select(Person.id, Person.name).join(RollEntry, RollEntry.person_id == Person.id)
    rows = db.session.execute(names.where(RollEntry.poll_id == poll_id))
    found = [row.id for row in rows if all(word in fold(row.name) for word in words)]
    return found[:MOST_FOUND]


MOST_FOUND = 500
"""A search that finds more than this says nothing to a reader, and an SQL list has a limit."""


def count_roll_by_neighbourhood(poll_id: int) -> list[NeighbourhoodCount]:
    counts = (
        sa.select(RollEntry.territory_id, sa.func.count().label("size"))
        .where(RollEntry.poll_id == poll_id)
        .group_by(RollEntry.territory_id)
    )
    rows = db.session.execute(counts).all()
    names = territories.names_of({row.territory_id for row in rows})
    lines = [NeighbourhoodCount(row.territory_id, names[row.territory_id], row.size) for row in rows]
    return sorted(lines, key=lambda line: fold(line.name))


def mark_voted(
    poll_id: int, person_id: int, *, channel: BallotChannel, receipt: str, registered_by_id: int | None
) -> None:
    """Mark that a person votes, and draw from her receipt what stands for it. Raises as ``mark_voted_as``."""
    digest = receipt_digest(receipt)
    mark_voted_as(poll_id, person_id, channel=channel, digest=digest, registered_by_id=registered_by_id)


def mark_voted_as(
    poll_id: int, person_id: int, *, channel: BallotChannel, digest: str, registered_by_id: int | None
) -> None:
    """Mark that a person votes: the database lets it happen once, under any concurrency. Raises AlreadyVoted."""
    mark = (
        sa.update(RollEntry)
        .where(RollEntry.poll_id == poll_id, RollEntry.person_id == person_id, RollEntry.has_voted.is_(False))
        .values(has_voted=True, channel=channel, receipt_digest=digest, registered_by_id=registered_by_id)
    )
    result = db.session.execute(mark.execution_options(synchronize_session=False))
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyVoted


def receipt_digest(receipt: str) -> str:
    return keyed_digest("voting.receipt", normalised_receipt(receipt))


def get_poll_of_receipt(receipt: str) -> Poll:
    """Return the poll in whose box the ballot of a receipt was put. Raises ReceiptUnknown."""
    query = sa.select(Poll).join(RollEntry, RollEntry.poll_id == Poll.id)
    poll = db.session.scalars(query.where(RollEntry.receipt_digest == receipt_digest(receipt))).one_or_none()
    if poll is None:
        raise ReceiptUnknown(fields={"receipt": [ReceiptUnknown.message]})
    return poll


def count_turnout(poll_id: int) -> int:
    """Return how many persons of the roll voted. Shown only when ``rules.may_show_turnout`` says so."""
    voted = sa.select(sa.func.count()).where(RollEntry.poll_id == poll_id, RollEntry.has_voted)
    return db.session.scalar(voted) or 0


def count_turnouts(poll_ids: Collection[int]) -> dict[int, int]:
    """Return the turnouts of several polls, in one query."""
    if not poll_ids:
        return {}
    voted = (
        sa.select(RollEntry.poll_id, sa.func.count().label("turnout"))
        .where(RollEntry.poll_id.in_(poll_ids), RollEntry.has_voted)
        .group_by(RollEntry.poll_id)
    )
    return {row.poll_id: row.turnout for row in db.session.execute(voted)}


def count_by_channel(poll_id: int) -> dict[BallotChannel, int]:
    """Return how many voted by each channel. Part of the turnout."""
    voted = (
        sa.select(RollEntry.channel, sa.func.count().label("turnout"))
        .where(RollEntry.poll_id == poll_id, RollEntry.has_voted)
        .group_by(RollEntry.channel)
    )
    counts = {row.channel: row.turnout for row in db.session.execute(voted)}
    return {channel: counts[channel] for channel in BallotChannel if channel in counts}
