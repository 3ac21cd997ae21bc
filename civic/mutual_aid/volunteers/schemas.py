"""What the pages of volunteers read."""

from collections.abc import Iterable

from civic.mutual_aid.volunteers.rules import (
    LARGEST_CEILING,
    LAST_HOUR,
    USUAL_CEILING,
    HeldSkill,
    Limits,
    QuietHours,
    Skill,
)
from civic.safeguarding.rules import AgeBand, Level, Proof
from civic.web.schemas import BaseSchema, Id, Line, OneOf, PageQuery, Phone, Seen, Whole, fields

USUAL_QUIET = QuietHours()


class LimitsSchema(BaseSchema):
    by_mail = fields.Boolean(load_default=False)
    by_sms = fields.Boolean(load_default=False)
    quiet_from_hour = Whole(0, LAST_HOUR, load_default=USUAL_QUIET.from_hour)
    quiet_to_hour = Whole(0, LAST_HOUR, load_default=USUAL_QUIET.to_hour)
    weekly_ceiling = Whole(1, LARGEST_CEILING, load_default=USUAL_CEILING)
    skills = fields.List(fields.String(), load_default=list)
    phone = Phone(load_default=None, allow_none=True)


def limits_schema(skills: Iterable[Skill]) -> type[BaseSchema]:
    """Return the schema of the form, with a date for each skill of the town's list that expires."""
    dates = {
        f"expiry_{skill.key}": fields.Date(load_default=None, allow_none=True)
        for skill in skills
        if skill.expires
    }
    return type("TownLimitsSchema", (LimitsSchema,), dates)


def limits_of(data: dict[str, object]) -> Limits:
    quiet = QuietHours(int(str(data["quiet_from_hour"])), int(str(data["quiet_to_hour"])))
    return Limits(bool(data["by_mail"]), bool(data["by_sms"]), quiet, int(str(data["weekly_ceiling"])))


def skills_of(data: dict[str, object]) -> list[HeldSkill]:
    keys = data["skills"]
    assert isinstance(keys, list)
    return [HeldSkill(key, data.get(f"expiry_{key}")) for key in dict.fromkeys(keys)]  # type: ignore[arg-type]


class PhoneCodeSchema(BaseSchema):
    code = Line(1, 40, required=True)


class CharterSchema(BaseSchema):
    accepts_charter = fields.Boolean(required=True)
    age = OneOf(AgeBand, load_default=AgeBand.ADULT)


class VolunteersQuery(PageQuery):
    state = Line(0, 20, load_default="waiting")


class ProofSchema(BaseSchema):
    proof = OneOf(Proof, required=True)
    seen_on = fields.Date(required=True)
    has_seen = fields.Boolean(load_default=False)


class RemoveProofSchema(BaseSchema):
    proof_id = Id(required=True)


class AgreementSchema(BaseSchema):
    representative = Line(2, 100, required=True)
    agreed_on = fields.Date(required=True)
    born_on = fields.Date(required=True)


class AddSkillSchema(BaseSchema):
    name = Line(2, 80, required=True)
    expires = fields.Boolean(load_default=False)


class RetireSkillSchema(BaseSchema):
    key = Line(1, 60, required=True)


def vetting_rules_schema(categories: Iterable[str]) -> type[BaseSchema]:
    """Return the schema of the form of what each kind of help asks: a level for each, and whether a document that the law names."""
    names = list(categories)
    levels = {f"level_{name}": OneOf(Level, required=True) for name in names}
    documents = {f"honourability_{name}": fields.Boolean(load_default=False) for name in names}
    return type("VettingRulesSchema", (BaseSchema,), {**levels, **documents, "seen": Seen()})
