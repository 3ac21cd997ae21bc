from civic.plain_language.schemas import PlainText
from civic.proposals.rules import Category, Decision, Side, Sort
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
)

SHORTEST_TITLE = 5
LONGEST_TITLE = 140
SHORTEST_BODY = 20
LONGEST_BODY = 10_000
LONGEST_ARGUMENT = 2_000
LONGEST_ANSWER = 20_000
LAST_PAGE = 100_000


class ProposalTextSchema(BaseSchema):
    title = Line(SHORTEST_TITLE, LONGEST_TITLE, required=True)
    body = Lines(SHORTEST_BODY, LONGEST_BODY, required=True)
    category = OneOf(Category, required=True)
    territory_id = Id(required=True)


class SubmitProposalSchema(ProposalTextSchema):
    organisation_id = Id(load_default=None, allow_none=True)


class PostProposalSchema(SubmitProposalSchema):
    """The form of a page. ``has_seen_like``: the proposals that say nearly the same were shown to who sends it."""

    has_seen_like = fields.Boolean(load_default=False)


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


class ListProposalsQuery(PageQuery):
    sort = OneOf(Sort, load_default=Sort.NEWEST)
    category = OneOf(Category, load_default=None)
    territory_id = Id(load_default=None)


class ListArgumentsQuery(PageQuery):
    side = OneOf(Side, load_default=None)


class ArgumentPagesQuery(BaseSchema):
    """The page of each of the three lists of arguments of a proposal's page."""

    page_for = Whole(1, LAST_PAGE, load_default=1)
    page_against = Whole(1, LAST_PAGE, load_default=1)
    page_neutral = Whole(1, LAST_PAGE, load_default=1)


class AnswerSchema(BaseSchema):
    decision = fields.Enum(Decision, by_value=True, required=True)
    body_html = fields.String(required=True)
    plain_text = fields.String(required=True)
    author_name = fields.String(allow_none=True, required=True)
    published_at = Instant(required=True)


class ProposalSchema(BaseSchema):
    id = fields.Integer(required=True)
    consultation_id = fields.Integer(required=True)
    territory_id = fields.Integer(required=True)
    author_name = fields.String(allow_none=True, required=True)
    organisation_name = fields.String(allow_none=True, required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    body_html = fields.String(required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    published_at = Instant(required=True)
    edited_at = Instant(allow_none=True, required=True)
    support_count = fields.Integer(allow_none=True, required=True)
    argument_count = fields.Integer(required=True)
    is_supported = fields.Boolean(required=True)
    is_hidden = fields.Boolean(required=True)
    is_withdrawn = fields.Boolean(required=True)
    answer = fields.Nested(AnswerSchema, allow_none=True, required=True)


class StandingSchema(BaseSchema):
    support_count = fields.Integer(allow_none=True, required=True)
    is_supported = fields.Boolean(required=True)


class ArgumentSchema(BaseSchema):
    id = fields.Integer(required=True)
    side = fields.Enum(Side, by_value=True, required=True)
    body = fields.String(required=True)
    author_name = fields.String(allow_none=True, required=True)
    created_at = Instant(required=True)
    is_hidden = fields.Boolean(required=True)


class CreatedSchema(BaseSchema):
    id = fields.Integer(required=True)


ProposalPageSchema = page_schema(ProposalSchema)
ArgumentPageSchema = page_schema(ArgumentSchema)
