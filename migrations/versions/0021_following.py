"""What each person follows and how often; search in what is public; proposals that say the same.

The search index is made again from what the features hold (``flask pages reindex``, or within the hour by itself), so its rows are not carried over.
"""

import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OLD_KINDS = ("consultation", "proposal", "poll", "offer", "council")


def upgrade() -> None:
    op.drop_index("ix_search_entry_dated_at", table_name="search_entry")
    op.drop_table("search_entry")
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    op.create_index("ix_search_entry_dated_at", "search_entry", ["dated_at"])
    _make_terms("search_term", "term", "entry_id", "search_entry")
    _make_terms("proposal_trait", "trait", "proposal_id", "proposal")
    _make_follows()
    _make_news()


def _make_terms(table: str, term: str, owner: str, owners: str) -> None:
    """Words in the order of their bytes on every database, so that a beginning is a range of them."""
    op.create_table(
        table,
        sa.Column(term, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(owner, sa.Integer(), nullable=False),
        sa.Column("weight", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            [owner], [f"{owners}.id"], name=op.f(f"fk_{table}_{owner}_{owners}"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(term, owner, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f(f"ix_{table}_{owner}"), table, [owner])


def _make_follows() -> None:
    op.create_table(
        "follow",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topic_kind", sa.String(40), nullable=False),
        sa.Column("topic_key", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_follow_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "topic_kind", "topic_key", name=op.f("pk_follow")),
    )
    op.create_index("ix_follow_topic_kind_topic_key", "follow", ["topic_kind", "topic_key"])


def _make_news() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_news_actor_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_news_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("key", name=op.f("uq_news_key")),
    )
    op.create_index(op.f("ix_news_actor_id"), "news", ["actor_id"])
    op.create_index(op.f("ix_news_proposal_id"), "news", ["proposal_id"])
    op.create_index(op.f("ix_news_occurred_at"), "news", ["occurred_at"])
    op.create_table(
        "news_topic",
        sa.Column("topic_kind", sa.String(40), nullable=False),
        sa.Column("topic_key", sa.Text(), nullable=False),
        sa.Column("news_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["news_id"], ["news.id"], name=op.f("fk_news_topic_news_id_news"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_kind", "topic_key", "news_id", name=op.f("pk_news_topic")),
    )
    op.create_index(op.f("ix_news_topic_news_id"), "news_topic", ["news_id"])


def downgrade() -> None:
    for table in ("news_topic", "news", "follow", "proposal_trait", "search_term", "search_entry"):
        op.drop_table(table)
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("dated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN (" + ", ".join(f"'{kind}'" for kind in OLD_KINDS) + ")",
            name=op.f("ck_search_entry_searchkind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_search_entry_kind_subject_id")),
    )
    op.create_index("ix_search_entry_dated_at", "search_entry", ["dated_at"])
