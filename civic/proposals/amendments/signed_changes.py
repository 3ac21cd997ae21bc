"""Those who sign a text together change it without asking one another: each change is kept, credited, and told to the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from civic.kernel.access import Actor
from civic.kernel.transaction import publish
from civic.proposals.amendments.queries import text_of
from civic.proposals.amendments.versions import HER_OWN, Credit, keep_present_text, note_change
from civic.proposals.authors.events import SignedTextChanged
from civic.proposals.authors.queries import has_coauthors
from civic.proposals.models import Proposal


@contextmanager
def recorded_change(actor: Actor, proposal: Proposal, *, at: datetime) -> Iterator[None]:
    """Number the text that a locked proposal becomes in the block. Where several sign it, both texts are kept, and the others are told."""
    before = text_of(proposal)
    is_shared = has_coauthors(proposal.id)
    yield
    if text_of(proposal) == before:
        return
    if is_shared:
        keep_present_text(proposal, before)
    credit = Credit(coauthor_id=actor.id) if actor.id != proposal.author_id else HER_OWN
    note_change(proposal, before, at=at, credit=credit)
    if is_shared:
        publish(
            SignedTextChanged(
                occurred_at=at, proposal_id=proposal.id, version=proposal.text_version, actor_id=actor.id
            )
        )
