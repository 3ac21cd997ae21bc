"""How help is asked for: its states, its repetitions, its consent, what the town hall reads first and whom it calls.

Requests that exist keep their state; those that an agent wrote for somebody are of the telephone.
"""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATES = (
    "open",
    "dispatching",
    "escalated",
    "filled",
    "in_progress",
    "done_claimed",
    "closed",
    "cancelled",
    "expired",
)
NEW_STATES = ("draft", "awaiting_consent", "in_review", "suspended", "redirected", "duplicate")
CHANNELS = ("web", "telephone", "paper")
KINDS = (
    "answer_published", "supported_answered", "argument_published", "invitation_sent", "volunteer_found", "match_accepted",
    "message_said", "volunteer_withdrew", "match_released", "done_claimed", "match_completed", "request_escalated",
    "content_hidden", "content_restored", "appeal_upheld", "flag_upheld", "flag_dismissed",
)  # fmt: skip
ADDED = (
    "channel", "languages", "wishes", "redirected_to", "duplicate_of_id", "series_id", "occurrence_on", "still_needed_asked_at",
    "still_needed_answered_at",
)  # fmt: skip


def upgrade() -> None:
    _make_series()
    _widen_requests()
    _make_reviews()
    _make_desk()
    _make_guides()
    op.add_column("consent", sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("notification") as notification:
        notification.drop_constraint(op.f("ck_notification_kind"), type_="check")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _widen_requests() -> None:
    with op.batch_alter_table("help_request") as request:
        request.drop_constraint(op.f("ck_help_request_requeststate"), type_="check")
        request.create_check_constraint(
            op.f("ck_help_request_requeststate"), _one_of("state", STATES + NEW_STATES)
        )
        request.add_column(sa.Column("channel", sa.String(40), server_default="web", nullable=False))
        request.create_check_constraint(op.f("ck_help_request_channel"), _one_of("channel", CHANNELS))
        request.add_column(sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
        request.add_column(sa.Column("wishes", sa.JSON(), server_default="[]", nullable=False))
        request.add_column(sa.Column("redirected_to", sa.Text(), nullable=True))
        request.add_column(sa.Column("duplicate_of_id", sa.Integer(), nullable=True))
        request.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        request.add_column(sa.Column("occurrence_on", sa.Date(), nullable=True))
        request.add_column(sa.Column("still_needed_asked_at", sa.DateTime(timezone=True), nullable=True))
        request.add_column(sa.Column("still_needed_answered_at", sa.DateTime(timezone=True), nullable=True))
        request.create_index(op.f("ix_help_request_duplicate_of_id"), ["duplicate_of_id"])
        request.create_unique_constraint(
            op.f("uq_help_request_series_id_occurrence_on"), ["series_id", "occurrence_on"]
        )
        request.create_foreign_key(
            op.f("fk_help_request_series_id_request_series"),
            "request_series",
            ["series_id"],
            ["id"],
            ondelete="SET NULL",
        )
        request.create_foreign_key(
            op.f("fk_help_request_duplicate_of_id_help_request"),
            "help_request",
            ["duplicate_of_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.execute(
        "UPDATE help_request SET channel = 'telephone'"
        " WHERE EXISTS (SELECT 1 FROM consent WHERE consent.request_id = help_request.id)"
    )


def _make_series() -> None:
    op.create_table(
        "request_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("length_minutes", sa.Integer(), nullable=False),
        sa.Column("made_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "from_minute BETWEEN 0 AND 1439", name=op.f("ck_request_series_a_minute_of_the_day")
        ),
        sa.CheckConstraint("length_minutes > 0", name=op.f("ck_request_series_a_length_is_positive")),
        sa.ForeignKeyConstraint(
            ["requester_id"],
            ["person.id"],
            name=op.f("fk_request_series_requester_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_series")),
    )
    op.create_index(op.f("ix_request_series_requester_id"), "request_series", ["requester_id"], unique=False)


def _make_reviews() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_referral_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_territory_id"), "referral", ["territory_id"], unique=False)
    op.create_table(
        "review_settings",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "first_requests",
            sa.Enum(
                "all",
                "unknown",
                "none",
                name="firstrequests",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sensitive", sa.JSON(), nullable=False),
        sa.Column("reads_reported", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_review_settings_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_review_settings")),
    )
    op.create_table(
        "request_review",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "redirected",
                "duplicate",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_request_review_decided_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["help_request.id"],
            name=op.f("fk_request_review_request_id_help_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_request_review")),
    )
    op.create_index(
        op.f("ix_request_review_decided_by_id"), "request_review", ["decided_by_id"], unique=False
    )


def _make_desk() -> None:
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "asked",
                "consent",
                "somebody_comes",
                "nobody_yet",
                "still_needed",
                "too_late",
                "goes_elsewhere",
                "nobody_comes",
                "doubt",
                name="callreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "reached",
                "no_answer",
                "wrong_number",
                "not_needed",
                name="calloutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(request_id IS NULL) = (phone IS NOT NULL)",
            name=op.f("ck_call_back_a_number_is_here_or_in_a_request"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"],
            ["person.id"],
            name=op.f("fk_call_back_closed_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["person.id"],
            name=op.f("fk_call_back_created_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["help_request.id"],
            name=op.f("fk_call_back_request_id_help_request"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_call_back_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
    )
    op.create_index(op.f("ix_call_back_closed_by_id"), "call_back", ["closed_by_id"], unique=False)
    op.create_index(op.f("ix_call_back_created_by_id"), "call_back", ["created_by_id"], unique=False)
    op.create_index(
        "ix_call_back_territory_id_closed_at_due_at",
        "call_back",
        ["territory_id", "closed_at", "due_at"],
        unique=False,
    )
    op.create_index(
        "uq_call_back_request_id_reason",
        "call_back",
        ["request_id", "reason"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "request_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["printed_by_id"],
            ["person.id"],
            name=op.f("fk_request_sheet_printed_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["help_request.id"],
            name=op.f("fk_request_sheet_request_id_help_request"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_request_sheet_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_sheet")),
        sa.UniqueConstraint("number", name=op.f("uq_request_sheet_number")),
    )
    op.create_index(op.f("ix_request_sheet_printed_by_id"), "request_sheet", ["printed_by_id"], unique=False)
    op.create_index(op.f("ix_request_sheet_request_id"), "request_sheet", ["request_id"], unique=False)


def _make_guides() -> None:
    op.create_table(
        "guide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_guide_changed_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_guide_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide")),
    )
    op.create_index(op.f("ix_guide_changed_by_id"), "guide", ["changed_by_id"], unique=False)
    op.create_index(op.f("ix_guide_territory_id"), "guide", ["territory_id"], unique=False)


def downgrade() -> None:
    """What the former version has no word for is cancelled: nobody is sought for it."""
    op.execute("DELETE FROM notification WHERE NOT (" + _one_of("kind", KINDS) + ")")
    with op.batch_alter_table("notification") as notification:
        notification.create_check_constraint(op.f("ck_notification_kind"), _one_of("kind", KINDS))
    op.drop_column("consent", "valid_until")
    for table in ("guide", "request_sheet", "call_back", "request_review", "referral", "review_settings"):
        op.drop_table(table)
    op.execute("UPDATE help_request SET state = 'cancelled' WHERE " + _one_of("state", NEW_STATES))
    with op.batch_alter_table("help_request") as request:
        request.drop_constraint(op.f("fk_help_request_duplicate_of_id_help_request"), type_="foreignkey")
        request.drop_constraint(op.f("fk_help_request_series_id_request_series"), type_="foreignkey")
        request.drop_constraint(op.f("uq_help_request_series_id_occurrence_on"), type_="unique")
        request.drop_constraint(op.f("ck_help_request_channel"), type_="check")
        request.drop_constraint(op.f("ck_help_request_requeststate"), type_="check")
        request.create_check_constraint(op.f("ck_help_request_requeststate"), _one_of("state", STATES))
        request.drop_index(op.f("ix_help_request_duplicate_of_id"))
        for column in ADDED:
            request.drop_column(column)
    op.drop_table("request_series")
