"""Consent by a code sent by SMS, telephone numbers verified, what was read before opening."""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MODES = ("oral", "paper")
MODES_SINCE = ("oral", "paper", "sms")


def upgrade() -> None:
    op.add_column("request_review", sa.Column("read_as", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("invitation", sa.Column("unreached_by", sa.Text(), nullable=False, server_default=""))
    _allow_modes(MODES_SINCE)
    _make_text_code()
    _make_verified_phone()
    _make_text_answers()


def downgrade() -> None:
    for table in ("text_answers", "verified_phone", "text_code"):
        op.drop_table(table)
    op.execute(sa.text("UPDATE consent SET mode = 'oral' WHERE mode = 'sms'"))
    _allow_modes(MODES)
    op.execute(sa.text("ALTER TABLE invitation DROP COLUMN unreached_by"))
    op.execute(sa.text("ALTER TABLE request_review DROP COLUMN read_as"))


def _allow_modes(modes: tuple[str, ...]) -> None:
    """SQLite makes the table again; nothing refers to it."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_consent_consentmode"), "consent", type_="check")
        op.create_check_constraint(op.f("ck_consent_consentmode"), "consent", sa.column("mode").in_(modes))
        return
    with op.batch_alter_table("consent", copy_from=_consent(modes), recreate="always"):
        pass


def _consent(modes: tuple[str, ...]) -> sa.Table:
    return sa.Table(
        "consent",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(sa.column("mode").in_(modes), name=op.f("ck_consent_consentmode")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_consent_recorded_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["help_request.id"],
            name=op.f("fk_consent_request_id_help_request"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("request_id", name=op.f("uq_consent_request_id")),
        sa.Index("ix_consent_person_id", "person_id"),
    )


def _make_text_code() -> None:
    op.create_table(
        "text_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", _enum("codepurpose", "consent", "phone"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("phone_digest", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", _enum("codeoutcome", "used", "replaced", "refused", "undelivered"), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_text_code_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["help_request.id"],
            name=op.f("fk_text_code_request_id_help_request"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["person.id"], name=op.f("fk_text_code_sent_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_code")),
        sa.UniqueConstraint(
            "phone_digest", "on_day", "rank", name=op.f("uq_text_code_phone_digest_on_day_rank")
        ),
    )
    for column in ("person_id", "request_id", "sent_by_id"):
        op.create_index(op.f(f"ix_text_code_{column}"), "text_code", [column], unique=False)


def _make_verified_phone() -> None:
    op.create_table(
        "verified_phone",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("phone_digest", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_verified_phone_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_verified_phone")),
    )


def _make_text_answers() -> None:
    op.create_table(
        "text_answers",
        sa.Column("phone_digest", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_text_answers_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phone_digest", "on_day", name=op.f("pk_text_answers")),
    )
    op.create_index(op.f("ix_text_answers_person_id"), "text_answers", ["person_id"], unique=False)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
