"""What a volunteer says of herself, and the list of skills that a town keeps."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts.queries import lock_person
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.models import Charter
from civic.mutual_aid.queries import has_accepted_charter
from civic.mutual_aid.rules import CHARTER_VERSION
from civic.mutual_aid.volunteers import queries
from civic.mutual_aid.volunteers.errors import ExpiryMissing, PhoneMissing, SkillDoubled, SkillUnknown
from civic.mutual_aid.volunteers.events import CharterAccepted, LimitsChanged, SkillListChanged
from civic.mutual_aid.volunteers.models import TownSkill, VolunteerProfile, VolunteerSkill
from civic.mutual_aid.volunteers.rules import HeldSkill, Limits, Skill
from civic.safeguarding.rules import AgeBand
from civic.safeguarding.service.minors import declare_age
from civic.territories.queries import lock_territory


def set_limits(
    actor: Actor, *, town_id: int, limits: Limits, skills: Sequence[HeldSkill], phone: str | None = None
) -> None:
    """Say how one is reached, when not, how often at most, and what one can do. What was said before is replaced.

    Args:
        phone: the number for text messages; the one that is known stays when None.

    Raises:
        PhoneMissing: text messages are wished for, and no number is known.
        NotSignedIn.
        SkillUnknown: it is not in the town's list.
        ExpiryMissing: a skill that expires has no date, or one that is past.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.SET_LIMITS)
        _ensure_skills(skills, queries.list_skills(town_id), town_today())
        person = lock_person(actor.id)  # the same form, sent twice at the same moment, is written once
        person.phone = phone or person.phone
        if limits.by_sms and not person.phone:
            raise PhoneMissing(fields={"phone": [PhoneMissing.message]})
        profile = db.session.get(VolunteerProfile, actor.id) or VolunteerProfile(person_id=actor.id)
        profile.by_mail, profile.by_sms = limits.by_mail, limits.by_sms
        profile.quiet_from_hour, profile.quiet_to_hour = limits.quiet.from_hour, limits.quiet.to_hour
        profile.weekly_ceiling, profile.changed_at = limits.weekly_ceiling, now
        db.session.add(profile)
        db.session.execute(sa.delete(VolunteerSkill).filter_by(person_id=actor.id))
        for skill in skills:
            db.session.add(VolunteerSkill(person_id=actor.id, skill=skill.key, expires_on=skill.expires_on))
        db.session.flush()
        publish(LimitsChanged(occurred_at=now, person_id=actor.id, actor_id=actor.id))


def _ensure_skills(skills: Sequence[HeldSkill], listed: Sequence[Skill], today: date) -> None:
    known = {skill.key: skill for skill in listed}
    for held in skills:
        if held.key not in known:
            raise SkillUnknown(fields={"skills": [SkillUnknown.message]})
        if not known[held.key].expires:
            continue
        name = f"expiry_{held.key}"
        if held.expires_on is None:
            raise ExpiryMissing(fields={name: [ExpiryMissing.message]})
        if not held.holds(today):
            raise ExpiryMissing(fields={name: [ExpiryMissing.passed]})


def accept_charter(actor: Actor, *, age: AgeBand) -> None:
    """Agree to what one does and does not do as a volunteer, outside of a first offer: a member of an association. Twice is once.

    Raises:
        NotSignedIn.
        TooYoung: she is under 16.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.SET_LIMITS)
        write_charter(actor.id, age=age, now=now)


def write_charter(person_id: int, *, age: AgeBand, now: datetime) -> None:
    """Write an acceptance of the charter down, in the transaction of the command that has asked who acts."""
    with transaction():
        if has_accepted_charter(person_id):
            return
        declare_age(person_id=person_id, band=age, now=now)
        try:
            with db.session.begin_nested():
                db.session.add(Charter(person_id=person_id, version=CHARTER_VERSION, accepted_at=now))
        except IntegrityError:  # the same button, pressed twice, arrived at the same moment
            if not has_accepted_charter(person_id):
                raise
            return
        publish(CharterAccepted(occurred_at=now, person_id=person_id, actor_id=person_id))


def add_skill(actor: Actor, *, town_id: int, name: str, expires: bool) -> None:
    """Add a skill to the town's list. The first change makes the usual list the town's own.

    Raises:
        NotAllowed: the actor is not an agent there.
        SkillDoubled: one of the list has that name.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.EDIT_SKILLS, town_id)
        rows = _own_list(town_id)
        same = [row for row in rows if row.name.casefold() == name.casefold()]
        if any(row.retired_at is None for row in same):
            raise SkillDoubled(fields={"name": [SkillDoubled.message]})
        if same:
            same[0].retired_at, same[0].expires = None, expires
        else:
            _write_skill(town_id, Skill(f"own_{len(rows) + 1}", name, expires), len(rows))
        publish(SkillListChanged(occurred_at=now, territory_id=town_id, actor_id=actor.id))


def retire_skill(actor: Actor, *, town_id: int, key: str) -> None:
    """Take a skill off the town's list. Who said that she has it no longer says it to anybody. Twice is once.

    Raises:
        NotAllowed: the actor is not an agent there.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.EDIT_SKILLS, town_id)
        for row in _own_list(town_id):
            if row.key == key and row.retired_at is None:
                row.retired_at = now
                db.session.execute(sa.delete(VolunteerSkill).filter_by(skill=key))
                publish(SkillListChanged(occurred_at=now, territory_id=town_id, actor_id=actor.id))


def _own_list(town_id: int) -> list[TownSkill]:
    """Return the town's own list, made from the usual one at its first change. One agent at a time changes it."""
    lock_territory(town_id)
    if not queries.has_own_list(town_id):
        for position, skill in enumerate(queries.list_skills(town_id)):
            _write_skill(town_id, skill, position)
    return list(db.session.scalars(sa.select(TownSkill).filter_by(territory_id=town_id)))


def _write_skill(town_id: int, skill: Skill, position: int) -> None:
    db.session.add(
        TownSkill(
            territory_id=town_id, key=skill.key, name=skill.name, expires=skill.expires, position=position
        )
    )
    db.session.flush()
