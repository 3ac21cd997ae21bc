"""What a synthesis counts, in a fixed number of queries whatever the number of proposals, and what of it is kept."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.opinions.models import Reaction, Statement
from civic.participation.models import PopulationCount
from civic.participation.synthesis.models import Synthesis, Theme, ThemeMember
from civic.participation.synthesis.rules import FEWEST_SIDES, MOST_LISTED
from civic.proposals.models import Argument, Proposal, Support, Trait
from civic.proposals.rules import Side

LONGEST_BATCH = 500


def shown(consultation_id: int) -> tuple[Any, ...]:
    """The proposals that everybody sees."""
    return (
        Proposal.consultation_id == consultation_id,
        Proposal.hidden_at.is_(None),
        Proposal.withdrawn_at.is_(None),
    )


def find_synthesis(consultation_id: int) -> Synthesis | None:
    return db.session.get(Synthesis, consultation_id)


def lock_synthesis(consultation_id: int) -> Synthesis | None:
    query = sa.select(Synthesis).filter_by(consultation_id=consultation_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def is_published(consultation_id: int) -> bool:
    return db.session.scalar(_PUBLISHED_AT, {"consultation": consultation_id}) is not None


_PUBLISHED_AT = sa.select(Synthesis.published_at).where(
    Synthesis.consultation_id == sa.bindparam("consultation")
)


# What is counted


def count_contributions(consultation_id: int) -> dict[str, int]:
    """Count what was written, but for what moderation hid."""
    proposals = sa.select(
        sa.func.count(sa.case((Proposal.article_number.is_(None), 1))),
        sa.func.coalesce(sa.func.sum(Proposal.support_count), 0),
        sa.func.coalesce(sa.func.sum(Proposal.argument_count), 0),
    ).where(*shown(consultation_id))
    statements = sa.select(
        sa.func.count(),
        sa.func.coalesce(
            sa.func.sum(Statement.agree_count + Statement.disagree_count + Statement.pass_count), 0
        ),
    ).where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None))
    written, backed, argued = db.session.execute(proposals).one()
    said, reacted = db.session.execute(statements).one()
    return {
        "proposals": written,
        "supports": int(backed),
        "arguments": int(argued),
        "statements": said,
        "reactions": int(reacted),
    }


def count_days(consultation_id: int, *, with_supports: bool) -> dict[date, int]:
    """Count what was written by day of the town's calendar: proposals, arguments, and supports where they are not hidden. Reactions keep no date."""
    told: Counter[date] = Counter()
    of_all = sa.select(Proposal.id).where(*shown(consultation_id))
    for column, is_counted in (
        (Proposal.published_at, (*shown(consultation_id), Proposal.article_number.is_(None))),
        (
            Argument.created_at,
            (
                Argument.hidden_at.is_(None),
                Argument.withdrawn_at.is_(None),
                Argument.parent_id.is_(None),
                Argument.proposal_id.in_(of_all),
            ),
        ),
        # read in their own order: found proposal by proposal, 400,000 of them take four times as long
        (Support.created_at, ((Support.proposal_id + 0).in_(of_all),)),
    ):
        if column is Support.created_at and not with_supports:
            continue
        hour = _hour_of(column).label("written_hour")
        query = sa.select(sa.func.count(), hour).where(*is_counted).group_by("written_hour")
        for count, at in db.session.execute(query):
            told[_town_day(at)] += count
    return dict(told)


def _hour_of(column: Any) -> Any:
    if db.session.get_bind().dialect.name == "sqlite":
        return sa.func.substr(sa.cast(column, sa.String), 1, 13)
    return sa.func.to_char(sa.func.timezone("UTC", column), "YYYY-MM-DD HH24")


def _town_day(hour: str) -> date:
    """Return the day of the town's calendar in which an hour of UTC is (« 2027-03-14 22 »)."""
    instant = datetime.fromisoformat(f"{hour[:10]}T{hour[11:13]}:00:00+00:00")
    return instant.astimezone(TOWN_TIME).date()


def list_most_supported(consultation_id: int) -> list[tuple[int, int]]:
    query = (
        sa.select(Proposal.id, Proposal.support_count)
        .where(*shown(consultation_id), Proposal.support_count > 0)
        .order_by(Proposal.support_count.desc(), Proposal.id)
        .limit(MOST_LISTED)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def list_argued(consultation_id: int) -> list[tuple[int, int, int]]:
    """Return, of each proposal with arguments on both sides, how many are for and against."""
    sides = [sa.func.count(sa.case((Argument.side == side, 1))) for side in (Side.FOR, Side.AGAINST)]
    query = (
        sa.select(Argument.proposal_id, *sides)
        .join(Proposal)
        .where(*shown(consultation_id), Argument.hidden_at.is_(None), Argument.withdrawn_at.is_(None))
        .group_by(Argument.proposal_id)
        .having(sa.and_(sides[0] > 0, sides[1] > 0, sides[0] + sides[1] >= FEWEST_SIDES))
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def has_reactions(consultation_id: int) -> bool:
    query = (
        sa.select(Reaction.statement_id).join(Statement).filter(Statement.consultation_id == consultation_id)
    )
    return db.session.execute(query.limit(1)).first() is not None


def read_population(territory_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Return the people of each territory by age band, where the town gave them."""
    rows = db.session.scalars(
        sa.select(PopulationCount).where(PopulationCount.territory_id.in_(territory_ids))
    )
    told: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        told[row.territory_id][row.band.value] = row.people
    return dict(told)


# Themes


@dataclass(frozen=True)
class Held:
    """The ideas that proposals hold. ``held``: of each word, each proposal that holds it, then how much, between commas."""

    proposals: list[int]
    words: list[str]
    held: list[str]

    @property
    def question(self) -> dict[str, Any]:
        """What ``themes.find_themes`` is asked."""
        return {"documents": self.proposals, "held": self.held}


def read_held(consultation_id: int) -> Held:
    """Return what every shown proposal holds: the stems of its words, and the groups of the dictionary.

    The database puts together what is held: hundreds of thousands of rows would cost a second to read.
    """
    of_residents = sa.select(Proposal.id).where(*shown(consultation_id), Proposal.article_number.is_(None))
    ids = list(db.session.scalars(of_residents.order_by(Proposal.id)))
    pair = sa.cast(Trait.proposal_id, sa.Text) + "," + sa.cast(Trait.weight, sa.Text)
    query = (
        sa.select(Trait.trait, sa.func.aggregate_strings(pair, ","))
        .where(
            Trait.proposal_id.in_(of_residents),
            sa.or_(Trait.trait < "^", Trait.trait >= "_"),  # but for beginnings of words: a range of bytes
        )
        .group_by(Trait.trait)
    )
    held = {row[0]: row[1] for row in db.session.execute(query)}
    words = sorted(held)
    return Held(ids, words, [held[word] for word in words])


def list_themes(consultation_id: int) -> list[tuple[Theme, int]]:
    """Return the themes of a consultation with how many shown proposals each holds, the largest first."""
    held = (
        sa.select(ThemeMember.theme_id, sa.func.count().label("held"))
        .join(Proposal, Proposal.id == ThemeMember.proposal_id)
        .where(*shown(consultation_id))
        .group_by(ThemeMember.theme_id)
        .subquery()
    )
    count = sa.func.coalesce(held.c.held, 0)
    query = (
        sa.select(Theme, count)
        .outerjoin(held, held.c.theme_id == Theme.id)
        .where(Theme.consultation_id == consultation_id)
        .order_by(count.desc(), Theme.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def find_theme(theme_id: int) -> Theme | None:
    return db.session.get(Theme, theme_id)


def members_of(consultation_id: int) -> dict[int, int | None]:
    """Return the theme of each proposal that is sorted; None for one that a person put out of all of them."""
    query = (
        sa.select(ThemeMember.proposal_id, ThemeMember.theme_id)
        .join(Proposal, Proposal.id == ThemeMember.proposal_id)
        .where(Proposal.consultation_id == consultation_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_unsorted(consultation_id: int) -> int:
    """Return how many shown proposals are in no theme."""
    query = sa.select(sa.func.count()).select_from(Proposal).where(*shown(consultation_id))
    query = query.outerjoin(ThemeMember, ThemeMember.proposal_id == Proposal.id)
    return db.session.scalar(query.where(ThemeMember.theme_id.is_(None))) or 0


def _first(*, hides_supports: bool) -> tuple[Any, ...]:
    """The most supported first; while supports are hidden, no order tells them."""
    return (Proposal.id,) if hides_supports else (Proposal.support_count.desc(), Proposal.id)


def list_proposals_of_theme(
    consultation_id: int, theme_id: int | None, *, hides_supports: bool, number: int = 1, size: int = 20
) -> Page[Proposal]:
    """Return a page of the shown proposals of a theme, the most supported first; of no theme when None."""
    query = sa.select(Proposal).where(*shown(consultation_id))
    query = query.outerjoin(ThemeMember, ThemeMember.proposal_id == Proposal.id)
    query = query.where(
        ThemeMember.theme_id.is_(None) if theme_id is None else ThemeMember.theme_id == theme_id
    )
    return paginate(query.order_by(*_first(hides_supports=hides_supports)), number=number, size=size)


def first_of_themes(
    consultation_id: int, *, most: int, hides_supports: bool
) -> dict[int, list[tuple[int, str, int]]]:
    """Return, of each theme, its most supported shown proposals (id, title, supports): one query, however many themes."""
    rank = sa.func.row_number().over(
        partition_by=ThemeMember.theme_id, order_by=_first(hides_supports=hides_supports)
    )
    ranked = (
        sa.select(
            ThemeMember.theme_id, Proposal.id, Proposal.title, Proposal.support_count, rank.label("rank")
        )
        .join(Proposal, Proposal.id == ThemeMember.proposal_id)
        .where(*shown(consultation_id), ThemeMember.theme_id.is_not(None))
        .subquery()
    )
    told: defaultdict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for row in db.session.execute(
        sa.select(ranked).where(ranked.c.rank <= most).order_by(ranked.c.theme_id, ranked.c.rank)
    ):
        told[row.theme_id].append((row.id, row.title, row.support_count))
    return told


def titles_in_themes(
    consultation_id: int, *, hides_supports: bool
) -> list[tuple[int | None, int, str, int, str]]:
    """Return every shown proposal for the spreadsheet: theme, id, title, supports, channel."""
    query = (
        sa.select(ThemeMember.theme_id, Proposal.id, Proposal.title, Proposal.support_count, Proposal.channel)
        .select_from(Proposal)
        .outerjoin(ThemeMember, ThemeMember.proposal_id == Proposal.id)
        .where(*shown(consultation_id))
        .order_by(ThemeMember.theme_id, *_first(hides_supports=hides_supports))
    )
    return [(row[0], row[1], row[2], row[3], row[4].value) for row in db.session.execute(query)]


def titles_of_shown(proposal_ids: Collection[int]) -> dict[int, str]:
    """Return the titles of those of some proposals that everybody sees: what was hidden since is not named."""
    query = sa.select(Proposal.id, Proposal.title).where(
        Proposal.id.in_(proposal_ids), Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def bodies_of_statements(statement_ids: Collection[int]) -> dict[int, str]:
    query = sa.select(Statement.id, Statement.body).where(
        Statement.id.in_(statement_ids), Statement.hidden_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
