"""Matches, and who is on which side."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.matching.errors import MatchNotFound
from civic.matching.hours.writing import noted_of
from civic.matching.models import Match
from civic.matching.queries.invitations import organisations_behind
from civic.matching.rules import ENGAGED, HOLDS_A_PLACE, MatchState
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.queries import PublicRequest
from civic.mutual_aid.rules import RequestState


@dataclass(frozen=True)
class Side:
    """A match with what decides who is on which side of it."""

    id: int
    request_id: int
    territory_id: int
    volunteer_id: int
    requester_id: int
    follower_id: int
    is_assisted: bool
    state: MatchState
    created_at: datetime
    changed_at: datetime

    def reader_opposite(self, person_id: int) -> int:
        """Return who reads what this person says."""
        return self.follower_id if person_id == self.volunteer_id else self.volunteer_id


@dataclass(frozen=True)
class FollowedMatch:
    """A match as one of its two sides reads it. The contact is seen by a command of its own.

    ``organisation_name`` is the association for which the volunteer comes, if any. ``noted_minutes``: the length of the hours that she
    noted; ``confirmed_minutes``: the one that the other side confirmed.
    """

    id: int
    state: MatchState
    request: PublicRequest
    is_volunteer: bool
    is_assisted: bool
    other_name: str | None
    organisation_name: str | None
    is_request_cancelled: bool
    created_at: datetime
    changed_at: datetime
    arrived_at: datetime | None
    helped_from: datetime | None
    helped_until: datetime | None
    noted_minutes: int | None
    confirmed_minutes: int | None


def get_match(match_id: int) -> Match:
    """Raises MatchNotFound."""
    match = db.session.get(Match, match_id)
    if match is None:
        raise MatchNotFound
    return match


def find_match_of(request_id: int, volunteer_id: int) -> Match | None:
    query = sa.select(Match).filter_by(request_id=request_id, volunteer_id=volunteer_id)
    return db.session.scalars(query).one_or_none()


def find_matches_of(request_ids: Collection[int], volunteer_id: int) -> dict[int, Match]:
    """Return what a volunteer promised of some requests, by request."""
    query = sa.select(Match).where(Match.request_id.in_(request_ids), Match.volunteer_id == volunteer_id)
    return {each.request_id: each for each in db.session.scalars(query)}


def find_free_place(request_id: int) -> int:
    """Return the lowest place of a locked request that no match holds."""
    held = sa.select(Match.place).where(Match.request_id == request_id, Match.state.in_(HOLDS_A_PLACE))
    taken = set(db.session.scalars(held))
    return next(place for place in range(1, len(taken) + 2) if place not in taken)


def list_matches_of_request(request_id: int) -> list[Match]:
    """At most a few, in the order of the volunteers' ids."""
    query = sa.select(Match).filter_by(request_id=request_id).order_by(Match.volunteer_id)
    return list(db.session.scalars(query))


def get_side(match_id: int) -> Side:
    """Return a match with who is on which side. Raises MatchNotFound."""
    match = get_match(match_id)
    return side_of(match, mutual_aid.get_request(match.request_id))


def find_sides(match_ids: Collection[int]) -> dict[int, Side]:
    """Return matches with who is on which side of them, in one query; those that are no more are left out."""
    query = (
        sa.select(Match, HelpRequest)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.id.in_(match_ids))
    )
    return {match.id: side_of(match, request) for match, request in db.session.execute(query)}


def side_of(match: Match, request: HelpRequest) -> Side:
    return Side(
        id=match.id,
        request_id=match.request_id,
        territory_id=request.territory_id,
        volunteer_id=match.volunteer_id,
        requester_id=request.requester_id,
        follower_id=request.follower_id,
        is_assisted=request.is_assisted,
        state=match.state,
        created_at=match.created_at,
        changed_at=match.changed_at,
    )


def list_matches_of(person_id: int, *, number: int = 1, size: int = 20) -> Page[FollowedMatch]:
    """List the matches of a person on either side, and of those for whom she asked as an agent: those under way first."""
    query = (
        sa.select(Match)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(
            sa.or_(
                Match.volunteer_id == person_id,
                HelpRequest.requester_id == person_id,
                HelpRequest.author_id == person_id,
            )
        )
        .order_by(
            sa.case(dict.fromkeys(ENGAGED, 0), value=Match.state, else_=1),
            Match.changed_at.desc(),
            Match.id.desc(),
        )
    )
    page = paginate(query, number=number, size=size)
    return Page(present_matches(page.items, person_id), page.number, page.size, page.total)


def present_matches(matches: Iterable[Match], reader_id: int) -> list[FollowedMatch]:
    """Return matches as one side of them reads them, in the same order."""
    matches = list(matches)
    found = mutual_aid.find_requests({match.request_id for match in matches})
    public = {request.id: request for request in mutual_aid.public_requests(list(found.values()))}
    names = accounts.names_of(
        {match.volunteer_id for match in matches} | {request.requester_id for request in found.values()}
    )
    organisations = organisations_behind({(match.request_id, match.volunteer_id) for match in matches})
    return [
        _present(
            match,
            found[match.request_id],
            public[match.request_id],
            names,
            organisations.get((match.request_id, match.volunteer_id)),
            reader_id,
        )
        for match in matches
    ]


def _present(
    match: Match,
    request: HelpRequest,
    public: PublicRequest,
    names: dict[int, str],
    organisation_name: str | None,
    reader_id: int,
) -> FollowedMatch:
    is_volunteer = match.volunteer_id == reader_id
    other = names.get(request.requester_id if is_volunteer else match.volunteer_id)
    noted = noted_of(match)
    return FollowedMatch(
        id=match.id,
        state=match.state,
        request=public,
        is_volunteer=is_volunteer,
        is_request_cancelled=request.state is RequestState.CANCELLED,
        is_assisted=request.is_assisted,
        # The full civil name of somebody who telephoned is part of her contact, which is seen by a command of its own.
        other_name=None if is_volunteer and request.is_assisted else other,
        organisation_name=organisation_name,
        created_at=match.created_at,
        changed_at=match.changed_at,
        arrived_at=match.arrived_at,
        helped_from=match.helped_from,
        helped_until=match.helped_until,
        noted_minutes=noted.minutes if noted else None,
        confirmed_minutes=match.confirmed_minutes,
    )
