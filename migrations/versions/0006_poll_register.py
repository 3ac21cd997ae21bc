"""The public register of a poll, imported rolls, and named votes at the sittings of councils."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ANSWERS = ("for", "against", "blank", "abstain")


def upgrade() -> None:
    op.create_table(
        "poll_register_entry",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_register_entry_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "height", name=op.f("pk_poll_register_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_poll_register_entry_hash")),
    )
    op.create_table(
        "poll_published_receipts",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_published_receipts_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_poll_published_receipts")),
    )
    op.create_table(
        "poll_register_follower",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mailed_on", sa.Date(), nullable=True),
        sa.Column("mailed_height", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_register_follower_poll_id_poll")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_poll_register_follower_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_poll_register_follower")),
    )
    op.create_index(op.f("ix_poll_register_follower_person_id"), "poll_register_follower", ["person_id"])
    op.create_table(
        "given_roll",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.LargeBinary(), nullable=True),
        sa.Column("is_addition", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_given_roll_poll_id_poll"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_given_roll")),
    )
    op.create_table(
        "given_voter",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"],
            ["given_roll.poll_id"],
            name=op.f("fk_given_voter_poll_id_given_roll"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_given_voter_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_given_voter_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_given_voter")),
    )
    op.create_index(op.f("ix_given_voter_person_id"), "given_voter", ["person_id"])
    _make_sitting_votes()


def _make_sitting_votes() -> None:
    op.create_table(
        "sitting_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_vote_sitting_id_sitting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_vote")),
    )
    op.create_index(op.f("ix_sitting_vote_sitting_id"), "sitting_vote", ["sitting_id"])
    op.create_table(
        "sitting_voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(*ANSWERS, name="voiceanswer", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["sitting_vote.id"], name=op.f("fk_sitting_voice_vote_id_sitting_vote"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_sitting_voice_seat_id_seat"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["sitting_voice.id"],
            name=op.f("fk_sitting_voice_holder_id_sitting_voice"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_voice")),
        sa.UniqueConstraint("vote_id", "seat_id", name=op.f("uq_sitting_voice_vote_id_seat_id")),
    )
    op.create_index(op.f("ix_sitting_voice_seat_id"), "sitting_voice", ["seat_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sitting_voice_seat_id"), table_name="sitting_voice")
    op.drop_table("sitting_voice")
    op.drop_index(op.f("ix_sitting_vote_sitting_id"), table_name="sitting_vote")
    op.drop_table("sitting_vote")
    op.drop_index(op.f("ix_given_voter_person_id"), table_name="given_voter")
    op.drop_table("given_voter")
    op.drop_table("given_roll")
    op.drop_index(op.f("ix_poll_register_follower_person_id"), table_name="poll_register_follower")
    op.drop_table("poll_register_follower")
    op.drop_table("poll_published_receipts")
    op.drop_table("poll_register_entry")
