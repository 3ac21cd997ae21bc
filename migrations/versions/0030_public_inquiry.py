"""Public inquiries: the inquiry and who conducts it, its dossier, its sessions, its register, and the themes of its commissioner."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_inquiry()
    _make_inquiry_commissioner()
    _make_inquiry_document()
    _make_inquiry_neighbourhood()
    _make_inquiry_observation()
    _make_inquiry_session()
    _make_inquiry_theme()
    _make_inquiry_observation_file()
    _make_inquiry_observation_note()
    _make_inquiry_observation_theme()


def _whole(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(40), nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _refers(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete=ondelete
    )


def _make_inquiry() -> None:
    op.create_table(
        "inquiry",
        _whole("id"),
        _whole("territory_id"),
        _text("title"),
        _text("subject_source"),
        _text("subject_html"),
        _word("regime"),
        _text("owner"),
        _text("authority"),
        _text("order_number"),
        sa.Column("order_on", sa.Date(), nullable=False),
        _text("seat"),
        _text("email"),
        _instant("opens_at"),
        _instant("closes_at"),
        _word("step"),
        _instant("created_at"),
        _whole("written_by_id", nullable=True),
        _instant("announced_at", nullable=True),
        _instant("first_closes_at", nullable=True),
        _instant("prolonged_at", nullable=True),
        _whole("prolonged_by_id", nullable=True),
        _text("prolongation"),
        _whole("observation_count"),
        _text("head"),
        _instant("deposited_at", nullable=True),
        _word("verdict", nullable=True),
        _text("reserves"),
        _instant("reported_at", nullable=True),
        _whole("reported_by_id", nullable=True),
        _instant("forgotten_at", nullable=True),
        sa.CheckConstraint(
            "(step = 'reported') = (reported_at IS NOT NULL)",
            name=op.f("ck_inquiry_reported_has_its_instant"),
        ),
        sa.CheckConstraint(
            "(first_closes_at IS NULL) = (prolonged_at IS NULL)",
            name=op.f("ck_inquiry_prolonged_has_its_instant"),
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_inquiry_opens_before_it_closes")),
        _refers("inquiry", "prolonged_by_id", "person", "SET NULL"),
        _refers("inquiry", "reported_by_id", "person", "SET NULL"),
        _refers("inquiry", "territory_id", "territory"),
        _refers("inquiry", "written_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
    )
    op.create_index(
        "ix_inquiry_territory_id_step_closes_at", "inquiry", ["territory_id", "step", "closes_at"]
    )


def _make_inquiry_commissioner() -> None:
    op.create_table(
        "inquiry_commissioner",
        _whole("id"),
        _whole("inquiry_id"),
        _text("name"),
        _whole("person_id", nullable=True),
        _refers("inquiry_commissioner", "inquiry_id", "inquiry", "CASCADE"),
        _refers("inquiry_commissioner", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_commissioner")),
        sa.UniqueConstraint(
            "inquiry_id", "person_id", name=op.f("uq_inquiry_commissioner_inquiry_id_person_id")
        ),
    )
    op.create_index(op.f("ix_inquiry_commissioner_inquiry_id"), "inquiry_commissioner", ["inquiry_id"])
    op.create_index(op.f("ix_inquiry_commissioner_person_id"), "inquiry_commissioner", ["person_id"])


def _make_inquiry_document() -> None:
    op.create_table(
        "inquiry_document",
        _whole("id"),
        _whole("inquiry_id"),
        _word("part"),
        _whole("rank"),
        _text("title"),
        _bytes("content"),
        _text("digest"),
        _whole("size_bytes"),
        _instant("added_at"),
        _whole("added_by_id", nullable=True),
        _refers("inquiry_document", "added_by_id", "person", "SET NULL"),
        _refers("inquiry_document", "inquiry_id", "inquiry", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_document")),
    )
    op.create_index(op.f("ix_inquiry_document_inquiry_id"), "inquiry_document", ["inquiry_id"])


def _make_inquiry_neighbourhood() -> None:
    op.create_table(
        "inquiry_neighbourhood",
        _whole("inquiry_id"),
        _whole("territory_id"),
        _refers("inquiry_neighbourhood", "inquiry_id", "inquiry", "CASCADE"),
        _refers("inquiry_neighbourhood", "territory_id", "territory"),
        sa.PrimaryKeyConstraint("inquiry_id", "territory_id", name=op.f("pk_inquiry_neighbourhood")),
    )
    op.create_index(op.f("ix_inquiry_neighbourhood_territory_id"), "inquiry_neighbourhood", ["territory_id"])


def _make_inquiry_observation() -> None:
    op.create_table(
        "inquiry_observation",
        _whole("id"),
        _whole("inquiry_id"),
        _whole("number"),
        _word("channel"),
        _instant("deposited_at"),
        _instant("received_at"),
        _text("name"),
        _text("text"),
        _bytes("sealed_name", nullable=True),
        _bytes("contact", nullable=True),
        _text("nonce"),
        _text("fingerprint"),
        _text("line"),
        _text("sending_key", nullable=True),
        _whole("typed_by_id", nullable=True),
        _instant("masked_at", nullable=True),
        _whole("masked_by_id", nullable=True),
        _word("mask_reason", nullable=True),
        _text("mask_note"),
        _bytes("sealed_text", nullable=True),
        _bytes("sealed_public_name", nullable=True),
        sa.CheckConstraint(
            "typed_by_id IS NULL OR channel <> 'web'",
            name=op.f("ck_inquiry_observation_nobody_types_what_came_by_web"),
        ),
        sa.CheckConstraint(
            "(masked_at IS NULL) = (mask_reason IS NULL)",
            name=op.f("ck_inquiry_observation_masked_has_its_reason"),
        ),
        _refers("inquiry_observation", "inquiry_id", "inquiry", "CASCADE"),
        _refers("inquiry_observation", "masked_by_id", "person", "SET NULL"),
        _refers("inquiry_observation", "typed_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_observation")),
        sa.UniqueConstraint("inquiry_id", "number", name=op.f("uq_inquiry_observation_inquiry_id_number")),
        sa.UniqueConstraint(
            "inquiry_id", "sending_key", name=op.f("uq_inquiry_observation_inquiry_id_sending_key")
        ),
    )


def _make_inquiry_session() -> None:
    op.create_table(
        "inquiry_session",
        _whole("id"),
        _whole("inquiry_id"),
        _text("place"),
        _instant("starts_at"),
        _instant("ends_at"),
        _whole("visitors", nullable=True),
        _instant("changed_at"),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_inquiry_session_starts_before_it_ends")),
        sa.CheckConstraint("visitors >= 0", name=op.f("ck_inquiry_session_visitors_are_persons")),
        _refers("inquiry_session", "inquiry_id", "inquiry", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_session")),
    )
    op.create_index(op.f("ix_inquiry_session_inquiry_id"), "inquiry_session", ["inquiry_id"])


def _make_inquiry_theme() -> None:
    op.create_table(
        "inquiry_theme",
        _whole("id"),
        _whole("inquiry_id"),
        _text("name"),
        _text("note"),
        _text("answer"),
        _instant("answered_at", nullable=True),
        _whole("answered_by_id", nullable=True),
        _text("appraisal"),
        _refers("inquiry_theme", "answered_by_id", "person", "SET NULL"),
        _refers("inquiry_theme", "inquiry_id", "inquiry", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_theme")),
        sa.UniqueConstraint("inquiry_id", "name", name=op.f("uq_inquiry_theme_inquiry_id_name")),
    )


def _make_inquiry_observation_file() -> None:
    op.create_table(
        "inquiry_observation_file",
        _whole("id"),
        _whole("observation_id"),
        _whole("rank"),
        _text("mimetype"),
        _bytes("content"),
        _text("digest"),
        _whole("size_bytes"),
        sa.Column("is_masked", sa.Boolean(), nullable=False),
        _refers("inquiry_observation_file", "observation_id", "inquiry_observation", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_observation_file")),
        sa.UniqueConstraint(
            "observation_id", "rank", name=op.f("uq_inquiry_observation_file_observation_id_rank")
        ),
    )


def _make_inquiry_observation_note() -> None:
    op.create_table(
        "inquiry_observation_note",
        _whole("observation_id"),
        _text("text"),
        _instant("changed_at"),
        _refers("inquiry_observation_note", "observation_id", "inquiry_observation", "CASCADE"),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_inquiry_observation_note")),
    )


def _make_inquiry_observation_theme() -> None:
    op.create_table(
        "inquiry_observation_theme",
        _whole("observation_id"),
        _whole("theme_id"),
        _refers("inquiry_observation_theme", "observation_id", "inquiry_observation", "CASCADE"),
        _refers("inquiry_observation_theme", "theme_id", "inquiry_theme", "CASCADE"),
        sa.PrimaryKeyConstraint("observation_id", "theme_id", name=op.f("pk_inquiry_observation_theme")),
    )
    op.create_index(op.f("ix_inquiry_observation_theme_theme_id"), "inquiry_observation_theme", ["theme_id"])


def downgrade() -> None:
    for table in (
        "inquiry_observation_theme",
        "inquiry_observation_note",
        "inquiry_observation_file",
        "inquiry_theme",
        "inquiry_session",
        "inquiry_observation",
        "inquiry_neighbourhood",
        "inquiry_document",
        "inquiry_commissioner",
        "inquiry",
    ):
        op.drop_table(table)
