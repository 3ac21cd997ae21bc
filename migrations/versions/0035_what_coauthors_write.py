"""Who wrote each change of a proposal: what a coauthor changes is hers, and no longer kept as an amendment that she accepted.

Beside it: the number of all that the authors of a proposal may change, the hiding of why an amendment is refused, and letters of
the town hall to those whom a consultation concerns.
"""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

WRITER = "fk_proposal_version_writer_id_person"

amendment = sa.table(
    "amendment",
    *(
        sa.column(name)
        for name in (
            "id", "proposal_id", "author_id", "version", "title", "body_source", "reason", "state", "answer",
            "created_at", "decided_at", "decided_by_id",
        )
    ),
)  # fmt: skip
version = sa.table(
    "proposal_version",
    *(
        sa.column(name)
        for name in (
            "id", "proposal_id", "number", "title", "body_source", "amendment_id", "writer_id", "is_cosigned",
            "written_at",
        )
    ),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("proposal", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("amendment", sa.Column("answer_hidden_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("proposal_version") as table:
        table.add_column(sa.Column("writer_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("is_cosigned", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_foreign_key(op.f(WRITER), "person", ["writer_id"], ["id"], ondelete="SET NULL")
    op.create_index(op.f("ix_proposal_version_writer_id"), "proposal_version", ["writer_id"])
    op.execute("UPDATE proposal SET version = text_version")
    _create_letters()
    _give_back_to_writers()


def _create_letters() -> None:
    """What the town hall writes to those whom a consultation concerns."""
    op.create_table(
        "consultation_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body_source", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_letter_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["person.id"],
            name=op.f("fk_consultation_letter_author_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_letter")),
    )
    op.create_index(op.f("ix_consultation_letter_author_id"), "consultation_letter", ["author_id"])
    op.create_index(
        "ix_consultation_letter_consultation_id_sent_at",
        "consultation_letter",
        ["consultation_id", "sent_at"],
    )


def _give_back_to_writers() -> None:
    """What a coauthor wrote was an amendment decided as it was created: one that waited was decided later."""
    never_waited = sa.and_(amendment.c.state == "accepted", amendment.c.decided_at <= amendment.c.created_at)
    writer = sa.select(amendment.c.author_id).where(amendment.c.id == version.c.amendment_id)
    written = version.c.amendment_id.in_(sa.select(amendment.c.id).where(never_waited))
    op.execute(
        sa.update(version).where(written).values(writer_id=writer.scalar_subquery(), is_cosigned=sa.true())
    )
    op.execute(sa.update(version).where(version.c.is_cosigned == sa.true()).values(amendment_id=None))
    op.execute(sa.delete(amendment).where(never_waited))


def downgrade() -> None:
    op.drop_table("consultation_letter")
    _make_amendments_again()
    op.execute("DELETE FROM flagged_content WHERE subject_kind = 'amendment_answer'")
    op.drop_index(op.f("ix_proposal_version_writer_id"), "proposal_version")
    with op.batch_alter_table("proposal_version") as table:
        table.drop_constraint(op.f(WRITER), type_="foreignkey")
        table.drop_column("is_cosigned")
        table.drop_column("writer_id")
    op.drop_column("amendment", "answer_hidden_at")
    op.drop_column("proposal", "version")


def _make_amendments_again() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(version).where(version.c.is_cosigned == sa.true())).all():
        made = sa.insert(amendment).values(
            proposal_id=row.proposal_id,
            author_id=row.writer_id,
            version=row.number - 1,
            title=row.title,
            body_source=row.body_source,
            reason="",
            state="accepted",
            answer="",
            created_at=row.written_at,
            decided_at=row.written_at,
            decided_by_id=row.writer_id,
        )
        made_id = connection.execute(made.returning(amendment.c.id)).scalar_one()
        connection.execute(sa.update(version).where(version.c.id == row.id).values(amendment_id=made_id))
