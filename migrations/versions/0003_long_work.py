"""Long work and its progress; address files that wait to be imported; the number of an upload is never given again."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = ("waiting", "running", "done", "failed")


def upgrade() -> None:
    _make_boundary_uploads_again(sqlite_autoincrement=True)
    op.create_table(
        "long_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="workstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("product", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worked_seconds", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_long_work_owner_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_work")),
        sa.UniqueConstraint("key", name=op.f("uq_long_work_key")),
    )
    op.create_index("ix_long_work_state_due_at", "long_work", ["state", "due_at"])
    op.create_index(op.f("ix_long_work_owner_id"), "long_work", ["owner_id"])
    op.create_table(
        "address_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["territory.id"], name=op.f("fk_address_upload_commune_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["work_id"],
            ["long_work.id"],
            name=op.f("fk_address_upload_work_id_long_work"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_upload")),
        sa.UniqueConstraint("work_id", name=op.f("uq_address_upload_work_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "address_upload_part",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["address_upload.id"],
            name=op.f("fk_address_upload_part_upload_id_address_upload"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_address_upload_part")),
    )


def downgrade() -> None:
    op.drop_table("address_upload_part")
    op.drop_table("address_upload")
    op.drop_index(op.f("ix_long_work_owner_id"), table_name="long_work")
    op.drop_index("ix_long_work_state_due_at", table_name="long_work")
    op.drop_table("long_work")
    _make_boundary_uploads_again(sqlite_autoincrement=False)


def _make_boundary_uploads_again(*, sqlite_autoincrement: bool) -> None:
    """SQLite gives the number of a deleted row again, unless told not to when the table is made. What waited is sent again."""
    if op.get_context().dialect.name != "sqlite":
        return
    op.drop_table("boundary_upload")
    op.create_table(
        "boundary_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commune_id"], ["territory.id"], name=op.f("fk_boundary_upload_commune_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundary_upload")),
        sqlite_autoincrement=sqlite_autoincrement,
    )
