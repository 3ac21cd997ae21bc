"""JSON API of who signs a proposal."""

from typing import Any

from civic.proposals.authors import queries, service
from civic.proposals.authors.schemas import (
    AnonymousAuthorSchema,
    AnswerCosigningSchema,
    AskedListSchema,
    CoauthorsSchema,
    InviteCoauthorSchema,
)
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("coauthors_api", __name__)


@blueprint.operation(
    "GET",
    "/proposals/<int:proposal_id>/coauthors",
    summary="Read who signs one's own proposal, and who was asked to",
    answer=CoauthorsSchema,
)
def list_coauthors(proposal_id: int) -> dict[str, Any]:
    service.get_own_proposal(current_actor(), proposal_id)
    signing = queries.coauthors_of([proposal_id]).get(proposal_id, ())
    return {"coauthors": signing, "invited": queries.list_invited_emails(proposal_id)}


@blueprint.operation(
    "POST",
    "/proposals/<int:proposal_id>/coauthors",
    summary="Ask whoever has an address to sign one's own proposal; the answer tells not whether anybody has it",
    body=InviteCoauthorSchema,
)
def invite_coauthor(proposal_id: int, body: dict[str, Any]) -> None:
    service.invite_coauthor(current_actor(), proposal_id=proposal_id, **body)


@blueprint.operation(
    "DELETE",
    "/proposals/<int:proposal_id>/coauthors/invitations",
    summary="Cancel the invitations to sign that nobody answered",
)
def cancel_invitations(proposal_id: int) -> None:
    service.cancel_invitations(current_actor(), proposal_id=proposal_id)


@blueprint.operation(
    "GET", "/cosignings", summary="List the proposals that one is asked to sign", answer=AskedListSchema
)
def list_asked() -> dict[str, Any]:
    return {"items": queries.list_asked(current_actor().id)}


@blueprint.operation(
    "PUT",
    "/proposals/<int:proposal_id>/cosigning",
    summary="Accept or decline to sign a proposal",
    body=AnswerCosigningSchema,
)
def answer_cosigning(proposal_id: int, body: dict[str, Any]) -> None:
    service.answer_invitation(current_actor(), proposal_id=proposal_id, **body)


@blueprint.operation("DELETE", "/proposals/<int:proposal_id>/cosigning", summary="Sign a proposal no more")
def stop_signing(proposal_id: int) -> None:
    service.stop_signing(current_actor(), proposal_id=proposal_id)


@blueprint.operation(
    "POST",
    "/proposals/<int:proposal_id>/author",
    summary="See who wrote a proposal without a name: for those who must, and written in the journal",
    answer=AnonymousAuthorSchema,
    is_kept=False,
)
def see_anonymous_author(proposal_id: int) -> dict[str, str | None]:
    return {"author_name": service.see_anonymous_author(current_actor(), proposal_id=proposal_id)}
