from civic.web.schemas import BaseSchema, Instant, Line, Lines, PageQuery, Whole, fields, page_schema

SHORTEST_TITLE, LONGEST_TITLE = 5, 140
SHORTEST_BODY, LONGEST_BODY = 20, 10_000
DIGEST = 64


class SendLetterSchema(BaseSchema):
    title = Line(SHORTEST_TITLE, LONGEST_TITLE, required=True)
    body = Lines(SHORTEST_BODY, LONGEST_BODY, required=True)


class PostLetterSchema(SendLetterSchema):
    """The form of a page. ``seen``: which text was shown to its author as it will be read."""

    seen = Line(0, DIGEST, load_default="")


class LettersShownQuery(BaseSchema):
    page = Whole(1, 100_000, load_default=1)


class LetterSchema(BaseSchema):
    id = fields.Integer(required=True)
    consultation_id = fields.Integer(required=True)
    title = fields.String(required=True)
    body_html = fields.String(required=True)
    sent_at = Instant(required=True)


class LetterSentSchema(BaseSchema):
    id = fields.Integer(required=True)


ListLettersQuery = PageQuery
LetterPageSchema = page_schema(LetterSchema)
