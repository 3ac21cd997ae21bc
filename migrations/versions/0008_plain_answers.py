"""The essential of an official answer, in plain language."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer", sa.Column("plain_text", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """By SQL: SQLite would otherwise make the table again."""
    op.execute(sa.text("ALTER TABLE answer DROP COLUMN plain_text"))
