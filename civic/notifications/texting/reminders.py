"""Reminders by text message, to who can be reached by nothing else. It says neither who is helped, nor where she lives."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext

from civic.accounts import queries as accounts
from civic.kernel.database import db
from civic.kernel.errors import NotFound
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers, owe
from civic.matching.queries import matches
from civic.matching.reminding.events import MatchIsTomorrow
from civic.matching.rules import ENGAGED
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.codes.queries import find_verified_number
from civic.mutual_aid.gatherings import queries as gatherings
from civic.mutual_aid.gatherings.events import PlaceIsTomorrow
from civic.mutual_aid.gatherings.models import ShiftPlace
from civic.mutual_aid.gatherings.rules import PlaceState
from civic.mutual_aid.volunteers.queries import get_limits
from civic.mutual_aid.words import category_in_words, window_in_words
from civic.notifications import queries
from civic.notifications.rules import Family, MailChoice
from civic.notifications.service import find_mail_address
from civic.notifications.texting.gateway import NumberRefused, find_gateway
from civic.territories import queries as territories

REMIND = "text.remind"
HELPS, IS_HELPED, SHIFT = "helps", "is_helped", "shift"


@within_transaction(MatchIsTomorrow)
def remind_both_sides(fact: MatchIsTomorrow) -> None:
    _owe(fact.volunteer_id, HELPS, fact.match_id, fact.occurred_at)
    if fact.requester_id is not None:
        _owe(fact.requester_id, IS_HELPED, fact.match_id, fact.occurred_at)


@within_transaction(PlaceIsTomorrow)
def remind_of_place(fact: PlaceIsTomorrow) -> None:
    _owe(fact.person_id, SHIFT, fact.place_id, fact.occurred_at)


def _owe(person_id: int, what: str, number: int, now: datetime) -> None:
    if find_gateway() is None or not has_only_text(person_id):
        return
    owe(REMIND, {"person_id": person_id, "what": what, "id": number}, now=now)


def has_only_text(person_id: int) -> bool:
    """Tell whether nothing but a text message reaches a person: no mail goes to her, and she has no other way or asked for this one."""
    has_address = find_mail_address(person_id) is not None
    if has_address and queries.mail_choice(person_id, Family.SOLIDARITY) is not MailChoice.NONE:
        return False
    return not has_address or get_limits(person_id).by_sms


@delivers(REMIND, is_slow=True)
def send_reminder(owed: dict[str, Any]) -> None:
    """Send a reminder, unless it has lost its reason meanwhile."""
    gateway = find_gateway()
    try:
        person = accounts.get_person(owed["person_id"])
        with force_locale(person.language):
            text = _text_of(owed["what"], owed["id"])
    except NotFound:
        return  # she left meanwhile, or what she was to be reminded of is gone
    number = find_verified_number(person.id)
    db.session.rollback()  # a gateway may take seconds: no snapshot of the database is held meanwhile
    if gateway is None or number is None or text is None:
        return
    with suppress(NumberRefused):  # nothing else reaches her, and she has it in her inbox
        gateway.send(number=number, text=text, reference=f"reminder-{owed['what']}-{owed['id']}")


def _text_of(what: str, number: int) -> str | None:
    return _text_of_place(number) if what == SHIFT else _text_of_match(number, is_helped=what == IS_HELPED)


def _text_of_match(match_id: int, *, is_helped: bool) -> str | None:
    match = matches.get_match(match_id)
    if match.state not in ENGAGED:
        return None
    (request,) = mutual_aid.public_requests([mutual_aid.get_request(match.request_id)])
    told = {
        "town": _town_name(),
        "help": category_in_words(request.category),
        "when": window_in_words(request.starts_at, request.ends_at),
        "link": _public_url(),
    }
    if is_helped:
        return gettext(
            "%(town)s : rappel, quelqu’un vient vous aider (%(help)s) %(when)s. Un empêchement : %(link)s",
            **told,
        )
    return gettext(
        "%(town)s : rappel, vous aidez quelqu’un (%(help)s) %(when)s. Un empêchement : %(link)s", **told
    )


def _text_of_place(place_id: int) -> str | None:
    place = db.session.get(ShiftPlace, place_id)
    if place is None or place.state is not PlaceState.TAKEN:
        return None
    shift = gatherings.get_shift(place.shift_id)
    gathering = gatherings.get_gathering(shift.gathering_id)
    return gettext(
        "%(town)s : rappel, on vous attend %(when)s : %(title)s, %(address)s. Un empêchement : %(link)s",
        town=_town_name(),
        when=window_in_words(shift.starts_at, shift.ends_at),
        title=gathering.title,
        address=gathering.address,
        link=_public_url(),
    )


def _town_name() -> str:
    town = territories.find_town()
    return town.name if town else gettext("Votre mairie")


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)
