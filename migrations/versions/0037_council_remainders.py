"""What was left of the councils: an account holds one seat of a council; who is drawn by lot knows by when to answer.

Where an account holds several seats of one council, it keeps the one that presides or writes, else the oldest. The others are vacant,
and what was answered for them is forgotten: a person has one voice.
"""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

HELD = sa.text("person_id IS NOT NULL")
seat = sa.table(
    "seat",
    sa.column("id", sa.Integer),
    sa.column("council_id", sa.Integer),
    sa.column("person_id", sa.Integer),
    sa.column("role", sa.Text),
    sa.column("name", sa.Text),
)
answer = sa.table("seat_answer", sa.column("seat_id", sa.Integer))


def upgrade() -> None:
    _free_doubled_seats()
    op.create_index(
        "uq_seat_council_id_person_id",
        "seat",
        ["council_id", "person_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
    op.add_column("draw", sa.Column("answer_days", sa.Integer(), server_default="10", nullable=False))
    op.add_column("drawn_place", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))


def _free_doubled_seats() -> None:
    rank = sa.case({"chair": 0, "vice_chair": 1, "secretary": 2, "observer": 4}, value=seat.c.role, else_=3)
    order = sa.func.row_number().over(
        partition_by=(seat.c.council_id, seat.c.person_id), order_by=(rank, seat.c.id)
    )
    ranked = sa.select(seat.c.id, order.label("place")).where(seat.c.person_id.is_not(None)).subquery()
    doubled = sa.select(ranked.c.id).where(ranked.c.place > 1)
    op.execute(sa.delete(answer).where(answer.c.seat_id.in_(doubled)))
    op.execute(sa.update(seat).where(seat.c.id.in_(doubled)).values(person_id=None, name=None))


def downgrade() -> None:
    op.drop_column("drawn_place", "due_at")
    op.drop_column("draw", "answer_days")
    op.drop_index("uq_seat_council_id_person_id", table_name="seat")
