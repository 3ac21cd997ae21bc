"""The proposals that say the same as a text: three queries, whatever their number."""

from collections.abc import Collection

import sqlalchemy as sa

from civic.kernel.database import db
from civic.proposals.likeness.dictionary import Dictionary
from civic.proposals.likeness.rules import SHOWN_FROM, Likeness, asked_weights, full_score, traits_of
from civic.proposals.models import Proposal, Trait

MOST = 5


def find_like(
    title: str,
    body: str,
    *,
    words: Dictionary,
    most: int = MOST,
    but: int | None = None,
    from_share: float = SHOWN_FROM,
) -> list[Likeness]:
    """Return the shown proposals that say nearly the same as a text, the nearest first. ``but``: the one being written."""
    traits = traits_of(title, body, words)
    if not traits:
        return []
    asked = asked_weights(traits, _held_by(traits), _count_indexed())
    full = full_score(traits, asked)
    weighed = sa.cast(Trait.weight, sa.BigInteger) * sa.case(asked, value=Trait.trait)
    score = sa.cast(sa.func.sum(weighed), sa.BigInteger).label("score")
    query = (
        sa.select(Trait.proposal_id, score)
        .where(Trait.trait.in_(asked), Trait.proposal_id != (but or 0))
        .group_by(Trait.proposal_id)
        .having(score >= round(full * from_share))
        .order_by(score.desc(), Trait.proposal_id.desc())
        .limit(most)
    )
    return [Likeness(row.proposal_id, row.score / full) for row in db.session.execute(query)]


def _held_by(traits: Collection[str]) -> dict[str, int]:
    query = sa.select(Trait.trait, sa.func.count()).where(Trait.trait.in_(traits)).group_by(Trait.trait)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _count_indexed() -> int:
    shown = sa.select(sa.func.count()).select_from(Proposal)
    return db.session.scalar(shown.where(Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None))) or 0
