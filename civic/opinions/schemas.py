from civic.opinions.models import StanceName
from civic.opinions.rules import StatementOrder
from civic.web.schemas import BaseSchema, Instant, Line, OneOf, PageQuery, fields

LONGEST_STATEMENT = 280


class ReactSchema(BaseSchema):
    value = OneOf(StanceName, required=True)


class SubmitStatementSchema(BaseSchema):
    body = Line(10, LONGEST_STATEMENT, required=True)


class StatementListQuery(PageQuery):
    sort = OneOf(StatementOrder, load_default=StatementOrder.AGREED)


class StatementSchema(BaseSchema):
    id = fields.Integer(required=True)
    consultation_id = fields.Integer(required=True)
    body = fields.String(required=True)
    created_at = Instant(required=True)
    agree_count = fields.Integer(required=True)
    disagree_count = fields.Integer(required=True)
    pass_count = fields.Integer(required=True)


class NextStatementSchema(BaseSchema):
    statement = fields.Nested(StatementSchema, required=True, allow_none=True)
    reacted = fields.Integer(required=True)
    total = fields.Integer(required=True)


class ReactFormSchema(BaseSchema):
    """The three buttons under a statement."""

    reaction = OneOf(StanceName, required=True)
