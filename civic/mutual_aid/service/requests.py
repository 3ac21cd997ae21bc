"""Requests for help: opened, for oneself or for somebody who telephoned; cancelled; moved from state to state."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts.models import Person
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotSignedIn
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries, rules
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.errors import PlaceOutsideTown, RequestMoved, RequestNotFound
from civic.mutual_aid.events import (
    ConsentRecorded,
    RequestCancelled,
    RequestChanged,
    RequestOpened,
)
from civic.mutual_aid.models import Caller, Consent, HelpRequest
from civic.mutual_aid.reviewing.waiting import ask_review, keep_doubt, reasons_to_read
from civic.mutual_aid.rules import (
    CONSENT_TEXT_VERSION,
    Channel,
    ConsentMode,
    Contact,
    RequestDetails,
    RequestState,
)
from civic.mutual_aid.volunteers import queries as volunteers
from civic.mutual_aid.volunteers.errors import SkillUnknown
from civic.territories import queries as territories
from civic.territories.errors import TerritoryNotFound
from civic.territories.models import Territory, TerritoryKind


def ask_for_help(actor: Actor, *, details: RequestDetails) -> int:
    """Send the actor's own request. Volunteers are asked in the same transaction, unless a rule of the commune has it read before.

    Returns:
        The request's id.

    Raises:
        NotAllowed: the actor does not live in the commune.
        SkillUnknown: a skill asked for is not in the commune's list.
        WindowRefused, PlaceOutsideTown.
    """
    now = utc_now()
    with transaction():
        place = get_place(details.territory_id)
        town_id = place.parent_id or place.id
        require(actor, MutualAidAction.ASK_FOR_HELP, town_id)
        _ensure_listed(details.skills, town_id)
        request = write_request(
            requester_id=actor.id, author_id=actor.id, details=details, channel=Channel.WEB, now=now
        )
        send_request(request, actor_id=actor.id, now=now)
        return request.id


def ask_for_another(
    actor: Actor,
    *,
    details: RequestDetails,
    consent: ConsentMode | None,
    channel: Channel = Channel.TELEPHONE,
) -> int:
    """Send a request for a person who telephoned the town hall, came by or wrote, whose consent the agent records.

    The person helped and the agent are two: the request is hers, and the agent follows it for her. She is found by her name and
    telephone number, or gets a record without an e-mail address.

    Args:
        consent: how she agreed to the text that the agent read out; None when somebody asks for her, and she is to be asked first.

    Returns:
        The request's id.

    Raises:
        NotAllowed: the actor is not an agent there.
        SkillUnknown: a skill asked for is not in the commune's list.
        WindowRefused, PlaceOutsideTown.
    """
    now = utc_now()
    with transaction():
        place = get_place(details.territory_id)
        require(actor, MutualAidAction.ASK_FOR_ANOTHER, place.id)
        _ensure_listed(details.skills, place.parent_id or place.id)
        person_id = find_or_add_caller(details.contact, now)
        request = write_request(
            requester_id=person_id, author_id=actor.id, details=details, channel=channel, now=now
        )
        if consent is not None:
            write_consent(request, consent, actor_id=actor.id, now=now)
        send_request(request, actor_id=actor.id, has_agreed=consent is not None, now=now)
        return request.id


def get_place(territory_id: int) -> Territory:
    """Return the neighbourhood of a request, or the commune that has none. Raises PlaceOutsideTown."""
    try:
        place = territories.get_territory(territory_id)
    except TerritoryNotFound as error:
        raise PlaceOutsideTown(fields={"territory_id": [PlaceOutsideTown.message]}) from error
    if place.kind is TerritoryKind.COMMUNE and territories.list_neighbourhoods(place.id):
        raise PlaceOutsideTown(fields={"territory_id": [PlaceOutsideTown.message]})
    return place


def _ensure_listed(skills: frozenset[str], town_id: int) -> None:
    if skills and not skills <= {skill.key for skill in volunteers.list_skills(town_id)}:
        raise SkillUnknown(fields={"skills": [SkillUnknown.message]})


def find_or_add_caller(contact: Contact, now: datetime) -> int:
    """Return the record of somebody who telephoned, made now if she has none. Asks no right: for ``ask_for_another``, which has asked,
    and for what makes demonstrations."""
    digest = caller_digest(contact)
    known = queries.find_caller(digest)
    if known is not None:
        return known
    try:
        with db.session.begin_nested():
            person = Person(name=contact.name, phone=contact.phone, created_at=now)
            db.session.add(person)
            db.session.flush()
            db.session.add(Caller(person_id=person.id, digest=digest))
    except IntegrityError:  # another agent wrote her record in this very moment
        known = queries.find_caller(digest)
        if known is None:
            raise
        return known
    return person.id


def caller_digest(contact: Contact) -> str:
    digits = "".join(character for character in contact.phone if character.isdigit())
    return keyed_digest("caller", f"{fold(contact.name)}|{digits}")


def write_request(
    *, requester_id: int, author_id: int | None, details: RequestDetails, channel: Channel, now: datetime
) -> HelpRequest:
    """Write a request that nobody has yet: a draft, in the transaction of the command that has asked who acts.

    Raises:
        WindowRefused.
    """
    rules.ensure_window(details.window, now=now)
    request = HelpRequest(
        territory_id=details.territory_id,
        requester_id=requester_id,
        author_id=author_id,
        category=details.category,
        title=details.title,
        text=details.text,
        starts_at=details.window.starts_at,
        ends_at=details.window.ends_at,
        urgency=details.urgency,
        capacity=details.capacity,
        filled=0,
        state=RequestState.DRAFT,
        channel=channel,
        languages=sorted(language.value for language in details.languages),
        wishes=sorted(wish.value for wish in details.wishes),
        skills=sorted(details.skills),
        contact_name=details.contact.name,
        contact_phone=details.contact.phone,
        contact_address=details.contact.address,
        created_at=now,
        changed_at=now,
    )
    db.session.add(request)
    db.session.flush()
    return request


def send_request(
    request: HelpRequest,
    *,
    actor_id: int | None,
    now: datetime,
    has_agreed: bool = True,
    is_accepted: bool = False,
) -> None:
    """Send a request to volunteers, or to whoever is to agree or to read it before, in the transaction of the command.

    Args:
        has_agreed: the person helped asks herself, or her consent is recorded.
        is_accepted: somebody of the town hall has read it.
    """
    reasons = () if is_accepted else reasons_to_read(request)
    state = rules.first_state(has_agreed=has_agreed, is_read_before=bool(reasons))
    move_request(request, state, now=now, actor_id=actor_id)
    if state is RequestState.IN_REVIEW:
        ask_review(request, reasons, now)


def write_consent(request: HelpRequest, mode: ConsentMode, *, actor_id: int | None, now: datetime) -> None:
    """Write that the person helped agrees to her request being passed to volunteers, for this help and until it is over."""
    request.consent = Consent(
        person_id=request.requester_id,
        mode=mode,
        text_version=CONSENT_TEXT_VERSION,
        recorded_by_id=actor_id,
        recorded_at=now,
        valid_until=request.ends_at,
    )
    db.session.flush()
    publish(
        ConsentRecorded(
            occurred_at=now,
            request_id=request.id,
            person_id=request.requester_id,
            actor_id=actor_id,
            mode=mode.value,
            text_version=CONSENT_TEXT_VERSION,
        )
    )


def get_followed_request(actor: Actor, request_id: int) -> HelpRequest:
    """Return a request to who may follow it; to everybody else it does not exist.

    Raises:
        NotSignedIn: nobody is signed in.
        RequestNotFound: there is none, or it is somebody else's.
    """
    if not actor.is_signed_in:
        raise NotSignedIn
    request = queries.get_request(request_id)
    if not can(actor, MutualAidAction.FOLLOW_REQUEST, request):
        raise RequestNotFound
    return request


def cancel_request(actor: Actor, *, request_id: int, state_seen: RequestState | None = None) -> None:
    """Cancel a request, for who made it and for the town hall; everybody concerned is told. Cancelling again changes nothing.

    Args:
        state_seen: the state that the person decided on, where a screen showed it. If somebody accepted meanwhile, nothing is
            cancelled: of an acceptance and such a cancellation exactly one wins.

    Raises:
        RequestNotFound: there is none, or it is somebody else's.
        RequestMoved: it is no longer in the state seen.
        WrongTransition: it is closed or expired.
    """
    now = utc_now()
    with transaction():
        request = get_followed_request(actor, request_id)
        require(actor, MutualAidAction.CANCEL_REQUEST, request)
        request = queries.lock_request(request_id)
        if request.state is RequestState.CANCELLED:
            return
        if state_seen is not None and request.state is not state_seen:
            raise RequestMoved
        if request.state is RequestState.SUSPENDED and not can(
            actor, MutualAidAction.ACCEPT_REQUEST, request
        ):
            keep_doubt(request, now)
        _cancel(request, actor.id, now)


def cancel_for_departure(*, request_id: int, actor_id: int, now: datetime) -> None:
    """Cancel the request of a person whose account ends, in the transaction of the command that ends it, which has asked."""
    with transaction():
        _cancel(queries.lock_request(request_id), actor_id, now)


def _cancel(request: HelpRequest, actor_id: int, now: datetime) -> None:
    move_request(request, RequestState.CANCELLED, now=now, actor_id=actor_id)
    if request.consent is not None:
        request.consent.withdrawn_at = now
    publish(
        RequestCancelled(
            occurred_at=now,
            request_id=request.id,
            territory_id=request.territory_id,
            requester_id=request.requester_id,
            actor_id=actor_id,
        )
    )


def move_request(request: HelpRequest, state: RequestState, *, now: datetime, actor_id: int | None) -> None:
    """Move a locked request to a state, inside the transaction of the command that decided it and has asked who acts.

    The only place where a request changes its state: each step is written in the journal and told, and entering ``open`` has
    volunteers asked.

    Raises:
        WrongTransition: the table of transitions has no such step.
    """
    rules.ensure_transition(request.state, state)
    with transaction():
        former, request.state, request.changed_at = request.state, state, now
        publish(state_fact(RequestChanged, request, actor_id, now, former_state=former.value))
        if state is RequestState.OPEN:
            publish(
                RequestOpened(
                    occurred_at=now,
                    request_id=request.id,
                    territory_id=request.territory_id,
                    requester_id=request.requester_id,
                    follower_id=request.follower_id,
                    actor_id=actor_id,
                )
            )


def state_fact(
    kind: type[RequestChanged],
    request: HelpRequest,
    actor_id: int | None,
    now: datetime,
    *,
    former_state: str | None = None,
) -> RequestChanged:
    return kind(
        occurred_at=now,
        request_id=request.id,
        territory_id=request.territory_id,
        requester_id=request.requester_id,
        follower_id=request.follower_id,
        actor_id=actor_id,
        state=request.state.value,
        former_state=former_state,
    )


def set_request_hidden(*, request_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide a request or show it again, for the moderation, which has asked who acts. While hidden, nobody new is asked.

    Raises:
        RequestNotFound: there is no such request.
    """
    with transaction():
        result = db.session.execute(
            sa.update(HelpRequest)
            .where(HelpRequest.id == request_id)
            .values(hidden_at=now if is_hidden else None)
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]
            raise RequestNotFound
