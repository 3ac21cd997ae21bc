"""Keeping what proposals say: their traits within the transaction that changes them, what they mean a moment after it."""

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals.likeness import kept
from civic.proposals.likeness.dictionary import Dictionary, dictionary
from civic.proposals.likeness.rules import traits_of, weights_of
from civic.proposals.models import Proposal, Trait
from config import INSTANCE

BATCH = 200
OWN_WORDS = INSTANCE / "town-words.txt"


def own_dictionary() -> Dictionary:
    """Return the words of town life, with those that the commune added."""
    return dictionary(OWN_WORDS)


def learn_proposal(proposal_id: int) -> None:
    """Keep what a proposal says as it is now; nothing of one that nobody sees."""
    with transaction():
        is_shown = _learn_traits(proposal_id)
        kept.forget_meaning(proposal_id, is_shown=is_shown)


def _learn_traits(proposal_id: int) -> bool:
    """Keep the traits of a proposal. Returns whether everybody sees it."""
    proposal = db.session.get(Proposal, proposal_id)
    db.session.execute(sa.delete(Trait).where(Trait.proposal_id == proposal_id))
    if proposal is None or proposal.hidden_at is not None or proposal.withdrawn_at is not None:
        return False
    weights = weights_of(traits_of(proposal.title, proposal.body_source, own_dictionary()))
    rows = [
        {"trait": trait, "proposal_id": proposal_id, "weight": weights[trait]} for trait in sorted(weights)
    ]
    if rows:
        db.session.execute(sa.insert(Trait), rows)
    return True


def learn_everything() -> int:
    """Learn every proposal again, in batches, each its own transaction, then what those mean that were not learnt. Returns how many."""
    done = _learn_all_traits()
    kept.learn_missing()
    return done


def _learn_all_traits() -> int:
    done, last = 0, 0
    while True:
        ids = list(
            db.session.scalars(
                sa.select(Proposal.id).where(Proposal.id > last).order_by(Proposal.id).limit(BATCH)
            )
        )
        with transaction():
            for proposal_id in ids:
                _learn_traits(proposal_id)
        done += len(ids)
        if len(ids) < BATCH:
            return done
        last = ids[-1]
