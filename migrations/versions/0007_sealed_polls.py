"""Polls whose ballots are sealed in the browser."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FROZEN_WITH_ITS_ARCHIVE = (
    "(election IS NULL AND fingerprint IS NULL AND opened_at IS NULL AND height IS NULL AND head IS NULL)"
    " OR (election IS NOT NULL AND fingerprint IS NOT NULL AND opened_at IS NOT NULL AND height IS NOT NULL"
    " AND head IS NOT NULL)"
)


def upgrade() -> None:
    _make_polls()
    _make_box()


def _make_polls() -> None:
    op.create_table(
        "sealed_poll",
        sa.Column("poll_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("group_file", sa.Text(), nullable=False),
        sa.Column("sent_codes", sa.Text(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("code_count", sa.Integer(), nullable=False),
        sa.Column("election", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("ballot_count", sa.Integer(), nullable=True),
        sa.Column("sums", sa.Text(), nullable=True),
        sa.CheckConstraint(FROZEN_WITH_ITS_ARCHIVE, name=op.f("ck_sealed_poll_frozen_with_its_archive")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_sealed_poll_poll_id_poll"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_sealed_poll")),
        sa.UniqueConstraint("uuid", name=op.f("uq_sealed_poll_uuid")),
    )
    op.create_table(
        "sealed_trustee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        _of_poll("sealed_trustee", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_trustee")),
        sa.UniqueConstraint("poll_id", "position", name=op.f("uq_sealed_trustee_poll_id_position")),
    )


def _make_box() -> None:
    op.create_table(
        "sealed_code",
        sa.Column("poll_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("last_tracker", sa.Text(), nullable=True),
        _of_poll("sealed_code"),
        sa.PrimaryKeyConstraint("poll_id", "digest", name=op.f("pk_sealed_code")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_code_poll_id_last_tracker", "sealed_code", ["poll_id", "last_tracker"])
    op.create_table(
        "sealed_mark",
        sa.Column("poll_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        _of_poll("sealed_mark"),
        sa.PrimaryKeyConstraint("poll_id", "mark", name=op.f("pk_sealed_mark")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sealed_entry",
        sa.Column("poll_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=True),
        _of_poll("sealed_entry"),
        sa.PrimaryKeyConstraint("poll_id", "position", name=op.f("pk_sealed_entry")),
    )
    op.create_index("ix_sealed_entry_poll_id_tracker", "sealed_entry", ["poll_id", "tracker"])


def _of_poll(table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_poll_id_sealed_poll")
    return sa.ForeignKeyConstraint(["poll_id"], ["sealed_poll.poll_id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    for table in ("sealed_entry", "sealed_mark", "sealed_code", "sealed_trustee", "sealed_poll"):
        op.drop_table(table)
