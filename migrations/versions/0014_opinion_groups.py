"""Groups of people who answered alike, and what all of them agree on; a phase may hide what people react until it closes."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "phase", sa.Column("hides_reactions", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "opinion_map",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("considered", sa.Integer(), nullable=False),
        sa.Column("between_groups", sa.Integer(), nullable=False),
        sa.Column("clearness", sa.Double(), nullable=False),
        sa.Column("lack", sa.Text(), nullable=True),
        sa.Column("squares", sa.JSON(), nullable=False),
        _of_consultation("opinion_map"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_opinion_map")),
    )
    op.create_table(
        "opinion_group",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        _of_consultation("opinion_group"),
        sa.PrimaryKeyConstraint("consultation_id", "number", name=op.f("pk_opinion_group")),
    )
    op.create_table(
        "opinion_place",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_opinion_place_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_opinion_place")),
    )
    op.create_table(
        "opinion_of_group",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.Column("disagreed", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("holds", sa.SmallInteger(), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        _of_statement("opinion_of_group"),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_opinion_of_group")),
    )
    op.create_table(
        "shared_opinion",
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Double(), nullable=False),
        sa.Column("refused", sa.Double(), nullable=False),
        sa.Column("dividing", sa.Double(), nullable=False),
        _of_statement("shared_opinion"),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_shared_opinion")),
    )


def downgrade() -> None:
    for table in ("shared_opinion", "opinion_of_group", "opinion_place", "opinion_group", "opinion_map"):
        op.drop_table(table)
    op.drop_column("phase", "hides_reactions")


def _of_consultation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_consultation_id_consultation")
    return sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=name, ondelete="CASCADE")


def _of_statement(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_statement_id_statement")
    return sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=name, ondelete="CASCADE")
