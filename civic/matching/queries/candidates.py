"""Who may be asked for a request, with what decides whether and when."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.geometry import Position
from civic.matching.choosing import Candidate, Limits, Need
from civic.matching.likelihood import Record
from civic.matching.models import Duty, EngagedQuarter, Invitation
from civic.matching.queries.duty import is_on_duty, offers_of_volunteers
from civic.matching.queries.places import Around, Near, find_near, read_own_places, search_outwards
from civic.matching.queries.records import Asked, engagements_of, recent_of, records_of, who_helped
from civic.matching.rules import InvitationState, claimed_quarters
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.rules import OfferState, Slot, Window
from civic.mutual_aid.volunteers import queries as volunteers
from civic.mutual_aid.volunteers.rules import Volunteer, skills_that_hold
from civic.safeguarding import queries as safeguarding
from civic.safeguarding.rules import Asked as VettingAsked
from civic.safeguarding.rules import cleared_until, is_cleared
from civic.territories.models import Territory

ENOUGH = 200
"""So many who may be asked are compared; those who live farther are looked at once these are not enough."""


def list_candidates(
    request: HelpRequest, *, now: datetime, is_wanted: Callable[[Candidate], bool]
) -> list[Candidate]:
    """Return the nearest volunteers on duty who offer such help, are wanted, and were not asked for this request.

    Places are those of neighbourhoods: where a person lives inside hers is not read. The number of queries does not grow with theirs.
    """
    excluded = _asked_for(request.id) | {request.requester_id}
    found: list[Candidate] = []
    for batch in search_outwards(_around(request)):
        near = [each for each in batch if each.person_id not in excluded]
        for start in range(0, len(near), ENOUGH):
            found += filter(is_wanted, _describe(request, near[start : start + ENOUGH], now))
            if len(found) >= ENOUGH:
                return found[:ENOUGH]
    return found


def list_offers_of(request: HelpRequest, volunteer_id: int, *, now: datetime) -> list[Candidate]:
    """Return what one volunteer on duty offers that a request is for, as ``list_candidates`` would find it; nothing when she was asked."""
    if volunteer_id in _asked_for(request.id) | {request.requester_id}:
        return []
    return list(_describe(request, find_near(_around(request), volunteer_id), now))


def list_offers_for(
    requests: Collection[HelpRequest], volunteer_id: int, *, now: datetime
) -> dict[int, list[Candidate]]:
    """Return the same for many requests that she was not asked for, in a number of queries that does not grow with theirs.

    Whom she helped before is not read: it decides who is asked first, not who may be.
    """
    people, arounds = {volunteer_id}, _arounds(requests)
    places, known = read_own_places(volunteer_id), _know({volunteer_id}, now)
    offers = _offers_by_id({row.offer_id for row in places.rows})
    today = now.astimezone(TOWN_TIME).date()
    volunteer = volunteers.volunteers_of(people, on=today)[volunteer_id]
    held, blocked = volunteers.skills_of(people)[volunteer_id], safeguarding.blocked_with(volunteer_id)
    kinds = {(around.town_id, around.category) for around in arounds.values()}
    asked = {kind: safeguarding.asked_for(*kind) for kind in kinds}
    found: dict[int, list[Candidate]] = {}
    for request in requests:
        around = arounds[request.id]
        day = max(today, _last_day(request))
        limits = _limits(
            replace(volunteer, skills=skills_that_hold(held, on=day)),
            asked[around.town_id, around.category],
            day=day,
            is_blocked=request.requester_id in blocked,
        )
        found[request.id] = _candidates(places.near(around), offers, known, set(), {volunteer_id: limits})
    return found


def need_of(request: HelpRequest) -> Need:
    """Return what a request asks for, as far as it decides who may be asked."""
    window = request.window
    local = Window(window.starts_at.astimezone(TOWN_TIME), window.ends_at.astimezone(TOWN_TIME))
    return Need(
        area_id=request.territory_id,
        window=window,
        local_window=local,
        urgency=request.urgency,
        skills=frozenset(request.skills),
    )


def _asked_for(request_id: int) -> set[int]:
    """Who was asked. Not those whose invitation was for other hours, taken back when the request was moved: it has no score any more."""
    was_moved = sa.and_(Invitation.state == InvitationState.SUPERSEDED, Invitation.score.is_(None))
    asked = sa.select(Invitation.volunteer_id).where(Invitation.request_id == request_id, ~was_moved)
    return set(db.session.scalars(asked))


def _arounds(requests: Collection[HelpRequest]) -> dict[int, Around]:
    query = sa.select(Territory).where(Territory.id.in_({each.territory_id for each in requests}))
    places = {place.id: place for place in db.session.scalars(query)}
    return {each.id: _around_place(places[each.territory_id], each) for each in requests}


def _around(request: HelpRequest) -> Around:
    return _around_place(db.session.get_one(Territory, request.territory_id), request)


def _around_place(place: Territory, request: HelpRequest) -> Around:
    has_position = place.longitude is not None and place.latitude is not None
    return Around(
        town_id=place.parent_id or place.id,
        category=request.category.value,
        territory_id=place.id,
        position=Position(place.longitude, place.latitude) if has_position else None,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class _Known:
    """What is known of volunteers, whatever they are asked for."""

    on_duty: set[int]
    recent: Mapping[int, Asked]
    records: Mapping[int, Record]
    engagements: Mapping[int, list[Window]]


def _know(people: set[int], now: datetime) -> _Known:
    return _Known(_on_duty(people), recent_of(people, now=now), records_of(people), engagements_of(people))


def _describe(request: HelpRequest, near: list[Near], now: datetime) -> Iterable[Candidate]:
    people = {each.person_id for each in near}
    offers, known = _offers_by_id({each.offer_id for each in near}), _know(people, now)
    helped = who_helped(people, requester_id=request.requester_id)
    return _candidates(near, offers, known, helped, limits_of(people, request, now=now))


def _candidates(
    near: list[Near],
    offers: Mapping[int, Offer],
    known: _Known,
    helped: set[int],
    limits: Mapping[int, Limits],
) -> list[Candidate]:
    return [
        Candidate(
            volunteer_id=each.person_id,
            offer_id=each.offer_id,
            area_metres=each.metres,
            max_distance_metres=offers[each.offer_id].max_distance_metres,
            served_ids=frozenset(offers[each.offer_id].area_ids),
            slots=tuple(Slot(slot.weekday, slot.part) for slot in offers[each.offer_id].slots),
            engagements=tuple(known.engagements[each.person_id]),
            last_invited_at=known.recent[each.person_id].last_at,
            invited_in_week=known.recent[each.person_id].in_week,
            record=known.records[each.person_id],
            silences=tuple(known.recent[each.person_id].silences),
            has_helped=each.person_id in helped,
            limits=limits[each.person_id],
        )
        for each in near
        if each.offer_id in offers and each.person_id in known.on_duty
    ]


def limits_of(person_ids: set[int], request: HelpRequest, *, now: datetime) -> dict[int, Limits]:
    """Return what each volunteer chose, and what the town hall knows of her, as far as it decides whether she may be asked for this."""
    town_id = _around(request).town_id
    asked = safeguarding.asked_for(town_id, request.category.value)
    blocked = safeguarding.blocked_with(request.requester_id)
    today = now.astimezone(TOWN_TIME).date()
    day = max(today, _last_day(request))
    known = volunteers.volunteers_of(person_ids, on=today, skills_on=day)
    return {
        person_id: _limits(volunteer, asked, day=day, is_blocked=person_id in blocked)
        for person_id, volunteer in known.items()
    }


def find_end_of_proofs(volunteer_id: int, request: HelpRequest, *, now: datetime) -> date | None:
    """Return the last day for which what the town hall saw of a volunteer is enough for such a help; None: it is enough on no day, or always."""
    asked = safeguarding.asked_for(_around(request).town_id, request.category.value)
    today = now.astimezone(TOWN_TIME).date()
    return cleared_until(volunteers.standings_of([volunteer_id], on=today)[volunteer_id], asked)


def _last_day(request: HelpRequest) -> date:
    return request.window.ends_at.astimezone(TOWN_TIME).date()


def _limits(volunteer: Volunteer, asked: VettingAsked, *, day: date, is_blocked: bool) -> Limits:
    """What the town hall saw of her is to hold on the day of the help."""
    return Limits(
        weekly_ceiling=volunteer.limits.weekly_ceiling,
        quiet_hours=volunteer.limits.quiet,
        is_cleared=is_cleared(volunteer.standing.until(day), asked),
        skills=volunteer.skills,
        is_blocked=is_blocked,
    )


def may_still_be_asked(invitation: Invitation, request: HelpRequest, *, now: datetime) -> bool:
    """Tell whether a volunteer who was chosen some hours ago is on duty still, offers this help, is cleared for it, has the skills that
    it asks for, and is expected nowhere else."""
    volunteer_id = invitation.volunteer_id
    if not is_on_duty(volunteer_id) or not _still_offers(invitation):
        return False
    limits = limits_of({volunteer_id}, request, now=now)[volunteer_id]
    if limits.is_blocked or not limits.is_cleared or not limits.skills.issuperset(request.skills):
        return False
    quarters = claimed_quarters(request.window)
    engaged = sa.select(EngagedQuarter.quarter).where(
        EngagedQuarter.volunteer_id == volunteer_id,
        EngagedQuarter.quarter.between(quarters.start, quarters.stop - 1),
    )
    return db.session.scalar(engaged.limit(1)) is None


def _still_offers(invitation: Invitation) -> bool:
    """Whether the offer for which she was chosen holds, and she is behind it."""
    offered = offers_of_volunteers().where(
        Person.id == invitation.volunteer_id, Offer.id == invitation.offer_id
    )
    return db.session.execute(offered.limit(1)).first() is not None


def _offers_by_id(offer_ids: set[int]) -> dict[int, Offer]:
    query = sa.select(Offer).where(
        Offer.id.in_(offer_ids), Offer.state == OfferState.ACTIVE, Offer.hidden_at.is_(None)
    )
    return {offer.id: offer for offer in db.session.scalars(query)}


def _on_duty(person_ids: set[int]) -> set[int]:
    query = (
        sa.select(Duty.person_id)
        .join(Person, Person.id == Duty.person_id)
        .where(Duty.person_id.in_(person_ids), Duty.on.is_(True), Person.deactivated_at.is_(None))
    )
    return set(db.session.scalars(query))
