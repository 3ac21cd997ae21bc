"""JSON API of arguments, what answers them, and what enlightens."""

from typing import Any

from civic.kernel.access import Actor
from civic.kernel.pagination import Page
from civic.proposals import queries as proposals
from civic.proposals.arguing import queries, service
from civic.proposals.arguing.queries import ArgumentView, Reader
from civic.proposals.arguing.schemas import (
    AnswerArgumentSchema,
    AnswerToArgumentPageSchema,
    ArgumentPageSchema,
    ListArgumentsQuery,
    MarkedSchema,
)
from civic.proposals.arguing.service import Marked
from civic.proposals.models import Proposal
from civic.proposals.schemas import CreatedSchema
from civic.proposals.service.reading import get_visible_proposal
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery

blueprint = ApiBlueprint("arguing_api", __name__)


def _reader(actor: Actor, proposal: Proposal) -> Reader:
    return Reader(actor.person_id, is_told=not proposals.hides_supports(proposal.consultation_id))


@blueprint.operation(
    "GET",
    "/proposals/<int:proposal_id>/arguments",
    summary="List the arguments on a proposal, the newest first or so that both sides are read",
    query=ListArgumentsQuery,
    answer=ArgumentPageSchema,
)
def list_arguments(proposal_id: int, query: dict[str, Any]) -> Page[ArgumentView]:
    actor = current_actor()
    proposal = get_visible_proposal(actor, proposal_id)
    return queries.list_arguments(
        proposal.id,
        reader=_reader(actor, proposal),
        order=query["order"],
        side=query["side"],
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "GET",
    "/arguments/<int:argument_id>/answers",
    summary="List what answers an argument, the oldest first",
    query=PageQuery,
    answer=AnswerToArgumentPageSchema,
)
def list_answers(argument_id: int, query: dict[str, Any]) -> Page[Any]:
    actor = current_actor()
    argument = service.get_visible_argument(actor, argument_id)
    return queries.list_answers(
        argument.id, reader=Reader(actor.person_id), number=query["page"], size=query["page_size"]
    )


@blueprint.operation(
    "POST",
    "/arguments/<int:argument_id>/answers",
    summary="Answer an argument, or what answers one",
    body=AnswerArgumentSchema,
    answer=CreatedSchema,
    status=201,
)
def answer_argument(argument_id: int, body: dict[str, Any]) -> dict[str, int]:
    return {"id": service.answer_argument(current_actor(), argument_id=argument_id, **body)}


@blueprint.operation(
    "PUT",
    "/arguments/<int:argument_id>/mark",
    summary="Say that an argument enlightens you; again changes nothing",
    answer=MarkedSchema,
)
def mark_argument(argument_id: int) -> Marked:
    return service.mark_argument(current_actor(), argument_id=argument_id)


@blueprint.operation(
    "DELETE",
    "/arguments/<int:argument_id>/mark",
    summary="Say so no more; again changes nothing",
    answer=MarkedSchema,
)
def unmark_argument(argument_id: int) -> Marked:
    return service.unmark_argument(current_actor(), argument_id=argument_id)


@blueprint.operation(
    "DELETE",
    "/arguments/<int:argument_id>",
    summary="Take one's own argument or answer back; its words are deleted",
)
def withdraw_argument(argument_id: int) -> None:
    service.withdraw_argument(current_actor(), argument_id=argument_id)
