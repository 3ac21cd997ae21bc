from typing import Any

from marshmallow import post_load, pre_load

from civic.consultations.channels import Channel
from civic.plain_language.schemas import PlainText
from civic.proposals.rules import Category, Decision, Point, Side, Sort
from civic.web.schemas import (
    BaseSchema,
    Id,
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

SHORTEST_TITLE = 5
LONGEST_TITLE = 140
SHORTEST_BODY = 20
LONGEST_BODY = 10_000
LONGEST_ARGUMENT = 2_000
LONGEST_ANSWER = 20_000
LEAST_DESCRIPTION, LONGEST_DESCRIPTION = 10, 300
LATEST_VERSION = 1_000_000_000
LONGEST_KEY = 200
LONGEST_ADDRESS = 200
LONGEST_TOPIC = 60
MOST_REMOVED = 10


class PointSchema(BaseSchema):
    """Where it is, in degrees (WGS84). ``label``: the address, if it is one."""

    longitude = fields.Float(required=True, validate=validate.Range(-180, 180))
    latitude = fields.Float(required=True, validate=validate.Range(-90, 90))
    label = Line(0, LONGEST_ADDRESS, load_default="")

    @post_load
    def make_point(self, data: dict[str, Any], **kwargs: Any) -> Point:
        return Point(**data)


class ProposalTextSchema(BaseSchema):
    title = Line(SHORTEST_TITLE, LONGEST_TITLE, required=True)
    body = Lines(SHORTEST_BODY, LONGEST_BODY, required=True)
    category = OneOf(Category, required=True)
    territory_id = Id(required=True)
    topic = Line(0, LONGEST_TOPIC, load_default="")
    point = fields.Nested(PointSchema, load_default=None, allow_none=True)


class SubmitProposalSchema(ProposalTextSchema):
    """``draft_id``, ``draft_version``: the draft that is published, whose files are the proposal's."""

    organisation_id = Id(load_default=None, allow_none=True)
    is_anonymous = fields.Boolean(load_default=False)
    draft_id = Id(load_default=None, allow_none=True)
    draft_version = Whole(1, LATEST_VERSION, load_default=None, allow_none=True)


class FilesSchema(BaseSchema):
    """What a form says beside the files that it brings, which of those that are there it takes away, and where it is about.

    An address that is chosen among those found says where; else the point of the map, unless its box is ticked.
    """

    address = Line(0, LONGEST_ADDRESS, load_default="")
    address_point_id = Id(load_default=None)
    look_up = fields.String(load_default="")

    @pre_load
    def gather_point(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        boxes = {name: data[name] for name in ("longitude", "latitude", "place_label") if name in data}
        others = {name: value for name, value in data.items() if name not in (*boxes, "remove_point")}
        if "remove_point" in data or not boxes.get("longitude"):
            return others
        label = boxes.get("place_label", "")
        return {
            **others,
            "point": {"longitude": boxes["longitude"], "latitude": boxes.get("latitude"), "label": label},
        }

    photograph_description = Line(0, LONGEST_DESCRIPTION, load_default="")
    document_title = Line(0, LONGEST_TITLE, load_default="")
    remove_photographs = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_REMOVED))
    remove_documents = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_REMOVED))
    goes_on = fields.Boolean(load_default=False)


class PostProposalSchema(SubmitProposalSchema, FilesSchema):
    """The form of a page. ``has_seen_like``: the proposals that say nearly the same were shown to who sends it."""

    has_seen_like = fields.Boolean(load_default=False)


class EditProposalSchema(ProposalTextSchema):
    """``version``: of the proposal that was read."""

    version = Whole(1, LATEST_VERSION, required=True)


class PostEditSchema(EditProposalSchema, FilesSchema):
    """The form that changes a proposal. ``goes_on``: the button of a file was pressed, and the form is shown again."""


class DraftTextSchema(BaseSchema):
    """A proposal of which nothing is needed yet."""

    title = Line(0, LONGEST_TITLE, load_default="")
    body = Lines(0, LONGEST_BODY, load_default="")
    category = OneOf(Category, load_default=None, allow_none=True)
    territory_id = Id(load_default=None, allow_none=True)
    organisation_id = Id(load_default=None, allow_none=True)
    topic = Line(0, LONGEST_TOPIC, load_default="")
    point = fields.Nested(PointSchema, load_default=None, allow_none=True)
    is_anonymous = fields.Boolean(load_default=False)


class PostDraftSchema(DraftTextSchema, FilesSchema):
    has_seen_like = fields.Boolean(load_default=False)
    draft_id = Id(load_default=None)
    draft_version = Whole(1, LATEST_VERSION, load_default=None)
    idempotency_key = Line(0, LONGEST_KEY, load_default="")
    written_by = Id(load_default=None)


class LikenessSchema(BaseSchema):
    title = Line(0, LONGEST_TITLE, load_default="")
    body = Lines(0, LONGEST_BODY, load_default="")


class PublishArgumentSchema(BaseSchema):
    side = OneOf(Side, required=True)
    body = Lines(most=LONGEST_ARGUMENT, required=True)


class DraftAnswerSchema(BaseSchema):
    decision = OneOf(Decision, required=True)
    body = Lines(most=LONGEST_ANSWER, required=True)
    plain_text = PlainText(load_default="")


class DraftAnswerFormSchema(DraftAnswerSchema):
    seen = Seen()


class ListProposalsQuery(PageQuery):
    sort = OneOf(Sort, load_default=Sort.NEWEST)
    category = OneOf(Category, load_default=None)
    territory_id = Id(load_default=None)
    topic = Line(0, LONGEST_TOPIC, load_default="")


class AnswerSchema(BaseSchema):
    decision = fields.Enum(Decision, by_value=True, required=True)
    body_html = fields.String(required=True)
    plain_text = fields.String(required=True)
    author_name = fields.String(allow_none=True, required=True)
    published_at = Instant(required=True)


class ProposalPhotographSchema(BaseSchema):
    """Its address: ``/propositions/photos/<id>``, and ``?taille=petite`` for a small one."""

    id = fields.Integer(required=True)
    description = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)


class ProposalDocumentSchema(BaseSchema):
    """Its address: ``/propositions/documents/<id>``."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    size_bytes = fields.Integer(required=True)


class ProposalItemSchema(BaseSchema):
    id = fields.Integer(required=True)
    consultation_id = fields.Integer(required=True)
    territory_id = fields.Integer(required=True)
    point = fields.Nested(PointSchema, allow_none=True, required=True)
    author_name = fields.String(allow_none=True, required=True)
    is_anonymous = fields.Boolean(required=True)
    coauthors = fields.List(fields.String(), required=True)
    organisation_name = fields.String(allow_none=True, required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    body_html = fields.String(required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    topic = fields.String(required=True)
    published_at = Instant(required=True)
    edited_at = Instant(allow_none=True, required=True)
    text_version = fields.Integer(required=True)
    version = fields.Integer(required=True)
    support_count = fields.Integer(allow_none=True, required=True)
    argument_count = fields.Integer(required=True)
    is_supported = fields.Boolean(required=True)
    is_hidden = fields.Boolean(required=True)
    is_withdrawn = fields.Boolean(required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    received_on = fields.Date(allow_none=True, required=True)
    answer = fields.Nested(AnswerSchema, allow_none=True, required=True)
    photographs = fields.List(fields.Nested(ProposalPhotographSchema), required=True)


class ProposalSchema(ProposalItemSchema):
    documents = fields.List(fields.Nested(ProposalDocumentSchema), required=True)


class StandingSchema(BaseSchema):
    support_count = fields.Integer(allow_none=True, required=True)
    is_supported = fields.Boolean(required=True)


class SaveDraftSchema(DraftTextSchema):
    """``version``: the one that was read."""

    version = Whole(1, LATEST_VERSION, required=True)


class AddPhotographSchema(BaseSchema):
    description = Line(LEAST_DESCRIPTION, LONGEST_DESCRIPTION, required=True)


class AddDocumentSchema(BaseSchema):
    title = Line(1, LONGEST_TITLE, required=True)


class DraftSavedSchema(BaseSchema):
    id = fields.Integer(attribute="draft_id", required=True)
    version = fields.Integer(required=True)


class DraftLineSchema(BaseSchema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    consultation_title = fields.String(required=True)
    saved_at = Instant(required=True)


class DraftSchema(BaseSchema):
    id = fields.Integer(required=True)
    consultation_id = fields.Integer(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    category = fields.Enum(Category, by_value=True, allow_none=True, required=True)
    territory_id = fields.Integer(allow_none=True, required=True)
    organisation_id = fields.Integer(allow_none=True, required=True)
    point = fields.Nested(PointSchema, allow_none=True, required=True)
    topic = fields.String(required=True)
    is_anonymous = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    saved_at = Instant(required=True)
    photographs = fields.List(fields.Nested(ProposalPhotographSchema), required=True)
    documents = fields.List(fields.Nested(ProposalDocumentSchema), required=True)


class CreatedSchema(BaseSchema):
    id = fields.Integer(required=True)


DraftPageSchema = page_schema(DraftLineSchema)
ProposalPageSchema = page_schema(ProposalItemSchema)
