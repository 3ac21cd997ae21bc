"""The documents of a consultation, in an order; the text that it puts before residents, and its articles among proposals."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consultation_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pdf", "picture", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("small_width", sa.Integer(), nullable=True),
        sa.Column("small_height", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'picture') = (width IS NOT NULL)",
            name=op.f("ck_consultation_document_picture_has_a_size"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_document_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_document")),
    )
    op.create_index("ix_consultation_document_consultation_id", "consultation_document", ["consultation_id"])
    _create_texts()
    _take_surveys_on_paper()


def _create_texts() -> None:
    op.create_table(
        "town_text",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_town_text_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_town_text")),
    )
    with op.batch_alter_table("proposal") as table:
        table.add_column(sa.Column("article_number", sa.Integer(), nullable=True))
        table.create_unique_constraint(
            op.f("uq_proposal_consultation_id_article_number"), ["consultation_id", "article_number"]
        )


def _take_surveys_on_paper() -> None:
    with op.batch_alter_table("survey") as table:
        table.add_column(sa.Column("takes_paper", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("survey_answer") as table:
        table.add_column(sa.Column("channel", sa.String(length=40), nullable=False, server_default="web"))
    with op.batch_alter_table("contribution_sheet") as table:
        table.add_column(sa.Column("answers_survey", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("survey_answer_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_contribution_sheet_survey_answer_id_survey_answer"),
            "survey_answer",
            ["survey_answer_id"],
            ["id"],
            ondelete="SET NULL",
        )
    op.create_index(
        "ix_contribution_sheet_survey_answer_id", "contribution_sheet", ["survey_answer_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_contribution_sheet_survey_answer_id", table_name="contribution_sheet")
    with op.batch_alter_table("contribution_sheet") as table:
        table.drop_constraint(
            op.f("fk_contribution_sheet_survey_answer_id_survey_answer"), type_="foreignkey"
        )
        table.drop_column("survey_answer_id")
        table.drop_column("answers_survey")
    with op.batch_alter_table("survey_answer") as table:
        table.drop_column("channel")
    with op.batch_alter_table("survey") as table:
        table.drop_column("takes_paper")
    with op.batch_alter_table("proposal") as table:
        table.drop_constraint(op.f("uq_proposal_consultation_id_article_number"), type_="unique")
        table.drop_column("article_number")
    op.drop_table("town_text")
    op.drop_table("consultation_document")
