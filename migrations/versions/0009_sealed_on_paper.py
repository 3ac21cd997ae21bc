"""Votes on paper in a sealed poll."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "sealed_paper_entry"


def upgrade() -> None:
    op.add_column("sealed_poll", sa.Column("paper", sa.Text(), nullable=True))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"],
            ["sealed_poll.poll_id"],
            name=op.f(f"fk_{TABLE}_poll_id_sealed_poll"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["person.id"], name=op.f(f"fk_{TABLE}_agent_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("poll_id", "agent_id", name=op.f(f"uq_{TABLE}_poll_id_agent_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_agent_id"), TABLE, ["agent_id"])


def downgrade() -> None:
    """By SQL: SQLite would otherwise make the table again."""
    op.drop_table(TABLE)
    op.execute(sa.text("ALTER TABLE sealed_poll DROP COLUMN paper"))
