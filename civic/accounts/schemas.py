from civic.web.schemas import BaseSchema, Email, Secret, fields


class SignInSchema(BaseSchema):
    email = Email(required=True)
    password = Secret(required=True)
    next = fields.String(load_default="/")
