import re
from typing import Any

from marshmallow import post_load, pre_load

from civic.consultations.rules import Activity, ConsultationState, PhasePlan, Status
from civic.plain_language.schemas import PlainText
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Line,
    Lines,
    OneOf,
    PageQuery,
    Whole,
    fields,
    page_schema,
    validate,
)

LONGEST_TITLE = 140
LONGEST_SUMMARY = 400
LONGEST_BODY = 40_000
LONGEST_PHASE_NAME = 80
LONGEST_PHASE_DESCRIPTION = 500
MOST_PHASES = 20
LONGEST_TOPIC = 60
MOST_TOPICS = 20
MOST_SUPPORTS = 1000
MOST_NEIGHBOURHOODS = 200
LATEST_VERSION = 1_000_000_000


class PhaseDatesSchema(BaseSchema):
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)


class PhaseSchema(BaseSchema):
    id = Id(load_default=None, allow_none=True)
    name = Line(most=LONGEST_PHASE_NAME, required=True)
    description = Lines(least=0, most=LONGEST_PHASE_DESCRIPTION, load_default="")
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    activities = fields.List(OneOf(Activity), load_default=list, validate=validate.Length(max=len(Activity)))
    hides_reactions = fields.Boolean(load_default=False)

    @post_load
    def make_plan(self, data: dict[str, Any], **kwargs: Any) -> PhasePlan:
        """Reading is always permitted; what a phase permits is kept in one order, once each."""
        permitted = {Activity.READ, *data["activities"]}
        return PhasePlan(**{**data, "activities": tuple(each for each in Activity if each in permitted)})


class _WrittenSchema(BaseSchema):
    title = Line(most=LONGEST_TITLE, required=True)
    summary = Lines(least=0, most=LONGEST_SUMMARY)
    body = Lines(least=0, most=LONGEST_BODY)
    plain_text = PlainText()
    allows_anonymous = fields.Boolean()
    topics = fields.List(Line(most=LONGEST_TOPIC), validate=validate.Length(max=MOST_TOPICS))
    most_supports = Whole(1, MOST_SUPPORTS, allow_none=True)
    neighbourhood_ids = fields.List(Id(), validate=validate.Length(max=MOST_NEIGHBOURHOODS))
    phases = fields.List(fields.Nested(PhaseSchema), validate=validate.Length(max=MOST_PHASES))


class DraftConsultationSchema(_WrittenSchema):
    territory_id = Id(required=True)


class ReviseConsultationSchema(_WrittenSchema):
    """What is left out stays as it is."""

    title = Line(most=LONGEST_TITLE)
    version = Whole(1, LATEST_VERSION, required=True)


class PublishConsultationSchema(BaseSchema):
    version = Whole(1, LATEST_VERSION, load_default=None)


class BeginConsultationSchema(BaseSchema):
    """``template``: a key of ``GET /consultation-templates``. Without ``starts_at``, the first phase opens on the next Monday at eight."""

    territory_id = Id(required=True)
    template = Line(most=40, required=True)
    title = Line(most=LONGEST_TITLE, required=True)
    summary = Lines(least=0, most=LONGEST_SUMMARY)
    body = Lines(least=0, most=LONGEST_BODY)
    plain_text = PlainText()
    allows_anonymous = fields.Boolean()
    topics = fields.List(Line(most=LONGEST_TOPIC), validate=validate.Length(max=MOST_TOPICS))
    most_supports = Whole(1, MOST_SUPPORTS, allow_none=True)
    neighbourhood_ids = fields.List(Id(), validate=validate.Length(max=MOST_NEIGHBOURHOODS))
    starts_at = Instant(load_default=None, allow_none=True)


class CopyConsultationSchema(BaseSchema):
    """Without ``starts_at``, the first phase opens within the week, at the weekday and the hour that it had."""

    starts_at = Instant(load_default=None, allow_none=True)


class TextStepSchema(BaseSchema):
    """First page of the form: what is asked."""

    title = Line(most=LONGEST_TITLE, required=True)
    summary = Lines(least=0, most=LONGEST_SUMMARY, load_default="")
    body = Lines(least=0, most=LONGEST_BODY, load_default="")
    plain_text = PlainText(load_default="")
    topics = fields.List(
        Line(most=LONGEST_TOPIC), load_default=list, validate=validate.Length(max=MOST_TOPICS)
    )
    allows_anonymous = fields.Boolean(load_default=False)
    most_supports = Whole(1, MOST_SUPPORTS, load_default=None)
    version = Whole(1, LATEST_VERSION, load_default=0)

    @pre_load
    def split_topics(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """The form has one box, with a topic on each line."""
        lines = "\n".join(map(str, data.get("topics", []))).splitlines()
        return {**data, "topics": [line for line in lines if line.strip()]}


class PlacesStepSchema(BaseSchema):
    """Second page: who is concerned. No neighbourhood means the whole commune."""

    neighbourhood_ids = fields.List(
        Id(), load_default=list, validate=validate.Length(max=MOST_NEIGHBOURHOODS)
    )
    version = Whole(1, LATEST_VERSION, load_default=0)


class DatesStepSchema(BaseSchema):
    """Third page: the boxes of its rows of phases are ``phases-<row>-<box>``; ``starts_at`` is there when it is no date."""

    starts_at = Instant(load_default=None)
    phases = fields.List(fields.Nested(PhaseSchema), validate=validate.Length(max=MOST_PHASES))
    version = Whole(1, LATEST_VERSION, load_default=0)

    @pre_load
    def gather_phases(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        others = {name: value for name, value in data.items() if not _BOX.fullmatch(name)}
        return {**others, "phases": [_as_phase(row) for row in phase_rows(data)]}


class ListConsultationsQuery(PageQuery):
    status = OneOf(Status, load_default=None)
    neighbourhood_id = Id(load_default=None)


class PhaseStateSchema(BaseSchema):
    id = fields.Integer(attribute="plan.id", required=True)
    name = fields.String(attribute="plan.name", required=True)
    description = fields.String(attribute="plan.description", required=True)
    opens_at = Instant(attribute="plan.opens_at", required=True)
    closes_at = Instant(attribute="plan.closes_at", required=True)
    activities = fields.List(fields.String(), attribute="plan.activities", required=True)
    hides_reactions = fields.Boolean(attribute="plan.hides_reactions", required=True)
    time = fields.String(required=True)


class TemplatePhaseSchema(BaseSchema):
    name = fields.String(required=True)
    days = fields.Integer(required=True)
    activities = fields.List(fields.String(), required=True)
    hides_reactions = fields.Boolean(required=True)


class AnswerPromiseSchema(BaseSchema):
    threshold = fields.Integer(required=True)
    days = fields.Integer(required=True)


class TemplateSchema(BaseSchema):
    """``promise`` is null where the commune's own is taken."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    does = fields.String(required=True)
    promises = fields.String(required=True)
    days = fields.Integer(required=True)
    phases = fields.List(fields.Nested(TemplatePhaseSchema), required=True)
    promise = fields.Nested(AnswerPromiseSchema, allow_none=True, required=True)


class TemplatesSchema(BaseSchema):
    items = fields.List(fields.Nested(TemplateSchema), required=True)


class ConsultationItemSchema(BaseSchema):
    id = fields.Integer(required=True)
    territory_id = fields.Integer(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    state = fields.Enum(ConsultationState, by_value=True, required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    neighbourhood_ids = fields.List(fields.Integer(), required=True)
    phases = fields.List(fields.Nested(PhaseStateSchema), required=True)
    template = fields.String(allow_none=True, required=True)
    author_name = fields.String(allow_none=True, required=True)
    created_at = Instant(required=True)
    published_at = Instant(allow_none=True, required=True)


class ConsultationSchema(ConsultationItemSchema):
    body = fields.String(required=True)
    body_html = fields.String(required=True)
    plain_text = fields.String(required=True)
    allows_anonymous = fields.Boolean(required=True)
    topics = fields.List(fields.String(), required=True)
    most_supports = fields.Integer(allow_none=True, required=True)
    version = fields.Integer(required=True)


class PublicationWarningSchema(BaseSchema):
    """What residents will find lacking; ``url``: of the page on which it is written."""

    title = fields.String(required=True)
    message = fields.String(attribute="sentence", required=True)
    url = fields.String(required=True)


class PublishedConsultationSchema(ConsultationSchema):
    """``warnings``: what the page that publishes says is lacking, and that refuses nothing."""

    warnings = fields.List(fields.Nested(PublicationWarningSchema), required=True)


ConsultationPageSchema = page_schema(ConsultationItemSchema)

_BOX = re.compile(r"phases-(\d{1,3})-([a-z_]+)")
_TEXT_BOXES = ("name", "description", "opens_at", "closes_at")


def phase_rows(values: dict[str, Any]) -> list[dict[str, str]]:
    """Return the rows of phases of a posted form that hold something, in their order, as typed, but those to be removed."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        if found := _BOX.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value
    kept = [rows[number] for number in sorted(rows)]
    return [row for row in kept if "remove" not in row and any(row.get(box) for box in _TEXT_BOXES)]


def _as_phase(row: dict[str, str]) -> dict[str, Any]:
    """An unknown box stays, so that it is refused as any unknown field."""
    activities = [each.value for each in Activity if each.value in row]
    return {**{box: value for box, value in row.items() if box not in activities}, "activities": activities}
