from typing import Any

from marshmallow import post_load

from civic.consultations.channels import Channel
from civic.proposals.arguing.rules import ORDER_WORDS, Order
from civic.proposals.rules import Side
from civic.proposals.schemas import LONGEST_ARGUMENT
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Lines,
    OneOf,
    PageFilter,
    PageQuery,
    fields,
    page_schema,
    validate,
)

ORDERS = {word: order for order, word in ORDER_WORDS.items()}


class ArgumentsShownQuery(PageFilter):
    """What the address of a proposal's page says of its arguments. ``donne``: the argument that the reader has just given."""

    ordre = fields.String(load_default=ORDER_WORDS[Order.BALANCED], validate=validate.OneOf(list(ORDERS)))
    donne = Id(load_default=None)

    @post_load
    def name_order(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**data, "order": ORDERS[data["ordre"]]}


class ThreadQuery(PageFilter):
    """``a``: the answer of the thread that is answered; the argument itself when there is none."""

    a = Id(load_default=None)


class MarkSchema(PageFilter):
    """Where the button was: the list as it was ordered, or the thread of the argument."""

    ordre = fields.String(load_default="", validate=validate.OneOf(["", *ORDERS]))
    in_thread = fields.Boolean(load_default=False)


class AnswerArgumentSchema(BaseSchema):
    body = Lines(most=LONGEST_ARGUMENT, required=True)


class ListArgumentsQuery(PageQuery):
    side = OneOf(Side, load_default=None)
    order = OneOf(Order, load_default=Order.NEWEST)


class AnswerToArgumentSchema(BaseSchema):
    """``answers_id``: the answer that is answered; null where it is the argument itself."""

    id = fields.Integer(required=True)
    body = fields.String(required=True)
    author_name = fields.String(allow_none=True, required=True)
    answers_id = fields.Integer(allow_none=True, required=True)
    created_at = Instant(required=True)
    is_hidden = fields.Boolean(required=True)
    is_withdrawn = fields.Boolean(required=True)


class ArgumentSchema(BaseSchema):
    """``channel``: by which way it came. ``useful_count``: null while a phase hides the totals. ``answers``: the first ones."""

    id = fields.Integer(required=True)
    side = fields.Enum(Side, by_value=True, required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    body = fields.String(required=True)
    author_name = fields.String(allow_none=True, required=True)
    created_at = Instant(required=True)
    is_hidden = fields.Boolean(required=True)
    is_withdrawn = fields.Boolean(required=True)
    is_marked = fields.Boolean(required=True)
    useful_count = fields.Integer(allow_none=True, required=True)
    answers = fields.List(fields.Nested(AnswerToArgumentSchema), required=True)
    answer_count = fields.Integer(required=True)


class MarkedSchema(BaseSchema):
    useful_count = fields.Integer(allow_none=True, required=True)
    is_marked = fields.Boolean(required=True)


ArgumentPageSchema = page_schema(ArgumentSchema)
AnswerToArgumentPageSchema = page_schema(AnswerToArgumentSchema)
