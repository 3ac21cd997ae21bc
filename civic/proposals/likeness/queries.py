"""The proposals that say the same as a text, by their words and by what they mean: a fixed number of queries, whatever their number."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.words import words_of
from civic.proposals.likeness import encoder
from civic.proposals.likeness.dictionary import Dictionary
from civic.proposals.likeness.kept import read_meanings
from civic.proposals.likeness.learnt import vectors_of
from civic.proposals.likeness.meaning import nearest
from civic.proposals.likeness.rules import (
    SHOWN_FROM,
    SHOWN_JOINED_FROM,
    Likeness,
    asked_weights,
    full_score,
    joined,
    traits_of,
)
from civic.proposals.models import Proposal, Trait

MOST = 5
CANDIDATES = 50
"""So many that are nearest by one of the two are looked at by both."""


def find_like(
    title: str,
    body: str,
    *,
    words: Dictionary,
    most: int = MOST,
    but: int | None = None,
    is_bounded: bool = True,
) -> list[Likeness]:
    """Return the shown proposals that say nearly the same as a text, the nearest first.

    Args:
        but: the one being written.
        is_bounded: leave out those that are too far to be shown.
    """
    traits = traits_of(title, body, words)
    near = _nearness(title, body)
    near.pop(but or 0, None)
    if near:
        found = [
            Likeness(key, joined(near.get(key), share)) for key, share in _shares(traits, near, but).items()
        ]
        least = SHOWN_JOINED_FROM
    else:
        found = [
            Likeness(key, share) for key, share in _Asked(traits).shares(but=but, most=CANDIDATES).items()
        ]
        least = SHOWN_FROM
    in_order = sorted(found, key=lambda like: (-round(like.share, 5), -like.proposal_id))
    if is_bounded:
        in_order = [like for like in in_order if like.share >= least]
    return in_order[:most]


def _nearness(title: str, body: str) -> dict[int, float]:
    """Return how near each proposal is by what it means; nothing where that is not known."""
    encode = encoder.encoder_now() if words_of(title) else None
    meanings = read_meanings() if encode else None
    if encode is None or not meanings:
        return {}
    (asked,) = vectors_of(encode, [(title, body)])
    return meanings.nearness(asked)


def _shares(traits: Mapping[str, float], near: Mapping[int, float], but: int | None) -> dict[int, float]:
    """Return the share of words of each candidate: those that have most words, and those that are nearest by what they mean."""
    asked = _Asked(traits)
    shares = asked.shares(but=but, most=CANDIDATES)
    others = [key for key in nearest(near, CANDIDATES) if key not in shares]
    return dict.fromkeys(others, 0.0) | asked.shares(but=but, among=others) | shares


class _Asked:
    """A text as it is asked of the traits kept."""

    def __init__(self, traits: Mapping[str, float]):
        self.weights = asked_weights(traits, _held_by(traits), _count_indexed()) if traits else {}
        self.full = full_score(traits, self.weights)

    def shares(
        self, *, but: int | None, most: int | None = None, among: Collection[int] | None = None
    ) -> dict[int, float]:
        """Return the shares of the proposals that hold some trait, of the highest alone or among some alone."""
        if not self.weights or among == []:
            return {}
        weighed: Any = sa.cast(Trait.weight, sa.BigInteger) * sa.case(self.weights, value=Trait.trait)
        score = sa.cast(sa.func.sum(weighed), sa.BigInteger).label("score")
        query = (
            sa.select(Trait.proposal_id, score)
            .where(Trait.trait.in_(self.weights), Trait.proposal_id != (but or 0))
            .group_by(Trait.proposal_id)
        )
        if among is not None:
            query = query.where(Trait.proposal_id.in_(among))
        if most is not None:
            query = query.order_by(score.desc(), Trait.proposal_id.desc()).limit(most)
        return {row.proposal_id: row.score / self.full for row in db.session.execute(query)}


def _held_by(traits: Collection[str]) -> dict[str, int]:
    query = sa.select(Trait.trait, sa.func.count()).where(Trait.trait.in_(traits)).group_by(Trait.trait)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _count_indexed() -> int:
    shown = sa.select(sa.func.count()).select_from(Proposal)
    return db.session.scalar(shown.where(Proposal.hidden_at.is_(None), Proposal.withdrawn_at.is_(None))) or 0
