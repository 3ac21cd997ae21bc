from civic.councils.rules import MOST_PROXIES, USUAL_PROXIES, SeatOrigin, SeatRole
from civic.plain_language.schemas import PlainText
from civic.web.schemas import BaseSchema, Email, Id, Instant, Line, Lines, OneOf, Seen, Whole, fields


class CouncilTextSchema(BaseSchema):
    name = Line(3, 120, required=True)
    page = Lines(0, load_default="")
    most_proxies = Whole(0, MOST_PROXIES, load_default=USUAL_PROXIES)


class EditCouncilSchema(CouncilTextSchema):
    seen = Seen()


class FoundCouncilSchema(CouncilTextSchema):
    territory_id = Id(required=True)


class SeatSchema(BaseSchema):
    name = Line(1, 120, load_default=None)
    email = Email(load_default=None)
    role = OneOf(SeatRole, required=True)
    origin = OneOf(SeatOrigin, required=True)
    since = fields.Date(required=True)
    seen = Seen()


class SaveSittingSchema(BaseSchema):
    title = Line(3, 120, required=True)
    starts_at = Instant(required=True)
    place = Line(2, 200, required=True)
    plain_text = PlainText(load_default="")
    agenda = Lines(0, load_default="")
    minutes = Lines(0, load_default="")
    minutes_before = Lines(0, load_default="")
    is_published = fields.Boolean(load_default=False)
    seen = Seen()


class CouncilSchema(BaseSchema):
    id = fields.Integer(required=True)
    territory_id = fields.Integer(required=True)
    name = fields.String(required=True)
    most_proxies = fields.Integer(required=True)


class HeldSeatSchema(BaseSchema):
    id = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)
    role = fields.String(required=True)
    origin = fields.String(required=True)
    since = fields.Date(required=True)


class SittingSchema(BaseSchema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    starts_at = Instant(required=True)
    place = fields.String(required=True)
    plain_text = fields.String(required=True)
    agenda = fields.String(attribute="agenda_source", required=True)
    minutes = fields.String(attribute="minutes_source", required=True)


class OneCouncilSchema(CouncilSchema):
    page = fields.String(attribute="page_source", required=True)
    seats = fields.List(fields.Nested(HeldSeatSchema), required=True)
    coming_sittings = fields.List(fields.Nested(SittingSchema), required=True)
