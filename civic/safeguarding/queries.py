"""How far volunteers were checked, and what each kind of help asks: reads, a constant number of queries for any number of persons."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.safeguarding.errors import ConcernNotFound
from civic.safeguarding.models import (
    Block,
    Concern,
    ConcernSight,
    Suspension,
    VettingProof,
    VettingRule,
    VolunteerAge,
)
from civic.safeguarding.rules import (
    USUAL_LEVELS,
    AgeBand,
    Asked,
    ConcernKind,
    ConcernState,
    Level,
    Shown,
    Standing,
    age_band,
    has_honourability,
    level_of,
)


def asked_by_category(town_id: int) -> dict[str, Asked]:
    """Return what each kind of help asks in a commune."""
    chosen = db.session.scalars(sa.select(VettingRule).filter_by(territory_id=town_id))
    usual = {category: Asked(level) for category, level in USUAL_LEVELS.items()}
    return usual | {rule.category: Asked(rule.level, rule.honourability) for rule in chosen}


def asked_for(town_id: int, category: str) -> Asked:
    """Return what one kind of help asks; of one that nobody thought of, to have been met."""
    return asked_by_category(town_id).get(category, Asked(Level.MET))


def standings_of(
    person_ids: Collection[int], *, with_charter: Collection[int], on: date
) -> dict[int, Standing]:
    """Return what decides, of each person, for which kinds of help she may be asked.

    Args:
        with_charter: those of them who accepted the charter, which mutual aid knows.
        on: a day of the town hall's calendar.
    """
    shown, suspended = _shown_of(person_ids), suspended_among(person_ids, on=on)
    ages = _ages_of(person_ids)
    born = _births_of(person_ids)
    return {
        person_id: Standing(
            level=level_of(shown[person_id], has_charter=person_id in with_charter, on=on),
            honourability=has_honourability(shown[person_id], on=on),
            is_suspended=person_id in suspended,
            age=_age_of(ages.get(person_id), born.get(person_id), on),
            has_agreement=_has_agreement(ages.get(person_id)),
            shown=tuple(shown[person_id]),
        )
        for person_id in person_ids
    }


def _shown_of(person_ids: Collection[int]) -> Mapping[int, list[Shown]]:
    rows = db.session.execute(
        sa.select(VettingProof.person_id, VettingProof.proof, VettingProof.expires_on).where(
            VettingProof.person_id.in_(person_ids)
        )
    )
    shown: defaultdict[int, list[Shown]] = defaultdict(list)
    for row in rows:
        shown[row.person_id].append(Shown(row.proof, row.expires_on))
    return shown


def _ages_of(person_ids: Collection[int]) -> dict[int, VolunteerAge]:
    rows = db.session.scalars(sa.select(VolunteerAge).where(VolunteerAge.person_id.in_(person_ids)))
    return {row.person_id: row for row in rows}


def _births_of(person_ids: Collection[int]) -> dict[int, date]:
    rows = db.session.execute(
        sa.select(Person.id, Person.born_on).where(Person.id.in_(person_ids), Person.born_on.is_not(None))
    )
    return {row.id: row.born_on for row in rows}


def _age_of(said: VolunteerAge | None, born_on: date | None, on: date) -> AgeBand:
    """What the town hall saw on an identity card goes before what was said."""
    if born_on is not None:
        return age_band(born_on, on=on)
    if said is None or (said.adult_on is not None and said.adult_on <= on):
        return AgeBand.ADULT
    return said.band


def _has_agreement(said: VolunteerAge | None) -> bool:
    return said is not None and said.agreed_on is not None


def suspended_among(person_ids: Collection[int], *, on: date) -> set[int]:
    in_force = _in_force(on).with_only_columns(Suspension.person_id)
    return set(db.session.scalars(in_force.where(Suspension.person_id.in_(person_ids))))


def find_suspension(person_id: int, *, on: date) -> Suspension | None:
    """Return the suspension of a person that holds on a day."""
    return db.session.scalars(_in_force(on).where(Suspension.person_id == person_id)).one_or_none()


def is_under_watch(person_id: int, *, on: date) -> bool:
    """Tell whether a safeguarding officer has a file about a person that is not closed, or suspended her.

    For a rule of another feature alone, and never to be shown: who reads the rule's answer must not learn that there is a file.
    """
    has_file = sa.select(Concern.id).where(
        Concern.about_id == person_id, Concern.state != ConcernState.CLOSED
    )
    return db.session.scalar(has_file.limit(1)) is not None or find_suspension(person_id, on=on) is not None


def find_suspension_not_lifted(person_id: int) -> Suspension | None:
    """Return the suspension of a person that nobody lifted, even if its last day is over."""
    query = sa.select(Suspension).where(Suspension.person_id == person_id, Suspension.lifted_at.is_(None))
    return db.session.scalars(query).one_or_none()


def _in_force(on: date) -> sa.Select[Suspension]:
    holds = sa.or_(Suspension.ends_on.is_(None), Suspension.ends_on >= on)
    return sa.select(Suspension).where(Suspension.lifted_at.is_(None), holds)


def blocked_with(person_id: int) -> frozenset[int]:
    """Return whom a person blocked and who blocked her, without telling which: they are never put together."""
    rows = db.session.execute(
        sa.select(Block.blocker_id, Block.blocked_id).where(
            sa.or_(Block.blocker_id == person_id, Block.blocked_id == person_id)
        )
    )
    return frozenset({one for row in rows for one in row} - {person_id})


def has_blocked(blocker_id: int, blocked_id: int) -> bool:
    return db.session.get(Block, (blocker_id, blocked_id)) is not None


def find_age(person_id: int) -> VolunteerAge | None:
    return db.session.get(VolunteerAge, person_id)


def age_of(person_id: int, *, on: date) -> AgeBand:
    """Return what is known of a person's age: of somebody who said nothing, that she is of age."""
    return _age_of(find_age(person_id), _births_of([person_id]).get(person_id), on)


def list_proofs(person_id: int) -> list[VettingProof]:
    """Return what was written down of a volunteer, the latest first."""
    query = sa.select(VettingProof).filter_by(person_id=person_id)
    return list(db.session.scalars(query.order_by(VettingProof.seen_on.desc(), VettingProof.id.desc())))


def list_blocked_by(person_id: int) -> list[int]:
    """Return whom a person blocked, for her alone."""
    query = sa.select(Block.blocked_id).filter_by(blocker_id=person_id).order_by(Block.created_at)
    return list(db.session.scalars(query))


def get_concern(concern_id: int) -> Concern:
    """Raises ConcernNotFound."""
    concern = db.session.get(Concern, concern_id)
    if concern is None:
        raise ConcernNotFound
    return concern


def list_concerns(
    town_id: int, *, states: Collection[ConcernState], reader_id: int, number: int = 1
) -> Page[Concern]:
    """List the concerns in these states: somebody in danger before all, then the oldest first. Those about the reader herself are not there."""
    danger_first = sa.case((Concern.kind == ConcernKind.DANGER, 0), else_=1)
    query = (
        sa.select(Concern).where(*_readable(town_id, states, reader_id)).order_by(danger_first, Concern.id)
    )
    return paginate(query, number=number)


def count_concerns(town_id: int, *, states: Collection[ConcernState], reader_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(Concern)
    return db.session.scalar(counted.where(*_readable(town_id, states, reader_id))) or 0


def _readable(
    town_id: int, states: Collection[ConcernState], reader_id: int
) -> tuple[sa.ColumnElement[bool], ...]:
    is_other = sa.or_(Concern.about_id.is_(None), Concern.about_id != reader_id)
    return (Concern.territory_id == town_id, Concern.state.in_(states), is_other)


def list_sights(concern_id: int) -> list[ConcernSight]:
    query = sa.select(ConcernSight).filter_by(concern_id=concern_id)
    return list(db.session.scalars(query.order_by(ConcernSight.id.desc()).limit(20)))


def list_suspended(town_id: int, *, on: date, number: int = 1) -> Page[Suspension]:
    """List who is suspended, the latest first."""
    return paginate(_in_force(on).order_by(Suspension.id.desc()), number=number)
