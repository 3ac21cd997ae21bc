"""Who follows what, and what there is to tell them."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.notifications.following.models import Follow, News, NewsTopic
from civic.notifications.following.rules import FRESH_FOR, USUAL_RHYTHM, Rhythm, Topic, TopicKind
from civic.proposals.models import Proposal, Support

GROUPED_BY = (
    TopicKind.CONSULTATION,
    TopicKind.COUNCIL,
    TopicKind.POLL,
    TopicKind.PETITION,
    TopicKind.INQUIRY,
    TopicKind.PROPOSAL,
    TopicKind.PLACE,
)
"""Under what a digest gathers its news, the first that they have."""


def find_rhythm(person_id: int, topic: Topic) -> Rhythm | None:
    """Return how often a person is told of a topic, said or usual; None when she does not follow it."""
    followed = rhythms_of([person_id], [topic]).get(person_id, {})
    return followed.get(topic)


def list_follows(person_id: int) -> list[Follow]:
    """Return what a person said of each topic, narrowest kind first, the latest first."""
    query = sa.select(Follow).filter_by(person_id=person_id)
    return list(db.session.scalars(query.order_by(Follow.since.desc(), Follow.topic_kind, Follow.topic_key)))


MOST_IMPLIED = 100


def list_implied(person_id: int) -> list[Topic]:
    """Return the proposals that a person wrote or supports, the last first: followed as usual unless she said otherwise."""
    wrote = sa.select(Proposal.id).where(Proposal.author_id == person_id)
    backed = sa.select(Support.proposal_id).where(Support.person_id == person_id)
    both = sa.union(wrote, backed).subquery()
    ids = db.session.scalars(sa.select(both.c[0]).order_by(both.c[0].desc()).limit(MOST_IMPLIED))
    return [Topic(TopicKind.PROPOSAL, str(proposal_id)) for proposal_id in ids]


def rhythms_of(
    person_ids: Collection[int] | None, topics: Collection[Topic], *, at: datetime | None = None
) -> dict[int, dict[Topic, Rhythm]]:
    """Return what persons follow among some topics; all those who follow any of them when ``person_ids`` is None.

    What a person wrote or supports counts as followed, unless she said otherwise of it.

    Args:
        at: leave out what was followed since; a never counts whenever it was said.
    """
    rhythms: dict[int, dict[Topic, Rhythm]] = {}
    for person_id, topic in _implied(person_ids, topics, at):
        rhythms.setdefault(person_id, {})[topic] = USUAL_RHYTHM
    query = sa.select(Follow).where(_is_among(Follow, topics))
    if person_ids is not None:
        query = query.where(Follow.person_id.in_(person_ids))
    if at is not None:
        query = query.where(sa.or_(Follow.since <= at, Follow.rhythm == Rhythm.NEVER))
    for row in db.session.scalars(query):
        rhythms.setdefault(row.person_id, {})[Topic(row.topic_kind, row.topic_key)] = row.rhythm
    return rhythms


def _implied(
    person_ids: Collection[int] | None, topics: Iterable[Topic], at: datetime | None
) -> list[tuple[int, Topic]]:
    ids = [int(topic.key) for topic in topics if topic.kind is TopicKind.PROPOSAL]
    if not ids:
        return []
    wrote = sa.select(Proposal.author_id, Proposal.id).where(
        Proposal.id.in_(ids), Proposal.author_id.is_not(None)
    )
    backed = sa.select(Support.person_id, Support.proposal_id).where(
        Support.proposal_id.in_(ids), Support.person_id.is_not(None)
    )
    if person_ids is not None:
        wrote, backed = (
            wrote.where(Proposal.author_id.in_(person_ids)),
            backed.where(Support.person_id.in_(person_ids)),
        )
    if at is not None:
        backed = backed.where(Support.created_at <= at)
    rows = [*db.session.execute(wrote), *db.session.execute(backed)]
    return [(person_id, Topic(TopicKind.PROPOSAL, str(proposal_id))) for person_id, proposal_id in rows]


def has_listener_at_once(topics: Collection[Topic]) -> bool:
    """Tell whether anybody asked to be told at once of one of these topics, or of a wider one given with it."""
    asked = {"topics": [(topic.kind, topic.key) for topic in topics]}
    return db.session.connection().execute(_AT_ONCE, asked).first() is not None


_AT_ONCE = (
    sa.select(Follow.person_id)
    .where(
        sa.tuple_(Follow.topic_kind, Follow.topic_key).in_(sa.bindparam("topics", expanding=True)),
        Follow.rhythm == Rhythm.AT_ONCE,
    )
    .limit(1)
)


def list_concerned(proposal_id: int) -> set[int]:
    """Return who wrote or supports a proposal."""
    topic = Topic(TopicKind.PROPOSAL, str(proposal_id))
    return {person_id for person_id, _ in _implied(None, [topic], None)}


def _is_among(table: Any, topics: Collection[Topic]) -> sa.ColumnElement[bool]:
    keys: dict[TopicKind, list[str]] = {}
    for topic in topics:
        keys.setdefault(topic.kind, []).append(topic.key)
    return sa.or_(
        sa.false(),
        *(sa.and_(table.topic_kind == kind, table.topic_key.in_(each)) for kind, each in keys.items()),
    )


def topics_of(news_ids: Collection[int]) -> dict[int, list[Topic]]:
    topics: dict[int, list[Topic]] = {}
    for row in db.session.scalars(sa.select(NewsTopic).where(NewsTopic.news_id.in_(news_ids))):
        topics.setdefault(row.news_id, []).append(Topic(row.topic_kind, row.topic_key))
    return topics


def list_fresh_news(*, before: datetime, news_id: int | None = None) -> list[News]:
    """Return what happened lately (or one of it) and is still public: a proposal hidden or withdrawn since is told no more."""
    query = (
        sa.select(News)
        .outerjoin(Proposal, Proposal.id == News.proposal_id)
        .where(
            News.occurred_at < before,
            News.occurred_at >= before - FRESH_FOR,
            sa.or_(
                News.proposal_id.is_(None),
                sa.and_(Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None)),
            ),
        )
    )
    if news_id is not None:
        query = query.where(News.id == news_id)
    return list(db.session.scalars(query.order_by(News.occurred_at, News.id)))


def find_public_news(news_id: int) -> News | None:
    """Return a news while it is fresh and public."""
    found = list_fresh_news(before=utc_now() + timedelta(seconds=1), news_id=news_id)
    return found[0] if found else None


def widest_topics(keys: Collection[str]) -> dict[str, Topic]:
    """Return, for each fact, the consultation or the council that it is of, else the widest of its topics but a theme."""
    order = {kind: rank for rank, kind in enumerate(GROUPED_BY)}
    query = sa.select(News.key, NewsTopic.topic_kind, NewsTopic.topic_key).join(
        NewsTopic, NewsTopic.news_id == News.id
    )
    found: dict[str, Topic] = {}
    for key, kind, topic_key in db.session.execute(query.where(News.key.in_(keys))):
        if kind in order and (key not in found or order[kind] < order[found[key].kind]):
            found[key] = Topic(kind, topic_key)
    return found
