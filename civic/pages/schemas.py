from civic.web.schemas import BaseSchema, Email, Line, Lines, Seen


class TownHallSchema(BaseSchema):
    name = Line(2, 120, required=True)
    street = Line(0, 200, load_default="")
    postcode = Line(0, 12, load_default="")
    city = Line(0, 120, load_default="")
    phone = Line(0, 30, load_default="")
    email = Email(load_default="")
    opening_hours = Lines(0, 500, load_default="")
    publication_director = Line(0, 200, load_default="")
    host = Lines(0, 500, load_default="")
    data_officer_email = Email(load_default="")
    seen = Seen()
