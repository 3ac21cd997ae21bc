"""What the home page shows: to a passer-by what is open, to a resident what concerns her."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.models import Organisation, Person, Residency
from civic.consultations import queries as consultations
from civic.consultations.models import Consultation, Phase
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import ConsultationState, Status
from civic.councils import queries as councils
from civic.councils.models import Council, Sitting
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.matching import queries as matching
from civic.matching.models import Match
from civic.matching.queries import FollowedMatch, ReceivedInvitation
from civic.matching.rules import ENGAGED, InvitationState, MatchState
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.queries import FollowedRequest, PublicRequest, PublishedOffer
from civic.mutual_aid.rules import OfferState
from civic.proposals import queries as proposals
from civic.proposals.queries import ProposalView
from civic.territories import queries as territories
from civic.territories.models import Territory, TerritoryKind
from civic.voting import queries as voting
from civic.voting.models import Poll, RollEntry
from civic.voting.rules import PollState, PollStatus
from civic.voting.service.reading import Outcome, show_last_outcome

FEW = 3
"""How many things of a kind the home page shows; the list has the others."""


@dataclass(frozen=True)
class OpenNow:
    """What anybody may take part in now. ``places``: names of the territories of its polls."""

    consultations: list[ConsultationView]
    polls: list[Poll]
    places: dict[int, str]
    offers: list[PublishedOffer]
    requests: list[PublicRequest]
    offers_count: int
    consultations_count: int
    polls_count: int


def open_now(*, at: datetime, neighbourhood_id: int | None = None, shows_requests: bool = False) -> OpenNow:
    """Return what is open, everywhere or for one neighbourhood, the commune's own included.

    Args:
        shows_requests: whether the reader may know what help is sought.
    """
    concerned = consultations.list_consultations(
        at=at, status=Status.OPEN, neighbourhood_id=neighbourhood_id, size=FEW
    )
    offers = mutual_aid.list_offers(territory_id=neighbourhood_id, size=FEW)
    requests = (
        mutual_aid.list_open_requests(territory_id=neighbourhood_id, size=FEW).items if shows_requests else []
    )
    around = _places_around(neighbourhood_id) if neighbourhood_id else None
    polls = voting.list_polls(status=PollStatus.OPEN, at=at, within=around, size=FEW)
    return OpenNow(
        consultations=consultations.view_consultations(concerned.items, at=at),
        polls=polls.items,
        places=territories.names_of({poll.territory_id for poll in polls.items}),
        offers=offers.items,
        requests=requests,
        offers_count=offers.total,
        consultations_count=concerned.total,
        polls_count=polls.total,
    )


def _places_around(territory_id: int) -> set[int]:
    """Where a vote concerns who lives there: the place, its commune, and its neighbourhoods when it is a commune."""
    return territories.ids_around(territory_id) | territories.ids_within(territory_id)


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: she alone can do it.

    Attributes:
        matches: in which somebody is expected.
        to_confirm: those whose volunteer says that the help was given to her.
    """

    polls: list[Poll]
    invitations: list[ReceivedInvitation]
    matches: list[FollowedMatch]
    to_confirm: list[FollowedMatch]


def list_votes_to_cast(person_id: int, *, at: datetime, size: int = FEW) -> list[Poll]:
    """Return the open polls on whose roll the person is, and in which she has not voted, the first to close first."""
    query = (
        sa.select(Poll)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(
            RollEntry.person_id == person_id,
            RollEntry.has_voted.is_(False),
            Poll.state == PollState.FROZEN,
            Poll.opens_at <= at,
            Poll.closes_at > at,
        )
        .order_by(Poll.closes_at, Poll.id)
        .limit(size)
    )
    return list(db.session.scalars(query))


def waiting_for(person_id: int, *, at: datetime) -> Waiting:
    invitations = matching.list_invitations_of(person_id, size=FEW).items
    matches = matching.list_matches_of(person_id, size=FEW).items
    return Waiting(
        polls=list_votes_to_cast(person_id, at=at),
        invitations=[
            each for each in invitations if each.state is InvitationState.SENT and each.expires_at > at
        ],
        matches=[match for match in matches if match.state in ENGAGED],
        to_confirm=[
            match
            for match in matches
            if match.state is MatchState.DONE_BY_VOLUNTEER and not match.is_volunteer
        ],
    )


@dataclass(frozen=True)
class Became:
    """What became of what a person did, lately."""

    proposals: list[ProposalView]
    requests: list[FollowedRequest]
    polls: list[Poll]


def what_became_of(person_id: int, *, at: datetime) -> Became:
    mine = proposals.list_proposals_of(person_id, size=FEW).items
    return Became(
        proposals=proposals.view_proposals(mine, reader_id=person_id),
        requests=mutual_aid.list_requests_of(person_id, size=FEW).items,
        polls=list_closed_votes_of(person_id, at=at),
    )


def list_closed_votes_of(person_id: int, *, at: datetime, size: int = 2) -> list[Poll]:
    """Return the polls that closed last among those in which the person voted: that she did, never what."""
    query = (
        sa.select(Poll)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(
            RollEntry.person_id == person_id,
            RollEntry.has_voted.is_(True),
            Poll.state == PollState.FROZEN,
            Poll.closes_at <= at,
        )
        .order_by(Poll.closes_at.desc(), Poll.id.desc())
        .limit(size)
    )
    return list(db.session.scalars(query))


@dataclass(frozen=True)
class Outcomes:
    """What came of what the commune asked: the last vote, and the proposals that the town hall answered last."""

    vote: Outcome | None
    answered: list[ProposalView]


def last_outcomes(actor: Actor) -> Outcomes:
    answered = proposals.list_answered_proposals(size=FEW)
    return Outcomes(
        vote=show_last_outcome(actor),
        answered=proposals.view_proposals(answered, reader_id=actor.person_id),
    )


@dataclass(frozen=True)
class Engaged:
    """What somebody is here besides a resident: a volunteer, the voice of an association, who writes consultations.

    Attributes:
        is_on_duty: None for who has no offer of help.
        consultations: those that she wrote, and that are not over.
    """

    is_on_duty: bool | None
    organisations: list[Organisation]
    consultations: list[ConsultationView]


def engagements_of(actor: Actor, *, at: datetime) -> Engaged:
    is_volunteer = matching.has_active_offer(actor.id)
    return Engaged(
        is_on_duty=matching.is_on_duty(actor.id) if is_volunteer else None,
        organisations=accounts.list_organisations_of(actor.id)[:FEW],
        consultations=consultations.view_consultations(_consultations_by(actor.id, at=at), at=at),
    )


def _consultations_by(person_id: int, *, at: datetime) -> list[Consultation]:
    has_time_left = sa.exists().where(Phase.consultation_id == Consultation.id, Phase.closes_at > at)
    is_draft = Consultation.state == ConsultationState.DRAFT
    query = sa.select(Consultation).where(
        Consultation.author_id == person_id, sa.or_(is_draft, has_time_left)
    )
    return list(db.session.scalars(query.order_by(Consultation.id.desc()).limit(FEW)))


def find_neighbourhood_of(actor: Actor) -> Territory | None:
    """Return the neighbourhood where the actor lives, or the commune when she said no more; None: she said nothing."""
    places = sa.select(Territory).where(Territory.id.in_(actor.residence_ids))
    found = db.session.scalars(places.order_by(Territory.kind == TerritoryKind.COMMUNE, Territory.id))
    return found.first()


def find_next_sitting(territory_id: int, *, at: datetime) -> tuple[Council, Sitting] | None:
    """Return the council of a neighbourhood with its next sitting, if there is one."""
    council = councils.find_council_of(territory_id)
    sitting = councils.next_sittings([council.id], at=at).get(council.id) if council else None
    return (council, sitting) if council and sitting else None


@dataclass(frozen=True)
class Figures:
    """Three numbers that tell a passer-by that the place is alive."""

    residents: int
    people_helped: int
    offers: int


def count_figures() -> Figures:
    """Count in one query. Somebody who has an address to confirm is not counted yet; who has none signed up at the town hall."""
    is_signed_up = sa.or_(Person.email.is_(None), Person.email_confirmed_at.is_not(None))
    helped = sa.select(sa.func.count(sa.distinct(HelpRequest.requester_id)))
    row = db.session.execute(
        sa.select(
            sa.select(sa.func.count(Residency.id))
            .join(Person, Person.id == Residency.person_id)
            .where(is_signed_up)
            .scalar_subquery(),
            helped.join(Match, Match.request_id == HelpRequest.id)
            .where(Match.state == MatchState.CONFIRMED)
            .scalar_subquery(),
            sa.select(sa.func.count(Offer.id)).where(Offer.state == OfferState.ACTIVE).scalar_subquery(),
        )
    ).one()
    return Figures(*row)
