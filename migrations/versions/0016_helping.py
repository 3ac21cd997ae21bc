"""What is done between the yes and the thanks: reminders, starting, hours, certificates."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OLD_REASONS = (
    "asked", "consent", "somebody_comes", "nobody_yet", "still_needed", "too_late", "goes_elsewhere", "nobody_comes", "doubt",
)  # fmt: skip
NEW_REASONS = (*OLD_REASONS, "comes_soon")
OUTCOMES = ("reached", "no_answer", "wrong_number", "not_needed")
INSTANTS = ("arrived_at", "helped_from", "helped_until", "hours_confirmed_at", "reminded_at")


def upgrade() -> None:
    op.add_column("help_request", sa.Column("time_changes", sa.Integer(), nullable=False, server_default="0"))
    for name in INSTANTS:
        op.add_column("match", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "ALTER TABLE match ADD COLUMN confirmed_minutes INTEGER"
        " CONSTRAINT ck_match_whole_quarters CHECK (confirmed_minutes > 0 AND confirmed_minutes % 15 = 0)"
    )
    op.add_column("shift_place", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    _allow_reasons(NEW_REASONS)
    _make_settings()
    _make_certificates()


def _make_settings() -> None:
    op.create_table(
        "reminder_settings",
        sa.Column("town_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hour BETWEEN 8 AND 21", name=op.f("ck_reminder_settings_an_hour_of_the_day")),
        sa.ForeignKeyConstraint(
            ["town_id"],
            ["territory.id"],
            name=op.f("fk_reminder_settings_town_id_territory"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("town_id", name=op.f("pk_reminder_settings")),
    )


def _make_certificates() -> None:
    op.create_table(
        "hours_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("helped", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_hours_certificate_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_hours_certificate_number")),
    )
    op.create_index(op.f("ix_hours_certificate_person_id"), "hours_certificate", ["person_id"])


def _allow_reasons(reasons: tuple[str, ...]) -> None:
    """SQLite makes the table again, with its indexes; nothing refers to it."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_call_back_callreason"), "call_back", type_="check")
        op.create_check_constraint(
            op.f("ck_call_back_callreason"), "call_back", sa.column("reason").in_(reasons)
        )
        return
    for name in (
        "ix_call_back_closed_by_id", "ix_call_back_created_by_id", "ix_call_back_territory_id_closed_at_due_at",
        "uq_call_back_request_id_reason",
    ):  # fmt: skip
        op.drop_index(name, table_name="call_back")
    with op.batch_alter_table("call_back", copy_from=_call_back(reasons), recreate="always"):
        pass
    op.create_index("ix_call_back_closed_by_id", "call_back", ["closed_by_id"])
    op.create_index("ix_call_back_created_by_id", "call_back", ["created_by_id"])
    op.create_index(
        "ix_call_back_territory_id_closed_at_due_at", "call_back", ["territory_id", "closed_at", "due_at"]
    )
    op.create_index(
        "uq_call_back_request_id_reason",
        "call_back",
        ["request_id", "reason"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
    )


def _call_back(reasons: tuple[str, ...]) -> sa.Table:
    people = (
        ("closed_by_id", "person", "SET NULL"),
        ("created_by_id", "person", "SET NULL"),
        ("request_id", "help_request", "CASCADE"),
        ("territory_id", "territory", None),
    )
    return sa.Table(
        "call_back",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(sa.column("reason").in_(reasons), name=op.f("ck_call_back_callreason")),
        sa.CheckConstraint(sa.column("outcome").in_(OUTCOMES), name=op.f("ck_call_back_calloutcome")),
        sa.CheckConstraint(
            "(request_id IS NULL) = (phone IS NOT NULL)",
            name=op.f("ck_call_back_a_number_is_here_or_in_a_request"),
        ),
        *[
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_call_back_{column}_{table}"), ondelete=ondelete
            )
            for column, table, ondelete in people
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
    )


def downgrade() -> None:
    op.drop_table("hours_certificate")
    op.drop_table("reminder_settings")
    op.execute("DELETE FROM call_back WHERE reason = 'comes_soon'")
    _allow_reasons(OLD_REASONS)
    op.execute("ALTER TABLE shift_place DROP COLUMN reminded_at")
    op.execute("ALTER TABLE match DROP COLUMN confirmed_minutes")
    for name in INSTANTS:
        op.execute(f"ALTER TABLE match DROP COLUMN {name}")
    op.execute("ALTER TABLE help_request DROP COLUMN time_changes")
