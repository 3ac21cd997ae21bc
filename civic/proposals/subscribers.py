"""What proposals hold of a person: given to her when she asks. When she leaves it stays, unsigned (the keys are emptied).

And what each says is learnt in the transaction that writes it, so that those that say the same are found.
"""

from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.consultations.events import ConsultationRevised
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.proposals.attached.queries import documents_of, photographs_of
from civic.proposals.events import ProposalEdited, ProposalPublished, ProposalRestored, ProposalWithdrawn
from civic.proposals.likeness.service import learn_proposal
from civic.proposals.models import Argument, Proposal, Support
from civic.proposals.service.limiting import count_again, count_again_of
from civic.proposals.service.places import point_in_plain_values


@within_transaction(ProposalPublished, ProposalEdited, ProposalRestored, ProposalWithdrawn)
def learn_what_it_says(fact: Any) -> None:
    learn_proposal(fact.proposal_id)


@within_transaction(ProposalWithdrawn, ProposalRestored)
def free_supports(fact: Any) -> None:
    count_again_of(fact.proposal_id)


@within_transaction(ConsultationRevised)
def follow_limit(fact: ConsultationRevised) -> None:
    count_again(fact.consultation_id)


@exports_personal_data("proposals")
def export(person_id: int) -> dict[str, Any]:
    proposals = sa.select(Proposal).filter_by(author_id=person_id).order_by(Proposal.id)
    arguments = sa.select(Argument).filter_by(author_id=person_id).order_by(Argument.id)
    supports = (
        sa.select(Proposal.title, Support.created_at)
        .join(Support, Support.proposal_id == Proposal.id)
        .where(Support.person_id == person_id)
        .order_by(Support.id)
    )
    return {
        "proposals": [_proposal(one) for one in db.session.scalars(proposals)],
        "arguments": [
            {
                "side": one.side.value,
                "text": one.body,
                "is_answer": one.parent_id is not None,
                "is_withdrawn": one.withdrawn_at is not None,
                "created_at": iso_utc(one.created_at),
            }
            for one in db.session.scalars(arguments)
        ],
        "supports": [
            {"proposal": title, "created_at": iso_utc(created_at)}
            for title, created_at in db.session.execute(supports)
        ],
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "title": proposal.title,
        "text": proposal.body_source,
        "category": proposal.category.value,
        "topic": proposal.topic,
        "is_anonymous": proposal.is_anonymous,
        "point": point_in_plain_values(proposal),
        "photographs": [each.description for each in photographs_of([proposal.id]).get(proposal.id, ())],
        "documents": [each.title for each in documents_of(proposal.id)],
        "published_at": iso_utc(proposal.published_at),
        "is_withdrawn": proposal.withdrawn_at is not None,
        "is_hidden": proposal.hidden_at is not None,
    }
