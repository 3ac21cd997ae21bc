from civic.voting.register.checking import Listed
from civic.web.schemas import BaseSchema, Id, Lines, PageQuery, fields, page_schema

LONGEST_RECEIPT = 2_000


class RegisterQuery(PageQuery):
    """``acts``: without the hourly heads."""

    acts = fields.Boolean(load_default=False)


class CompareCopySchema(BaseSchema):
    """The file travels beside the form."""


class FollowRegisterSchema(BaseSchema):
    follows = fields.Boolean(load_default=False)


class SignedReceiptSchema(BaseSchema):
    receipt = Lines(most=LONGEST_RECEIPT, required=True)


class LineSchema(BaseSchema):
    """``hash`` is the SHA-256 of the canonical JSON of the other fields."""

    poll = fields.Integer(required=True)
    height = fields.Integer(required=True)
    parent = fields.String(required=True)
    at = fields.String(required=True)
    kind = fields.String(required=True)
    content = fields.Dict(required=True)
    hash = fields.String(required=True)


class RegisterSchema(BaseSchema):
    poll_id = fields.Integer(required=True)
    head = fields.Nested(LineSchema, allow_none=True, required=True)
    is_sound = fields.Boolean(required=True)
    receipt_key = fields.String(attribute="key", required=True)
    lines = fields.Nested(page_schema(LineSchema), required=True)


class CheckedSignedReceiptSchema(BaseSchema):
    poll_id = Id(required=True)
    question = fields.String(required=True)
    is_sound = fields.Boolean(required=True)
    is_genuine = fields.Boolean(required=True)
    is_in_box = fields.Boolean(required=True)
    is_chained = fields.Boolean(required=True)
    listed = fields.Enum(Listed, by_value=True, required=True)
