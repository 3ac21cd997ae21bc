"""What a person follows, and how often she is told of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from civic.accounts.models import Person
from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.access import Actor
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe, owe_rounds
from civic.kernel.rows import write_new_rows, write_rows
from civic.kernel.transaction import transaction
from civic.notifications.following.models import Follow, News, NewsTopic
from civic.notifications.following.queries import has_listener_at_once
from civic.notifications.following.rules import FRESH_FOR, Rhythm, Topic, next_digest
from civic.notifications.following.topics import ensure_followable
from civic.notifications.models import MailPreference
from civic.notifications.rules import Family, Kind, MailChoice

KEPT_FOR = 2 * FRESH_FOR


def choose_rhythm(actor: Actor, *, topic: Topic, rhythm: Rhythm) -> None:
    """Write down how often the actor is told of a topic. Said twice, even at once, it changes nothing.

    She follows it since she first said so, or since she last wanted none of it.

    Raises:
        NotSignedIn.
        TopicNotFound: there is no such thing that she may read.
    """
    now = utc_now()
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    written = (sqlite_insert if is_sqlite else postgresql_insert)(Follow).values(
        person_id=actor.id, topic_kind=topic.kind, topic_key=topic.key, rhythm=rhythm, since=now
    )
    since = sa.case((Follow.rhythm == Rhythm.NEVER, now), else_=Follow.since)
    with transaction():
        ensure_followable(actor, topic)
        db.session.execute(
            written.on_conflict_do_update(
                index_elements=["person_id", "topic_kind", "topic_key"],
                set_={"rhythm": rhythm, "since": since},
            )
        )


def write_news(
    kind: Kind,
    *,
    key: str,
    params: Mapping[str, Any],
    path: str,
    topics: Collection[Topic],
    now: datetime,
    actor_id: int | None = None,
    proposal_id: int | None = None,
) -> None:
    """Write once what happened, in the transaction that states it, and owe its telling. A fact told already is told no more."""
    told = {
        "kind": kind, "key": key, "params": dict(params), "path": path,
        "actor_id": actor_id, "proposal_id": proposal_id, "occurred_at": now,
    }  # fmt: skip
    written = write_new_rows(News, [told], same=("key",))
    if not written:
        return
    news_id = written[0]
    write_rows(
        NewsTopic,
        [
            {"topic_kind": topic.kind, "topic_key": topic.key, "news_id": news_id}
            for topic in sorted(topics, key=str)
        ],
    )
    if has_listener_at_once(topics):
        owe("news", {"news_id": news_id}, now=now)
    dues = [next_digest(now, rhythm) for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY)]
    rounds = {f"digests:{iso_utc(due)}": due for due in dues}
    owe_rounds("digests", [({"due": iso_utc(due)}, due, key) for key, due in rounds.items()], now=now)


def take_back_news(keys: Collection[str]) -> None:
    """Tell no more what is public no more, to those who were not told yet. It may be written again."""
    with transaction():
        db.session.execute(sa.delete(News).where(News.key.in_(keys)))


def stop_mails(person_id: int) -> None:
    """Send no more mail of the life of the town to a person: what the button of her mail reader asks for (RFC 8058).

    A mail is kept for longer than an account may be: of who left, nothing is written again.
    """
    with transaction():
        here = sa.select(Person.id).where(Person.id == person_id, Person.deactivated_at.is_(None))
        if db.session.scalar(here.with_for_update()) is None:
            return
        db.session.merge(
            MailPreference(person_id=person_id, family=Family.PARTICIPATION, choice=MailChoice.NONE)
        )


def forget_old_news(now: datetime) -> None:
    """Forget what is told no more."""
    with transaction():
        db.session.execute(sa.delete(News).where(News.occurred_at < now - KEPT_FOR))


def count_follows(person_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(Follow)
    return db.session.scalar(counted.where(Follow.person_id == person_id)) or 0


@exports_personal_data("following", count=count_follows)
def export_follows(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(Follow).filter_by(person_id=person_id).order_by(Follow.topic_kind, Follow.topic_key)
    )
    return [
        {
            "kind": row.topic_kind.value,
            "topic": row.topic_key,
            "rhythm": row.rhythm.value,
            "since": iso_utc(row.since),
        }
        for row in rows
    ]


@erases_personal_data("following")
def erase_follows(person_id: int, now: datetime) -> None:
    db.session.execute(sa.delete(Follow).where(Follow.person_id == person_id))
    db.session.execute(sa.update(News).where(News.actor_id == person_id).values(actor_id=None))
