"""The JSON API of help that comes back."""

from typing import Any

from civic.kernel.pagination import Page
from civic.mutual_aid.rules import Window
from civic.mutual_aid.schemas import request_details
from civic.mutual_aid.series import queries, service
from civic.mutual_aid.series.queries import ShownSeries
from civic.mutual_aid.series.rules import Repetition
from civic.mutual_aid.series.schemas import BeginSeriesSchema, ChangeSeriesSchema, SeriesSchema
from civic.mutual_aid.service.requests import ask_for_another, ask_for_help
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery, page_schema

blueprint = ApiBlueprint("series_api", __name__)


@blueprint.operation(
    "GET",
    "/series",
    summary="One's own help that comes back, the latest first",
    query=PageQuery,
    answer=page_schema(SeriesSchema),
)
def list_series(query: dict[str, Any]) -> Page[ShownSeries]:
    return queries.list_series_of(current_actor().id, number=query["page"], size=query["page_size"])


@blueprint.operation(
    "POST",
    "/series",
    summary="Ask for help that comes back; its first time is the window",
    body=BeginSeriesSchema,
    answer=SeriesSchema,
    status=201,
)
def begin_series(body: dict[str, Any]) -> ShownSeries:
    actor, details = current_actor(), request_details(body)

    def ask() -> int:
        if body["consent"] is None:
            return ask_for_help(actor, details=details)
        return ask_for_another(actor, details=details, consent=body["consent"])

    request_id = service.ask_with_repetition(
        actor, ask, repetition=Repetition(body["repeat"], body["repeat_until"])
    )
    return queries.present_series(queries.get_series_of_request(request_id))


@blueprint.operation(
    "GET",
    "/series/<int:series_id>",
    summary="A help that comes back, with the times that are ahead",
    answer=SeriesSchema,
)
def get_series(series_id: int) -> ShownSeries:
    return queries.present_series(service.get_followed_series(current_actor(), series_id))


@blueprint.operation(
    "PUT",
    "/series/<int:series_id>",
    summary="Another rhythm, or other hours, from the next time on; what somebody took stays as it was promised",
    body=ChangeSeriesSchema,
    answer=SeriesSchema,
)
def change_series(series_id: int, body: dict[str, Any]) -> ShownSeries:
    service.change_series(
        current_actor(),
        series_id=series_id,
        repetition=Repetition(body["repeat"], body["repeat_until"]),
        window=Window(body["starts_at"], body["ends_at"]),
    )
    return get_series(series_id)


@blueprint.operation(
    "POST",
    "/series/<int:series_id>/end",
    summary="Stop a help that comes back; who promised to come still comes",
    answer=SeriesSchema,
)
def end_series(series_id: int) -> ShownSeries:
    service.end_series(current_actor(), series_id=series_id)
    return get_series(series_id)
