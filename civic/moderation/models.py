from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.moderation.rules import AppealState, Outcome, Reason, Rule, SubjectKind


class FlaggedContent(Model):
    """A content that somebody flagged, as it was when last flagged; ``subject_kind`` and ``subject_id`` say where it lives."""

    __tablename__ = "flagged_content"
    __table_args__ = (sa.UniqueConstraint("subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[SubjectKind] = mapped_column(enum_type(SubjectKind, is_checked=False))
    subject_id: Mapped[int]
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    path: Mapped[str]
    created_at: Mapped[datetime]


class Decision(Model):
    """What a moderator decided of the flags on a content. ``undone_at``: the content was shown again."""

    __tablename__ = "moderation_decision"
    __table_args__ = (
        sa.CheckConstraint("outcome <> 'hide' OR rule IS NOT NULL", name="hiding_names_a_rule"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(
        sa.ForeignKey("flagged_content.id", ondelete="CASCADE"), index=True
    )
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    outcome: Mapped[Outcome] = mapped_column(enum_type(Outcome))
    rule: Mapped[Rule | None] = mapped_column(enum_type(Rule))
    text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    undone_at: Mapped[datetime | None]


class Flag(Model):
    """What one person says of a content, once. It waits until ``decision_id`` is set."""

    __tablename__ = "flag"
    __table_args__ = (
        sa.UniqueConstraint("content_id", "flagged_by_id"),
        sa.Index("ix_flag_decision_id_content_id", "decision_id", "content_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(sa.ForeignKey("flagged_content.id", ondelete="CASCADE"))
    flagged_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[Reason] = mapped_column(enum_type(Reason))
    text: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("moderation_decision.id", ondelete="SET NULL")
    )


class Appeal(Model):
    """What the author answers to a decision that hid a content; one per decision."""

    __tablename__ = "appeal"
    __table_args__ = (sa.UniqueConstraint("decision_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("moderation_decision.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    state: Mapped[AppealState] = mapped_column(enum_type(AppealState))
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    answer: Mapped[str] = mapped_column(default="")
