"""What volunteers chose, and who they are: reads, a constant number of queries for any number of persons."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.mutual_aid.models import Caller, Charter, Offer
from civic.mutual_aid.rules import CHARTER_VERSION, Category, OfferState
from civic.mutual_aid.volunteers.models import TownSkill, VolunteerProfile, VolunteerSkill
from civic.mutual_aid.volunteers.rules import (
    USUAL_SKILLS,
    HeldSkill,
    Limits,
    Skill,
    Volunteer,
    skills_that_hold,
)
from civic.safeguarding import queries as safeguarding
from civic.safeguarding.models import VettingProof, VolunteerAge
from civic.safeguarding.rules import AgeBand, Asked, Lack, Level, Proof, Standing, cleared_until, lacks


def volunteers_of(
    person_ids: Collection[int], *, on: date, skills_on: date | None = None
) -> dict[int, Volunteer]:
    """Return all that decides, of each person, whether she may be asked, on a day of the town hall's calendar.

    With ``safeguarding.asked_for(town_id, category)``, ``safeguarding.rules.is_cleared(volunteer.standing, asked)`` and
    ``safeguarding.blocked_with(requester_id)``, it is what the search needs to keep its hard constraints.

    Args:
        skills_on: the day on which skills are to hold, where it is another: that of the help.
    """
    standings, limits = standings_of(person_ids, on=on), limits_of(person_ids)
    skills = skills_of(person_ids)
    return {
        person_id: Volunteer(
            standing=standings[person_id],
            limits=limits.get(person_id, Limits()),
            skills=skills_that_hold(skills[person_id], on=skills_on or on),
        )
        for person_id in person_ids
    }


def standings_of(person_ids: Collection[int], *, on: date) -> dict[int, Standing]:
    return safeguarding.standings_of(person_ids, with_charter=_who_accepted(person_ids), on=on)


def _who_accepted(person_ids: Collection[int]) -> set[int]:
    accepted = sa.select(Charter.person_id).where(
        Charter.person_id.in_(person_ids), Charter.version == CHARTER_VERSION
    )
    return set(db.session.scalars(accepted))


def limits_of(person_ids: Collection[int]) -> dict[int, Limits]:
    """Return what the persons chose; those who chose nothing are left out."""
    rows = db.session.scalars(sa.select(VolunteerProfile).where(VolunteerProfile.person_id.in_(person_ids)))
    return {row.person_id: row.limits for row in rows}


def get_limits(person_id: int) -> Limits:
    return limits_of([person_id]).get(person_id, Limits())


def skills_of(person_ids: Collection[int]) -> Mapping[int, list[HeldSkill]]:
    rows = db.session.scalars(
        sa.select(VolunteerSkill)
        .where(VolunteerSkill.person_id.in_(person_ids))
        .order_by(VolunteerSkill.skill)
    )
    held: defaultdict[int, list[HeldSkill]] = defaultdict(list)
    for row in rows:
        held[row.person_id].append(HeldSkill(row.skill, row.expires_on))
    return held


def list_skills(town_id: int) -> list[Skill]:
    """Return the skills that a volunteer of the town may say she has, in the town's order: the usual ones until it makes its own list."""
    rows = list(
        db.session.scalars(
            sa.select(TownSkill).filter_by(territory_id=town_id).order_by(TownSkill.position, TownSkill.id)
        )
    )
    if not rows:
        return list(USUAL_SKILLS)
    return [Skill(row.key, row.name, row.expires) for row in rows if row.retired_at is None]


def has_own_list(town_id: int) -> bool:
    return db.session.scalar(sa.select(TownSkill.id).filter_by(territory_id=town_id).limit(1)) is not None


@dataclass(frozen=True)
class Help:
    """A kind of help that a volunteer offers, what it asks, and what she lacks for it (nothing: she may be asked, until the day on which
    what the town hall saw ends, if that is soon)."""

    category: Category
    asked: Asked
    lacks: tuple[Lack, ...]
    until: date | None


def list_offered_help(person_id: int, town_id: int, *, on: date) -> list[Help]:
    """Return, for each kind of help that a person offers in her own name, what keeps her from being asked for it."""
    offered = sa.select(Offer.category).where(
        Offer.author_id == person_id, Offer.organisation_id.is_(None), Offer.state == OfferState.ACTIVE
    )
    categories = set(db.session.scalars(offered))
    return _explain(categories, standings_of([person_id], on=on)[person_id], town_id, on)


def _explain(categories: set[Category], standing: Standing, town_id: int, on: date) -> list[Help]:
    asked = safeguarding.asked_by_category(town_id)
    return [
        Help(
            category,
            asked[category.value],
            lacks(standing, asked[category.value]),
            _soon(cleared_until(standing, asked[category.value]), on),
        )
        for category in Category
        if category in categories
    ]


def _soon(day: date | None, on: date) -> date | None:
    return day if day is not None and day <= on + SOON else None


@dataclass(frozen=True)
class ListedVolunteer:
    person_id: int
    name: str
    standing: Standing
    help: list[Help]

    @property
    def waits(self) -> bool:
        """Whether she offers something for which she is not asked yet."""
        return any(each.lacks for each in self.help)


STATES = ("waiting", "expiring", "all")
"""Which volunteers an agent lists: who offers something that she is not asked for until she was seen; whose proof ends soon; all."""

SOON = timedelta(days=60)


def list_volunteers(
    town_id: int, *, state: str = "all", number: int = 1, on: date, size: int = 20
) -> Page[ListedVolunteer]:
    """List who offers help in her own name in a commune, the last to have begun first."""
    first = sa.func.max(Offer.created_at).label("first")
    query = (
        sa.select(Offer.author_id, Person.name, first)
        .join(Person, Person.id == Offer.author_id)
        .where(*_holds(town_id), _is_in_state(state, town_id, on))
        .group_by(Offer.author_id, Person.name)
        .order_by(first.desc(), Offer.author_id)
    )
    page = paginate(query, number=number, size=size, scalars=False)
    return Page(_listed(page.items, town_id, on), page.number, page.size, page.total)


def count_volunteers(town_id: int, *, on: date) -> dict[str, int]:
    """Return how many there are in each state."""
    return {state: _count(town_id, state, on) for state in STATES}


def count_waiting(town_id: int, *, on: date) -> int:
    return _count(town_id, "waiting", on)


def _count(town_id: int, state: str, on: date) -> int:
    counted = (
        sa.select(sa.func.count(sa.distinct(Offer.author_id)))
        .join(Person, Person.id == Offer.author_id)
        .where(*_holds(town_id), _is_in_state(state, town_id, on))
    )
    return db.session.scalar(counted) or 0


def _is_in_state(state: str, town_id: int, on: date) -> sa.ColumnElement[bool]:
    if state == "waiting":
        return _waits(town_id, on)
    if state == "expiring":
        return _has_proof(tuple(Proof), from_day=on, to_day=on + SOON)
    return sa.true()


def _waits(town_id: int, on: date) -> sa.ColumnElement[bool]:
    """Whether an offer is of a kind of help for which an agent has not seen what the town asks."""
    asked = safeguarding.asked_by_category(town_id)
    seen = {
        Level.MET: _has_proof((Proof.MET, Proof.BULLETIN), from_day=on),
        Level.BULLETIN: _has_proof((Proof.BULLETIN,), from_day=on),
    }
    unmet = [
        sa.and_(
            Offer.category.in_([Category(key) for key, rule in asked.items() if rule.level is level]), ~proof
        )
        for level, proof in seen.items()
    ]
    documents = [Category(key) for key, rule in asked.items() if rule.honourability]
    undocumented = sa.and_(Offer.category.in_(documents), ~_has_proof((Proof.HONOURABILITY,), from_day=on))
    unagreed = sa.exists().where(
        VolunteerAge.person_id == Offer.author_id,
        VolunteerAge.agreed_on.is_(None),
        VolunteerAge.band == AgeBand.FROM_16,
    )
    return sa.or_(*unmet, undocumented, unagreed)


def _has_proof(proofs: tuple[Proof, ...], *, from_day: date, to_day: date | None = None) -> sa.Exists:
    found = sa.exists().where(
        VettingProof.person_id == Offer.author_id,
        VettingProof.proof.in_(proofs),
        VettingProof.expires_on >= from_day,
    )
    return found if to_day is None else found.where(VettingProof.expires_on <= to_day)


def has_begun(person_id: int, town_id: int) -> bool:
    """Tell whether a person ever offered help there, in her own name."""
    ever = sa.select(Offer.id).where(
        Offer.author_id == person_id, Offer.territory_id == town_id, Offer.organisation_id.is_(None)
    )
    return db.session.scalar(ever.limit(1)) is not None


def _holds(town_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Offer.territory_id == town_id,
        Offer.organisation_id.is_(None),
        Offer.state == OfferState.ACTIVE,
        Person.deactivated_at.is_(None),
    )


def _listed(rows: list[sa.Row[tuple[int, str]]], town_id: int, on: date) -> list[ListedVolunteer]:
    ids = {row.author_id for row in rows}
    offered: defaultdict[int, set[Category]] = defaultdict(set)
    for row in db.session.execute(
        sa.select(Offer.author_id, Offer.category)
        .join(Person, Person.id == Offer.author_id)
        .where(Offer.author_id.in_(ids), *_holds(town_id))
    ):
        offered[row.author_id].add(row.category)
    standings = standings_of(ids, on=on)
    return [
        ListedVolunteer(
            row.author_id,
            row.name,
            standings[row.author_id],
            _explain(offered[row.author_id], standings[row.author_id], town_id, on),
        )
        for row in rows
    ]


def callers_among(person_ids: Collection[int]) -> set[int]:
    """Return those of these persons who asked by telephone."""
    return set(db.session.scalars(sa.select(Caller.person_id).where(Caller.person_id.in_(person_ids))))
