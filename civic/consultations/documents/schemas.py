from typing import Any

from flask import url_for

from civic.consultations.documents.queries import DocumentView
from civic.consultations.documents.rules import Direction, Kind
from civic.web.schemas import BaseSchema, Instant, Line, OneOf, Seen, fields

LONGEST_TITLE = 160
LONGEST_DESCRIPTION = 300


class DocumentWordsSchema(BaseSchema):
    title = Line(most=LONGEST_TITLE, required=True)
    description = Line(least=0, most=LONGEST_DESCRIPTION, load_default="")


class DocumentWordsFormSchema(DocumentWordsSchema):
    seen = Seen()


class MoveDocumentSchema(BaseSchema):
    direction = OneOf(Direction, required=True)


class ConsultationDocumentSchema(BaseSchema):
    """``address``: where the file is read."""

    id = fields.Integer(required=True)
    kind = fields.Enum(Kind, by_value=True, required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    added_at = Instant(required=True)
    address = fields.Method("address_of", required=True)

    def address_of(self, document: DocumentView) -> str:
        return address_of(document)


class ConsultationDocumentsSchema(BaseSchema):
    items = fields.List(fields.Nested(ConsultationDocumentSchema), required=True)


def address_of(document: DocumentView) -> str:
    values: dict[str, Any] = {"attachment_id": document.id, "v": document.digest}
    if document.is_picture:
        return url_for("consultation_documents.show_picture", **values)
    return url_for("consultation_documents.download_document", **values)
