"""By which way an argument came, and which sheet it was written on."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("argument") as table:
        table.add_column(sa.Column("channel", sa.String(length=40), nullable=False, server_default="web"))
    op.create_table(
        "sheet_argument",
        sa.Column("argument_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["argument_id"],
            ["argument.id"],
            name=op.f("fk_sheet_argument_argument_id_argument"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["contribution_sheet.id"],
            name=op.f("fk_sheet_argument_sheet_id_contribution_sheet"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("argument_id", name=op.f("pk_sheet_argument")),
    )
    op.create_index("ix_sheet_argument_sheet_id", "sheet_argument", ["sheet_id"])


def downgrade() -> None:
    op.drop_table("sheet_argument")
    with op.batch_alter_table("argument") as table:
        table.drop_column("channel")
