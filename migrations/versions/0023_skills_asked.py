"""Skills that a request asks for."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every request that was there asks for none."""
    with op.batch_alter_table("help_request") as request:
        request.add_column(sa.Column("skills", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("help_request") as request:
        request.drop_column("skills")
