"""JSON API of commitments, and of the town's record."""

from typing import Any

from civic.kernel.clock import town_today, utc_now
from civic.kernel.pagination import Page
from civic.proposals.commitments import queries, record, service
from civic.proposals.commitments.queries import CommitmentView
from civic.proposals.commitments.schemas import (
    AddMilestoneSchema,
    CommitmentIdSchema,
    CommitmentPageSchema,
    CommitmentSchema,
    CompleteMilestoneSchema,
    DropCommitmentSchema,
    GiveNewsSchema,
    ListCommitmentsQuery,
    RecordSchema,
    WriteCommitmentSchema,
)
from civic.territories import queries as territories
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("commitments_api", __name__)


@blueprint.operation(
    "GET",
    "/commitments",
    summary="List what the town hall committed itself to, what is late first",
    query=ListCommitmentsQuery,
    answer=CommitmentPageSchema,
)
def list_commitments(query: dict[str, Any]) -> Page[CommitmentView]:
    return queries.list_commitments(
        today=town_today(), state=query["state"], number=query["page"], size=query["page_size"]
    )


@blueprint.operation(
    "GET",
    "/commitments/<int:commitment_id>",
    summary="Read a commitment, its steps and its news",
    answer=CommitmentSchema,
)
def get_commitment(commitment_id: int) -> CommitmentView:
    return _view(commitment_id)


@blueprint.operation(
    "POST",
    "/proposals/<int:proposal_id>/commitments",
    summary="Prepare a commitment, published with the answer that takes the proposal up",
    body=WriteCommitmentSchema,
    answer=CommitmentIdSchema,
    status=201,
)
def draft_commitment(proposal_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": service.draft_commitment(current_actor(), proposal_id=proposal_id, **body)}


@blueprint.operation(
    "PUT",
    "/commitments/<int:commitment_id>",
    summary="Write a commitment again, before residents read it",
    body=WriteCommitmentSchema,
    answer=CommitmentSchema,
)
def revise_commitment(commitment_id: int, body: dict[str, Any]) -> CommitmentView:
    service.revise_commitment(current_actor(), commitment_id=commitment_id, **body)
    return _view(commitment_id)


@blueprint.operation(
    "DELETE", "/commitments/<int:commitment_id>", summary="Forget a commitment that residents never read"
)
def delete_commitment_draft(commitment_id: int) -> None:
    service.delete_commitment_draft(current_actor(), commitment_id=commitment_id)


@blueprint.operation(
    "POST",
    "/commitments/<int:commitment_id>/publication",
    summary="Publish a commitment on a proposal that was taken up before",
    answer=CommitmentSchema,
)
def make_commitment(commitment_id: int) -> CommitmentView:
    service.make_commitment(current_actor(), commitment_id=commitment_id)
    return _view(commitment_id)


@blueprint.operation(
    "POST",
    "/commitments/<int:commitment_id>/milestones",
    summary="Promise one more step",
    body=AddMilestoneSchema,
    answer=CommitmentSchema,
)
def add_milestone(commitment_id: int, body: dict[str, Any]) -> CommitmentView:
    service.add_milestone(current_actor(), commitment_id=commitment_id, **body)
    return _view(commitment_id)


@blueprint.operation(
    "PUT",
    "/milestones/<int:milestone_id>/completion",
    summary="Say that a step is done, and on which day",
    body=CompleteMilestoneSchema,
    answer=CommitmentSchema,
)
def complete_milestone(milestone_id: int, body: dict[str, Any]) -> CommitmentView:
    return _view(service.complete_milestone(current_actor(), milestone_id=milestone_id, **body))


@blueprint.operation(
    "DELETE",
    "/milestones/<int:milestone_id>/completion",
    summary="Take back, within ten minutes, that a step is done",
    answer=CommitmentSchema,
)
def reopen_milestone(milestone_id: int) -> CommitmentView:
    return _view(service.reopen_milestone(current_actor(), milestone_id=milestone_id))


@blueprint.operation(
    "POST",
    "/commitments/<int:commitment_id>/news",
    summary="Say where a commitment stands",
    body=GiveNewsSchema,
    answer=CommitmentSchema,
)
def give_news(commitment_id: int, body: dict[str, Any]) -> CommitmentView:
    service.give_news(current_actor(), commitment_id=commitment_id, **body)
    return _view(commitment_id)


@blueprint.operation(
    "POST",
    "/commitments/<int:commitment_id>/abandonment",
    summary="Give a commitment up, with a reason that is read",
    body=DropCommitmentSchema,
    answer=CommitmentSchema,
)
def drop_commitment(commitment_id: int, body: dict[str, Any]) -> CommitmentView:
    service.drop_commitment(current_actor(), commitment_id=commitment_id, **body)
    return _view(commitment_id)


@blueprint.operation(
    "GET",
    "/record",
    summary="The town's record by year: asked, answered, promised, kept",
    answer=RecordSchema,
)
def show_record() -> dict[str, Any]:
    town = territories.find_town()
    return {"years": record.list_years(town.id, at=utc_now()) if town else []}


def _view(commitment_id: int) -> CommitmentView:
    commitment = service.get_visible_commitment(current_actor(), commitment_id)
    return queries.view_commitment(commitment, today=town_today())
