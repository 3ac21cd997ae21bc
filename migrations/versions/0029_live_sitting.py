"""Live sitting: the agenda as items, convocations, who comes, the sitting as it takes place, questions, and minutes that are published.

Sittings that exist keep their agenda and their minutes as texts: each of these tables begins empty.
"""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = (
    "agenda_item",
    "agenda_vote",
    "convocation",
    "called_seat",
    "sitting_room",
    "sitting_attendee",
    "seat_answer",
    "live_sitting",
    "seat_presence",
    "sitting_question",
    "question_support",
    "sitting_minutes",
    "minutes_addition",
)


def upgrade() -> None:
    _make_agenda()
    _make_convocations()
    _make_coming()
    _make_live()
    _make_questions()
    _make_minutes()


def _make_agenda() -> None:
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("presenter", sa.Text(), nullable=False),
        sa.Column("expected_minutes", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR opened_at IS NOT NULL", name=op.f("ck_agenda_item_closed_once_opened")
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_agenda_item_sitting_id_sitting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    op.create_index(
        "ix_agenda_item_sitting_id_position", "agenda_item", ["sitting_id", "position"], unique=False
    )
    op.create_index(
        "uq_agenda_item_sitting_id_open",
        "agenda_item",
        ["sitting_id"],
        unique=True,
        sqlite_where=sa.text("opened_at IS NOT NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("opened_at IS NOT NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "agenda_vote",
        sa.Column("vote_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["agenda_item.id"],
            name=op.f("fk_agenda_vote_item_id_agenda_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["sitting_vote.id"],
            name=op.f("fk_agenda_vote_vote_id_sitting_vote"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vote_id", name=op.f("pk_agenda_vote")),
    )
    op.create_index(op.f("ix_agenda_vote_item_id"), "agenda_vote", ["item_id"], unique=False)


def _make_convocations() -> None:
    op.create_table(
        "convocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("is_change", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("on_paper", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["person.id"], name=op.f("fk_convocation_sent_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_convocation_sitting_id_sitting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convocation")),
    )
    op.create_index(op.f("ix_convocation_sent_by_id"), "convocation", ["sent_by_id"], unique=False)
    op.create_index(op.f("ix_convocation_sitting_id"), "convocation", ["sitting_id"], unique=False)
    op.create_table(
        "called_seat",
        sa.Column("convocation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["convocation_id"],
            ["convocation.id"],
            name=op.f("fk_called_seat_convocation_id_convocation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_called_seat_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_called_seat_seat_id_seat"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("convocation_id", "seat_id", name=op.f("pk_called_seat")),
    )
    op.create_index(op.f("ix_called_seat_person_id"), "called_seat", ["person_id"], unique=False)
    op.create_index(op.f("ix_called_seat_seat_id"), "called_seat", ["seat_id"], unique=False)


def _make_coming() -> None:
    op.create_table(
        "sitting_room",
        sa.Column("sitting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("coming", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "coming >= 0 AND (places IS NULL OR coming <= places)",
            name=op.f("ck_sitting_room_no_more_than_places"),
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
            name=op.f("fk_sitting_room_sitting_id_sitting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_sitting_room")),
    )
    op.create_table(
        "sitting_attendee",
        sa.Column("sitting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_sitting_attendee_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
            name=op.f("fk_sitting_attendee_sitting_id_sitting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sitting_id", "person_id", name=op.f("pk_sitting_attendee")),
    )
    op.create_index(op.f("ix_sitting_attendee_person_id"), "sitting_attendee", ["person_id"], unique=False)
    op.create_table(
        "seat_answer",
        sa.Column("sitting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "coming", "excused", name="memberanswer", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_seat_answer_seat_id_seat"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_seat_answer_sitting_id_sitting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sitting_id", "seat_id", name=op.f("pk_seat_answer")),
    )
    op.create_index(op.f("ix_seat_answer_seat_id"), "seat_answer", ["seat_id"], unique=False)


def _make_live() -> None:
    op.create_table(
        "live_sitting",
        sa.Column("sitting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("presided_by", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
            name=op.f("fk_live_sitting_sitting_id_sitting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_live_sitting")),
    )
    op.create_table(
        "seat_presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("votes", sa.Boolean(), nullable=False),
        sa.Column(
            "at_opening",
            sa.Enum(
                "present",
                "excused",
                "absent",
                name="presence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "latest",
            sa.Enum("present", "excused", "absent", name="presence", native_enum=False, length=40),
            nullable=False,
        ),
        sa.CheckConstraint(
            "latest IN ('present', 'excused', 'absent')", name=op.f("ck_seat_presence_latest_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_seat_presence_seat_id_seat"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
            name=op.f("fk_seat_presence_sitting_id_sitting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_presence")),
        sa.UniqueConstraint("sitting_id", "seat_id", name=op.f("uq_seat_presence_sitting_id_seat_id")),
    )
    op.create_index(op.f("ix_seat_presence_seat_id"), "seat_presence", ["seat_id"], unique=False)


def _make_questions() -> None:
    op.create_table(
        "sitting_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("is_from_room", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "answered",
                "set_aside",
                name="questionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("supports >= 0", name=op.f("ck_sitting_question_no_less_than_none")),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["person.id"],
            name=op.f("fk_sitting_question_author_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["agenda_item.id"],
            name=op.f("fk_sitting_question_item_id_agenda_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
            name=op.f("fk_sitting_question_sitting_id_sitting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_question")),
    )
    op.create_index(op.f("ix_sitting_question_author_id"), "sitting_question", ["author_id"], unique=False)
    op.create_index(
        "ix_sitting_question_item_id_supports", "sitting_question", ["item_id", "supports"], unique=False
    )
    op.create_index(op.f("ix_sitting_question_sitting_id"), "sitting_question", ["sitting_id"], unique=False)
    op.create_table(
        "question_support",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_question_support_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["sitting_question.id"],
            name=op.f("fk_question_support_question_id_sitting_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "person_id", name=op.f("pk_question_support")),
    )
    op.create_index(op.f("ix_question_support_person_id"), "question_support", ["person_id"], unique=False)


def _make_minutes() -> None:
    op.create_table(
        "sitting_minutes",
        sa.Column("sitting_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column(
            "approval",
            sa.Enum(
                "chair", "sitting", name="approval", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("approved_at_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_at_id"],
            ["sitting.id"],
            name=op.f("fk_sitting_minutes_approved_at_id_sitting"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
            name=op.f("fk_sitting_minutes_sitting_id_sitting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_sitting_minutes")),
    )
    op.create_index(
        op.f("ix_sitting_minutes_approved_at_id"), "sitting_minutes", ["approved_at_id"], unique=False
    )
    op.create_table(
        "minutes_addition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
            name=op.f("fk_minutes_addition_sitting_id_sitting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_addition")),
    )
    op.create_index(op.f("ix_minutes_addition_sitting_id"), "minutes_addition", ["sitting_id"], unique=False)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM flagged_content WHERE subject_kind = 'sitting_question'"))
    for table in reversed(TABLES):
        op.drop_table(table)
