from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person, Residency
from civic.kernel.database import db
from civic.kernel.text import fold
from civic.voting.given_roll.models import GivenRoll, GivenVoter
from civic.voting.models import Poll
from civic.voting.rules import RollSource

AT_ONCE = 500
"""An SQL list has a limit."""


def find_given(poll_id: int) -> GivenRoll | None:
    return db.session.get(GivenRoll, poll_id)


def is_given(poll_id: int) -> bool:
    """Tell whether the roll of a poll comes from a file that was confirmed."""
    given = find_given(poll_id)
    return given is not None and given.size > 0


def source_of(poll_id: int) -> RollSource:
    """Return whence the roll of a poll comes."""
    given = find_given(poll_id)
    if given is None or given.size == 0:
        return RollSource.RESIDENTS
    return RollSource.SITTING if given.is_of_sitting else RollSource.FILE


def list_given(poll_id: int) -> list[tuple[int, int]]:
    """Return who is on the given roll of a poll, with her territory, by person."""
    query = sa.select(GivenVoter.person_id, GivenVoter.territory_id).filter_by(poll_id=poll_id)
    return [
        (row.person_id, row.territory_id) for row in db.session.execute(query.order_by(GivenVoter.person_id))
    ]


def list_new_ids(poll_id: int) -> set[int]:
    """Return those of a given roll whom nobody knew here before."""
    return set(db.session.scalars(sa.select(GivenVoter.person_id).filter_by(poll_id=poll_id, is_new=True)))


def persons_by_identity(digests: Collection[str]) -> dict[str, int]:
    """Return who is known under these keyed hashes of a civil identity."""
    return {
        str(row.identity_digest): row.id
        for part in _parts(digests)
        for row in db.session.execute(
            sa.select(Person.id, Person.identity_digest).where(Person.identity_digest.in_(part))
        )
    }


def persons_by_email(emails: Collection[str]) -> dict[str, tuple[int, str, str | None]]:
    """Return, by address, the person, her name as it is compared, and her birth date where it is known.

    Only those whose civil identity nobody recorded: the others are found by it alone.
    """
    columns = (Person.id, Person.email, Person.name, Person.born_on)
    return {
        str(row.email): (row.id, fold(row.name), row.born_on.isoformat() if row.born_on else None)
        for part in _parts(emails)
        for row in db.session.execute(
            sa.select(*columns).where(
                Person.email.in_(part),
                Person.email_confirmed_at.is_not(None),
                Person.identity_digest.is_(None),
                Person.deactivated_at.is_(None),
            )
        )
    }


def list_forgettable(person_ids: Collection[int]) -> list[int]:
    """Return those whom nothing holds here: no address, no home, no list that is still kept."""
    forgettable: list[int] = []
    for part in _parts(person_ids):
        listed = sa.select(GivenVoter.person_id).where(GivenVoter.person_id == Person.id)
        at_home = sa.select(Residency.id).where(Residency.person_id == Person.id)
        query = sa.select(Person.id).where(
            Person.id.in_(part),
            Person.email.is_(None),
            Person.deactivated_at.is_(None),
            ~listed.exists(),
            ~at_home.exists(),
        )
        forgettable += db.session.scalars(query)
    return forgettable


def list_to_purge(before: datetime) -> list[int]:
    """Return the polls that closed before an instant and whose given names are still kept."""
    query = (
        sa.select(GivenRoll.poll_id)
        .join(Poll, Poll.id == GivenRoll.poll_id)
        .where(Poll.closes_at < before, GivenRoll.purged_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(GivenRoll.poll_id)))


def _parts(values: Iterable[Any]) -> list[list[Any]]:
    ordered = sorted(values)
    return [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]
