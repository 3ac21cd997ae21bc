"""The essential of a public page, in plain language."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("consultation", "poll", "sitting")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("plain_text", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """By SQL: SQLite would otherwise make the table again, and drop with it the rows that cascade from it."""
    for table in TABLES:
        op.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN plain_text"))
