from civic.web.schemas import BaseSchema, Whole, fields, validate

LAST_PAGE = 99


class BoardQuery(BaseSchema):
    """``turn`` is a number that a screen draws at each question; the answer repeats it, so that no cache can answer for us."""

    page = Whole(1, LAST_PAGE, load_default=1)
    turn = fields.String(load_default="", validate=validate.Regexp(r"^[0-9a-f]{0,32}\Z"))
