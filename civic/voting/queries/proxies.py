"""Written proxies of a roll: who carries whose voice."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.voting.models import RollEntry, RollProxy


@dataclass(frozen=True)
class CarriedVoice:
    """The voice of somebody absent, for who carries it to read."""

    person_id: int
    name: str
    has_voted: bool


@dataclass(frozen=True)
class Proxy:
    """What the policy is asked about: whose voice it is, and who carries it."""

    poll_id: int
    giver_id: int
    holder_person_id: int | None


def list_proxies(poll_id: int) -> dict[str, str]:
    """Return the proxies of a roll, by the digests of the entries."""
    giver, holder = aliased(RollEntry), aliased(RollEntry)
    query = (
        sa.select(giver.digest, holder.digest)
        .select_from(RollProxy)
        .join(giver, giver.id == RollProxy.giver_id)
        .join(holder, holder.id == RollProxy.holder_id)
        .where(giver.poll_id == poll_id)
    )
    return {str(row[0]): str(row[1]) for row in db.session.execute(query)}


def add_proxies(poll_id: int, proxies: Mapping[int, int]) -> None:
    """Write, at the freeze, who carries the voice of whom, by person."""
    entries = sa.select(RollEntry.person_id, RollEntry.id).where(
        RollEntry.poll_id == poll_id, RollEntry.person_id.in_({*proxies, *proxies.values()})
    )
    ids = {row.person_id: row.id for row in db.session.execute(entries)}
    db.session.add_all(
        RollProxy(giver_id=ids[giver], holder_id=ids[holder]) for giver, holder in proxies.items()
    )
    db.session.flush()


def find_proxy(poll_id: int, giver_id: int) -> Proxy | None:
    """Return the proxy that a person of the roll gave; None when she votes herself."""
    giver, holder = aliased(RollEntry), aliased(RollEntry)
    query = (
        sa.select(holder.person_id)
        .select_from(RollProxy)
        .join(giver, giver.id == RollProxy.giver_id)
        .join(holder, holder.id == RollProxy.holder_id)
        .where(giver.poll_id == poll_id, giver.person_id == giver_id)
    )
    row = db.session.execute(query).one_or_none()
    return Proxy(poll_id, giver_id, row[0]) if row else None


def list_carried(poll_id: int, person_id: int) -> tuple[CarriedVoice, ...]:
    """Return the voices that a person carries in a poll, by name."""
    giver, holder = aliased(RollEntry), aliased(RollEntry)
    query = (
        sa.select(Person.id, Person.name, giver.has_voted)
        .select_from(RollProxy)
        .join(giver, giver.id == RollProxy.giver_id)
        .join(holder, holder.id == RollProxy.holder_id)
        .join(Person, Person.id == giver.person_id)
        .where(holder.poll_id == poll_id, holder.person_id == person_id)
        .order_by(Person.name, giver.id)
    )
    return tuple(CarriedVoice(row[0], row[1], row[2]) for row in db.session.execute(query))
