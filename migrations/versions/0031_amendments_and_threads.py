"""Amendments and threads: what answers an argument, what enlightens, how many supports each may give, and changes of texts."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_threads()
    _create_marks()
    _limit_supports()
    _create_amendments()
    _create_versions()


def _add_threads() -> None:
    """What was said so far answers nothing, and enlightens nobody yet."""
    with op.batch_alter_table("argument") as argument:
        argument.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        argument.add_column(sa.Column("answers_id", sa.Integer(), nullable=True))
        argument.add_column(sa.Column("useful_count", sa.Integer(), nullable=False, server_default="0"))
        argument.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        argument.create_foreign_key(
            op.f("fk_argument_parent_id_argument"), "argument", ["parent_id"], ["id"], ondelete="CASCADE"
        )
        argument.create_foreign_key(
            op.f("fk_argument_answers_id_argument"), "argument", ["answers_id"], ["id"], ondelete="SET NULL"
        )
        argument.create_check_constraint(op.f("ck_argument_marks_are_counted"), "useful_count >= 0")
        argument.create_check_constraint(
            op.f("ck_argument_an_answer_has_no_side"), "parent_id IS NULL OR side = 'neutral'"
        )
    op.create_index(op.f("ix_argument_parent_id"), "argument", ["parent_id"])
    op.create_index(op.f("ix_argument_answers_id"), "argument", ["answers_id"])


def _create_marks() -> None:
    op.create_table(
        "argument_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("argument_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _refers("argument_mark", "argument_id", "argument", "CASCADE"),
        _refers("argument_mark", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_argument_mark")),
        sa.UniqueConstraint("argument_id", "person_id", name=op.f("uq_argument_mark_argument_id_person_id")),
    )
    op.create_index(op.f("ix_argument_mark_person_id"), "argument_mark", ["person_id"])


def _limit_supports() -> None:
    """Nothing was limited so far."""
    with op.batch_alter_table("consultation") as consultation:
        consultation.add_column(sa.Column("most_supports", sa.Integer(), nullable=True))
        consultation.create_check_constraint(op.f("ck_consultation_some_supports_each"), "most_supports > 0")
    op.create_table(
        "supports_given",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.CheckConstraint("given >= 0", name=op.f("ck_supports_given_supports_are_counted")),
        _refers("supports_given", "consultation_id", "consultation", "CASCADE"),
        _refers("supports_given", "person_id", "person", "CASCADE"),
        sa.PrimaryKeyConstraint("consultation_id", "person_id", name=op.f("pk_supports_given")),
    )
    op.create_index(op.f("ix_supports_given_person_id"), "supports_given", ["person_id"])


def _create_amendments() -> None:
    op.add_column("proposal", sa.Column("text_version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_amendment_decided_has_its_instant")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'refused', 'withdrawn')",
            name=op.f("ck_amendment_amendmentstate"),
        ),
        _refers("amendment", "proposal_id", "proposal", "CASCADE"),
        _refers("amendment", "author_id", "person", "SET NULL"),
        _refers("amendment", "decided_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    op.create_index("ix_amendment_proposal_id_created_at", "amendment", ["proposal_id", "created_at"])
    op.create_index(op.f("ix_amendment_author_id"), "amendment", ["author_id"])
    op.create_index(op.f("ix_amendment_decided_by_id"), "amendment", ["decided_by_id"])
    op.create_index(
        "uq_amendment_one_waits",
        "amendment",
        ["proposal_id", "author_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _create_versions() -> None:
    op.create_table(
        "proposal_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_source", sa.Text(), nullable=False),
        sa.Column("amendment_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        _refers("proposal_version", "proposal_id", "proposal", "CASCADE"),
        _refers("proposal_version", "amendment_id", "amendment", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_version")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_proposal_version_proposal_id_number")),
    )
    op.create_index(op.f("ix_proposal_version_amendment_id"), "proposal_version", ["amendment_id"])


def _refers(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )


def downgrade() -> None:
    op.drop_table("proposal_version")
    op.drop_table("amendment")
    op.drop_column("proposal", "text_version")
    op.drop_table("supports_given")
    with op.batch_alter_table("consultation") as consultation:
        consultation.drop_constraint(op.f("ck_consultation_some_supports_each"), type_="check")
        consultation.drop_column("most_supports")
    op.drop_table("argument_mark")
    op.execute("DELETE FROM argument WHERE parent_id IS NOT NULL OR withdrawn_at IS NOT NULL")
    op.drop_index(op.f("ix_argument_answers_id"), "argument")
    op.drop_index(op.f("ix_argument_parent_id"), "argument")
    with op.batch_alter_table("argument") as argument:
        argument.drop_constraint(op.f("ck_argument_an_answer_has_no_side"), type_="check")
        argument.drop_constraint(op.f("ck_argument_marks_are_counted"), type_="check")
        argument.drop_constraint(op.f("fk_argument_answers_id_argument"), type_="foreignkey")
        argument.drop_constraint(op.f("fk_argument_parent_id_argument"), type_="foreignkey")
        for column in ("withdrawn_at", "useful_count", "answers_id", "parent_id"):
            argument.drop_column(column)
