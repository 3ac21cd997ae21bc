"""Offers of help, and requests in each state: sought, found, under way, done, cancelled, expired, taken over by the town hall."""

from datetime import datetime, time, timedelta
from typing import Any

from civic.accounts.models import Person
from civic.demo.script import Script
from civic.kernel import outbox
from civic.kernel.database import db
from civic.kernel.geometry import Position, distance_metres
from civic.matching.models import ContactSight, Dispatch, Duty, Invitation, Match, MatchMessage
from civic.matching.queries import find_free_place
from civic.matching.reminding.service import owe_timers
from civic.matching.rules import ENGAGED, InvitationState, MatchState
from civic.matching.service.dispatch import TIMER
from civic.mutual_aid.models import Availability, Charter, Consent, HelpRequest, Offer, OfferArea
from civic.mutual_aid.reviewing.models import RequestReview
from civic.mutual_aid.reviewing.waiting import REVIEW_DUE
from civic.mutual_aid.rules import (
    CHARTER_VERSION,
    CONSENT_TEXT_VERSION,
    SEEKING,
    Category,
    Channel,
    ConsentMode,
    Contact,
    DayPart,
    OfferState,
    RequestState,
    Urgency,
)
from civic.mutual_aid.service.requests import find_or_add_caller
from civic.territories.models import Territory

REQUEST_STATES = {"done": RequestState.CLOSED}
MATCH_STATES = {
    "in_progress": MatchState.STARTED,
    "done_claimed": MatchState.DONE_BY_VOLUNTEER,
    "done": MatchState.CONFIRMED,
}
INVITATIONS_LAST = timedelta(hours=8)
"""Longer than the real pace, so that whoever opens a demonstration finds an invitation that waits."""
ANSWERED = (InvitationState.ACCEPTED, InvitationState.DECLINED)
ANSWERED_AFTER = timedelta(minutes=25)
HELPED_MINUTES = (45, 90, 30, 75, 60)

NOON, EVENING = time(12), time(18)


def build_offers(script: Script) -> None:
    authors = set()
    for values in script.read("solidarity.json")["offers"]:
        is_organisation = values["author"]["kind"] == "association"
        author_id = script.ids[values["contact_person"]]
        created = script.days(values["created_in_days"])
        offer = Offer(
            territory_id=script.town_id,
            author_id=author_id,
            organisation_id=script.ids[values["author"]["key"]] if is_organisation else None,
            category=Category(values["category"]),
            title=values["title"],
            text=values["text"],
            max_distance_metres=values["radius_metres"],
            state=OfferState(values["status"]),
            created_at=created,
            changed_at=script.days(values["changed_in_days"]) if "changed_in_days" in values else created,
        )
        offer.areas = [
            OfferArea(territory_id=script.territories[code]) for code in values["neighbourhoods"] or []
        ]
        slots = {(slot["weekday"], part) for slot in values["availability"] for part in _parts(slot)}
        offer.slots = [Availability(weekday=weekday, part=part) for weekday, part in sorted(slots)]
        db.session.add(offer)
        db.session.flush()
        script.ids[values["key"]] = offer.id
        if author_id not in authors:
            authors.add(author_id)
            db.session.add(Charter(person_id=author_id, version=CHARTER_VERSION, accepted_at=created))
            db.session.add(Duty(person_id=author_id, on=True, since=created))


def _parts(slot: dict[str, str]) -> list[DayPart]:
    start, end = time.fromisoformat(slot["start"]), time.fromisoformat(slot["end"])
    parts = []
    if start < NOON:
        parts.append(DayPart.MORNING)
    if end > NOON and start < EVENING:
        parts.append(DayPart.AFTERNOON)
    if end > EVENING:
        parts.append(DayPart.EVENING)
    return parts


def build_requests(script: Script) -> None:
    content = script.read("solidarity.json")
    for values in content["requests"]:
        matches = [match for match in content["matches"] if match["request"] == values["key"]]
        filled = sum(match["state"] not in ("withdrawn", "no_show", "disputed") for match in matches)
        request = _build_request(script, values, filled=filled)
        script.ids[values["key"]] = request.id
        for rank, invitation in enumerate(values["invitations"], start=1):
            db.session.add(_invitation(script, invitation, request, rank))
            _be_on_duty(script.ids[invitation["volunteer"]], since=request.created_at)
        db.session.flush()
        if request.state in SEEKING:
            _await_next_step(script, request)
        for match in matches:
            _build_match(script, match, request)


def _be_on_duty(volunteer_id: int, *, since: datetime) -> None:
    """Whoever was asked had said to be free: the members of an association too, for an offer that one of them wrote."""
    if db.session.get(Duty, volunteer_id) is None:
        db.session.add(Duty(person_id=volunteer_id, on=True, since=since))


def _build_request(script: Script, values: dict[str, Any], *, filled: int) -> HelpRequest:
    created = script.hours(values["created_in_hours"])
    state = REQUEST_STATES.get(values["state"]) or RequestState(values["state"])
    requester = _requester(script, values, created)
    needed = values["needed"]
    request = HelpRequest(
        territory_id=script.territories[values["neighbourhood"]],
        requester_id=requester.id,
        author_id=script.ids[values["posted_by"]],
        category=Category(values["category"]),
        title=values["title"],
        text=values["text"],
        starts_at=script.on(needed["in_days"], needed["start"]),
        ends_at=script.on(needed["in_days"], needed["end"]),
        urgency=Urgency.TODAY if 0 <= needed["in_days"] <= 1 else Urgency.FLEXIBLE,
        capacity=values["people_needed"],
        filled=filled,
        state=state,
        channel=Channel.TELEPHONE if values["beneficiary"] else Channel.WEB,
        redirected_to=values.get("redirected_to"),
        duplicate_of_id=script.ids[values["duplicate_of"]] if "duplicate_of" in values else None,
        contact_name=requester.name,
        contact_phone=requester.phone,
        contact_address=_address(script, values),
        created_at=created,
        changed_at=script.hours(values["history"][-1]["in_hours"]),
    )
    if values["beneficiary"] and values["beneficiary"]["consent"]:
        request.consent = _consent(script, values["beneficiary"]["consent"], requester.id, request.ends_at)
    db.session.add(request)
    db.session.flush()
    if "review" in values:
        _be_read(script, values["review"], request)
    return request


def _be_read(script: Script, values: dict[str, Any], request: HelpRequest) -> None:
    """It waits for an agent: the timer that says so when nobody has read it is owed like any other."""
    due_at = script.hours(values["due_in_hours"])
    review = RequestReview(
        request_id=request.id, reasons=values["reasons"], asked_at=request.created_at, due_at=due_at
    )
    db.session.add(review)
    outbox.owe(REVIEW_DUE, {"request_id": request.id}, now=script.now, due_at=due_at)


def _requester(script: Script, values: dict[str, Any], created: datetime) -> Person:
    """Return who is helped: a resident, or a person without an account, for whom an agent writes."""
    if values["requester"]:
        return db.session.get_one(Person, script.ids[values["requester"]])
    who = values["beneficiary"]
    return db.session.get_one(Person, find_or_add_caller(Contact(who["name"], who["phone"]), created))


def _address(script: Script, values: dict[str, Any]) -> str:
    if values["beneficiary"]:
        place = values["beneficiary"]["address"]
    else:
        people = script.read("people.json")["people"]
        place = next(who["address"] for who in people if who["key"] == values["requester"])
    return f"{place['number']} {place['street']}"


def _consent(script: Script, values: dict[str, Any], person_id: int, ends_at: datetime) -> Consent:
    return Consent(
        person_id=person_id,
        mode=ConsentMode(values["kind"]),
        text_version=CONSENT_TEXT_VERSION,
        recorded_by_id=script.ids[values["recorded_by"]],
        recorded_at=script.hours(values["recorded_in_hours"]),
        valid_until=ends_at,
    )


def _invitation(script: Script, values: dict[str, Any], request: HelpRequest, rank: int) -> Invitation:
    state = InvitationState(values["state"])
    volunteer_id = script.ids[values["volunteer"]]
    sent_at = script.hours(values["sent_in_hours"])
    is_live = state is InvitationState.SENT
    return Invitation(
        request_id=request.id,
        volunteer_id=volunteer_id,
        offer_id=script.ids[values["offer"]],
        state=state,
        rank=rank,
        area_metres=_metres_between(script, volunteer_id, request.territory_id),
        sent_at=sent_at,
        expires_at=script.now + INVITATIONS_LAST if is_live else sent_at + INVITATIONS_LAST,
        answered_at=min(sent_at + ANSWERED_AFTER, script.now) if state in ANSWERED else None,
    )


def _metres_between(script: Script, volunteer_id: int, territory_id: int) -> int:
    home = next(place for place, people in script.residents.items() if volunteer_id in people)
    here, there = (db.session.get_one(Territory, place) for place in (home, territory_id))
    if home == territory_id:
        return 0
    return distance_metres(
        Position(here.longitude or 0, here.latitude or 0), Position(there.longitude or 0, there.latitude or 0)
    )


def _await_next_step(script: Script, request: HelpRequest) -> None:
    """The search goes on when the demonstration is served: its timer is owed like any other."""
    due_at = min(script.now + INVITATIONS_LAST, request.ends_at)
    db.session.add(Dispatch(request_id=request.id, started_at=request.created_at, next_step_at=due_at))
    payload = {"request_id": request.id, "due_at": due_at.isoformat()}
    outbox.owe(TIMER, payload, now=script.now, due_at=due_at)


def _note_hours(match: Match, request: HelpRequest) -> None:
    """Who helped noted when, and the other side confirmed it: half an hour to an hour and a half."""
    if match.state not in (MatchState.DONE_BY_VOLUNTEER, MatchState.CONFIRMED):
        return
    minutes = HELPED_MINUTES[match.request_id % len(HELPED_MINUTES)]
    match.helped_until = min(match.changed_at, request.ends_at)
    match.helped_from = match.helped_until - timedelta(minutes=minutes)
    if match.state is MatchState.CONFIRMED:
        match.confirmed_minutes, match.hours_confirmed_at = minutes, match.changed_at


def _build_match(script: Script, values: dict[str, Any], request: HelpRequest) -> None:
    created = script.hours(values["created_in_hours"])
    volunteer_id = script.ids[values["volunteer"]]
    match = Match(
        request_id=request.id,
        volunteer_id=volunteer_id,
        state=MATCH_STATES.get(values["state"]) or MatchState(values["state"]),
        place=find_free_place(request.id),
        created_at=created,
        changed_at=script.hours(values["ended_in_hours"])
        if "ended_in_hours" in values
        else request.changed_at,
    )
    _note_hours(match, request)
    db.session.add(match)
    db.session.flush()
    script.ids[values["key"]] = match.id
    if match.state in ENGAGED:
        owe_timers(match_id=match.id, now=script.now)
    for message in values["messages"]:
        said = MatchMessage(
            match_id=match.id,
            author_id=script.ids[message["author"]],
            client_id=message["key"],
            text=message["text"],
            created_at=script.hours(message["in_hours"]),
        )
        db.session.add(said)
        db.session.flush()
        script.ids[message["key"]] = said.id
    db.session.add(
        ContactSight(
            request_id=request.id,
            match_id=match.id,
            viewer_id=volunteer_id,
            subject_person_id=request.requester_id,
            seen_at=min(created + timedelta(minutes=12), script.now),
        )
    )
