"""JSON API of amendments, and of the texts that a proposal had."""

from typing import Any

from civic.kernel.pagination import Page
from civic.proposals.amendments import queries, service
from civic.proposals.amendments.queries import AmendmentView, VersionView
from civic.proposals.amendments.rules import Text
from civic.proposals.amendments.schemas import (
    AcceptAmendmentSchema,
    AmendmentPageSchema,
    AmendmentSchema,
    ListAmendmentsQuery,
    ProposeAmendmentSchema,
    RefuseAmendmentSchema,
    VersionPageSchema,
)
from civic.proposals.amendments.service import Change
from civic.proposals.service.reading import get_visible_proposal
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("amendments_api", __name__)


@blueprint.operation(
    "GET",
    "/proposals/<int:proposal_id>/amendments",
    summary="List the amendments of a proposal: those that wait, then the last decided",
    query=ListAmendmentsQuery,
    answer=AmendmentPageSchema,
)
def list_amendments(proposal_id: int, query: dict[str, Any]) -> Page[AmendmentView]:
    actor = current_actor()
    get_visible_proposal(actor, proposal_id)
    return queries.list_amendments(
        proposal_id,
        reader_id=actor.person_id,
        state=query["state"],
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "POST",
    "/proposals/<int:proposal_id>/amendments",
    summary="Propose a change of the text of somebody else's proposal, while a phase permits it",
    body=ProposeAmendmentSchema,
    answer=AmendmentSchema,
    status=201,
)
def propose_amendment(proposal_id: int, body: dict[str, Any]) -> AmendmentView:
    change = Change(Text(body["title"], body["body"]), body["reason"], body["version"])
    return _view(service.propose_amendment(current_actor(), proposal_id=proposal_id, change=change))


@blueprint.operation(
    "GET", "/amendments/<int:amendment_id>", summary="Read an amendment", answer=AmendmentSchema
)
def get_amendment(amendment_id: int) -> AmendmentView:
    return _view(amendment_id)


@blueprint.operation(
    "POST",
    "/amendments/<int:amendment_id>/acceptance",
    summary="Make the text of one's proposal what an amendment says",
    body=AcceptAmendmentSchema,
    answer=AmendmentSchema,
)
def accept_amendment(amendment_id: int, body: dict[str, Any]) -> AmendmentView:
    service.accept_amendment(
        current_actor(),
        amendment_id=amendment_id,
        version=body["version"],
        settled=Text.of(body["title"], body["body"]),
    )
    return _view(amendment_id)


@blueprint.operation(
    "POST",
    "/amendments/<int:amendment_id>/refusal",
    summary="Leave the text of one's proposal as it is, and say why",
    body=RefuseAmendmentSchema,
    answer=AmendmentSchema,
)
def refuse_amendment(amendment_id: int, body: dict[str, Any]) -> AmendmentView:
    service.refuse_amendment(current_actor(), amendment_id=amendment_id, **body)
    return _view(amendment_id)


@blueprint.operation(
    "DELETE", "/amendments/<int:amendment_id>", summary="Take one's own amendment back, while it waits"
)
def withdraw_amendment(amendment_id: int) -> None:
    service.withdraw_amendment(current_actor(), amendment_id=amendment_id)


@blueprint.operation(
    "GET",
    "/proposals/<int:proposal_id>/versions",
    summary="List the texts that a proposal had since somebody proposed to change it, the last first",
    query=PageQuery,
    answer=VersionPageSchema,
)
def list_versions(proposal_id: int, query: dict[str, Any]) -> Page[VersionView]:
    get_visible_proposal(current_actor(), proposal_id)
    return queries.list_versions(proposal_id, number=query["page"], size=query["page_size"])


def _view(amendment_id: int) -> AmendmentView:
    actor = current_actor()
    amendment = service.get_visible_amendment(actor, amendment_id)
    return queries.view_amendment(amendment.id, reader_id=actor.person_id)
