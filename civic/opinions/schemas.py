from marshmallow import validate

from civic.consultations.documents.rules import Direction
from civic.opinions.models import StanceName
from civic.opinions.rules import MOST_PREPARED, Origin, StatementOrder
from civic.web.schemas import BaseSchema, Id, Instant, Line, OneOf, PageQuery, Seen, fields

LONGEST_STATEMENT = 280


class ReactSchema(BaseSchema):
    value = OneOf(StanceName, required=True)


class SubmitStatementSchema(BaseSchema):
    body = Line(10, LONGEST_STATEMENT, required=True)


class StatementListQuery(PageQuery):
    """Without ``sort``, or while reactions are hidden, the order is ours: see ``rules.order_shown``."""

    sort = OneOf(StatementOrder, load_default=None)


class StatementSchema(BaseSchema):
    id = fields.Integer(required=True)
    consultation_id = fields.Integer(required=True)
    body = fields.String(required=True)
    created_at = Instant(required=True)
    origin = fields.Enum(Origin, by_value=True, required=True)
    agree_count = fields.Integer(required=True, allow_none=True)
    disagree_count = fields.Integer(required=True, allow_none=True)
    pass_count = fields.Integer(required=True, allow_none=True)


class NextStatementSchema(BaseSchema):
    statement = fields.Nested(StatementSchema, required=True, allow_none=True)
    reacted = fields.Integer(required=True)
    total = fields.Integer(required=True)


class ReactFormSchema(BaseSchema):
    """The three buttons under a statement."""

    reaction = OneOf(StanceName, required=True)


class ReactQuery(BaseSchema):
    """The statement that was reacted to just before, to be able to change one's mind."""

    avant = Id(load_default=None)


class CountsSchema(BaseSchema):
    agree = fields.Integer(required=True)
    disagree = fields.Integer(required=True)
    passed = fields.Integer(required=True, data_key="pass")


class GroupCountSchema(BaseSchema):
    """``counts`` is null where fewer than five people of the group reacted, or where it would tell what so few of another did."""

    group = fields.String(attribute="name", required=True)
    counts = fields.Nested(CountsSchema, required=True, allow_none=True)


class TracedStatementSchema(BaseSchema):
    id = fields.Integer(required=True)
    body = fields.String(required=True)
    origin = fields.String(required=True)
    counts = fields.Nested(CountsSchema, required=True)
    groups = fields.List(fields.Nested(GroupCountSchema), required=True)


class OpinionGroupSchema(BaseSchema):
    name = fields.String(required=True)
    people = fields.Integer(required=True)
    agrees = fields.List(fields.Nested(TracedStatementSchema), required=True)
    refuses = fields.List(fields.Nested(TracedStatementSchema), required=True)


class OpinionMapSchema(BaseSchema):
    """``lack``: why there are no groups (``not_counted``, ``too_few_people``, ``not_apart``); null when there are."""

    computed_at = Instant(required=True, allow_none=True)
    lack = fields.String(required=True, allow_none=True)
    people = fields.Integer(required=True)
    considered = fields.Integer(required=True)
    between = fields.Integer(required=True)
    groups = fields.List(fields.Nested(OpinionGroupSchema), required=True)
    agreed_by_all = fields.List(fields.Nested(TracedStatementSchema), attribute="agreed", required=True)
    refused_by_all = fields.List(fields.Nested(TracedStatementSchema), attribute="refused", required=True)
    dividing = fields.List(fields.Nested(TracedStatementSchema), required=True)


class CorrectStatementSchema(SubmitStatementSchema):
    seen = Seen()


class MoveStatementSchema(BaseSchema):
    direction = OneOf(Direction, required=True)


class PreparedPreviewQuery(BaseSchema):
    """Which of the prepared statements is previewed, from 1."""

    numero = fields.Integer(load_default=1, validate=validate.Range(1, MOST_PREPARED))


class PreparedStatementSchema(BaseSchema):
    """``seen`` is given back when the text is corrected, so that nobody writes over what she has not read."""

    id = fields.Integer(required=True)
    consultation_id = fields.Integer(required=True)
    body = fields.String(required=True)
    created_at = Instant(required=True)
    seen = fields.String(required=True)


class PreparedStatementsSchema(BaseSchema):
    """``is_open``: they may still be written; false once residents may react."""

    is_open = fields.Boolean(required=True)
    items = fields.List(fields.Nested(PreparedStatementSchema), required=True)
