from typing import Any

from flask_babel import lazy_gettext as _l

from civic.voting.booth.service.reading import SealedStage
from civic.web.schemas import (
    BaseSchema,
    Id,
    Line,
    Lines,
    PageQuery,
    Seen,
    Whole,
    fields,
    page_schema,
    validate,
)

LONGEST_NAME = 120
LONGEST_FILE = 1_000_000
LONGEST_BALLOT = 1_000_000
MOST_TRUSTEES = 50


class AuthoritySchema(BaseSchema):
    authority = Line(most=LONGEST_NAME, required=True)
    seen = Seen()


class TrusteeSchema(BaseSchema):
    name = Line(most=LONGEST_NAME, required=True)
    key = fields.String(
        required=True, validate=validate.Length(max=LONGEST_FILE, error=_l("Ce fichier est trop long."))
    )


class GroupSchema(BaseSchema):
    """``names``: one a line, in the order in which the trustees made the file."""

    names = Lines(most=LONGEST_NAME * MOST_TRUSTEES, required=True)
    group = fields.String(
        required=True, validate=validate.Length(max=LONGEST_FILE, error=_l("Ce fichier est trop long."))
    )


class ConfirmCodesSchema(BaseSchema):
    digest = fields.String(required=True, validate=validate.Length(max=64))


class SealedBallotSchema(BaseSchema):
    """A ballot as the booth, or ``belenios-tool``, wrote it."""

    ballot = fields.String(
        required=True, validate=validate.Length(max=LONGEST_BALLOT, error=_l("Ce bulletin est trop long."))
    )


class DecryptionSchema(BaseSchema):
    trustee = Whole(1, MOST_TRUSTEES, required=True)
    file = fields.String(
        required=True, validate=validate.Length(max=LONGEST_FILE, error=_l("Ce fichier est trop long."))
    )


class MarkPaperSchema(BaseSchema):
    person_id = Id(required=True)


class PaperMarkedSchema(BaseSchema):
    papers = fields.Integer(required=True)


class BoxQuery(PageQuery):
    suivi = fields.String(load_default="", validate=validate.Length(max=64))


class SealedReceiptSchema(BaseSchema):
    poll_id = fields.Integer(required=True)
    tracker = fields.String(required=True)
    head = fields.String(required=True)
    is_replacing = fields.Boolean(required=True)
    turnout = fields.Integer(required=True)
    roll_size = fields.Integer(required=True)


class TrusteeViewSchema(BaseSchema):
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    has_decrypted = fields.Boolean(required=True)


class SealedPollSchema(BaseSchema):
    poll_id = fields.Integer(attribute="sealed.poll_id", required=True)
    uuid = fields.String(attribute="sealed.uuid", required=True)
    fingerprint = fields.String(attribute="sealed.fingerprint", required=True)
    election = fields.String(attribute="sealed.election", required=True)
    authority = fields.String(attribute="sealed.authority", required=True)
    stage = fields.Enum(SealedStage, by_value=True, required=True)
    head = fields.String(required=True)
    height = fields.Integer(required=True)
    voters = fields.Integer(required=True)
    papers = fields.Integer(required=True)
    trustees = fields.List(fields.Nested(TrusteeViewSchema), required=True)
    threshold = fields.Integer(required=True)
    missing = fields.Integer(required=True)


class BoxLineSchema(BaseSchema):
    tracker = fields.String(required=True)
    is_replaced = fields.Boolean(required=True)


BoxPageSchema: Any = page_schema(BoxLineSchema)
