from typing import Any

from marshmallow import post_load

from civic.councils.deliberations.rules import RecordKind, RecordWish
from civic.web.schemas import (
    BaseSchema,
    Instant,
    Line,
    Lines,
    OneOf,
    PageQuery,
    Seen,
    Whole,
    fields,
    page_schema,
)

LONGEST_SUMMARY = 2_000
FIRST_YEAR, LAST_YEAR = 1900, 2199


class RecordFormSchema(BaseSchema):
    """What is said of a record, as a ``RecordWish``; its PDF comes beside."""

    kind = OneOf(RecordKind, required=True)
    number = Line(1, 40, load_default=None)
    title = Line(3, 200, required=True)
    summary = Lines(10, LONGEST_SUMMARY, required=True)
    held_on = fields.Date(required=True)
    adopted_on = fields.Date(load_default=None)
    is_published = fields.Boolean(load_default=False)
    seen = Seen()

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        is_published, seen = data.pop("is_published"), data.pop("seen")
        return {"wish": RecordWish(**data), "is_published": is_published, "seen": seen}


class RecordsFilter(BaseSchema):
    """What narrows the page, in the words of its address."""

    genre = OneOf(RecordKind, load_default=None)
    annee = Whole(FIRST_YEAR, LAST_YEAR, load_default=None)
    page = Whole(1, 10_000, load_default=1)


class ListRecordsQuery(PageQuery):
    kind = OneOf(RecordKind, load_default=None)
    year = Whole(FIRST_YEAR, LAST_YEAR, load_default=None)


class MunicipalRecordSchema(BaseSchema):
    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"enum": [kind.value for kind in RecordKind]})
    number = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    held_on = fields.Date(required=True)
    adopted_on = fields.Date(required=True, allow_none=True)
    published_at = Instant(required=True, allow_none=True)
    corrected_at = Instant(required=True, allow_none=True)
    size_bytes = fields.Integer(required=True)
    digest = fields.String(required=True)


MunicipalRecordPageSchema = page_schema(MunicipalRecordSchema)
