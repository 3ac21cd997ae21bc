"""Themes: keeping what the program found, and what a councillor changes of it."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.kernel.words import stem
from civic.participation.access import ParticipationAction
from civic.participation.synthesis import queries
from civic.participation.synthesis.errors import NotInConsultation, ThemeIsItself, ThemeNotFound
from civic.participation.synthesis.events import ProposalMovedToTheme, ThemeRenamed, ThemesMerged
from civic.participation.synthesis.models import Theme, ThemeMember
from civic.proposals.models import Proposal

WORDS_OF_A_NAME = 3
MOST_WORDS = 5
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def is_changed_by_hand(consultation_id: int) -> bool:
    """Tell whether a councillor named a theme or placed a proposal: then what was sorted stays."""
    named = sa.select(Theme.id).filter_by(consultation_id=consultation_id, is_edited=True)
    placed = (
        sa.select(ThemeMember.proposal_id)
        .join(Proposal, Proposal.id == ThemeMember.proposal_id)
        .where(Proposal.consultation_id == consultation_id, ThemeMember.is_placed)
    )
    return any(db.session.execute(query.limit(1)).first() for query in (named, placed))


def keep_themes(
    consultation_id: int, held: queries.Held, answer: dict[str, Any], *, themes: Sequence[int] | None
) -> None:
    """Keep what was found.

    Args:
        themes: those that stay, by their rank in the answer; None where those found take the place of all.
    """
    labels: list[int] = answer["labels"]
    words = [[held.words[rank] for rank in ranks] for ranks in answer["words"]]
    with transaction():
        if themes is None:
            titles = _titles(held.proposals)
            grouped: dict[int, list[str]] = {}
            for proposal, label in zip(held.proposals, labels, strict=True):
                grouped.setdefault(label, []).append(titles.get(proposal, ""))
            _forget(consultation_id)
            themes = [_add_theme(consultation_id, grouped.get(n, []), told) for n, told in enumerate(words)]
        before = queries.members_of(consultation_id)
        rows = [
            {"proposal_id": proposal, "theme_id": themes[label], "is_placed": False}
            for proposal, label in zip(held.proposals, labels, strict=True)
            if label >= 0 and proposal not in before
        ]
        if rows:
            db.session.execute(sa.insert(ThemeMember), rows)


def _forget(consultation_id: int) -> None:
    mine = sa.select(Proposal.id).filter_by(consultation_id=consultation_id)
    for old in (
        sa.delete(ThemeMember).where(ThemeMember.proposal_id.in_(mine)),
        sa.delete(Theme).where(Theme.consultation_id == consultation_id),
    ):
        db.session.execute(old.execution_options(synchronize_session=False))


def _titles(proposal_ids: Sequence[int]) -> dict[int, str]:
    rows: dict[int, str] = {}
    for start in range(0, len(proposal_ids), queries.LONGEST_BATCH):
        part = proposal_ids[start : start + queries.LONGEST_BATCH]
        found = db.session.execute(sa.select(Proposal.id, Proposal.title).where(Proposal.id.in_(part)))
        rows |= {row[0]: row[1] for row in found}
    return rows


def _add_theme(consultation_id: int, titles: Sequence[str], stems: Sequence[str]) -> int:
    words = words_in_french(titles, stems)
    name = ", ".join(words[:WORDS_OF_A_NAME])
    theme = Theme(
        consultation_id=consultation_id, name=name[:1].upper() + name[1:] or N_("Sans nom"), words=words
    )
    db.session.add(theme)
    db.session.flush()
    return theme.id


def words_in_french(titles: Sequence[str], stems: Sequence[str]) -> list[str]:
    """Return stems as they are most often written in titles: « velo » is « vélos » where residents write so."""
    forms: dict[str, Counter[str]] = {}
    written = Counter(word.lower() for title in titles for word in _WORD.findall(title))
    for word, times in written.items():  # each is brought to its stem once, however often it is written
        forms.setdefault(stem(fold(word)), Counter())[word] = times
    wanted = [each for each in stems if not each.startswith("#")]
    wanted += [part for each in stems if each.startswith("#") for part in each[1:].split("-")]
    told = [forms[each].most_common(1)[0][0] for each in dict.fromkeys(wanted) if each in forms]
    return told[:MOST_WORDS]


# By hand


def rename_theme(actor: Actor, *, theme_id: int, name: str, seen: str | None = None) -> int:
    """Give a theme a name. Returns the consultation's id. Raises ThemeNotFound, NotAllowed; ChangedMeanwhile: it was renamed since ``seen``."""
    with transaction():
        theme = _editable(actor, theme_id)
        with theme.written_over(seen):
            theme.name, theme.is_edited = name, True
        fact = ThemeRenamed(
            occurred_at=utc_now(),
            consultation_id=theme.consultation_id,
            theme_id=theme_id,
            actor_id=actor.id,
        )
        publish(fact)
        return theme.consultation_id


def merge_themes(actor: Actor, *, theme_id: int, into_id: int) -> int:
    """Put the proposals of a theme into another, which stays. Returns the consultation's id.

    Raises:
        ThemeNotFound, NotAllowed.
        ThemeIsItself: both are the same.
    """
    with transaction():
        theme, into = _editable(actor, theme_id), _editable(actor, into_id)
        if theme.id == into.id:
            raise ThemeIsItself(fields={"into_id": [ThemeIsItself.message]})
        if theme.consultation_id != into.consultation_id:
            raise ThemeNotFound
        moved = sa.update(ThemeMember).where(ThemeMember.theme_id == theme.id).values(theme_id=into.id)
        db.session.execute(moved.execution_options(synchronize_session=False))
        into.is_edited = True
        into.words = list(dict.fromkeys([*into.words, *theme.words]))[:MOST_WORDS]
        db.session.flush()
        db.session.delete(theme)
        publish(
            ThemesMerged(
                occurred_at=utc_now(),
                consultation_id=into.consultation_id,
                theme_id=into.id,
                actor_id=actor.id,
            )
        )
        return into.consultation_id


def move_proposal(actor: Actor, *, consultation_id: int, proposal_id: int, theme_id: int | None) -> None:
    """Put a proposal into a theme, or (None) out of all of them.

    Raises:
        ConsultationNotFound, NotAllowed, ThemeNotFound.
        NotInConsultation: the proposal is of another one.
    """
    with transaction():
        consultation = get_visible_consultation(actor, consultation_id)
        require(actor, ParticipationAction.EDIT_THEMES, consultation)
        proposal = db.session.get(Proposal, proposal_id)
        if proposal is None or proposal.consultation_id != consultation_id:
            raise NotInConsultation(fields={"proposal_id": [NotInConsultation.message]})
        if theme_id is not None and _editable(actor, theme_id).consultation_id != consultation_id:
            raise ThemeNotFound
        db.session.execute(sa.delete(ThemeMember).where(ThemeMember.proposal_id == proposal_id))
        db.session.add(ThemeMember(proposal_id=proposal_id, theme_id=theme_id, is_placed=True))
        publish(
            ProposalMovedToTheme(
                occurred_at=utc_now(),
                consultation_id=consultation_id,
                proposal_id=proposal_id,
                theme_id=theme_id,
                actor_id=actor.id,
            )
        )


def _editable(actor: Actor, theme_id: int) -> Theme:
    theme = queries.find_theme(theme_id)
    if theme is None:
        raise ThemeNotFound
    consultation = consultations.get_consultation(theme.consultation_id)
    require(actor, ParticipationAction.EDIT_THEMES, consultation)
    return theme
