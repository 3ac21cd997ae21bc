"""What the relay tells to those who follow: at once, or in one mail."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import delivers, owe
from civic.kernel.transaction import transaction
from civic.notifications import queries as inbox
from civic.notifications.following import queries
from civic.notifications.following.links import unsubscribe_path
from civic.notifications.following.models import News
from civic.notifications.following.participants import list_participants
from civic.notifications.following.rules import (
    USUAL_RHYTHM,
    Rhythm,
    Topic,
    TopicKind,
    rhythm_for,
    rhythms_due,
)
from civic.notifications.following.topics import name_topics
from civic.notifications.mail import send_mail_if_taken, write_mail
from civic.notifications.models import Notification
from civic.notifications.rules import Family, Kind, MailChoice
from civic.notifications.service import Told, find_mail_address, notify_all, tell_quietly
from civic.notifications.wording import sentence_of

FOLLOWS_PATH = "/notifications/suivis"
TOLD_APART = frozenset({Kind.NEWS_ANSWER, Kind.COMMITMENT_MOVED})
"""Of these, who wrote or supports the proposal is told by itself (``notifications.answers``), whatever she follows."""


@delivers("news")
def tell_at_once(owed: dict[str, Any]) -> None:
    """Tell one news to those who asked for it at once."""
    now = utc_now()
    with transaction():
        news = queries.find_public_news(owed["news_id"])
        if news is None:
            return
        told = [
            person_id for person_id, rhythm in _listeners(news, queries.topics_of([news.id])[news.id]) if rhythm is Rhythm.AT_ONCE
        ]  # fmt: skip
        notify_all(told, kind=news.kind, key=news.key, params=news.params, path=news.path, now=now)


def _listeners(news: News, topics: list[Topic]) -> list[tuple[int, Rhythm]]:
    followed = queries.rhythms_of(None, topics, at=news.occurred_at)
    if news.kind is Kind.NEWS_LETTER:
        _add_participants(followed, topics)
    if news.kind in TOLD_APART and news.proposal_id is not None:
        for person_id in queries.list_concerned(news.proposal_id):
            followed.pop(person_id, None)
    rhythms = {person_id: rhythm_for(topics, each) for person_id, each in followed.items()}
    return [
        (person_id, rhythm)
        for person_id, rhythm in sorted(rhythms.items())
        if rhythm and person_id != news.actor_id
    ]


def _add_participants(followed: dict[int, dict[Topic, Rhythm]], topics: list[Topic]) -> None:
    """Who took part in a consultation is told of its letters as usual, unless she said otherwise of it, or of one of its neighbourhoods."""
    for topic in topics:
        if topic.kind is TopicKind.CONSULTATION:
            for person_id in list_participants(int(topic.key)):
                if person_id not in followed:
                    followed[person_id] = {topic: USUAL_RHYTHM}


@delivers("digests")
def tell_in_one_mail(owed: dict[str, Any]) -> None:
    """Gather, for each person, what she follows by the day or the week and was not told. Run again, it finds nothing new."""
    due = datetime.fromisoformat(owed["due"])
    rhythms, fresh = rhythms_due(due), queries.list_fresh_news(before=due)
    topics = queries.topics_of([news.id for news in fresh])
    waiting: dict[int, list[int]] = {}
    for place, news in enumerate(fresh):
        for person_id, rhythm in _listeners(news, topics.get(news.id, [])):
            if rhythm in rhythms:
                waiting.setdefault(person_id, []).append(place)
    for person_id in sorted(waiting):
        _gather(person_id, [fresh[place] for place in waiting[person_id]], due)


def _gather(person_id: int, news: list[News], due: datetime) -> None:
    """Write in a person's inbox what is new to her, and owe the one mail that says it, together."""
    reads_mail = (
        find_mail_address(person_id) is not None
        and inbox.mail_choice(person_id, Family.PARTICIPATION) is not MailChoice.NONE
    )
    now = utc_now()
    with transaction():
        told = tell_quietly(
            person_id,
            [Told(each.kind, each.key, each.params, each.path) for each in news],
            now=now,
            is_read=reads_mail,
        )
        if told and reads_mail:
            owe(
                "digest",
                {"person_id": person_id, "notifications": told, "day": due.date().isoformat()},
                now=now,
            )


@delivers("digest", is_slow=True)
def send_digest(owed: dict[str, Any]) -> None:
    """Send one mail, in the reader's language, unless she refused it or left meanwhile. It is never empty."""
    person_id = owed["person_id"]
    reader = find_mail_address(person_id)
    told = [row for row in map(inbox.find_notification, owed["notifications"]) if row is not None]
    if reader is None or not told or inbox.mail_choice(person_id, Family.PARTICIPATION) is MailChoice.NONE:
        return
    email, language = reader
    with force_locale(language):
        groups = _by_topic(told)
        subject = ngettext(
            "%(num)s nouvelle de ce que vous suivez", "%(num)s nouvelles de ce que vous suivez", len(told)
        )
    mail = write_mail(
        "digest",
        recipient=email,
        language=language,
        subject=subject,
        path=FOLLOWS_PATH,
        reference=f"digest-{person_id}-{owed['day']}",
        is_refusable=True,
        unsubscribe_path=unsubscribe_path(person_id),
        groups=groups,
    )
    db.session.rollback()  # a mail server may take seconds: no snapshot of the database is held meanwhile
    send_mail_if_taken(mail)


def _by_topic(told: list[Notification]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the sentences and their addresses, under the name of the widest public thing that each is of."""
    public_url = current_app.config["SETTINGS"].public_url
    of_news = queries.widest_topics([row.key for row in told])
    names = name_topics(set(of_news.values()))
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in told:
        topic = of_news.get(row.key)
        named = names.get(topic) if topic else None
        title = f"{gettext(named.kind)} – {gettext(named.name)}" if named else gettext("La commune")
        groups.setdefault(title, []).append((sentence_of(row), public_url + row.path))
    return sorted(groups.items())
