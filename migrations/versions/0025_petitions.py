"""Petitions: how a commune takes them, what residents ask, the sheets that were typed, and signatures.

What moderation may hide is a longer list from now on, which the code alone keeps: the check on its kinds is dropped.
"""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = ("proposal", "argument", "statement", "offer", "request", "message")


def upgrade() -> None:
    with op.batch_alter_table("flagged_content") as content:
        content.drop_constraint(op.f("ck_flagged_content_subjectkind"), type_="check")
    _make_settings()
    _make_petitions()
    _make_sheets()
    _make_signatures()


def _instant(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _whole(name: str, *, nullable: bool = True) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _day(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Date(), nullable=True)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _refers(table: str, column: str, target: str, ondelete: str | None = "SET NULL") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )


def _make_settings() -> None:
    op.create_table(
        "petition_settings",
        _whole("territory_id", nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        _whole("threshold"),
        _whole("share_percent"),
        _whole("roll_size"),
        _day("roll_on"),
        _whole("least_age", nullable=False),
        sa.Column("needs_verified", sa.Boolean(), nullable=False),
        _whole("days", nullable=False),
        _whole("decision_days", nullable=False),
        _instant("changed_at", nullable=False),
        sa.CheckConstraint(
            "(threshold IS NULL) <> (share_percent IS NULL)",
            name=op.f("ck_petition_settings_a_number_or_a_share"),
        ),
        sa.CheckConstraint(
            "days > 0 AND decision_days > 0", name=op.f("ck_petition_settings_delays_are_positive")
        ),
        _refers("petition_settings", "territory_id", "territory", None),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_petition_settings")),
    )


def _make_petitions() -> None:
    op.create_table(
        "petition",
        _whole("id", nullable=False),
        _whole("territory_id", nullable=False),
        _whole("author_id"),
        _whole("organisation_id"),
        *(_text(name) for name in ("title", "ask_source", "ask_html", "why_source", "why_html")),
        sa.Column("step", sa.String(40), nullable=False),
        _instant("created_at", nullable=False),
        _instant("submitted_at", nullable=False),
        _instant("hidden_at"),
        _whole("examined_by_id"),
        sa.Column("refusal_rule", sa.String(40), nullable=True),
        _text("refusal_note"),
        *_kept_rules(),
        *_counts(),
        *_decision(),
        *_petition_checks(),
        _refers("petition", "territory_id", "territory", None),
        _refers("petition", "author_id", "person"),
        _refers("petition", "organisation_id", "organisation"),
        _refers("petition", "examined_by_id", "person"),
        _refers("petition", "sitting_id", "sitting"),
        _refers("petition", "decided_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition")),
    )
    op.create_index(op.f("ix_petition_author_id"), "petition", ["author_id"])
    op.create_index(op.f("ix_petition_remind_at"), "petition", ["remind_at"])
    op.create_index(
        "ix_petition_territory_id_step_closes_at", "petition", ["territory_id", "step", "closes_at"]
    )


def _kept_rules() -> "list[sa.Column[object]]":
    columns = [_instant("opens_at"), _instant("closes_at")]
    columns += [_whole(name) for name in ("needed", "share_percent", "roll_size")]
    columns += [_day("roll_on"), _whole("least_age")]
    return [*columns, sa.Column("needs_verified", sa.Boolean(), nullable=False), _whole("decision_days")]


def _counts() -> "list[sa.Column[object]]":
    columns = [_whole("signature_count", nullable=False), _whole("online_count", nullable=False)]
    columns += [_instant(name) for name in ("counted_at", "reached_at", "due_at", "remind_at")]
    columns += [_whole("reminders", nullable=False)]
    return [*columns, _instant("ended_at"), _instant("forgotten_at")]


def _decision() -> "list[sa.Column[object]]":
    return [
        _day("agenda_on"),
        _whole("sitting_id"),
        sa.Column("outcome", sa.String(40), nullable=True),
        _text("decision_source"),
        _text("decision_html"),
        _day("deliberated_on"),
        _text("deliberation"),
        _instant("decided_at"),
        _whole("decided_by_id"),
    ]


def _petition_checks() -> list[sa.CheckConstraint]:
    checks = {
        "counts_are_of_persons": "signature_count >= online_count AND online_count >= 0",
        "window_is_whole": "(opens_at IS NULL) = (closes_at IS NULL)",
        "reached_has_its_date": "(reached_at IS NULL) = (due_at IS NULL)",
        "decided_has_its_instant": "step <> 'decided' OR decided_at IS NOT NULL",
    }
    return [sa.CheckConstraint(said, name=op.f(f"ck_petition_{name}")) for name, said in checks.items()]


def _make_sheets() -> None:
    op.create_table(
        "petition_sheet",
        *(_whole(name, nullable=False) for name in ("id", "petition_id", "number")),
        *(_whole(name, nullable=False) for name in ("lines", "already", "illegible", "too_young")),
        _whole("typed_by_id"),
        _instant("typed_at", nullable=False),
        _refers("petition_sheet", "petition_id", "petition", "CASCADE"),
        _refers("petition_sheet", "typed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petition_sheet")),
        sa.UniqueConstraint("petition_id", "number", name=op.f("uq_petition_sheet_petition_id_number")),
    )


def _make_signatures() -> None:
    table = "petition_signature"
    op.create_table(
        table,
        _whole("id", nullable=False),
        _whole("petition_id", nullable=False),
        _whole("person_id"),
        _whole("sheet_id"),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("identity_digest", sa.Text(), nullable=True),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("wants_news", sa.Boolean(), nullable=False),
        _instant("created_at", nullable=False),
        sa.CheckConstraint(
            "(sheet_id IS NOT NULL) = (channel = 'paper')", name=op.f(f"ck_{table}_paper_has_its_sheet")
        ),
        _refers(table, "petition_id", "petition", "CASCADE"),
        _refers(table, "person_id", "person"),
        _refers(table, "sheet_id", "petition_sheet", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("petition_id", "person_id", name=op.f(f"uq_{table}_petition_id_person_id")),
        sa.UniqueConstraint("sheet_id", "identity_digest", name=op.f(f"uq_{table}_sheet_id_identity_digest")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
    op.create_index(
        f"ix_{table}_petition_id_identity_digest", table, ["petition_id", "identity_digest"]
    )


def downgrade() -> None:
    for table in ("petition_signature", "petition_sheet", "petition", "petition_settings"):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM flagged_content WHERE subject_kind = 'petition'"))
    values = ", ".join(f"'{kind}'" for kind in KINDS)
    with op.batch_alter_table("flagged_content") as content:
        content.create_check_constraint(
            op.f("ck_flagged_content_subjectkind"), f"subject_kind IN ({values})"
        )
