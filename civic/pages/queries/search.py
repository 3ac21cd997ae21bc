"""Finding, in the index that the facts keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.clock import TOWN_TIME, from_town_time
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.kernel.words import stem
from civic.pages.models import SearchEntry, SearchKind, SearchTerm
from civic.pages.rules import (
    EXACT,
    PLACE,
    PREFIX,
    SAME_STEM,
    STEM,
    SearchState,
    Word,
    asked_words,
    faults_allowed,
    nearest_word,
)

AFTER_ALL = "\U0010ffff"
"""After every letter, in the order of bytes: the end of the words that begin alike."""

MOST_COMPARED = 5_000
"""As many words of one letter as a typed one is compared with, those most often written first."""

MOST_MENDED = 2
"""A question with more words that nothing holds is no slip of the fingers, and each costs as much as a page: anybody may ask, as often as she likes."""


@dataclass(frozen=True)
class Narrowing:
    """What narrows a search. ``year`` is of the town's time; ``place_id``, of a neighbourhood."""

    kind: SearchKind | None = None
    place_id: int | None = None
    state: SearchState | None = None
    year: int | None = None

    @property
    def is_set(self) -> bool:
        return any(each is not None for each in (self.kind, self.place_id, self.state, self.year))


NOT_NARROWED = Narrowing()


@dataclass(frozen=True)
class Found:
    """A page of what was found.

    Attributes:
        words: those that were looked for.
        is_partial: nothing holds every word; these hold some of them.
        is_mended: nothing holds what was typed; ``words`` are the nearest that something holds.
    """

    page: Page[SearchEntry]
    words: Sequence[Word] = ()
    is_partial: bool = False
    is_mended: bool = False


def find_entry(kind: SearchKind, subject_id: int) -> SearchEntry | None:
    return db.session.scalars(
        sa.select(SearchEntry).filter_by(kind=kind, subject_id=subject_id)
    ).one_or_none()


def count_entries() -> dict[SearchKind, int]:
    query = sa.select(SearchEntry.kind, sa.func.count()).group_by(SearchEntry.kind)
    return {row[0]: row[1] for row in db.session.execute(query)}


def search(words: str, *, narrowing: Narrowing = NOT_NARROWED, now: datetime, number: int = 1) -> Found:
    """Find what holds every word, one of its forms, or the beginning of it; else, what somebody meant who made a typing fault; else, what
    holds some of them.

    The nearest come first (a word of the title weighs more, and more as it was typed than in another form), then the most recent.
    Without a word, what the narrowing keeps, the most recent first. The order is the same on every database: it is one of integers.
    """
    asked = asked_words(words)
    if not asked and (words.strip() or not narrowing.is_set):
        return Found(Page([], 1, PAGE_SIZE, 0))
    page = _read(asked, narrowing, now, number, least=len(asked))
    if page.total or not asked:
        return Found(page, asked)
    mended = _all_mended(asked)
    if mended != asked:
        meant = _read(mended, narrowing, now, number, least=len(mended))
        if meant.total:
            return Found(meant, mended, is_mended=True)
    if len(asked) < 2:
        return Found(page, asked)
    return Found(_read(asked, narrowing, now, number, least=1), asked, is_partial=True)


def _is_held(word: Word) -> bool:
    return db.session.execute(_nearness(word, 0).limit(1)).first() is not None


def _all_mended(asked: list[Word]) -> list[Word]:
    missed = [word for word in asked if not _is_held(word)]
    if len(missed) > MOST_MENDED:
        return asked
    return [_mended(word) if word in missed else word for word in asked]


def _mended(word: Word) -> Word:
    """Return the word of the index that was probably meant: it begins with the same letter, which fingers rarely miss."""
    allowed = faults_allowed(word.text)
    if not allowed:
        return word
    length = sa.func.length(SearchTerm.term)
    alike = (
        sa.select(SearchTerm.term, sa.func.count())
        .where(SearchTerm.term >= word.text[0], SearchTerm.term < word.text[0] + AFTER_ALL)
        .where(length.between(len(word.text) - allowed, len(word.text) + allowed))
        .group_by(SearchTerm.term)
        .order_by(sa.func.count().desc(), SearchTerm.term)
        .limit(MOST_COMPARED)
    )
    nearest = nearest_word(word.text, {row[0]: row[1] for row in db.session.execute(alike)})
    return Word(nearest, stem(nearest), is_beginning=False) if nearest else word


def _read(asked: list[Word], narrowing: Narrowing, now: datetime, number: int, least: int) -> Page[Any]:
    query = sa.select(SearchEntry).where(*_kept_by(narrowing, now))
    if asked:
        held = _holding(asked, least)
        query = query.join(held, held.c.entry_id == SearchEntry.id)
        query = query.order_by(held.c.words.desc(), held.c.score.desc())
    return paginate(query.order_by(SearchEntry.dated_at.desc(), SearchEntry.id.desc()), number=number)


def _holding(asked: list[Word], least: int) -> sa.Subquery:
    """Return the entries that hold at least so many of the words, how many they hold, and how near they are."""
    near = sa.union_all(*(_nearness(word, rank) for rank, word in enumerate(asked))).subquery()
    return (
        sa.select(
            near.c.entry_id, sa.func.count().label("words"), sa.func.sum(near.c.nearness).label("score")
        )
        .group_by(near.c.entry_id)
        .having(sa.func.count() >= least)
        .subquery()
    )


def _nearness(word: Word, rank: int) -> sa.Select[Any]:
    ways = [_way(SearchTerm.term == STEM + word.stem, SAME_STEM)]
    if word.is_beginning:
        begins = sa.and_(SearchTerm.term > word.text, SearchTerm.term < word.text + AFTER_ALL)
        ways.append(_way(begins, PREFIX))
    ways.append(_way(SearchTerm.term == word.text, EXACT))
    held = sa.union_all(*ways).subquery()
    nearest = sa.func.max(held.c.nearness).label("nearness")
    return sa.select(held.c.entry_id, sa.literal(rank).label("word"), nearest).group_by(held.c.entry_id)


def _way(condition: Any, factor: int) -> sa.Select[int, int]:
    nearness = (SearchTerm.weight * factor).label("nearness")
    return sa.select(SearchTerm.entry_id, nearness).where(condition)


def _kept_by(narrowing: Narrowing, now: datetime) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = []
    if narrowing.kind is not None:
        kept.append(SearchEntry.kind == narrowing.kind)
    if narrowing.place_id is not None:
        of_place = sa.select(SearchTerm.entry_id).where(SearchTerm.term == f"{PLACE}{narrowing.place_id}")
        kept.append(SearchEntry.id.in_(of_place))
    if narrowing.year is not None:
        first, after = (from_town_time(datetime(narrowing.year + more, 1, 1)) for more in (0, 1))
        kept += [SearchEntry.dated_at >= first, SearchEntry.dated_at < after]
    if narrowing.state is not None:
        kept += _in_state(narrowing.state, now)
    return kept


def _in_state(state: SearchState, now: datetime) -> list[sa.ColumnElement[bool]]:
    conditions: dict[SearchState, list[sa.ColumnElement[bool]]] = {
        SearchState.OPEN: [SearchEntry.opens_at <= now, SearchEntry.closes_at > now],
        SearchState.COMING: [SearchEntry.opens_at > now],
        SearchState.FINISHED: [SearchEntry.closes_at <= now],
        SearchState.ANSWERED: [SearchEntry.is_answered.is_(sa.true())],
    }
    return conditions[state]


def list_years() -> list[int]:
    """Return the years of what can be found, the last first."""
    bounds = sa.select(sa.func.min(SearchEntry.dated_at), sa.func.max(SearchEntry.dated_at))
    years = [bound.astimezone(TOWN_TIME).year for bound in db.session.execute(bounds).one() if bound]
    return list(range(max(years), min(years) - 1, -1)) if years else []
