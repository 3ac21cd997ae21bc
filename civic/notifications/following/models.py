from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.notifications.following.rules import Rhythm, TopicKind
from civic.notifications.rules import Kind


class Follow(Model):
    """How often a person is told of a topic. ``topic_key``: the id of what is followed, or the name of a theme."""

    __tablename__ = "follow"
    __table_args__ = (sa.Index("ix_follow_topic_kind_topic_key", "topic_kind", "topic_key"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    topic_kind: Mapped[TopicKind] = mapped_column(enum_type(TopicKind, is_checked=False), primary_key=True)
    topic_key: Mapped[str] = mapped_column(primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(enum_type(Rhythm, is_checked=False))
    since: Mapped[datetime]


class News(Model):
    """Something public that happened, written once however many follow it.

    Attributes:
        key: names the fact, as in ``Notification``: whoever was told of it otherwise is not told again.
        actor_id: who did it, and needs not be told.
        proposal_id: where it is of a proposal, which may be hidden or withdrawn by the time that it is told.
    """

    __tablename__ = "news"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(enum_type(Kind, is_checked=False))
    key: Mapped[str] = mapped_column(unique=True)
    params: Mapped[dict[str, Any]]
    path: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    proposal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    occurred_at: Mapped[datetime] = mapped_column(index=True)


class NewsTopic(Model):
    __tablename__ = "news_topic"

    topic_kind: Mapped[TopicKind] = mapped_column(enum_type(TopicKind, is_checked=False), primary_key=True)
    topic_key: Mapped[str] = mapped_column(primary_key=True)
    news_id: Mapped[int] = mapped_column(
        sa.ForeignKey("news.id", ondelete="CASCADE"), primary_key=True, index=True
    )
