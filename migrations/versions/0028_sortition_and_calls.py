"""Draws by lot: their frozen list, their seed, those who were drawn; calls for candidates; what the municipal council decided."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_draws()
    _create_places()
    _create_calls()
    _create_candidacies()
    _create_records()


def _create_draws() -> None:
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("substitutes", sa.Integer(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("shows_list", sa.Boolean(), nullable=False),
        _instant("created_at", is_required=True),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("list_text", sa.Text(), nullable=False),
        sa.Column("entrants", sa.Integer(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        _instant("frozen_at"),
        sa.Column("list_sha256", sa.Text(), nullable=True),
        sa.Column("rules_text", sa.Text(), nullable=False),
        sa.Column("seed_source", sa.Text(), nullable=False),
        _instant("seed_at"),
        sa.Column("seed", sa.Text(), nullable=True),
        sa.Column("witnesses", sa.Text(), nullable=False),
        _instant("drawn_at"),
        sa.Column("result_text", sa.Text(), nullable=False),
        _instant("cancelled_at"),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        _instant("erase_at"),
        _instant("erased_at"),
        sa.CheckConstraint("seats > 0 AND substitutes >= 0", name=op.f("ck_draw_seats_are_positive")),
        sa.CheckConstraint(
            "drawn_at IS NULL OR frozen_at IS NOT NULL", name=op.f("ck_draw_drawn_was_frozen")
        ),
        sa.CheckConstraint(
            "drawn_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_draw_drawn_or_cancelled")
        ),
        _reference("draw", "territory"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    op.create_index(op.f("ix_draw_territory_id"), "draw", ["territory_id"])


def _create_places() -> None:
    op.create_table(
        "drawn_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        _instant("called_at", is_required=True),
        _instant("answered_at"),
        sa.CheckConstraint(
            "(state = 'called') = (answered_at IS NULL)", name=op.f("ck_drawn_place_answered_has_its_instant")
        ),
        _reference("drawn_place", "draw", ondelete="CASCADE"),
        _reference("drawn_place", "person", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_place")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_drawn_place_draw_id_number")),
    )
    op.create_index(op.f("ix_drawn_place_person_id"), "drawn_place", ["person_id"])


def _create_calls() -> None:
    op.create_table(
        "draw_owner",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _reference("draw_owner", "draw", ondelete="CASCADE"),
        _reference("draw_owner", "person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draw_id", "number", name=op.f("pk_draw_owner")),
    )
    op.create_index(op.f("ix_draw_owner_person_id"), "draw_owner", ["person_id"])
    op.create_table(
        "candidate_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_source", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        _instant("opens_at", is_required=True),
        _instant("closes_at", is_required=True),
        sa.Column("least_age", sa.Integer(), nullable=True),
        sa.Column("asks_sex", sa.Boolean(), nullable=False),
        sa.Column("shows_candidates", sa.Boolean(), nullable=False),
        _instant("created_at", is_required=True),
        _instant("published_at"),
        sa.Column("draw_id", sa.Integer(), nullable=True),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        _instant("decided_at"),
        _instant("cancelled_at"),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        _instant("forgotten_at"),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_candidate_call_opens_before_it_closes")),
        sa.CheckConstraint("seats > 0", name=op.f("ck_candidate_call_seats_are_positive")),
        _reference("candidate_call", "territory"),
        _reference("candidate_call", "council", ondelete="SET NULL"),
        _reference("candidate_call", "draw", ondelete="SET NULL"),
        _reference("candidate_call", "poll", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_call")),
    )
    op.create_index(op.f("ix_candidate_call_territory_id"), "candidate_call", ["territory_id"])
    op.create_index(op.f("ix_candidate_call_council_id"), "candidate_call", ["council_id"])


def _create_candidacies() -> None:
    op.create_table(
        "candidacy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sex", sa.String(40), nullable=True),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        _instant("applied_at", is_required=True),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["candidate_call.id"],
            name=op.f("fk_candidacy_call_id_candidate_call"),
            ondelete="CASCADE",
        ),
        _reference("candidacy", "person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacy")),
        sa.UniqueConstraint("call_id", "person_id", name=op.f("uq_candidacy_call_id_person_id")),
    )
    op.create_index(op.f("ix_candidacy_person_id"), "candidacy", ["person_id"])


def _create_records() -> None:
    op.create_table(
        "municipal_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        _instant("created_at", is_required=True),
        _instant("published_at"),
        _instant("corrected_at"),
        _reference("municipal_record", "territory"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipal_record")),
        sa.UniqueConstraint(
            "territory_id", "kind", "number", name=op.f("uq_municipal_record_territory_id_kind_number")
        ),
    )
    op.create_index(
        "ix_municipal_record_territory_id_held_on", "municipal_record", ["territory_id", "held_on"]
    )


def _instant(name: str, *, is_required: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not is_required)


def _reference(table: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    column = f"{other}_id"
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete=ondelete
    )


def downgrade() -> None:
    op.drop_table("municipal_record")
    op.drop_table("candidacy")
    op.drop_table("candidate_call")
    op.drop_table("draw_owner")
    op.drop_table("drawn_place")
    op.drop_table("draw")
