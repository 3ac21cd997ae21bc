from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, PageQuery, Seen, fields

LONGEST_NAME = 80
LONGEST_TABLE = 200_000


class MakeSynthesisSchema(BaseSchema):
    renews_themes = fields.Boolean(load_default=False)


class RenameThemeSchema(BaseSchema):
    name = Line(2, LONGEST_NAME, required=True)
    seen = Seen()


class MergeThemesSchema(BaseSchema):
    into_id = Id(required=True)


class MoveProposalSchema(BaseSchema):
    proposal_id = Id(required=True)
    theme_id = Id(load_default=None, allow_none=True)


class PopulationSchema(BaseSchema):
    table = Lines(0, LONGEST_TABLE, load_default="")
    seen = Seen()


class ThemeQuery(PageQuery):
    """Which theme is opened: none shows the proposals of no theme."""

    theme = Id(load_default=None)


class PeopleLineSchema(BaseSchema):
    label = fields.String(required=True)
    people = fields.Integer(required=True)
    inhabitants = fields.Integer(allow_none=True, required=True)


class SpanSchema(BaseSchema):
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    count = fields.Integer(required=True)


class ListedSchema(BaseSchema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    supports = fields.Integer(allow_none=True, required=True)
    for_it = fields.Integer(required=True)
    against = fields.Integer(required=True)


class StanceCountsSchema(BaseSchema):
    agree = fields.Integer(required=True)
    disagree = fields.Integer(required=True)
    passed = fields.Integer(required=True)


class SaidSchema(BaseSchema):
    id = fields.Integer(required=True)
    body = fields.String(required=True)
    counts = fields.Nested(StanceCountsSchema, required=True)


class OpinionsSchema(BaseSchema):
    people = fields.Integer(required=True)
    agreed = fields.List(fields.Nested(SaidSchema), required=True)
    dividing = fields.List(fields.Nested(SaidSchema), required=True)


class ThemeSchema(BaseSchema):
    id = fields.Integer(required=True)
    name = fields.String(required=True)
    words = fields.List(fields.String(), required=True)
    is_edited = fields.Boolean(required=True)
    count = fields.Integer(required=True)
    examples = fields.List(fields.Nested(ListedSchema), required=True)


class SynthesisSchema(BaseSchema):
    consultation_id = fields.Integer(required=True)
    title = fields.String(required=True)
    made_at = Instant(required=True)
    published_at = Instant(allow_none=True, required=True)
    people = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    channels = fields.List(fields.Nested(PeopleLineSchema), required=True)
    places = fields.List(fields.Nested(PeopleLineSchema), required=True)
    bands = fields.List(fields.Nested(PeopleLineSchema), required=True)
    curve = fields.List(fields.Nested(SpanSchema), required=True)
    supported = fields.List(fields.Nested(ListedSchema), required=True)
    divided = fields.List(fields.Nested(ListedSchema), required=True)
    opinions = fields.Nested(OpinionsSchema, allow_none=True, required=True)
    themes = fields.List(fields.Nested(ThemeSchema), required=True)
    unsorted = fields.Integer(required=True)


class MakingSchema(BaseSchema):
    is_being_made = fields.Boolean(required=True)
    made_at = Instant(allow_none=True, required=True)
