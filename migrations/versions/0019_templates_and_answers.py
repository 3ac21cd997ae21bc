"""Answers that are due: what is promised, who is in charge, second readings; commitments, their steps and their news.

No promise is written for consultations that are published already: nobody read one there. Somebody of the town hall may make it.
"""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    _create_promises()
    _create_expected_answers()
    _create_commitments()


def _create_promises() -> None:
    op.create_table(
        "town_answer_promise",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        *_promised(),
        _reference("town_answer_promise", "territory", ondelete=None),
        sa.PrimaryKeyConstraint("territory_id", name=op.f("pk_town_answer_promise")),
    )
    op.create_table(
        "answer_promise",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        *_promised(),
        sa.CheckConstraint("threshold >= 0", name=op.f("ck_answer_promise_threshold_is_a_count")),
        sa.CheckConstraint(
            "days > 0 AND remind_days > 0", name=op.f("ck_answer_promise_delays_are_positive")
        ),
        _reference("answer_promise", "consultation"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_answer_promise")),
    )
    op.create_table(
        "answer_charge",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _reference("answer_charge", "consultation"),
        _reference("answer_charge", "person"),
        sa.PrimaryKeyConstraint("consultation_id", "rank", name=op.f("pk_answer_charge")),
        sa.UniqueConstraint(
            "consultation_id", "person_id", name=op.f("uq_answer_charge_consultation_id_person_id")
        ),
    )
    op.create_index("ix_answer_charge_person_id", "answer_charge", ["person_id"])


def _create_expected_answers() -> None:
    op.create_table(
        "expected_answer",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        _reference("expected_answer", "consultation"),
        _reference("expected_answer", "proposal"),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_expected_answer")),
    )
    op.create_index("ix_expected_answer_due_at", "expected_answer", ["due_at"])
    op.create_index("ix_expected_answer_remind_at", "expected_answer", ["remind_at"])
    op.create_index(
        "ix_expected_answer_consultation_id_due_at", "expected_answer", ["consultation_id", "due_at"]
    )
    op.create_table(
        "answer_reading",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("reader_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_version", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "agreed",
                "to_change",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(verdict IS NULL) = (read_version IS NULL)",
            name=op.f("ck_answer_reading_verdict_is_of_a_version"),
        ),
        _reference("answer_reading", "answer"),
        _reference("answer_reading", "person", "asked_by_id", ondelete="SET NULL"),
        _reference("answer_reading", "person", "reader_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answer_reading")),
    )
    op.create_index("ix_answer_reading_reader_id", "answer_reading", ["reader_id"])


def _create_commitments() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("in_charge", sa.Text(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("budget_cents >= 0", name=op.f("ck_commitment_budget_is_a_sum")),
        _reference("commitment", "person", "author_id", ondelete="SET NULL"),
        _reference("commitment", "proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index("ix_commitment_proposal_id", "commitment", ["proposal_id"])
    op.create_index("ix_commitment_published_at", "commitment", ["published_at"])
    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(done_on IS NULL) = (done_at IS NULL)", name=op.f("ck_milestone_done_has_its_instant")
        ),
        _reference("milestone", "commitment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index("ix_milestone_commitment_id", "milestone", ["commitment_id"])
    op.create_table(
        "commitment_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        _reference("commitment_news", "commitment"),
        _reference("commitment_news", "milestone"),
        _reference("commitment_news", "person", "author_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_news")),
    )
    op.create_index("ix_commitment_news_commitment_id", "commitment_news", ["commitment_id"])
    op.create_index("ix_commitment_news_told_at", "commitment_news", ["told_at"])
    op.create_table(
        "commitment_photograph",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference("commitment_photograph", "commitment"),
        _reference("commitment_photograph", "person", "author_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_photograph")),
    )
    op.create_index("ix_commitment_photograph_commitment_id", "commitment_photograph", ["commitment_id"])


def downgrade() -> None:
    for table in (
        "commitment_photograph", "commitment_news", "milestone", "commitment", "answer_reading", "expected_answer", "answer_charge", "answer_promise",
        "town_answer_promise",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("answer", "version")


def _promised() -> list[sa.Column[object]]:
    return [
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("needs_reading", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _reference(
    table: str, other: str, column: str | None = None, *, ondelete: str | None = "CASCADE"
) -> sa.ForeignKeyConstraint:
    column = column or f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
