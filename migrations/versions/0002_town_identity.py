"""The town's name, arms, colours and texts."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "town_identity",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=False),
        sa.Column("welcome_title", sa.Text(), nullable=False),
        sa.Column("welcome_lead", sa.Text(), nullable=False),
        sa.Column("participation_colour", sa.Text(), nullable=False),
        sa.Column("solidarity_colour", sa.Text(), nullable=False),
        sa.Column("arms", sa.LargeBinary(), nullable=True),
        sa.Column("arms_digest", sa.Text(), nullable=False),
        sa.Column("arms_width", sa.Integer(), nullable=False),
        sa.Column("arms_height", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_town_identity_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_town_identity")),
    )


def downgrade() -> None:
    op.drop_table("town_identity")
