"""What a person did, and what became of it."""

from dataclasses import dataclass

import sqlalchemy as sa

from civic.kernel.access import Actor
from civic.kernel.pagination import Page, paginate
from civic.matching import queries as matching
from civic.matching.queries import FollowedMatch
from civic.moderation import queries as moderation
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.queries import FollowedRequest, PublishedOffer
from civic.proposals import queries as proposals
from civic.proposals.models import Proposal, Support
from civic.proposals.queries import ProposalView
from civic.voting.models import Poll, RollEntry

FEW = 5


@dataclass(frozen=True)
class MySpace:
    proposals: Page[ProposalView]
    supports: Page[ProposalView]
    requests: Page[FollowedRequest]
    offers: Page[PublishedOffer]
    matches: Page[FollowedMatch]
    votes: Page[Poll]


def my_space(actor: Actor) -> MySpace:
    """Return the last of what a person did, by kind; each list's own page has the others."""
    return MySpace(
        proposals=_viewed(proposals.list_proposals_of(actor.id, size=FEW), actor.id),
        supports=_viewed(list_supported_by(actor.id, size=FEW), actor.id),
        requests=mutual_aid.list_requests_of(actor.id, size=FEW),
        offers=mutual_aid.list_own_offers(actor, size=FEW),
        matches=matching.list_matches_of(actor.id, size=FEW),
        votes=list_votes_of(actor.id, size=FEW),
    )


def _viewed(page: Page[Proposal], reader_id: int) -> Page[ProposalView]:
    views = proposals.view_proposals(page.items, reader_id=reader_id)
    return Page(views, page.number, page.size, page.total)


def list_supported_by(person_id: int, *, number: int = 1, size: int = FEW) -> Page[Proposal]:
    """List the proposals that a person backs and that everybody sees, the last backed first."""
    query = (
        sa.select(Proposal)
        .join(Support, Support.proposal_id == Proposal.id)
        .where(Support.person_id == person_id, Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None))
        .order_by(Support.id.desc())
    )
    return paginate(query, number=number, size=size)


def list_votes_of(person_id: int, *, number: int = 1, size: int = FEW) -> Page[Poll]:
    """List the polls in which a person voted: that she did, never what."""
    query = (
        sa.select(Poll)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(RollEntry.person_id == person_id, RollEntry.has_voted.is_(True))
        .order_by(Poll.closes_at.desc(), Poll.id.desc())
    )
    return paginate(query, number=number, size=size)


def has_moderated_contents(person_id: int) -> bool:
    """Tell whether a moderator hid something that the person wrote."""
    return moderation.list_decisions_about(person_id, size=1).total > 0
