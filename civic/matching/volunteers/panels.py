"""What a volunteer's own page shows: what she chose, and why she is asked, or not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from civic.accounts import queries as accounts
from civic.kernel.access import Actor
from civic.kernel.clock import TOWN_TIME
from civic.matching import queries as matching
from civic.matching.volunteers import queries
from civic.mutual_aid.codes import queries as codes
from civic.mutual_aid.codes.rules import CodePurpose, CodeStatus
from civic.mutual_aid.queries import has_accepted_charter
from civic.mutual_aid.volunteers import queries as volunteers
from civic.mutual_aid.volunteers.queries import Help
from civic.mutual_aid.volunteers.rules import HeldSkill, Limits, Skill
from civic.safeguarding import queries as safeguarding
from civic.safeguarding.models import Suspension, VettingProof

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class LimitsPanel:
    """``asked_count``: in the last seven days. ``help``: what she offers in her own name, and what she lacks for it."""

    is_on_duty: bool
    has_offer: bool
    has_charter: bool
    limits: Limits
    held: dict[str, HeldSkill]
    skills: list[Skill]
    help: list[Help]
    proofs: list[VettingProof]
    suspension: Suspension | None
    asked_count: int
    blocked: dict[int, str | None]
    has_phone: bool
    is_phone_verified: bool
    code: CodeStatus | None

    @property
    def is_asked_enough(self) -> bool:
        return not self.limits.allow_another(sent_in_seven_days=self.asked_count)


def build_limits_panel(actor: Actor, *, town_id: int, now: datetime) -> LimitsPanel:
    today = now.astimezone(TOWN_TIME).date()
    held = volunteers.skills_of([actor.id])[actor.id]
    return LimitsPanel(
        is_on_duty=matching.is_on_duty(actor.id),
        has_offer=matching.has_active_offer(actor.id),
        has_charter=has_accepted_charter(actor.id),
        limits=volunteers.get_limits(actor.id),
        held={skill.key: skill for skill in held},
        skills=volunteers.list_skills(town_id),
        help=volunteers.list_offered_help(actor.id, town_id, on=today),
        proofs=safeguarding.list_proofs(actor.id),
        suspension=safeguarding.find_suspension(actor.id, on=today),
        asked_count=queries.count_sent_since(actor.id, now - A_WEEK),
        blocked=_names_shown(set(safeguarding.list_blocked_by(actor.id))),
        has_phone=bool(accounts.get_person(actor.id).phone),
        is_phone_verified=codes.find_verified_number(actor.id) is not None,
        code=codes.find_status(CodePurpose.PHONE, person_id=actor.id),
    )


def _names_shown(person_ids: set[int]) -> dict[int, str | None]:
    """The name of who telephoned is part of her contact: it is not shown here."""
    callers = volunteers.callers_among(person_ids)
    names = accounts.names_of(person_ids)
    return {person_id: None if person_id in callers else name for person_id, name in names.items()}
