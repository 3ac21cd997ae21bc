"""Consultations begun from a template or another one."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every consultation that was there began from neither."""
    with op.batch_alter_table("consultation") as consultation:
        consultation.add_column(sa.Column("template", sa.Text(), nullable=True))
        consultation.add_column(sa.Column("copied_from_id", sa.Integer(), nullable=True))
        consultation.create_foreign_key(
            op.f("fk_consultation_copied_from_id_consultation"),
            "consultation",
            ["copied_from_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("consultation") as consultation:
        consultation.drop_constraint(
            op.f("fk_consultation_copied_from_id_consultation"), type_="foreignkey"
        )
        consultation.drop_column("copied_from_id")
        consultation.drop_column("template")
