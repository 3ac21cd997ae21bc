"""Secret votes in sitting, whose roll is who is present; one poll for each file of ballots that is imported."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = ("motion", "appointment", "last_round")
REASONS = ("third", "appointment", "rule")


def upgrade() -> None:
    op.add_column("council", sa.Column("most_proxies", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "sitting_vote", sa.Column("shows_voices", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "given_roll", sa.Column("is_of_sitting", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _make_proxies()
    _make_secret_votes()
    _make_imports()


def _make_proxies() -> None:
    op.create_table(
        "roll_proxy",
        sa.Column("giver_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["roll_entry.id"], name=op.f("fk_roll_proxy_giver_id_roll_entry")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["roll_entry.id"], name=op.f("fk_roll_proxy_holder_id_roll_entry")
        ),
        sa.CheckConstraint("giver_id <> holder_id", name=op.f("ck_roll_proxy_of_somebody_else")),
        sa.PrimaryKeyConstraint("giver_id", name=op.f("pk_roll_proxy")),
    )
    op.create_index(op.f("ix_roll_proxy_holder_id"), "roll_proxy", ["holder_id"])


def _make_secret_votes() -> None:
    op.create_table(
        "secret_sitting_vote",
        sa.Column("vote_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="secretkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(*REASONS, name="secretreason", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["sitting_vote.id"],
            name=op.f("fk_secret_sitting_vote_vote_id_sitting_vote"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_secret_sitting_vote_poll_id_poll"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("vote_id", name=op.f("pk_secret_sitting_vote")),
        sa.UniqueConstraint("poll_id", name=op.f("uq_secret_sitting_vote_poll_id")),
    )


def _make_imports() -> None:
    """Of files that were imported twice at the same moment, the first poll is the one that an import finds again."""
    op.create_table(
        "imported_poll",
        sa.Column("poll_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_imported_poll_poll_id_poll"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_imported_poll_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_imported_poll")),
        sa.UniqueConstraint(
            "territory_id",
            "file_sha256",
            "method",
            name=op.f("uq_imported_poll_territory_id_file_sha256_method"),
        ),
    )
    op.execute(
        "INSERT INTO imported_poll (poll_id, territory_id, file_sha256, method)"
        " SELECT MIN(poll.id), poll.territory_id, poll.roll_digest, question.method"
        " FROM poll JOIN question ON question.poll_id = poll.id"
        " WHERE poll.rules_format = 'civic-import-1'"
        " GROUP BY poll.territory_id, poll.roll_digest, question.method"
    )


def downgrade() -> None:
    """By SQL where a column leaves: SQLite would otherwise make the table again."""
    op.drop_table("imported_poll")
    op.drop_table("secret_sitting_vote")
    op.drop_index(op.f("ix_roll_proxy_holder_id"), table_name="roll_proxy")
    op.drop_table("roll_proxy")
    op.execute(sa.text("ALTER TABLE given_roll DROP COLUMN is_of_sitting"))
    op.execute(sa.text("ALTER TABLE sitting_vote DROP COLUMN shows_voices"))
    op.execute(sa.text("ALTER TABLE council DROP COLUMN most_proxies"))
