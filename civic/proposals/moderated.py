"""Proposals, arguments and amendments as a moderator sees them."""

from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.proposals.amendments.queries import find_amendment
from civic.proposals.amendments.rules import AmendmentState
from civic.proposals.attached.queries import documents_of, photographs_of
from civic.proposals.models import Argument, Proposal
from civic.proposals.queries import get_proposal


def find_moderated_proposal(proposal_id: int) -> ModeratedContent | None:
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None:
        return None
    return ModeratedContent(
        kind="proposal",
        id=proposal.id,
        author_id=proposal.author_id,
        territory_id=proposal.territory_id,
        text="\n\n".join([proposal.title, proposal.body_source, *_words_of_files(proposal.id)]),
        path=f"/propositions/{proposal.id}",
        is_hidden=proposal.hidden_at is not None,
        hides_author=proposal.is_anonymous,
    )


def _words_of_files(proposal_id: int) -> list[str]:
    """Return what is said of its photographs and documents: a change of them is seen too."""
    photographs = photographs_of([proposal_id]).get(proposal_id, ())
    return [*(each.description for each in photographs), *(each.title for each in documents_of(proposal_id))]


def find_moderated_argument(argument_id: int) -> ModeratedContent | None:
    argument = db.session.get(Argument, argument_id)
    if argument is None:
        return None
    return ModeratedContent(
        kind="argument",
        id=argument.id,
        author_id=argument.author_id,
        territory_id=get_proposal(argument.proposal_id).territory_id,
        text=argument.body,
        path=f"/propositions/arguments/{argument.parent_id or argument.id}#argument-{argument.id}",
        is_hidden=argument.hidden_at is not None,
    )


def find_moderated_amendment(amendment_id: int) -> ModeratedContent | None:
    """Why it is proposed, and the whole text as it would become."""
    amendment = find_amendment(amendment_id)
    if amendment is None or amendment.state is AmendmentState.WITHDRAWN:
        return None
    return ModeratedContent(
        kind="amendment",
        id=amendment.id,
        author_id=amendment.author_id,
        territory_id=get_proposal(amendment.proposal_id).territory_id,
        text="\n\n".join([amendment.reason, amendment.title, amendment.body_source]),
        path=f"/propositions/amendements/{amendment.id}",
        is_hidden=amendment.hidden_at is not None,
    )


def find_moderated_amendment_answer(amendment_id: int) -> ModeratedContent | None:
    """Why an amendment is refused, in the words of who refused it."""
    amendment = find_amendment(amendment_id)
    if amendment is None or amendment.state is not AmendmentState.REFUSED:
        return None
    proposal = get_proposal(amendment.proposal_id)
    return ModeratedContent(
        kind="amendment_answer",
        id=amendment.id,
        author_id=amendment.decided_by_id,
        territory_id=proposal.territory_id,
        text=amendment.answer,
        path=f"/propositions/amendements/{amendment.id}#reponse",
        is_hidden=amendment.answer_hidden_at is not None,
        hides_author=proposal.is_anonymous,
    )
