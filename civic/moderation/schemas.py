from civic.moderation.rules import Outcome, Reason, Rule, SubjectKind
from civic.web.schemas import BaseSchema, Id, Instant, Lines, OneOf, fields

LONGEST_TEXT = 2000


class FlagFormSchema(BaseSchema):
    reason = OneOf(Reason, required=True)
    text = Lines(0, LONGEST_TEXT, load_default="")


class FlagContentSchema(FlagFormSchema):
    subject_kind = OneOf(SubjectKind, required=True)
    subject_id = Id(required=True, strict=True)


class FlagAnswerSchema(BaseSchema):
    id = fields.Integer(required=True)


class DecideFormSchema(BaseSchema):
    outcome = OneOf(Outcome, required=True)
    rule = OneOf(Rule, load_default=None, allow_none=True)
    text = Lines(0, LONGEST_TEXT, load_default="")


class DecideOnFlagsSchema(DecideFormSchema):
    content_id = Id(required=True, strict=True)


class DecisionAnswerSchema(BaseSchema):
    id = fields.Integer(required=True)


class AppealSchema(BaseSchema):
    text = Lines(10, LONGEST_TEXT, required=True)


class AppealAnswerSchema(BaseSchema):
    id = fields.Integer(required=True)


class DecideAppealSchema(BaseSchema):
    is_restored = fields.Boolean(required=True)
    answer = Lines(10, LONGEST_TEXT, required=True)


class FlagSchema(BaseSchema):
    reason = fields.String(required=True)
    text = fields.String(required=True)
    created_at = Instant(required=True)


class FlaggedContentSchema(BaseSchema):
    content_id = fields.Integer(required=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.Integer(required=True)
    territory_id = fields.Integer(required=True)
    text = fields.String(required=True)
    path = fields.String(required=True)
    flags = fields.List(fields.Nested(FlagSchema), required=True)
