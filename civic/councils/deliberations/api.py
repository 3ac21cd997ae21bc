"""JSON API of what the municipal council decided, to read."""

from typing import Any

from civic.councils.deliberations import queries, service
from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.deliberations.schemas import (
    ListRecordsQuery,
    MunicipalRecordPageSchema,
    MunicipalRecordSchema,
)
from civic.kernel.pagination import Page
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("records_api", __name__)


@blueprint.operation(
    "GET", "/municipal-records", summary="Deliberations, minutes and lists of the municipal council", query=ListRecordsQuery, answer=MunicipalRecordPageSchema
)  # fmt: skip
def list_records(query: dict[str, Any]) -> Page[MunicipalRecord]:
    return queries.list_records(
        with_drafts=False,
        kind=query["kind"],
        year=query["year"],
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "GET", "/municipal-records/<int:record_id>", summary="One of them; its PDF is at /conseil-municipal/{id}/document.pdf", answer=MunicipalRecordSchema
)  # fmt: skip
def get_record(record_id: int) -> MunicipalRecord:
    return service.get_visible_record(current_actor(), record_id)
