from civic.web.schemas import BaseSchema, Email, fields


class InviteCoauthorSchema(BaseSchema):
    email = Email(required=True)


class AnswerCosigningSchema(BaseSchema):
    is_accepted = fields.Boolean(required=True)


class CoauthorsSchema(BaseSchema):
    coauthors = fields.List(fields.String(), required=True)
    invited = fields.List(fields.String(), required=True)


class AskedSchema(BaseSchema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)


class AskedListSchema(BaseSchema):
    items = fields.List(fields.Nested(AskedSchema), required=True)


class AnonymousAuthorSchema(BaseSchema):
    author_name = fields.String(allow_none=True, required=True)
