"""The search for volunteers: cells, pace, budgets and scores."""

import h3
import sqlalchemy as sa
from alembic import op

# Revision identifiers, used by Alembic.
revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RESOLUTION = 8
HOLDS_A_PLACE = "state NOT IN ('withdrawn', 'released', 'no_show', 'disputed')"
OLD_INVITATION = ("sent", "accepted", "declined", "expired", "superseded")
NEW_INVITATION = ("queued", *OLD_INVITATION, "failed")
OLD_MATCH = ("accepted", "started", "done_by_volunteer", "confirmed", "withdrawn", "released")
NEW_MATCH = (*OLD_MATCH, "disputed", "no_show")


def upgrade() -> None:
    op.add_column("dispatch", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    _change_states("invitation", "invitationstate", NEW_INVITATION)
    _change_states("match", "matchstate", NEW_MATCH)
    for column in (
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
    ):
        op.add_column("invitation", column)
    op.create_index("ix_invitation_volunteer_id_sent_at", "invitation", ["volunteer_id", "sent_at"])
    _number_places()
    _make_quarters()
    _make_places()
    op.create_table(
        "search_settings",
        sa.Column("town_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("pace", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["town_id"],
            ["territory.id"],
            name=op.f("fk_search_settings_town_id_territory"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("town_id", name=op.f("pk_search_settings")),
    )


def _change_states(table: str, name: str, states: tuple[str, ...]) -> None:
    values = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        changed.create_check_constraint(op.f(f"ck_{table}_{name}"), f"state IN ({values})")


def _number_places() -> None:
    op.add_column("match", sa.Column("place", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        "UPDATE match SET place = (SELECT count(*) FROM match AS earlier"
        " WHERE earlier.request_id = match.request_id AND earlier.id <= match.id)"
    )
    op.create_index(
        "uq_match_request_id_place",
        "match",
        ["request_id", "place"],
        unique=True,
        sqlite_where=sa.text(HOLDS_A_PLACE),
        postgresql_where=sa.text(HOLDS_A_PLACE),
    )


def _make_quarters() -> None:
    """Of engagements that exist, none is claimed: two of one volunteer may overlap already. They are kept apart from now on."""
    op.create_table(
        "engaged_quarter",
        sa.Column("volunteer_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("quarter", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["match_id"], ["match.id"], name=op.f("fk_engaged_quarter_match_id_match"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["person.id"],
            name=op.f("fk_engaged_quarter_volunteer_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("volunteer_id", "quarter", name=op.f("pk_engaged_quarter")),
    )
    op.create_index(op.f("ix_engaged_quarter_match_id"), "engaged_quarter", ["match_id"])


def _make_places() -> None:
    op.create_table(
        "volunteer_place",
        sa.Column("offer_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("person_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("town_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("is_searchable", sa.Boolean(), nullable=False),
        sa.Column("last_invited", sa.BigInteger(), nullable=False),
        *[
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"fk_volunteer_place_{column}_{table}"),
                ondelete=ondelete,
            )
            for column, table, ondelete in (
                ("offer_id", "offer", "CASCADE"),
                ("person_id", "person", "CASCADE"),
                ("town_id", "territory", None),
                ("territory_id", "territory", None),
            )
        ],
        sa.PrimaryKeyConstraint("offer_id", "person_id", name=op.f("pk_volunteer_place")),
    )
    op.create_index(op.f("ix_volunteer_place_person_id"), "volunteer_place", ["person_id"])
    op.create_index(
        "ix_volunteer_place_search",
        "volunteer_place",
        [
            *("town_id", "category", "cell", "last_invited", "person_id", "offer_id"),
            *("territory_id", "longitude", "latitude"),
        ],
        sqlite_where=sa.text("is_searchable"),
        postgresql_where=sa.text("is_searchable"),
    )
    _fill_places()


def _fill_places() -> None:
    """Write down the volunteers that there are, then the cell of each neighbourhood."""
    op.execute(
        "INSERT INTO volunteer_place (offer_id, person_id, town_id, category, cell, territory_id, longitude, latitude,"
        " is_searchable, last_invited)"
        " SELECT offer.id, person.id, offer.territory_id, offer.category, 0, territory.id, territory.longitude,"
        " territory.latitude, duty.person_id IS NOT NULL, 0"
        " FROM offer JOIN person ON (offer.organisation_id IS NULL AND person.id = offer.author_id)"
        " OR person.id IN (SELECT membership.person_id FROM membership JOIN organisation"
        " ON organisation.id = membership.organisation_id WHERE membership.organisation_id = offer.organisation_id"
        " AND organisation.verified_at IS NOT NULL)"
        ' LEFT JOIN duty ON duty.person_id = person.id AND duty."on"'
        " LEFT JOIN residency ON residency.person_id = person.id"
        " LEFT JOIN territory ON territory.id = residency.territory_id"
        " WHERE offer.state = 'active' AND offer.hidden_at IS NULL AND person.deactivated_at IS NULL"
    )
    if op.get_context().as_sql:
        return  # cells are not made by SQL: run `flask matching rebuild-places` after it
    connection = op.get_bind()
    positions = connection.execute(
        sa.text(
            "SELECT id, latitude, longitude FROM territory WHERE latitude IS NOT NULL AND longitude IS NOT NULL"
        )
    ).all()
    for row in positions:
        connection.execute(
            sa.text("UPDATE volunteer_place SET cell = :cell WHERE territory_id = :id"),
            {"id": row.id, "cell": int(h3.latlng_to_cell(row.latitude, row.longitude, RESOLUTION), 16)},
        )


def downgrade() -> None:
    """What the old tables cannot say is said in the nearest of their words."""
    op.drop_table("search_settings")
    op.drop_table("volunteer_place")
    op.drop_table("engaged_quarter")
    op.drop_index("uq_match_request_id_place", table_name="match")
    op.drop_index("ix_invitation_volunteer_id_sent_at", table_name="invitation")
    op.execute("UPDATE match SET state = 'released' WHERE state IN ('disputed', 'no_show')")
    op.execute("DELETE FROM invitation WHERE state IN ('queued', 'failed')")
    for table, columns in (
        ("match", ("place",)),
        ("invitation", ("seen_at", "ended_at", "score", "reasons")),
        ("dispatch", ("escalated_at",)),
    ):
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    _change_states("match", "matchstate", OLD_MATCH)
    _change_states("invitation", "invitationstate", OLD_INVITATION)
