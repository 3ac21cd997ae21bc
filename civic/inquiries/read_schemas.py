"""What programs read of public inquiries."""

from flask import url_for

from civic.inquiries.queries import DocumentView
from civic.inquiries.rules import Channel, InquiryState, MaskReason, Part, Regime, Verdict
from civic.web.schemas import BaseSchema, Instant, fields, page_schema


class InquiryIdSchema(BaseSchema):
    id = fields.Integer(required=True)


class SortedCountSchema(BaseSchema):
    count = fields.Integer(required=True)


class ObservationNumberSchema(BaseSchema):
    number = fields.Integer(required=True)


class InquirySchema(BaseSchema):
    id = fields.Integer(required=True)
    title = fields.String(required=True)
    subject = fields.String(attribute="subject_source", required=True)
    state = fields.Enum(InquiryState, by_value=True, required=True)
    regime = fields.Enum(Regime, by_value=True, required=True)
    owner = fields.String(required=True)
    authority = fields.String(required=True)
    order_number = fields.String(required=True)
    order_on = fields.Date(required=True)
    commissioners = fields.List(fields.String(), required=True)
    seat = fields.String(required=True)
    email = fields.String(required=True)
    neighbourhood_ids = fields.List(fields.Integer(), required=True)
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    first_closes_at = Instant(allow_none=True, required=True)
    prolongation = fields.String(required=True)
    takes_deposits = fields.Boolean(required=True)
    observation_count = fields.Integer(required=True)
    head = fields.String(required=True)
    report_due_on = fields.Date(required=True)
    verdict = fields.Enum(Verdict, by_value=True, allow_none=True, required=True)
    reserves = fields.String(required=True)
    reported_at = Instant(allow_none=True, required=True)


InquiryPageSchema = page_schema(InquirySchema)


class InquiryDocumentSchema(BaseSchema):
    id = fields.Integer(required=True)
    part = fields.Enum(Part, by_value=True, required=True)
    title = fields.String(required=True)
    sha256 = fields.String(attribute="digest", required=True)
    size_bytes = fields.Integer(required=True)
    added_at = Instant(required=True)
    is_added_during = fields.Boolean(required=True)
    address = fields.Method("address_of", required=True)

    def address_of(self, document: DocumentView) -> str:
        """Where the file is downloaded."""
        return url_for("inquiries.download_document", document_id=document.id)


class InquiryDocumentsSchema(BaseSchema):
    items = fields.List(fields.Nested(InquiryDocumentSchema), required=True)


class ObservationFileSchema(BaseSchema):
    id = fields.Integer(required=True)
    mimetype = fields.String(required=True)
    sha256 = fields.String(attribute="digest", required=True)
    size_bytes = fields.Integer(required=True)
    is_masked = fields.Boolean(required=True)


class ObservationSchema(BaseSchema):
    """A masked passage is not in ``text``; ``mask_note`` says why."""

    number = fields.Integer(required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    received_at = Instant(required=True)
    deposited_at = Instant(required=True)
    name = fields.String(required=True)
    text = fields.String(required=True)
    files = fields.List(fields.Nested(ObservationFileSchema), required=True)
    fingerprint = fields.String(required=True)
    line = fields.String(required=True)
    mask_reason = fields.Enum(MaskReason, by_value=True, allow_none=True, required=True)
    mask_note = fields.String(required=True)


ObservationPageSchema = page_schema(ObservationSchema)


class StudiedObservationSchema(ObservationSchema):
    """``note``: the commissioner's own; empty to the town hall."""

    theme_ids = fields.List(fields.Integer(), required=True)
    note = fields.String(required=True)


StudiedObservationPageSchema = page_schema(StudiedObservationSchema)


class InquirySessionSchema(BaseSchema):
    """``visitors``: how many people came; null until somebody counted them."""

    id = fields.Integer(required=True)
    place = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    visitors = fields.Integer(required=True, allow_none=True)


class InquirySessionsSchema(BaseSchema):
    items = fields.List(fields.Nested(InquirySessionSchema), required=True)


class InquiryThemeSchema(BaseSchema):
    """What everybody reads of a theme, with the report: what the project owner answers."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    count = fields.Integer(required=True)
    answer = fields.String(required=True)


class InquiryThemesSchema(BaseSchema):
    items = fields.List(fields.Nested(InquiryThemeSchema), required=True)


class StudiedThemeSchema(InquiryThemeSchema):
    """``appraisal`` and ``seen``: for the commissioner alone. ``seen`` and ``answer_seen`` are sent back with what is written, to overwrite nobody."""

    note = fields.String(required=True)
    appraisal = fields.String(required=True, allow_none=True)
    seen = fields.String(required=True, allow_none=True)
    answer_seen = fields.String(required=True)


class StudiedThemesSchema(BaseSchema):
    items = fields.List(fields.Nested(StudiedThemeSchema), required=True)


class InquiryReportSchema(BaseSchema):
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    reserves = fields.String(required=True)
    reported_at = Instant(required=True)
    documents = fields.List(fields.Nested(InquiryDocumentSchema), required=True)
    answers = fields.List(fields.Nested(InquiryThemeSchema), required=True)
