"""What the two sides of a match say to each other, and who saw whose contact."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import Page, paginate
from civic.matching.errors import MatchNotFound
from civic.matching.models import ContactSight, MatchMessage
from civic.matching.queries.matches import Side, get_side


@dataclass(frozen=True)
class SaidMessage:
    id: int
    match_id: int
    author_id: int
    author_name: str
    is_mine: bool
    is_for_town: bool
    client_id: str
    text: str
    created_at: datetime
    is_hidden: bool


@dataclass(frozen=True)
class Sight:
    """Who saw a contact, when: shown to whose contact it is."""

    viewer_name: str | None
    seen_at: datetime


def find_message(match_id: int, author_id: int, client_id: str) -> MatchMessage | None:
    query = sa.select(MatchMessage).filter_by(match_id=match_id, author_id=author_id, client_id=client_id)
    return db.session.scalars(query).one_or_none()


def get_said_message(message_id: int, reader_id: int) -> SaidMessage:
    """Return one message as a reader of the conversation reads it, for the live feed. Raises MatchNotFound."""
    message = db.session.get(MatchMessage, message_id)
    if message is None:
        raise MatchNotFound
    return present_messages([message], get_side(message.match_id), reader_id)[0]


def list_messages(
    side: Side, reader_id: int, *, number: int | None = None, size: int = 50
) -> Page[SaidMessage]:
    """Return one page of a conversation, oldest first; the last page when ``number`` is None."""
    query = sa.select(MatchMessage).where(MatchMessage.match_id == side.id).order_by(MatchMessage.id)
    page = paginate(query, number=number or 1, size=size)
    if number is None and page.pages > 1:
        page = paginate(query, number=page.pages, size=size)
    return Page(present_messages(page.items, side, reader_id), page.number, page.size, page.total)


def present_messages(messages: list[MatchMessage], side: Side, reader_id: int) -> list[SaidMessage]:
    names = accounts.names_of({message.author_id for message in messages})
    own_sides = {side.volunteer_id, side.requester_id}
    return [
        SaidMessage(
            id=message.id,
            match_id=message.match_id,
            author_id=message.author_id,
            author_name=names[message.author_id],
            is_mine=message.author_id == reader_id,
            is_for_town=message.author_id not in own_sides,
            client_id=message.client_id,
            text=message.text if message.hidden_at is None or message.author_id == reader_id else "",
            created_at=message.created_at,
            is_hidden=message.hidden_at is not None,
        )
        for message in messages
    ]


def list_sights(*, subject_id: int, request_id: int, viewer_id: int | None = None) -> list[Sight]:
    """List who saw a person's contact because of a request, newest first (the last hundred).

    Args:
        viewer_id: only what this person saw.
    """
    query = (
        sa.select(ContactSight.seen_at, Person.name)
        .join(Person, Person.id == ContactSight.viewer_id, isouter=True)
        .where(ContactSight.subject_person_id == subject_id, ContactSight.request_id == request_id)
        .order_by(ContactSight.id.desc())
        .limit(100)
    )
    if viewer_id is not None:
        query = query.where(ContactSight.viewer_id == viewer_id)
    return [Sight(row.name, row.seen_at) for row in db.session.execute(query)]


def find_moderated_message(message_id: int) -> ModeratedContent | None:
    message = db.session.get(MatchMessage, message_id)
    if message is None:
        return None
    side = get_side(message.match_id)
    return ModeratedContent(
        kind="message",
        id=message.id,
        author_id=message.author_id,
        territory_id=side.territory_id,
        text=message.text,
        path=f"/entraide/mises-en-relation/{side.id}#message-{message.id}",
        is_hidden=message.hidden_at is not None,
    )
