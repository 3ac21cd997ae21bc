"""Those who sign a text together change it without asking one another: each change is kept, credited, and told to the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.transaction import publish
from civic.proposals.amendments.errors import TextMovedMeanwhile
from civic.proposals.amendments.models import Amendment
from civic.proposals.amendments.queries import text_of
from civic.proposals.amendments.rules import AmendmentState, Text
from civic.proposals.amendments.versions import keep_present_text, note_change
from civic.proposals.authors.events import SignedTextChanged
from civic.proposals.authors.queries import has_coauthors
from civic.proposals.models import Proposal


def ensure_unmoved(proposal: Proposal, written: Text, version: int | None) -> None:
    """Refuse to write over a text that was not under the eyes; the same words from two are no conflict. Raises TextMovedMeanwhile."""
    if version not in (None, proposal.text_version) and written != text_of(proposal):
        raise TextMovedMeanwhile


@contextmanager
def recorded_change(actor: Actor, proposal: Proposal, *, at: datetime) -> Iterator[None]:
    """Number the text that a locked proposal becomes in the block. Where several sign it, both texts are kept, and the others are told."""
    before, version = text_of(proposal), proposal.text_version
    is_shared = has_coauthors(proposal.id)
    yield
    after = text_of(proposal)
    if after == before:
        return
    if is_shared:
        keep_present_text(proposal, before)
    credit = _credit(actor, proposal, after, version, at) if actor.id != proposal.author_id else None
    note_change(proposal, before, at=at, amendment_id=credit)
    if is_shared:
        publish(
            SignedTextChanged(
                occurred_at=at, proposal_id=proposal.id, version=proposal.text_version, actor_id=actor.id
            )
        )


def _credit(actor: Actor, proposal: Proposal, text: Text, version: int, at: datetime) -> int:
    """Keep what a coauthor wrote as an amendment that she accepts as she writes it (``Amendment.waited``). Returns its id."""
    amendment = Amendment(
        proposal_id=proposal.id,
        author_id=actor.id,
        version=version,
        title=text.title,
        body_source=text.body,
        reason="",
        state=AmendmentState.ACCEPTED,
        created_at=at,
        decided_at=at,
        decided_by_id=actor.id,
    )
    db.session.add(amendment)
    db.session.flush()
    return amendment.id
