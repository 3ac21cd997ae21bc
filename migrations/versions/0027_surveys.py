"""Surveys: a questionnaire in a phase, its editions once somebody answers, who answers, and apart from it what was answered."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "openness",
            sa.Enum(
                "residents",
                "anyone",
                name="openness",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _reference("survey", "consultation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_survey_consultation_id")),
    )
    op.create_table(
        "survey_edition",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        _reference("survey_edition", "survey"),
        sa.PrimaryKeyConstraint("survey_id", "number", name=op.f("pk_survey_edition")),
    )
    _create_answers()
    _create_participants()


def _create_answers() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("has_account", sa.Boolean(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("age_band", sa.Text(), nullable=True),
        _reference("survey_answer", "survey"),
        _reference("survey_answer", "territory", "neighbourhood_id", ondelete=None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
    )
    op.create_index("ix_survey_answer_survey_id", "survey_answer", ["survey_id"])
    op.create_index("ix_survey_answer_neighbourhood_id", "survey_answer", ["neighbourhood_id"])
    op.create_table(
        "survey_consent",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        _reference("survey_consent", "survey_answer", "answer_id"),
        sa.PrimaryKeyConstraint("answer_id", "question", name=op.f("pk_survey_consent")),
    )


def _create_participants() -> None:
    op.create_table(
        "survey_participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("key_digest", sa.Text(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (key_digest IS NULL)",
            name=op.f("ck_survey_participant_is_a_person_or_a_key"),
        ),
        _reference("survey_participant", "survey"),
        _reference("survey_participant", "person"),
        _reference("survey_participant", "survey_answer", "answer_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_participant")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_survey_participant_answer_id")),
        sa.UniqueConstraint("survey_id", "person_id", name=op.f("uq_survey_participant_survey_id_person_id")),
        sa.UniqueConstraint(
            "survey_id", "key_digest", name=op.f("uq_survey_participant_survey_id_key_digest")
        ),
    )
    op.create_index("ix_survey_participant_person_id", "survey_participant", ["person_id"])


def downgrade() -> None:
    for table in ("survey_participant", "survey_consent", "survey_answer", "survey_edition", "survey"):
        op.drop_table(table)


def _reference(
    table: str, other: str, column: str | None = None, *, ondelete: str | None = "CASCADE"
) -> sa.ForeignKeyConstraint:
    column = column or f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
