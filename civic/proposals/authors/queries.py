from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.proposals.authors.models import Coauthor, CoauthorInvitation
from civic.proposals.models import Proposal


@dataclass(frozen=True)
class Asked:
    """A proposal that somebody is asked to sign."""

    id: int
    title: str


_COAUTHORS, _PERSONS = Coauthor.__table__, Person.__table__
_SIGNING = (
    sa.select(_COAUTHORS.c.proposal_id, _PERSONS.c.name)
    .join_from(_COAUTHORS, _PERSONS, _PERSONS.c.id == _COAUTHORS.c.person_id)
    .where(_COAUTHORS.c.proposal_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_COAUTHORS.c.created_at, _COAUTHORS.c.person_id)
)


def coauthors_of(proposal_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of those who sign proposals with their authors, in the order in which they accepted: one query."""
    if not proposal_ids:
        return {}
    found: dict[int, list[str]] = {}
    for proposal_id, name in db.session.execute(_SIGNING, {"ids": list(proposal_ids)}):
        found.setdefault(proposal_id, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


def has_coauthors(proposal_id: int) -> bool:
    """Tell whether anybody signs a proposal with its author: they signed what they read."""
    query = sa.select(Coauthor.person_id).filter_by(proposal_id=proposal_id).limit(1)
    return db.session.scalar(query) is not None


def is_coauthor(proposal_id: int, person_id: int | None) -> bool:
    return person_id is not None and db.session.get(Coauthor, (proposal_id, person_id)) is not None


def list_invited_emails(proposal_id: int) -> list[str]:
    """Return the addresses that its author asked, whether anybody has them or not: for her alone."""
    query = sa.select(CoauthorInvitation.email).filter_by(proposal_id=proposal_id)
    return list(db.session.scalars(query.order_by(CoauthorInvitation.email)))


def count_signing(proposal_id: int) -> int:
    """Count who signs with the author, and who was asked to."""
    counts = [
        sa.select(sa.func.count()).select_from(table).filter_by(proposal_id=proposal_id).scalar_subquery()
        for table in (Coauthor, CoauthorInvitation)
    ]
    return db.session.scalar(sa.select(counts[0] + counts[1])) or 0


def list_asked(person_id: int) -> list[Asked]:
    """Return the shown proposals that this person is asked to sign."""
    query = (
        sa.select(Proposal.id, Proposal.title)
        .join(CoauthorInvitation, CoauthorInvitation.proposal_id == Proposal.id)
        .join(Person, Person.email == CoauthorInvitation.email)
        .where(Person.id == person_id, Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None))
        .order_by(CoauthorInvitation.created_at.desc(), Proposal.id)
    )
    return [Asked(*row) for row in db.session.execute(query)]


def is_asked(proposal_id: int, person_id: int) -> bool:
    return any(asked.id == proposal_id for asked in list_asked(person_id))
