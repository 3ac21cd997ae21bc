"""What the pages of the reading of requests read."""

from civic.mutual_aid.reviewing.rules import FirstRequests
from civic.mutual_aid.rules import Category
from civic.mutual_aid.schemas import WindowSchema
from civic.web.schemas import BaseSchema, Id, Line, Lines, OneOf, Seen, fields

LONGEST_WHERE = 600


class AcceptRequestSchema(WindowSchema):
    """With another window: the reading may have taken the time that it had. ``is_alone``: the only agent reads her own."""

    is_alone = fields.Boolean(load_default=False)


class RedirectRequestSchema(BaseSchema):
    """A service of the list, or the words themselves."""

    service = Line(1, 20, load_default="")
    where = Lines(0, LONGEST_WHERE, load_default="")


class JoinRequestSchema(BaseSchema):
    to_request_id = Id(required=True)


class ReviewPolicySchema(BaseSchema):
    first_requests = OneOf(FirstRequests, required=True)
    sensitive = fields.List(OneOf(Category), load_default=list)
    reads_reported = fields.Boolean(load_default=False)
    seen = Seen()


class ReferralSchema(BaseSchema):
    name = Line(3, 120, required=True)
    text = Lines(0, LONGEST_WHERE - 130, load_default="")
