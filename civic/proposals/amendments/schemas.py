from civic.proposals.amendments.rules import AmendmentState
from civic.proposals.schemas import LATEST_VERSION, LONGEST_BODY, LONGEST_TITLE, SHORTEST_BODY, SHORTEST_TITLE
from civic.web.schemas import (
    BaseSchema,
    Instant,
    Line,
    Lines,
    OneOf,
    PageFilter,
    PageQuery,
    Whole,
    fields,
    page_schema,
    validate,
)

SHORTEST_REASON, LONGEST_REASON = 10, 1_000
DIGEST = 64


class ProposeAmendmentSchema(BaseSchema):
    """``version``: of the text of the proposal that is changed."""

    title = Line(SHORTEST_TITLE, LONGEST_TITLE, required=True)
    body = Lines(SHORTEST_BODY, LONGEST_BODY, required=True)
    reason = Lines(SHORTEST_REASON, LONGEST_REASON, required=True)
    version = Whole(1, LATEST_VERSION, required=True)


class PostAmendmentSchema(ProposeAmendmentSchema):
    """The form of a page. ``seen``: of which text its author was shown the difference."""

    seen = Line(0, DIGEST, load_default="")


class AcceptAmendmentSchema(BaseSchema):
    """``version``: of the text that is replaced. ``title``, ``body``: what it becomes, where it changed since the amendment was written."""

    version = Whole(1, LATEST_VERSION, required=True)
    title = Line(SHORTEST_TITLE, LONGEST_TITLE, load_default=None, allow_none=True)
    body = Lines(SHORTEST_BODY, LONGEST_BODY, load_default=None, allow_none=True)


class RefuseAmendmentSchema(BaseSchema):
    answer = Lines(SHORTEST_REASON, LONGEST_REASON, required=True)


class ListAmendmentsQuery(PageQuery):
    state = OneOf(AmendmentState, load_default=None)


class AmendmentsShownQuery(PageFilter):
    """What the address of a page of amendments says."""

    etat = fields.String(load_default="", validate=validate.OneOf(["", "en-attente", "acceptes", "refuses"]))


STATES = {
    "": None,
    "en-attente": AmendmentState.PROPOSED,
    "acceptes": AmendmentState.ACCEPTED,
    "refuses": AmendmentState.REFUSED,
}


class TextSchema(BaseSchema):
    title = fields.String(required=True)
    body = fields.String(required=True)


class AmendmentSchema(BaseSchema):
    """``base``: the text that it changes, of that ``version``."""

    id = fields.Integer(required=True)
    proposal_id = fields.Integer(required=True)
    author_name = fields.String(allow_none=True, required=True)
    version = fields.Integer(required=True)
    base = fields.Nested(TextSchema, required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    reason = fields.String(required=True)
    state = fields.Enum(AmendmentState, by_value=True, required=True)
    answer = fields.String(required=True)
    created_at = Instant(required=True)
    decided_at = Instant(allow_none=True, required=True)
    is_hidden = fields.Boolean(required=True)
    is_answer_hidden = fields.Boolean(required=True)


class VersionSchema(BaseSchema):
    """``amendment_id``, ``credited_to``: the amendment from which the text comes, and who wrote it (``is_signers``: who signed it then)."""

    number = fields.Integer(required=True)
    title = fields.String(attribute="text.title", required=True)
    body = fields.String(attribute="text.body", required=True)
    written_at = Instant(required=True)
    amendment_id = fields.Integer(allow_none=True, required=True)
    credited_to = fields.String(allow_none=True, required=True)
    is_signers = fields.Boolean(required=True)


AmendmentPageSchema = page_schema(AmendmentSchema)
VersionPageSchema = page_schema(VersionSchema)
