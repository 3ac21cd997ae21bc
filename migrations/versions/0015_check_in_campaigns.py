"""The municipal register of frail people and the calls to them: another purpose than the matching, its own tables."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROLES = ("councillor", "agent", "moderator", "safeguarding", "admin")
ROLES_SINCE = ("councillor", "agent", "moderator", "safeguarding", "register_keeper", "admin")
TABLES = (
    "checkin_step",
    "checkin_call",
    "register_sight",
    "checkin_person",
    "checkin_caller",
    "register_import",
    "register_export",
    "register_entry",
    "checkin_campaign",
)
"""In the order in which nothing that is left refers to what goes."""


def upgrade() -> None:
    _allow_roles(ROLES_SINCE)
    _make_checkin_campaign()
    _make_register_entry()
    _make_register_export()
    _make_register_import()
    _make_checkin_caller()
    _make_checkin_person()
    _make_register_sight()
    _make_checkin_call()
    _make_checkin_step()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM role_grant WHERE role = 'register_keeper'"))
    _allow_roles(ROLES)


def _allow_roles(roles: tuple[str, ...]) -> None:
    """SQLite makes the small table again; nothing refers to it."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_role_grant_role"), "role_grant", type_="check")
        op.create_check_constraint(op.f("ck_role_grant_role"), "role_grant", sa.column("role").in_(roles))
        return
    with op.batch_alter_table("role_grant", copy_from=_role_grant(roles), recreate="always"):
        pass


def _role_grant(roles: tuple[str, ...]) -> sa.Table:
    return sa.Table(
        "role_grant",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(sa.column("role").in_(roles), name=op.f("ck_role_grant_role")),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["person.id"],
            name=op.f("fk_role_grant_granted_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_role_grant_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id", "role", "territory_id", name=op.f("uq_role_grant_person_id_role_territory_id")
        ),
    )


def _make_checkin_campaign() -> None:
    op.create_table(
        "checkin_campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "heat",
                "cold",
                "power_cut",
                "flood",
                "epidemic",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False),
        sa.Column("retry_minutes", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("every_hours BETWEEN 4 AND 72", name=op.f("ck_checkin_campaign_rounds_are_sane")),
        sa.CheckConstraint("opened_at < closes_at", name=op.f("ck_checkin_campaign_a_campaign_has_a_length")),
        sa.CheckConstraint(
            "retry_minutes BETWEEN 15 AND 720", name=op.f("ck_checkin_campaign_a_delay_is_sane")
        ),
        sa.CheckConstraint("tries BETWEEN 1 AND 6", name=op.f("ck_checkin_campaign_a_few_tries")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"],
            ["person.id"],
            name=op.f("fk_checkin_campaign_closed_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"],
            ["person.id"],
            name=op.f("fk_checkin_campaign_opened_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_checkin_campaign_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_campaign")),
    )
    op.create_index(
        "uq_checkin_campaign_territory_id_open",
        "checkin_campaign",
        ["territory_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _make_register_entry() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("family_name", sa.LargeBinary(), nullable=False),
        sa.Column("first_names", sa.LargeBinary(), nullable=False),
        sa.Column("born_on", sa.LargeBinary(), nullable=False),
        sa.Column("ground", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("relative_name", sa.LargeBinary(), nullable=True),
        sa.Column("relative_phone", sa.LargeBinary(), nullable=True),
        sa.Column("home_service", sa.LargeBinary(), nullable=True),
        sa.Column(
            "asked_by",
            sa.Enum(
                "herself",
                "representative",
                "third_party",
                name="askedby",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asker", sa.LargeBinary(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column(
            "way",
            sa.Enum("spoken", "written", name="way", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "asked_by <> 'third_party' OR way = 'written'",
            name=op.f("ck_register_entry_a_third_party_writes"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_register_entry_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["person.id"],
            name=op.f("fk_register_entry_recorded_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_register_entry_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_register_entry_digest")),
        sa.UniqueConstraint("person_id", name=op.f("uq_register_entry_person_id")),
    )
    op.create_index(op.f("ix_register_entry_territory_id"), "register_entry", ["territory_id"], unique=False)


def _make_register_export() -> None:
    op.create_table(
        "register_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("exported_by_id", sa.Integer(), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exported_by_id"],
            ["person.id"],
            name=op.f("fk_register_export_exported_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_register_export_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_export")),
    )
    op.create_index(
        op.f("ix_register_export_territory_id"), "register_export", ["territory_id"], unique=False
    )


def _make_register_import() -> None:
    op.create_table(
        "register_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["person.id"], name=op.f("fk_register_import_agent_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_register_import_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
    )


def _make_checkin_caller() -> None:
    op.create_table(
        "checkin_caller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_yes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["checkin_campaign.id"],
            name=op.f("fk_checkin_caller_campaign_id_checkin_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_checkin_caller_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_caller")),
        sa.UniqueConstraint("campaign_id", "person_id", name=op.f("uq_checkin_caller_campaign_id_person_id")),
    )
    op.create_index(op.f("ix_checkin_caller_person_id"), "checkin_caller", ["person_id"], unique=False)


def _make_checkin_person() -> None:
    op.create_table(
        "checkin_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["checkin_campaign.id"],
            name=op.f("fk_checkin_person_campaign_id_checkin_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["register_entry.id"],
            name=op.f("fk_checkin_person_entry_id_register_entry"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_checkin_person_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_person")),
        sa.UniqueConstraint("campaign_id", "entry_id", name=op.f("uq_checkin_person_campaign_id_entry_id")),
    )
    op.create_index(op.f("ix_checkin_person_entry_id"), "checkin_person", ["entry_id"], unique=False)


def _make_register_sight() -> None:
    op.create_table(
        "register_sight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=True),
        sa.Column("is_for_call", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["register_entry.id"],
            name=op.f("fk_register_sight_entry_id_register_entry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["person.id"], name=op.f("fk_register_sight_viewer_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_sight")),
    )
    op.create_index(op.f("ix_register_sight_entry_id"), "register_sight", ["entry_id"], unique=False)


def _make_checkin_call() -> None:
    op.create_table(
        "checkin_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "held",
                "alarm",
                "needs",
                "unreached",
                "done",
                "missed",
                "dropped",
                name="callstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_back_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "well",
                "needs",
                "no_answer",
                "refuses",
                "alarming",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("agrees_to_help", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (held_until IS NOT NULL)", name=op.f("ck_checkin_call_a_hold_ends")
        ),
        sa.ForeignKeyConstraint(
            ["caller_id"], ["person.id"], name=op.f("fk_checkin_call_caller_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["checkin_campaign.id"],
            name=op.f("fk_checkin_call_campaign_id_checkin_campaign"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["given_back_by_id"],
            ["person.id"],
            name=op.f("fk_checkin_call_given_back_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["checkin_person.id"],
            name=op.f("fk_checkin_call_person_id_checkin_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_call")),
        sa.UniqueConstraint("person_id", "round", name=op.f("uq_checkin_call_person_id_round")),
    )
    op.create_index(
        "ix_checkin_call_campaign_id_state_due_at",
        "checkin_call",
        ["campaign_id", "state", "due_at"],
        unique=False,
    )
    op.create_index(
        "uq_checkin_call_caller_id_held",
        "checkin_call",
        ["caller_id"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "uq_checkin_call_person_id_held",
        "checkin_call",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )


def _make_checkin_step() -> None:
    op.create_table(
        "checkin_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "well",
                "needs",
                "no_answer",
                "refuses",
                "alarming",
                "given_back",
                "rescue_called",
                "relative_told",
                "visit_asked",
                "visited",
                "spoken",
                "closed",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_checkin_step_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["checkin_call.id"],
            name=op.f("fk_checkin_step_call_id_checkin_call"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_step")),
    )
    op.create_index(op.f("ix_checkin_step_call_id"), "checkin_step", ["call_id"], unique=False)
