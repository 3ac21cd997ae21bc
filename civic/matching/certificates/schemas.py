from civic.web.schemas import BaseSchema, Line, fields


class PeriodSchema(BaseSchema):
    """Days, both included; without them the last twelve months."""

    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)


class IssueCertificateSchema(BaseSchema):
    since = fields.Date(required=True)
    until = fields.Date(required=True)


class CheckCertificateSchema(BaseSchema):
    number = Line(4, 40, required=True)
    code = Line(4, 40, required=True)
