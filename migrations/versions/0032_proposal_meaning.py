"""What shown proposals mean, as vectors that a model made, and the versions by which processes read what changed."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal_meaning",
        sa.Column("proposal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_meaning_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal_meaning")),
    )
    op.create_index(op.f("ix_proposal_meaning_version"), "proposal_meaning", ["version"])
    op.create_table(
        "proposal_meaning_series",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_meaning_series")),
    )


def downgrade() -> None:
    op.drop_table("proposal_meaning_series")
    op.drop_index(op.f("ix_proposal_meaning_version"), "proposal_meaning")
    op.drop_table("proposal_meaning")
