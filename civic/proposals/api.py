"""JSON API of proposals."""

from dataclasses import replace
from typing import Any

from civic.consultations.service import get_visible_consultation
from civic.kernel.pagination import Page
from civic.proposals import queries
from civic.proposals.drafts.service import Saved
from civic.proposals.queries import ProposalView
from civic.proposals.schemas import (
    CreatedSchema,
    DraftAnswerSchema,
    EditProposalSchema,
    ListProposalsQuery,
    ProposalPageSchema,
    ProposalSchema,
    PublishArgumentSchema,
    StandingSchema,
    SubmitProposalSchema,
)
from civic.proposals.service import answering, proposing, taking_part
from civic.proposals.service.proposing import ProposalText
from civic.proposals.service.reading import get_visible_proposal
from civic.proposals.service.taking_part import Standing
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("proposals_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/proposals",
    summary="List the proposals of a consultation",
    query=ListProposalsQuery,
    answer=ProposalPageSchema,
)
def list_proposals(consultation_id: int, query: dict[str, Any]) -> Page[Any]:
    actor = current_actor()
    get_visible_consultation(actor, consultation_id)
    page = queries.list_proposals(
        consultation_id,
        sort=query["sort"],
        category=query["category"],
        topic=query["topic"],
        territory_id=query["territory_id"],
        number=query["page"],
        size=query["page_size"],
    )
    views: list[Any] = queries.view_proposals(page.items, reader_id=actor.person_id)
    return replace(page, items=views)


@blueprint.operation(
    "POST",
    "/consultations/<int:consultation_id>/proposals",
    summary="Propose an idea, while a phase permits it",
    body=SubmitProposalSchema,
    answer=ProposalSchema,
    status=201,
)
def submit_proposal(consultation_id: int, body: dict[str, Any]) -> ProposalView:
    organisation_id = body.pop("organisation_id")
    draft = Saved.named(body.pop("draft_id"), body.pop("draft_version"))
    proposal_id = proposing.submit_proposal(
        current_actor(),
        consultation_id=consultation_id,
        text=ProposalText(**body),
        organisation_id=organisation_id,
        draft=draft,
    )
    return _view(proposal_id)


@blueprint.operation(
    "GET", "/proposals/<int:proposal_id>", summary="Read a proposal and its answer", answer=ProposalSchema
)
def get_proposal(proposal_id: int) -> ProposalView:
    return _view(proposal_id)


@blueprint.operation(
    "PUT",
    "/proposals/<int:proposal_id>",
    summary="Change a proposal that one signs, before anybody took part",
    body=EditProposalSchema,
    answer=ProposalSchema,
)
def edit_proposal(proposal_id: int, body: dict[str, Any]) -> ProposalView:
    version = body.pop("version")
    proposing.edit_proposal(
        current_actor(), proposal_id=proposal_id, text=ProposalText(**body), version=version
    )
    return _view(proposal_id)


@blueprint.operation("DELETE", "/proposals/<int:proposal_id>", summary="Withdraw one's own proposal")
def withdraw_proposal(proposal_id: int) -> None:
    proposing.withdraw_proposal(current_actor(), proposal_id=proposal_id)


@blueprint.operation(
    "PUT",
    "/proposals/<int:proposal_id>/support",
    summary="Support a proposal; again changes nothing",
    answer=StandingSchema,
)
def support_proposal(proposal_id: int) -> Standing:
    return taking_part.support_proposal(current_actor(), proposal_id=proposal_id)


@blueprint.operation(
    "DELETE",
    "/proposals/<int:proposal_id>/support",
    summary="Withdraw one's support; again changes nothing",
    answer=StandingSchema,
)
def withdraw_support(proposal_id: int) -> Standing:
    return taking_part.withdraw_support(current_actor(), proposal_id=proposal_id)


@blueprint.operation(
    "POST",
    "/proposals/<int:proposal_id>/arguments",
    summary="Argue for, against, or neither",
    body=PublishArgumentSchema,
    answer=CreatedSchema,
    status=201,
)
def publish_argument(proposal_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": taking_part.publish_argument(current_actor(), proposal_id=proposal_id, **body)}


@blueprint.operation(
    "PUT",
    "/proposals/<int:proposal_id>/answer",
    summary="Draft the town hall's answer, which residents do not see",
    body=DraftAnswerSchema,
)
def draft_answer(proposal_id: int, body: dict[str, Any]) -> None:
    answering.draft_answer(current_actor(), proposal_id=proposal_id, **body)


@blueprint.operation(
    "POST",
    "/proposals/<int:proposal_id>/answer/publication",
    summary="Publish the drafted answer",
    answer=ProposalSchema,
)
def publish_answer(proposal_id: int) -> ProposalView:
    answering.publish_answer(current_actor(), proposal_id=proposal_id)
    return _view(proposal_id)


def _view(proposal_id: int) -> ProposalView:
    actor = current_actor()
    return queries.view_proposal(get_visible_proposal(actor, proposal_id), reader_id=actor.person_id)
