"""What a poll asks by each method, with costs, envelopes and terms.

A poll that exists asks one question, by one choice a ballot. One that is frozen keeps the form of its frozen text, hence its fingerprint.
"""

import secrets

import sqlalchemy as sa
from alembic import context, op

# Revision identifiers, used by Alembic.
revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = ("choices", "ranking", "points")
SEED_BYTES = 32


def upgrade() -> None:
    op.add_column("poll", sa.Column("tie_seed", sa.Text(), nullable=True))
    op.add_column("poll", sa.Column("rules_format", sa.Text(), nullable=False, server_default="civic-poll-1"))
    _draw_seeds_of_drafts()
    _make_questions()
    _give_choices_to_questions()
    _write_ballots_as_texts()
    _make_stored_tallies()


def _draw_seeds_of_drafts() -> None:
    op.execute("UPDATE poll SET rules_format = 'civic-poll-2' WHERE state = 'draft'")
    if context.is_offline_mode():
        return
    connection = op.get_bind()
    for poll_id in connection.scalars(sa.text("SELECT id FROM poll WHERE state = 'draft'")).all():
        seed = {"seed": secrets.token_hex(SEED_BYTES), "id": poll_id}
        connection.execute(sa.text("UPDATE poll SET tie_seed = :seed WHERE id = :id"), seed)


def _make_questions() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column(
            "ballot_kind",
            sa.Enum(*KINDS, name="ballotkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("is_shuffled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_question_poll_id_poll"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("poll_id", "position", name=op.f("uq_question_poll_id_position")),
    )
    op.execute(
        "INSERT INTO question (poll_id, position, text, method, ballot_kind, terms, is_shuffled)"
        " SELECT id, 1, question, 'single', 'choices', '{}', false FROM poll ORDER BY id"
    )


def _give_choices_to_questions() -> None:
    op.add_column("choice", sa.Column("question_id", sa.Integer(), nullable=True))
    op.add_column("choice", sa.Column("cost_cents", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("choice", sa.Column("envelope", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE choice SET question_id ="
        " (SELECT question.id FROM question WHERE question.poll_id = choice.poll_id)"
    )
    _keep_ballots_aside()
    with op.batch_alter_table("choice") as choice:
        choice.alter_column("question_id", existing_type=sa.Integer(), nullable=False)
        choice.drop_constraint("uq_choice_poll_id_position", type_="unique")
        choice.drop_constraint("fk_choice_poll_id_poll", type_="foreignkey")
        choice.drop_column("poll_id")
        choice.create_foreign_key(
            op.f("fk_choice_question_id_question"), "question", ["question_id"], ["id"], ondelete="CASCADE"
        )
        choice.create_unique_constraint(op.f("uq_choice_question_id_position"), ["question_id", "position"])
        choice.create_check_constraint(op.f("ck_choice_a_cost_is_not_negative"), "cost_cents >= 0")


def _keep_ballots_aside() -> None:
    """Nothing refers to a choice from here on, which SQLite makes again."""
    op.execute(
        "CREATE TABLE ballot_aside AS SELECT ballot.id AS id, ballot.poll_id AS poll_id, question.id AS question_id,"
        " CASE WHEN choice.id IS NULL THEN ''"
        " ELSE '{\"places\":[[\"c' || CAST(choice.position AS TEXT) || '\"]]}' END AS content"
        " FROM ballot JOIN question ON question.poll_id = ballot.poll_id"
        " LEFT JOIN choice ON choice.id = ballot.choice_id"
    )
    op.drop_index("ix_ballot_poll_id", table_name="ballot")
    op.drop_table("ballot")


def _write_ballots_as_texts() -> None:
    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_poll_id_poll")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_ballot_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_poll_id_question_id", "ballot", ["poll_id", "question_id"])
    op.execute(
        "INSERT INTO ballot (id, poll_id, question_id, content)"
        " SELECT id, poll_id, question_id, content FROM ballot_aside ORDER BY id"  # which is random: no order is left
    )
    op.drop_table("ballot_aside")


def _make_stored_tallies() -> None:
    op.create_table(
        "stored_tally",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("leaders", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_stored_tally_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_stored_tally")),
    )


def downgrade() -> None:
    """Back to one question by one choice a ballot. Refuses while a poll asks otherwise: nothing would be left to hold its ballots."""
    _ensure_nothing_is_lost()
    op.drop_table("stored_tally")
    op.execute(
        "CREATE TABLE ballot_aside AS SELECT ballot.id AS id, ballot.poll_id AS poll_id, choice.id AS choice_id"
        " FROM ballot LEFT JOIN choice ON choice.question_id = ballot.question_id"
        " AND ballot.content = '{\"places\":[[\"c' || CAST(choice.position AS TEXT) || '\"]]}'"
    )
    op.drop_index("ix_ballot_poll_id_question_id", table_name="ballot")
    op.drop_table("ballot")
    _give_choices_to_polls()
    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("choice_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_ballot_choice_id_choice")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ballot_poll_id"), "ballot", ["poll_id"])
    op.execute(
        "INSERT INTO ballot (id, poll_id, choice_id) SELECT id, poll_id, choice_id FROM ballot_aside ORDER BY id"
    )
    op.drop_table("ballot_aside")
    op.drop_table("question")
    for column in ("rules_format", "tie_seed"):
        op.execute(sa.text(f"ALTER TABLE poll DROP COLUMN {column}"))


def _ensure_nothing_is_lost() -> None:
    if context.is_offline_mode():
        return
    other = sa.text("SELECT count(*) FROM question WHERE method <> 'single' OR position > 1 OR terms <> '{}'")
    if op.get_bind().scalar(other):
        raise RuntimeError(
            "Polls ask several questions, or by other methods: the previous version cannot hold them."
        )


def _give_choices_to_polls() -> None:
    op.add_column("choice", sa.Column("poll_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE choice SET poll_id = (SELECT question.poll_id FROM question WHERE question.id = choice.question_id)"
    )
    with op.batch_alter_table("choice") as choice:
        choice.drop_constraint(op.f("ck_choice_a_cost_is_not_negative"), type_="check")
        choice.drop_constraint("uq_choice_question_id_position", type_="unique")
        choice.drop_constraint("fk_choice_question_id_question", type_="foreignkey")
        for column in ("envelope", "cost_cents", "question_id"):
            choice.drop_column(column)
        choice.alter_column("poll_id", existing_type=sa.Integer(), nullable=False)
        choice.create_foreign_key(
            op.f("fk_choice_poll_id_poll"), "poll", ["poll_id"], ["id"], ondelete="CASCADE"
        )
        choice.create_unique_constraint(op.f("uq_choice_poll_id_position"), ["poll_id", "position"])
