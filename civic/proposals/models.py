from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.consultations.channels import Channel
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.proposals.rules import AnswerState, Category, Decision, Side


class Proposal(Model):
    """A resident's idea. The two counts always equal a recount: of its supports, and of its arguments that are neither
    hidden nor withdrawn (what answers them is not counted).

    ``text_version``: the number of its text, which grows by one each time that the text changes.
    ``version``: the number of all that its authors may change (text, subject, place, files): two who change it at once are told by it.
    ``received_on``: the day on which the town hall received what it typed; none for what its author wrote here.
    ``article_number``: of an article of the town hall's own text, its rank in it; residents argue it and support it as the rest.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="point_is_whole"),
        sa.CheckConstraint("support_count >= 0", name="supports_are_counted"),
        sa.UniqueConstraint("consultation_id", "article_number"),
        sa.CheckConstraint("argument_count >= 0", name="arguments_are_counted"),
        sa.Index("ix_proposal_consultation_id_published_at", "consultation_id", "published_at"),
        sa.Index("ix_proposal_consultation_id_support_count", "consultation_id", "support_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id", ondelete="CASCADE"))
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    place_label: Mapped[str] = mapped_column(default="", server_default="")
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="SET NULL"))
    topic: Mapped[str] = mapped_column(default="", server_default="")
    is_anonymous: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    title: Mapped[str]
    body_source: Mapped[str]
    body_html: Mapped[str]
    category: Mapped[Category] = mapped_column(enum_type(Category))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    text_version: Mapped[int] = mapped_column(default=1, server_default="1")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    support_count: Mapped[int] = mapped_column(default=0)
    argument_count: Mapped[int] = mapped_column(default=0)
    hidden_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    channel: Mapped[Channel] = mapped_column(
        enum_type(Channel, is_checked=False), default=Channel.WEB, server_default=Channel.WEB.value
    )
    received_on: Mapped[date | None]
    article_number: Mapped[int | None]


class Support(Model):
    """A resident's backing. When an account is deleted the support stays and is nobody's, so that counts hold."""

    __tablename__ = "support"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]


class SupportsGiven(Model):
    """How many proposals a person supports in a consultation that limits it: the row that two supports at once wait for.

    Forgotten whenever something else than her own supports changes what it should hold (the limit, a proposal withdrawn or hidden); it is then counted again.
    """

    __tablename__ = "supports_given"
    __table_args__ = (sa.CheckConstraint("given >= 0", name="supports_are_counted"),)

    consultation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    given: Mapped[int]


class Argument(Model):
    """An argument, or an answer to one (``parent_id``: the argument whose thread it is in), which is neutral.

    Attributes:
        answers_id: what is answered: the argument itself, or another answer of its thread.
        useful_count: how many said that it enlightens them; always equals a recount.
        withdrawn_at: its author took it back, or the town hall that had typed it by mistake, and its words were deleted.
        channel: by which way it came; what the town hall typed names nobody.
    """

    __tablename__ = "argument"
    __table_args__ = (
        sa.CheckConstraint("useful_count >= 0", name="marks_are_counted"),
        sa.CheckConstraint("parent_id IS NULL OR side = 'neutral'", name="an_answer_has_no_side"),
        sa.Index("ix_argument_proposal_id_side_created_at", "proposal_id", "side", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    side: Mapped[Side] = mapped_column(enum_type(Side))
    body: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("argument.id", ondelete="CASCADE"), index=True
    )
    answers_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("argument.id", ondelete="SET NULL"), index=True
    )
    useful_count: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    channel: Mapped[Channel] = mapped_column(
        enum_type(Channel, is_checked=False), default=Channel.WEB, server_default=Channel.WEB.value
    )


class Answer(Edited, Model):
    """What the town hall answers. Once published it is kept as it is: news of it is another answer. At most one is being drafted.

    ``version`` grows by one each time that the draft changes.
    """

    __tablename__ = "answer"
    WRITTEN = ("decision", "body_source", "plain_text")
    __table_args__ = (
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name="published_has_its_instant"
        ),
        sa.Index(
            "uq_answer_one_draft",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        ),
        sa.Index("ix_answer_proposal_id_published_at", "proposal_id", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposal.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    decision: Mapped[Decision] = mapped_column(enum_type(Decision))
    body_source: Mapped[str]
    body_html: Mapped[str]
    plain_text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    state: Mapped[AnswerState] = mapped_column(enum_type(AnswerState))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class Trait(Model):
    """One of the ideas that a shown proposal holds, by which those that say the same are found. Kept with the proposal, made again from it."""

    __tablename__ = "proposal_trait"
    __table_args__ = {"sqlite_with_rowid": False}

    trait: Mapped[str] = mapped_column(
        sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True
    )
    proposal_id: Mapped[int] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True, index=True, autoincrement=False
    )
    weight: Mapped[int] = mapped_column(sa.SmallInteger)


class Meaning(Model):
    """What a shown proposal means, for a model: made after it is published, emptied in the transaction that hides or changes it.

    ``version``: the later a row changed, the higher, over all rows: a process reads those that changed since it last looked.
    """

    __tablename__ = "proposal_meaning"

    proposal_id: Mapped[int] = mapped_column(
        sa.ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    model: Mapped[str]
    vectors: Mapped[bytes] = mapped_column(sa.LargeBinary)


class MeaningSeries(Model):
    """One row: the last version given. It is kept from one writer to the next until the commit, so that versions are seen in their order.

    ``name`` is drawn by chance: a process whose database was replaced by another reads everything again.
    """

    __tablename__ = "proposal_meaning_series"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    version: Mapped[int] = mapped_column(sa.BigInteger)
