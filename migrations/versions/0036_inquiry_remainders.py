"""Masked attachments of a public inquiry are sealed; the large documents of the town hall are kept in pieces."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from civic.kernel.sealing import SealedBytes

# Revision identifiers, used by Alembic.
revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

SEALED = SealedBytes("inquiry_observation_file.sealed_content")
HELD_IN_PIECES = ("inquiry_document", "consultation_document")

FILES = sa.table(
    "inquiry_observation_file",
    sa.column("id", sa.Integer()),
    sa.column("content", sa.LargeBinary()),
    sa.column("sealed_content", SEALED),
    sa.column("is_masked", sa.Boolean()),
)


def upgrade() -> None:
    with op.batch_alter_table("inquiry_observation_file") as table:
        table.add_column(sa.Column("sealed_content", sa.LargeBinary(), nullable=True))
        table.alter_column("content", existing_type=sa.LargeBinary(), nullable=True)
    _move_masked(lambda row: {"sealed_content": row.content, "content": None})
    with op.batch_alter_table("inquiry_observation_file") as table:
        table.create_check_constraint(
            op.f("ck_inquiry_observation_file_masked_has_no_open_content"), "is_masked = (content IS NULL)"
        )
        table.create_check_constraint(
            op.f("ck_inquiry_observation_file_masked_is_sealed"), "is_masked = (sealed_content IS NOT NULL)"
        )
    for name in HELD_IN_PIECES:
        with op.batch_alter_table(name) as table:
            table.alter_column("content", existing_type=sa.LargeBinary(), nullable=True)
        _make_pieces(name)


def _move_masked(values: "Callable[[sa.Row[tuple[object, ...]]], dict[str, object]]") -> None:
    """One file at a time: none of them is in memory with another."""
    bind = op.get_bind()
    masked = list(bind.execute(sa.select(FILES.c.id).where(FILES.c.is_masked.is_(sa.true()))).scalars())
    for file_id in masked:
        row = bind.execute(sa.select(FILES).where(FILES.c.id == file_id)).one()
        bind.execute(sa.update(FILES).where(FILES.c.id == file_id).values(**values(row)))


def _make_pieces(name: str) -> None:
    op.create_table(
        f"{name}_piece",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            [f"{name}.id"],
            name=op.f(f"fk_{name}_piece_document_id_{name}"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "rank", name=op.f(f"pk_{name}_piece")),
    )


def downgrade() -> None:
    for name in HELD_IN_PIECES:
        _put_together(name)
        op.drop_table(f"{name}_piece")
        with op.batch_alter_table(name) as table:
            table.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
    with op.batch_alter_table("inquiry_observation_file") as table:
        table.drop_constraint(
            op.f("ck_inquiry_observation_file_masked_has_no_open_content"), type_="check"
        )
        table.drop_constraint(op.f("ck_inquiry_observation_file_masked_is_sealed"), type_="check")
    _move_masked(lambda row: {"content": row.sealed_content, "sealed_content": None})
    with op.batch_alter_table("inquiry_observation_file") as table:
        table.alter_column("content", existing_type=sa.LargeBinary(), nullable=False)
        table.drop_column("sealed_content")


def _put_together(name: str) -> None:
    document = sa.table(name, sa.column("id", sa.Integer()), sa.column("content", sa.LargeBinary()))
    piece = sa.table(
        f"{name}_piece",
        sa.column("document_id", sa.Integer()),
        sa.column("rank", sa.Integer()),
        sa.column("content", sa.LargeBinary()),
    )
    bind = op.get_bind()
    for document_id in list(
        bind.execute(sa.select(document.c.id).where(document.c.content.is_(None))).scalars()
    ):
        pieces = sa.select(piece.c.content).where(piece.c.document_id == document_id).order_by(piece.c.rank)
        whole = b"".join(bind.execute(pieces).scalars())
        bind.execute(sa.update(document).where(document.c.id == document_id).values(content=whole))
