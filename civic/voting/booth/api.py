"""JSON API of sealed polls: a ballot that another program made is as good as one of ours."""

from typing import Any

from civic.kernel.pagination import Page
from civic.voting.booth.queries import BoxLine
from civic.voting.booth.schemas import (
    BoxPageSchema,
    MarkPaperSchema,
    PaperMarkedSchema,
    SealedBallotSchema,
    SealedPollSchema,
    SealedReceiptSchema,
)
from civic.voting.booth.service import casting, paper, reading
from civic.voting.booth.service.casting import SealedReceipt
from civic.voting.booth.service.reading import SealedView
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("voting_booth_api", __name__)


@blueprint.operation(
    "GET", "/polls/<int:poll_id>/sealed", summary="Read how far a sealed poll is", answer=SealedPollSchema
)
def get_sealed(poll_id: int) -> SealedView:
    return reading.show_sealed(current_actor(), poll_id=poll_id)


@blueprint.operation(
    "GET",
    "/polls/<int:poll_id>/sealed/box",
    summary="List the trackers of the ballots in a sealed box, the last first",
    query=PageQuery,
    answer=BoxPageSchema,
)
def list_box(poll_id: int, query: dict[str, Any]) -> Page[BoxLine]:
    return reading.list_box(current_actor(), poll_id=poll_id, number=query["page"], size=query["page_size"])


# As for a ballot in clear, nothing is kept for a retry: sent twice, it is refused as ``sealed_duplicate``, which tells that it is in the box.


@blueprint.operation(
    "POST",
    "/polls/<int:poll_id>/sealed/ballots",
    summary="Put one's sealed ballot in the box, in place of the one before",
    body=SealedBallotSchema,
    answer=SealedReceiptSchema,
    status=201,
    is_kept=False,
)
def cast_sealed_ballot(poll_id: int, body: dict[str, Any]) -> SealedReceipt:
    return casting.cast_sealed_ballot(current_actor(), poll_id=poll_id, ballot=body["ballot"])


@blueprint.operation(
    "POST",
    "/polls/<int:poll_id>/sealed/papers",
    summary="Note, at the desk, that a person of the roll votes on paper",
    body=MarkPaperSchema,
    answer=PaperMarkedSchema,
    status=201,
)
def mark_paper(poll_id: int, body: dict[str, Any]) -> dict[str, int]:
    marked = paper.mark_paper(current_actor(), poll_id=poll_id, person_id=body["person_id"])
    return {"papers": marked}
