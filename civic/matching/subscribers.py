"""What matching does when mutual aid states a fact, and when a timer is due."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.events import (
    MembershipChanged,
    OrganisationVerified,
    PersonDeactivated,
    PersonReactivated,
    ResidencyDeclared,
    ResidencyWritten,
)
from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.matching import queries
from civic.matching.certificates.models import HoursCertificate
from civic.matching.events import DutyChanged
from civic.matching.models import (
    ContactSight,
    Duty,
    EngagedQuarter,
    Invitation,
    Match,
    MatchMessage,
    VolunteerPlace,
)
from civic.matching.queries.safety import list_request_ids_of
from civic.matching.rules import ENGAGED, LIVE_MATCH, WAITING
from civic.matching.service import dispatch, invitations, matches, places
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.desk.events import RequestExtended
from civic.mutual_aid.errors import RequestNotFound
from civic.mutual_aid.events import (
    OfferChanged,
    OfferHidden,
    OfferPosted,
    RequestCancelled,
    RequestChanged,
    RequestOpened,
)
from civic.mutual_aid.rules import RequestState
from civic.territories import queries as territories
from civic.territories.events import BoundariesImported

LET_GO = frozenset(
    {RequestState.SUSPENDED, RequestState.REDIRECTED, RequestState.DUPLICATE, RequestState.IN_REVIEW}
)


@within_transaction(RequestOpened)
def begin_search(fact: RequestOpened) -> None:
    dispatch.begin_search(request_id=fact.request_id, now=fact.occurred_at)


@within_transaction(RequestCancelled)
def release_all(fact: RequestCancelled) -> None:
    matches.release_all(request_id=fact.request_id, actor_id=fact.actor_id, now=fact.occurred_at)


@within_transaction(RequestExtended)
def search_in_new_window(fact: RequestExtended) -> None:
    dispatch.search_in_new_window(request_id=fact.request_id, now=fact.occurred_at)


@within_transaction(RequestChanged)
def let_go(fact: RequestChanged) -> None:
    """What the town hall keeps back, reads again, sends elsewhere or joins to another is no volunteer's any more; its places are free again."""
    if fact.state not in LET_GO:
        return
    live = [match for match in queries.list_matches_of_request(fact.request_id) if match.state in LIVE_MATCH]
    actor_id = fact.actor_id or fact.requester_id
    matches.release_all(request_id=fact.request_id, actor_id=actor_id, now=fact.occurred_at)
    for _ in live:
        mutual_aid.free_place(fact.request_id)


@within_transaction(OfferPosted, OfferChanged, OfferHidden)
def place_who_offers(fact: Any) -> None:
    places.place_behind_offer(fact.offer_id)


@within_transaction(
    DutyChanged, ResidencyDeclared, ResidencyWritten, PersonDeactivated, PersonReactivated, MembershipChanged
)
def place_person(fact: Any) -> None:
    places.place_again([fact.person_id])


@within_transaction(OrganisationVerified)
def place_members(fact: OrganisationVerified) -> None:
    places.place_again(member.id for member in accounts.list_members(fact.organisation_id))


@within_transaction(BoundariesImported)
def place_inhabitants(fact: BoundariesImported) -> None:
    """The points that stand for neighbourhoods may have moved."""
    known = sa.select(VolunteerPlace.person_id).where(
        VolunteerPlace.territory_id.in_(territories.ids_within(fact.territory_id))
    )
    places.place_again(set(db.session.scalars(known)))


@within_transaction(OfferPosted)
def look_again_after_an_offer(fact: OfferPosted) -> None:
    _look_again(fact.actor_id, fact.territory_id, fact.occurred_at)


@within_transaction(OfferChanged)
def look_again_after_a_change(fact: OfferChanged) -> None:
    _look_again(fact.actor_id, fact.territory_id, fact.occurred_at)


def _look_again(volunteer_id: int, territory_id: int, now: datetime) -> None:
    """Somebody on duty who offers more help may be the one whom a search did not find."""
    if queries.is_on_duty(volunteer_id):
        dispatch.wake_searches(territory_ids=territories.ids_within(territory_id), now=now)


@delivers(dispatch.TIMER)
def take_timed_step(payload: dict[str, Any]) -> None:
    dispatch.take_timed_step(
        request_id=payload["request_id"],
        due_at=datetime.fromisoformat(payload["due_at"]),
        now=utc_now(),
    )


@delivers(dispatch.LOOK_AGAIN)
def take_step(payload: dict[str, Any]) -> None:
    try:
        dispatch.step(request_id=payload["request_id"], now=utc_now())
    except RequestNotFound:
        return  # its owner deleted it meanwhile


def count_messages(person_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(MatchMessage)
    return db.session.scalar(counted.where(MatchMessage.author_id == person_id)) or 0


@exports_personal_data("matching", count=count_messages)
def export(person_id: int) -> dict[str, Any]:
    messages = sa.select(MatchMessage).filter_by(author_id=person_id).order_by(MatchMessage.id)
    sights = sa.select(ContactSight).filter_by(subject_person_id=person_id).order_by(ContactSight.id)
    helped = sa.select(Match).filter_by(volunteer_id=person_id).order_by(Match.id)
    sheets = sa.select(HoursCertificate).filter_by(person_id=person_id).order_by(HoursCertificate.id)
    return {
        "certificates": [
            {
                "number": sheet.number,
                "name": sheet.name,
                "since": sheet.since_on.isoformat(),
                "until": sheet.until_on.isoformat(),
                "minutes": sum(kept["minutes"] for kept in sheet.helped.values()),
                "issued_at": iso_utc(sheet.issued_at),
            }
            for sheet in db.session.scalars(sheets)
        ],
        "messages": [
            {"text": message.text, "said_at": iso_utc(message.created_at)}
            for message in db.session.scalars(messages)
        ],
        "contact_seen_at": [iso_utc(sight.seen_at) for sight in db.session.scalars(sights)],
        "helped": [
            {
                "state": match.state.value,
                "since": iso_utc(match.created_at),
                "minutes": match.confirmed_minutes,
            }
            for match in db.session.scalars(helped)
        ],
    }


@erases_personal_data("matching")
def erase(person_id: int, now: datetime) -> None:
    """Who waits for her is told and somebody else is asked; what she wrote goes. That somebody helped remains, without a name."""
    mutual_aid.lock_series_of(person_id)
    mutual_aid.lock_requests([*mutual_aid.list_request_ids_of(person_id), *list_request_ids_of(person_id)])
    actor = accounts.get_actor(person_id)
    engaged = sa.select(Match.id).where(Match.volunteer_id == person_id, Match.state.in_(ENGAGED))
    for match_id in list(db.session.scalars(engaged)):
        matches.withdraw_from_match(actor, match_id=match_id)
    for invitation_id in list(db.session.scalars(_waiting_of(person_id))):
        invitations.decline_for_departure(actor, invitation_id=invitation_id)
    for table in (Duty, VolunteerPlace, HoursCertificate):
        db.session.execute(sa.delete(table).where(table.person_id == person_id))
    db.session.execute(sa.delete(EngagedQuarter).where(EngagedQuarter.volunteer_id == person_id))
    db.session.execute(sa.delete(MatchMessage).where(MatchMessage.author_id == person_id))
    db.session.execute(sa.delete(ContactSight).where(ContactSight.subject_person_id == person_id))


def _waiting_of(person_id: int) -> sa.Select[int]:
    return sa.select(Invitation.id).where(Invitation.volunteer_id == person_id, Invitation.state.in_(WAITING))
