"""What the two sides of a match say to each other."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.matching import queries
from civic.matching.errors import MatchEnded, MatchNotFound
from civic.matching.events import MessageSaid
from civic.matching.models import MatchMessage
from civic.matching.queries import SaidMessage, Side
from civic.matching.rules import LIVE_MATCH
from civic.matching.service.matches import get_followed_match


def say(actor: Actor, *, match_id: int, text: str, client_id: str) -> SaidMessage:
    """Say something to the other side. A message sent again under the same ``client_id`` is the one already said.

    Returns:
        The message as its author reads it.

    Raises:
        MatchNotFound: there is none, or it is between others.
        MatchEnded: it is over, and the conversation with it.
    """
    now = utc_now()
    with transaction():
        side = get_followed_match(actor, match_id)
        message = queries.find_message(match_id, actor.id, client_id)
        if message is None:
            if side.state not in LIVE_MATCH:
                raise MatchEnded
            message = _write(actor, side, text, client_id, now)
        return queries.present_messages([message], side, actor.id)[0]


def _write(actor: Actor, side: Side, text: str, client_id: str, now: datetime) -> MatchMessage:
    message = MatchMessage(
        match_id=side.id, author_id=actor.id, client_id=client_id, text=text, created_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(message)
    except IntegrityError:  # the same message, sent twice, arrived at the same moment
        said = queries.find_message(side.id, actor.id, client_id)
        if said is None:
            raise
        return said
    publish(
        MessageSaid(
            occurred_at=now,
            message_id=message.id,
            match_id=side.id,
            author_id=actor.id,
            recipient_id=side.reader_opposite(actor.id),
        )
    )
    return message


def set_message_hidden(*, message_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide a message or show it again, for the moderation, which has asked who acts.

    Raises:
        MatchNotFound: there is no such message.
    """
    with transaction():
        result = db.session.execute(
            sa.update(MatchMessage)
            .where(MatchMessage.id == message_id)
            .values(hidden_at=now if is_hidden else None)
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]
            raise MatchNotFound
