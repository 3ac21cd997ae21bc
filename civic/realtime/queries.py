from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.matching import queries as matching
from civic.matching.models import MatchMessage
from civic.mutual_aid import queries as mutual_aid
from civic.realtime.models import PersonEvent, PersonFeed

MOST_EVENTS = 200
"""How many missed events are given at once; a client asks again from the last one."""


@dataclass(frozen=True)
class MissedEvents:
    """What came after the event that a client saw last.

    Attributes:
        last_seq: the number of the newest event of this person, whether or not it is among these.
        has_more: there are more than were given; ask again after the last of these.
    """

    events: Sequence[PersonEvent]
    last_seq: int
    has_more: bool


def find_last_seq(person_id: int) -> int:
    """Return the number of the newest event of a person, 0 if she was told nothing yet."""
    return db.session.scalar(sa.select(PersonFeed.last_seq).filter_by(person_id=person_id)) or 0


def list_events_after(person_id: int, seq: int) -> MissedEvents:
    """Return a person's events after one, oldest first."""
    query = (
        sa.select(PersonEvent)
        .where(PersonEvent.person_id == person_id, PersonEvent.seq > seq)
        .order_by(PersonEvent.seq)
        .limit(MOST_EVENTS + 1)
    )
    events = list(db.session.scalars(query))
    return MissedEvents(events[:MOST_EVENTS], find_last_seq(person_id), len(events) > MOST_EVENTS)


def find_event(person_id: int, seq: int) -> PersonEvent | None:
    return db.session.scalars(sa.select(PersonEvent).filter_by(person_id=person_id, seq=seq)).one_or_none()


def find_events(event_ids: Sequence[int]) -> list[PersonEvent]:
    """Return events, each person's in their order; those whose person left meanwhile are not there."""
    query = sa.select(PersonEvent).where(PersonEvent.id.in_(event_ids))
    return list(db.session.scalars(query.order_by(PersonEvent.person_id, PersonEvent.seq)))


def complete_events(events: Sequence[PersonEvent]) -> list[dict[str, Any]]:
    """Return events as they are sent: with their number, and with the words that are kept where they were written, not twice.

    A message or a request that was hidden meanwhile comes without its words, and so does a request to whom said no or was too late.
    Five queries, however many events there are.
    """
    said = _messages_of({e.payload["message_id"] for e in events if e.name == "match:message"})
    asked = _requests_of({e.payload["invitation_id"] for e in events if e.name == "invitation:sent"})
    return [{**event.payload, **_words_of(event, said, asked), "seq": event.seq} for event in events]


def _words_of(
    event: PersonEvent, said: dict[int, dict[str, Any]], asked: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    if event.name == "match:message":
        return said.get(event.payload["message_id"], {"text": None})
    if event.name == "invitation:sent":
        return {"request": asked.get(event.payload["invitation_id"])}
    return {}


def _messages_of(message_ids: set[int]) -> dict[int, dict[str, Any]]:
    if not message_ids:
        return {}
    rows = list(
        db.session.scalars(
            sa.select(MatchMessage).where(MatchMessage.id.in_(message_ids), MatchMessage.hidden_at.is_(None))
        )
    )
    names = accounts.names_of({message.author_id for message in rows})
    return {
        message.id: {
            "text": message.text,
            "author_name": names.get(message.author_id),
            "created_at": iso_utc(message.created_at),
        }
        for message in rows
    }


def _requests_of(invitation_ids: set[int]) -> dict[int, dict[str, Any]]:
    """What a volunteer may know before the match, by invitation: the type that it is read from has no room for a name, a number or an address."""
    if not invitation_ids:
        return {}
    asked = matching.find_requests_to_read(invitation_ids)
    found = [
        request
        for request in mutual_aid.find_requests(set(asked.values())).values()
        if request.hidden_at is None
    ]
    told = {
        public.id: {
            "id": public.id,
            "category": public.category.value,
            "title": public.title,
            "text": public.text,
            "neighbourhood": public.territory_name,
            "window": {"starts_at": iso_utc(public.starts_at), "ends_at": iso_utc(public.ends_at)},
            "urgency": public.urgency.value,
        }
        for public in mutual_aid.public_requests(found)
    }
    return {each: told[request_id] for each, request_id in asked.items() if request_id in told}
