"""Contributions on paper, and what the synthesis of a consultation keeps."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "proposal", sa.Column("channel", sa.String(length=40), nullable=False, server_default="web")
    )
    op.add_column("proposal", sa.Column("received_on", sa.Date(), nullable=True))
    _create_figures()
    _create_sheets()
    _create_synthesis()


def _create_figures() -> None:
    op.create_table(
        "population_count",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_population_count_people_are_counted")),
        sa.CheckConstraint(
            "band IN ('0-17', '18-24', '25-39', '40-54', '55-64', '65-79', '80+')",
            name=op.f("ck_population_count_ageband"),
        ),
        _reference("population_count", "territory_id", "territory", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("territory_id", "band", name=op.f("pk_population_count")),
    )
    op.create_table(
        "participation_figure",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        _reference("participation_figure", "consultation_id", "consultation", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_participation_figure")),
    )


def _create_sheets() -> None:
    table = "contribution_sheet"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(typed_at IS NULL) = (channel IS NULL)", name=op.f("ck_contribution_sheet_typed_has_its_channel")
        ),
        _reference(table, "consultation_id", "consultation", ondelete="CASCADE"),
        _reference(table, "printed_by_id", "person"),
        _reference(table, "typed_by_id", "person"),
        _reference(table, "territory_id", "territory", ondelete=None),
        _reference(table, "same_as_id", "contribution_sheet"),
        _reference(table, "proposal_id", "proposal"),
        _reference(table, "participant_id", "participant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_sheet")),
        sa.UniqueConstraint("number", name=op.f("uq_contribution_sheet_number")),
    )
    op.create_index("ix_contribution_sheet_consultation_id_typed_at", table, ["consultation_id", "typed_at"])
    op.create_index("ix_contribution_sheet_typed_by_id_typed_at", table, ["typed_by_id", "typed_at"])
    for column in ("printed_by_id", "same_as_id", "proposal_id", "participant_id"):
        op.create_index(op.f(f"ix_contribution_sheet_{column}"), table, [column])
    op.create_table(
        "sheet_support",
        sa.Column("support_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        _reference("sheet_support", "support_id", "support", ondelete="CASCADE"),
        _reference("sheet_support", "sheet_id", "contribution_sheet", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("support_id", name=op.f("pk_sheet_support")),
    )
    op.create_index(op.f("ix_sheet_support_sheet_id"), "sheet_support", ["sheet_id"])


def _create_synthesis() -> None:
    op.create_table(
        "synthesis",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("renews_themes", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        _reference("synthesis", "consultation_id", "consultation", ondelete="CASCADE"),
        _reference("synthesis", "asked_by_id", "person"),
        _reference("synthesis", "published_by_id", "person"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_synthesis")),
    )
    for column in ("asked_by_id", "published_by_id"):
        op.create_index(op.f(f"ix_synthesis_{column}"), "synthesis", [column])
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("is_edited", sa.Boolean(), nullable=False),
        _reference("theme", "consultation_id", "consultation", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
    )
    op.create_index(op.f("ix_theme_consultation_id"), "theme", ["consultation_id"])
    op.create_table(
        "theme_member",
        sa.Column("proposal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("is_placed", sa.Boolean(), nullable=False),
        _reference("theme_member", "proposal_id", "proposal", ondelete="CASCADE"),
        _reference("theme_member", "theme_id", "theme", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_theme_member")),
    )
    op.create_index(op.f("ix_theme_member_theme_id"), "theme_member", ["theme_id"])


def _reference(
    table: str, column: str, other: str, *, ondelete: str | None = "SET NULL"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def downgrade() -> None:
    for table in (
        "theme_member",
        "theme",
        "synthesis",
        "sheet_support",
        "contribution_sheet",
        "participation_figure",
        "population_count",
    ):
        op.drop_table(table)
    with op.batch_alter_table("proposal") as batch:
        batch.drop_column("received_on")
        batch.drop_column("channel")
