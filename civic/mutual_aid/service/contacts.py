"""How a person is reached: corrected by her, or by the town hall for her, as long as her request is under way."""

from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.editing import ensure_seen, fingerprint
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.codes.service import end_code_to_former_number
from civic.mutual_aid.desk.calls import note_right_number
from civic.mutual_aid.errors import PlaceKept, PlaceOutsideTown, WrongTransition
from civic.mutual_aid.events import ContactCorrected
from civic.mutual_aid.models import Caller, HelpRequest
from civic.mutual_aid.reviewing.rereading import read_again
from civic.mutual_aid.reviewing.waiting import asked_of
from civic.mutual_aid.rules import OVER, SEEKING, Contact, RequestState
from civic.mutual_aid.service.requests import caller_digest, get_followed_request, get_place
from civic.mutual_aid.service.windows import tell_new_window
from civic.territories import queries as territories


def correct_contact(
    actor: Actor, *, request_id: int, contact: Contact, territory_id: int, seen: str | None = None
) -> None:
    """Correct the name, the number, the address or the neighbourhood of a request, for who made it and for the town hall.

    A volunteer who said yes is told to look at them again. Of another neighbourhood, volunteers are asked anew.

    Args:
        seen: what was stored when it was read (``HelpRequest.seen_contact``).

    Raises:
        RequestNotFound: there is none, or it is somebody else's.
        ChangedMeanwhile: the other of them corrected it since.
        PlaceOutsideTown.
        PlaceKept: a volunteer said yes, who knows the neighbourhood.
        WrongTransition: it is over, or its contact was erased with the consent.
    """
    now = utc_now()
    with transaction():
        request = get_followed_request(actor, request_id)
        require(actor, MutualAidAction.CHANGE_REQUEST, request)
        queries.lock_caller(request.requester_id)  # before the request, as every command does
        request = queries.lock_request(request_id)
        if not may_be_corrected(request):
            raise WrongTransition
        wanted = fingerprint(contact.name, contact.phone, contact.address, territory_id)
        ensure_seen(seen, request.seen_contact, wanted)
        before, is_other_place = asked_of(request), _set_place(request, territory_id)
        if _set_contact(request, contact, now):
            publish(
                ContactCorrected(
                    occurred_at=now,
                    request_id=request.id,
                    territory_id=request.territory_id,
                    actor_id=actor.id,
                    subject_person_id=request.requester_id,
                )
            )
        if (
            is_other_place and request.state in SEEKING
        ):  # elsewhere it is read, or sought, later: as it is then
            read_again(actor, request, before=before, now=now)
            tell_new_window(request, actor_id=actor.id, now=now)


def may_be_corrected(request: HelpRequest) -> bool:
    is_over = request.state in OVER and request.state is not RequestState.EXPIRED
    return not is_over and bool(request.contact_phone)


def _set_place(request: HelpRequest, territory_id: int) -> bool:
    if territory_id == request.territory_id:
        return False
    if request.filled:
        raise PlaceKept(fields={"territory_id": [PlaceKept.message]})
    place = get_place(territory_id)
    if request.territory_id not in territories.ids_within(place.parent_id or place.id):
        raise PlaceOutsideTown(fields={"territory_id": [PlaceOutsideTown.message]})
    request.territory_id = territory_id
    return True


def _set_contact(request: HelpRequest, contact: Contact, now: datetime) -> bool:
    former = Contact(request.contact_name, request.contact_phone, request.contact_address)
    if contact == former:
        return False
    request.contact_name, request.contact_phone = contact.name, contact.phone
    request.contact_address = contact.address
    if request.is_assisted:
        _correct_caller(request.requester_id, contact)
    if contact.phone != former.phone:
        note_right_number(request.id, now=now)
        end_code_to_former_number(person_id=request.requester_id, request_id=request.id, number=contact.phone)
    return True


def _correct_caller(person_id: int, contact: Contact) -> None:
    """Who telephones again is found by the right name and number, unless they are those of another record, which stays."""
    caller = db.session.get(Caller, person_id)
    person = db.session.get_one(Person, person_id)
    if caller is None or person.email is not None or person.identity_digest is not None:
        return
    digest = caller_digest(contact)
    if db.session.scalar(sa.select(Caller.person_id).filter_by(digest=digest)) not in (None, person_id):
        return
    caller.digest, person.name, person.phone = digest, contact.name, contact.phone
