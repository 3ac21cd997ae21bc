"""Taking part: drafts of proposals, photographs and documents, places, those who sign, and those who do not."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CATEGORIES = (
    "mobility", "public_spaces", "nature", "buildings", "leisure", "youth", "solidarity", "other"
)  # fmt: skip


def upgrade() -> None:
    _create_drafts()
    _create_files()
    _create_signing()
    _add_to_proposals()


def _create_drafts() -> None:
    op.create_table(
        "proposal_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(*CATEGORIES, name="category", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        *_point(),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        _text("topic"),
        _no("is_anonymous"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(longitude IS NULL) = (latitude IS NULL)", name=op.f("ck_proposal_draft_point_is_whole")
        ),
        _reference("proposal_draft", "person", "author_id"),
        _reference("proposal_draft", "consultation"),
        _reference("proposal_draft", "organisation", ondelete="SET NULL"),
        _reference("proposal_draft", "territory", ondelete=None),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_draft")),
        sa.UniqueConstraint("author_id", "key", name=op.f("uq_proposal_draft_author_id_key")),
    )
    op.create_index("ix_proposal_draft_consultation_id", "proposal_draft", ["consultation_id"])
    op.create_index("ix_proposal_draft_saved_at", "proposal_draft", ["saved_at"])


def _create_files() -> None:
    op.create_table(
        "proposal_photograph",
        *_owned("proposal_photograph"),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("small_width", sa.Integer(), nullable=False),
        sa.Column("small_height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "proposal_document",
        *_owned("proposal_document"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    for table in ("proposal_photograph", "proposal_document"):
        op.create_index(f"ix_{table}_proposal_id", table, ["proposal_id"])
        op.create_index(f"ix_{table}_draft_id", table, ["draft_id"])


def _create_signing() -> None:
    op.create_table(
        "proposal_coauthor",
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference("proposal_coauthor", "person"),
        _reference("proposal_coauthor", "proposal"),
        sa.PrimaryKeyConstraint("proposal_id", "person_id", name=op.f("pk_proposal_coauthor")),
    )
    op.create_index("ix_proposal_coauthor_person_id", "proposal_coauthor", ["person_id"])
    table = "proposal_coauthor_invitation"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "proposal"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("proposal_id", "email", name=op.f(f"uq_{table}_proposal_id_email")),
    )
    for column in ("email", "created_at"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _add_to_proposals() -> None:
    """A point, and whether the name of the author is published: of all that are there already, it is."""
    op.add_column("consultation", _no("allows_anonymous"))
    op.add_column("consultation", sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("proposal") as table:
        table.add_column(_text("topic"))
        table.add_column(_no("is_anonymous"))
        for column in _point():
            table.add_column(column)
        table.create_check_constraint(
            op.f("ck_proposal_point_is_whole"), "(longitude IS NULL) = (latitude IS NULL)"
        )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _point() -> list[sa.Column[object]]:
    return [
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("place_label", sa.Text(), nullable=False, server_default=""),
    ]


def downgrade() -> None:
    with op.batch_alter_table("proposal") as proposal:
        proposal.drop_constraint(op.f("ck_proposal_point_is_whole"), type_="check")
        for column in ("is_anonymous", "topic", "place_label", "latitude", "longitude"):
            proposal.drop_column(column)
    with op.batch_alter_table("consultation") as consultation:
        for column in ("topics", "allows_anonymous"):
            consultation.drop_column(column)
    for table in (
        "proposal_coauthor_invitation", "proposal_coauthor", "proposal_document", "proposal_photograph", "proposal_draft",
    ):  # fmt: skip
        op.drop_table(table)


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(proposal_id IS NULL) <> (draft_id IS NULL)", name=op.f(f"ck_{table}_is_of_one")),
        _reference(table, "proposal"),
        _reference(table, "proposal_draft", "draft_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _reference(
    table: str, other: str, column: str | None = None, *, ondelete: str | None = "CASCADE"
) -> sa.ForeignKeyConstraint:
    column = column or f"{other}_id"
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
