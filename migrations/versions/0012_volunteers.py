"""Volunteers: what they can do, when, how they are reached, and how far they were checked."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLES = ("councillor", "agent", "moderator", "admin")
ROLES_SINCE = ("councillor", "agent", "moderator", "safeguarding", "admin")
TABLES = (
    "shift_quarter",
    "text_ask",
    "shift_place",
    "shift",
    "imported_offer",
    "suspension",
    "gathering",
    "concern_step",
    "concern_sight",
    "volunteer_skill",
    "volunteer_profile",
    "volunteer_age",
    "vetting_rule",
    "vetting_proof",
    "town_skill",
    "offer_import",
    "concern",
    "block",
)
"""In the order in which nothing that is left refers to what goes."""


def upgrade() -> None:
    _allow_roles(ROLES_SINCE)
    op.add_column("membership", sa.Column("right", sa.String(length=40), nullable=False, server_default="owner"))
    _make_block()
    _make_concern()
    _make_offer_import()
    _make_town_skill()
    _make_vetting_proof()
    _make_vetting_rule()
    _make_volunteer_age()
    _make_volunteer_profile()
    _make_volunteer_skill()
    _make_concern_sight()
    _make_concern_step()
    _make_gathering()
    _make_suspension()
    _make_imported_offer()
    _make_shift()
    _make_shift_place()
    _make_text_ask()
    _make_shift_quarter()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute(sa.text('ALTER TABLE membership DROP COLUMN "right"'))
    op.execute(sa.text("DELETE FROM role_grant WHERE role = 'safeguarding'"))
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
            ["granted_by_id"], ["person.id"], name=op.f("fk_role_grant_granted_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_role_grant_territory_id_territory")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id", "role", "territory_id", name=op.f("uq_role_grant_person_id_role_territory_id")
        ),
    )


def _make_block() -> None:
    op.create_table(
        "block",
        sa.Column("blocker_id", sa.Integer(), nullable=False),
        sa.Column("blocked_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("ck_block_nobody_blocks_herself")),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["person.id"], name=op.f("fk_block_blocked_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["person.id"], name=op.f("fk_block_blocker_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name=op.f("pk_block")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index("ix_block_blocked_id", ["blocked_id"], unique=False)


def _make_concern() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "danger",
                "abuse",
                "money",
                "behaviour",
                "neglect",
                "other",
                name="concernkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("new", "open", "closed", name="concernstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("context", sa.LargeBinary(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["about_id"], ["person.id"], name=op.f("fk_concern_about_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_concern_territory_id_territory")),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["person.id"], name=op.f("fk_concern_told_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_about_id"), ["about_id"], unique=False)
        batch_op.create_index("ix_concern_territory_id_state", ["territory_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_told_by_id"), ["told_by_id"], unique=False)


def _make_offer_import() -> None:
    op.create_table(
        "offer_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["person.id"], name=op.f("fk_offer_import_agent_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_offer_import_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_import")),
    )


def _make_town_skill() -> None:
    op.create_table(
        "town_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expires", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_town_skill_territory_id_territory")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_town_skill")),
        sa.UniqueConstraint("territory_id", "key", name=op.f("uq_town_skill_territory_id_key")),
    )


def _make_vetting_proof() -> None:
    op.create_table(
        "vetting_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "proof",
            sa.Enum(
                "met", "bulletin", "honourability", name="proof", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("seen_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_vetting_proof_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["person.id"], name=op.f("fk_vetting_proof_seen_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vetting_proof")),
    )
    with op.batch_alter_table("vetting_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vetting_proof_person_id"), ["person_id"], unique=False)


def _make_vetting_rule() -> None:
    op.create_table(
        "vetting_rule",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "declared",
                "charter",
                "met",
                "bulletin",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("honourability", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_vetting_rule_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("territory_id", "category", name=op.f("pk_vetting_rule")),
    )


def _make_volunteer_age() -> None:
    op.create_table(
        "volunteer_age",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "band",
            sa.Enum(
                "adult", "from_16", "under_16", name="ageband", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adult_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("representative", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_volunteer_age_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_volunteer_age_recorded_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_volunteer_age")),
    )


def _make_volunteer_profile() -> None:
    op.create_table(
        "volunteer_profile",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("by_sms", sa.Boolean(), nullable=False),
        sa.Column("quiet_from_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_to_hour", sa.Integer(), nullable=False),
        sa.Column("weekly_ceiling", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "quiet_from_hour BETWEEN 0 AND 23 AND quiet_to_hour BETWEEN 0 AND 23",
            name=op.f("ck_volunteer_profile_hours_are_of_a_day"),
        ),
        sa.CheckConstraint("weekly_ceiling BETWEEN 1 AND 50", name=op.f("ck_volunteer_profile_a_ceiling_is_sane")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_volunteer_profile_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_volunteer_profile")),
    )


def _make_volunteer_skill() -> None:
    op.create_table(
        "volunteer_skill",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_volunteer_skill_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "skill", name=op.f("pk_volunteer_skill")),
    )


def _make_concern_sight() -> None:
    op.create_table(
        "concern_sight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["concern.id"], name=op.f("fk_concern_sight_concern_id_concern"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["person.id"], name=op.f("fk_concern_sight_viewer_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_sight")),
    )
    with op.batch_alter_table("concern_sight", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_sight_concern_id"), ["concern_id"], unique=False)


def _make_concern_step() -> None:
    op.create_table(
        "concern_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concern_id", sa.Integer(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "note",
                "called",
                "passed_on",
                "suspended",
                "closed",
                name="concerndecision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_concern_step_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["concern.id"], name=op.f("fk_concern_step_concern_id_concern"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_step")),
    )
    with op.batch_alter_table("concern_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_step_concern_id"), ["concern_id"], unique=False)


def _make_gathering() -> None:
    op.create_table(
        "gathering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "cancelled",
                name="gatheringstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_gathering_author_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_gathering_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name=op.f("fk_gathering_territory_id_territory")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
    )
    with op.batch_alter_table("gathering", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gathering_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gathering_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_gathering_territory_id_state", ["territory_id", "state"], unique=False)


def _make_suspension() -> None:
    op.create_table(
        "suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("concern_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["concern_id"], ["concern.id"], name=op.f("fk_suspension_concern_id_concern"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_suspension_decided_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["person.id"], name=op.f("fk_suspension_lifted_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_suspension_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_concern_id"), ["concern_id"], unique=False)
        batch_op.create_index(
            "uq_suspension_person_id_in_force",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )


def _make_imported_offer() -> None:
    op.create_table(
        "imported_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("contact_digest", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "shopping",
                "medicine",
                "meals",
                "visits",
                "transport",
                "childcare",
                "pets",
                "repairs",
                "online_procedures",
                "loans",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "to_confirm",
                "confirmed",
                "refused",
                name="importedstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("token_digest", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["offer_import.id"],
            name=op.f("fk_imported_offer_import_id_offer_import"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_imported_offer_offer_id_offer"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["territory.id"], name=op.f("fk_imported_offer_place_id_territory")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_offer")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_imported_offer_token_digest")),
    )
    with op.batch_alter_table("imported_offer", schema=None) as batch_op:
        batch_op.create_index("ix_imported_offer_contact_digest_category", ["contact_digest", "category"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_offer_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_offer_offer_id"), ["offer_id"], unique=False)


def _make_shift() -> None:
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("places BETWEEN 1 AND 500", name=op.f("ck_shift_some_places")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_shift_a_shift_has_a_length")),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name=op.f("ck_shift_no_more_than_the_places")),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_shift_gathering_id_gathering"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_gathering_id"), ["gathering_id"], unique=False)


def _make_shift_place() -> None:
    op.create_table(
        "shift_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "taken",
                "waiting",
                "held",
                "given_up",
                "lapsed",
                "cancelled",
                name="placestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shift_place_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_shift_place_shift_id_shift"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_place")),
    )
    with op.batch_alter_table("shift_place", schema=None) as batch_op:
        batch_op.create_index("ix_shift_place_person_id_state", ["person_id", "state"], unique=False)
        batch_op.create_index(
            "uq_shift_place_shift_id_person_id_live",
            ["shift_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('taken', 'waiting', 'held')"),
            postgresql_where=sa.text("state IN ('taken', 'waiting', 'held')"),
        )


def _make_text_ask() -> None:
    op.create_table(
        "text_ask",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phone_digest", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_text_ask_invitation_id_invitation"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_text_ask_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_text_ask")),
        sa.UniqueConstraint("phone_digest", "code", name=op.f("uq_text_ask_phone_digest_code")),
    )
    with op.batch_alter_table("text_ask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_ask_person_id"), ["person_id"], unique=False)


def _make_shift_quarter() -> None:
    op.create_table(
        "shift_quarter",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shift_quarter_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["shift_place.id"], name=op.f("fk_shift_quarter_place_id_shift_place"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "quarter", name=op.f("pk_shift_quarter")),
    )
    with op.batch_alter_table("shift_quarter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_quarter_place_id"), ["place_id"], unique=False)
