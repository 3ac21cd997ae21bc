import re
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import post_load, pre_load

from civic.consultations.channels import Channel
from civic.proposals.commitments.rules import (
    MOST_MILESTONES,
    CommitmentPlan,
    CommitmentState,
    MilestoneState,
    Step,
)
from civic.web.schemas import (
    BaseSchema,
    Instant,
    Line,
    Lines,
    OneOf,
    PageQuery,
    Seen,
    Whole,
    fields,
    page_schema,
    validate,
)

LONGEST_TITLE = 200
LONGEST_DETAILS = 4_000
LONGEST_IN_CHARGE = 160
LONGEST_STEP = 160
LONGEST_NEWS = 2_000
LONGEST_DESCRIPTION = 300
MOST_CENTS = 100_000_000_000
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


class Day(fields.Date):
    """A date of the calendar, within reason."""

    def __init__(self, **kwargs: Any):
        problem = _l("Écrivez une date entre 1990 et 2100.")
        super().__init__(validate=validate.Range(min=EARLIEST, max=LATEST, error=problem), **kwargs)


class Euros(fields.Field[int]):
    """A sum as people type it (« 12 500 », « 12 500,50 € »), read in cents."""

    default_error_messages = {"invalid": _l("Écrivez une somme en euros, par exemple 12 500.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        typed = re.sub(r"[\s\u00a0\u202f€]", "", str(value)).replace(",", ".")
        if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", typed):
            raise self.make_error("invalid")
        return int(Decimal(typed) * 100)


class StepSchema(BaseSchema):
    title = Line(most=LONGEST_STEP, required=True)
    due_on = Day(required=True)

    @post_load
    def make_step(self, data: dict[str, Any], **kwargs: Any) -> Step:
        return Step(**data)


class _WrittenSchema(BaseSchema):
    title = Line(most=LONGEST_TITLE, required=True)
    in_charge = Line(most=LONGEST_IN_CHARGE, required=True)
    details = Lines(least=0, most=LONGEST_DETAILS, load_default="")
    steps = fields.List(
        fields.Nested(StepSchema), load_default=list, validate=validate.Length(max=MOST_MILESTONES)
    )

    @post_load
    def make_plan(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        seen = {"seen": data.pop("seen")} if "seen" in data else {}
        return {"plan": CommitmentPlan(**{**data, "steps": tuple(data["steps"])}), **seen}


class WriteCommitmentSchema(_WrittenSchema):
    budget_cents = Whole(0, MOST_CENTS, load_default=None, allow_none=True)


class CommitmentFormSchema(_WrittenSchema):
    """The page's form: the boxes of its steps are ``steps-<row>-title`` and ``steps-<row>-due_on``."""

    budget_cents = Euros(load_default=None)

    @pre_load
    def gather_steps(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        others = {name: value for name, value in data.items() if not _BOX.fullmatch(name)}
        return {**others, "steps": step_rows(data)}


class EditCommitmentFormSchema(CommitmentFormSchema):
    seen = Seen()


_BOX = re.compile(r"steps-(\d{1,2})-([a-z_]+)")


def step_rows(values: dict[str, Any]) -> list[dict[str, str]]:
    """Return the rows of steps of a posted form that hold something, in their order, as typed."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        if found := _BOX.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value
    return [rows[number] for number in sorted(rows) if any(rows[number].values())]


class AddMilestoneSchema(BaseSchema):
    title = Line(most=LONGEST_STEP, required=True)
    due_on = Day(required=True)


class CompleteMilestoneSchema(BaseSchema):
    done_on = Day(required=True)
    body = Lines(least=0, most=LONGEST_NEWS, load_default="")


class GiveNewsSchema(BaseSchema):
    body = Lines(most=LONGEST_NEWS, required=True)


class DropCommitmentSchema(BaseSchema):
    reason = Lines(least=10, most=LONGEST_NEWS, required=True)


class AddPhotographSchema(BaseSchema):
    """Beside the file."""

    description = Line(least=10, most=LONGEST_DESCRIPTION, required=True)


class ListCommitmentsQuery(PageQuery):
    state = OneOf(CommitmentState, load_default=None)


class MilestoneSchema(BaseSchema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    due_on = fields.Date(required=True)
    done_on = fields.Date(allow_none=True, required=True)
    state = fields.Enum(MilestoneState, by_value=True, required=True)


class NewsSchema(BaseSchema):
    body = fields.String(required=True)
    milestone_title = fields.String(allow_none=True, required=True)
    created_at = Instant(required=True)


class PhotographSchema(BaseSchema):
    id = fields.Integer(required=True)
    description = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)


class CommitmentSchema(BaseSchema):
    id = fields.Integer(required=True)
    proposal_id = fields.Integer(required=True)
    proposal_title = fields.String(required=True)
    title = fields.String(required=True)
    details = fields.String(required=True)
    in_charge = fields.String(required=True)
    budget_cents = fields.Integer(allow_none=True, required=True)
    published_at = Instant(allow_none=True, required=True)
    dropped_at = Instant(allow_none=True, required=True)
    dropped_reason = fields.String(required=True)
    state = fields.Enum(CommitmentState, by_value=True, required=True)
    milestones = fields.List(fields.Nested(MilestoneSchema), required=True)
    news = fields.List(fields.Nested(NewsSchema), required=True)
    photographs = fields.List(fields.Nested(PhotographSchema), required=True)


CommitmentPageSchema = page_schema(CommitmentSchema)


class CommitmentIdSchema(BaseSchema):
    id = fields.Integer(required=True)


class WaitsSchema(BaseSchema):
    expected = fields.Integer(required=True)
    in_time = fields.Integer(required=True)
    answered_late = fields.Integer(required=True)
    awaited = fields.Integer(required=True)
    late = fields.Integer(required=True)


class KeptSchema(BaseSchema):
    made = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    kept_late = fields.Integer(required=True)
    under_way = fields.Integer(required=True)
    late = fields.Integer(required=True)
    dropped = fields.Integer(required=True)


class YearSchema(BaseSchema):
    """``channels``: proposals, arguments and supports, by the way by which they came."""

    year = fields.Integer(required=True)
    proposals = fields.Integer(required=True)
    answers = fields.Nested(WaitsSchema, required=True)
    commitments = fields.Nested(KeptSchema, required=True)
    channels = fields.Dict(keys=fields.Enum(Channel, by_value=True), values=fields.Integer(), required=True)


class RecordSchema(BaseSchema):
    years = fields.List(fields.Nested(YearSchema), required=True)
