"""A sitting as somebody follows it: where it has got to, what is open, what is asked, what is voted on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.councils import queries as councils
from civic.councils.access import CouncilsAction
from civic.councils.models import Council, Sitting
from civic.councils.motions import needed_for_quorum
from civic.councils.secret_votes import ShownVote, list_shown_votes
from civic.councils.service import get_visible_sitting
from civic.councils.sittings import queries, rules
from civic.councils.sittings.finding import get_visible_item
from civic.councils.sittings.leading import next_item
from civic.councils.sittings.models import AgendaItem, LiveSitting, QuestionSupport, SittingQuestion
from civic.councils.sittings.rules import ItemState, Presence, QuestionState, SittingState
from civic.kernel.access import Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.pagination import Page


@dataclass(frozen=True)
class ShownQuestion:
    """A question, as its reader sees it. ``author`` is empty for one that was asked in the room, or whose author left."""

    id: int
    text: str
    author: str
    is_from_room: bool
    is_own: bool
    is_supported: bool
    supports: int
    state: QuestionState
    words: str
    asked_at: datetime


@dataclass(frozen=True)
class ShownItem:
    """An item, with the first of its questions; ``question_count``: how many there are."""

    id: int
    number: int
    title: str
    presenter: str
    text: str
    link: str
    expected_minutes: int | None
    opened_at: datetime | None
    closed_at: datetime | None
    state: ItemState
    questions: Sequence[ShownQuestion]
    question_count: int
    votes: Sequence[ShownVote]


@dataclass(frozen=True)
class Quorum:
    """Who is there, of those who vote, and how many must be. ``needed`` 0: none is asked for."""

    present: int
    seats: int
    needed: int

    @property
    def is_reached(self) -> bool:
        return self.present >= self.needed


@dataclass(frozen=True)
class SittingView:
    """A sitting that is followed.

    Attributes:
        quorum: as the roll says now; None before the opening.
        current: the item that is open.
        coming: the first that was not opened.
        voting: the vote that is under way.
        loose_votes: votes that were opened under no item.
        may_ask: the reader may ask and support.
    """

    sitting: Sitting
    council: Council
    state: SittingState
    live: LiveSitting | None
    quorum: Quorum | None
    items: Sequence[ShownItem]
    current: ShownItem | None
    coming: ShownItem | None
    voting: ShownVote | None
    loose_votes: Sequence[ShownVote]
    may_hold: bool
    may_ask: bool
    may_open_now: bool

    @property
    def id(self) -> int:
        return self.sitting.id


def show_sitting(actor: Actor, *, sitting_id: int) -> SittingView:
    """Raises SittingNotFound."""
    now = utc_now()
    sitting = get_visible_sitting(actor, sitting_id)
    council = councils.get_council(sitting.council_id)
    live = queries.find_live(sitting_id)
    votes, places = list_shown_votes(sitting_id, at=now), queries.items_of_votes(sitting_id)
    items = _items(actor, sitting_id, votes, places)
    state = _state(live)
    coming = next_item(queries.list_items(sitting_id))
    return SittingView(
        sitting=sitting,
        council=council,
        state=state,
        live=live,
        quorum=quorum_of(live) if live else None,
        items=items,
        current=next((item for item in items if item.state is ItemState.OPEN), None),
        coming=next((item for item in items if coming and item.id == coming.id), None),
        voting=next((vote for vote in votes if vote.is_open), None),
        loose_votes=[vote for vote in votes if vote.id not in places],
        may_hold=can(actor, CouncilsAction.HOLD_SITTING, council),
        may_ask=can(actor, CouncilsAction.ASK_QUESTION, council),
        may_open_now=live is None
        and sitting.published_at is not None
        and rules.may_open(sitting.starts_at, at=now),
    )


def quorum_of(live: LiveSitting) -> Quorum:
    """Return the quorum as the last roll call says it; once the sitting is closed, as the one of its opening did."""
    needed = needed_for_quorum(live.seats, live.quorum_percent)
    if live.closed_at is not None:
        return Quorum(live.present, live.seats, needed)
    voting = [each for each in queries.list_presences(live.sitting_id) if each.votes]
    present = sum(each.latest is Presence.PRESENT for each in voting)
    return Quorum(present, len(voting), needed_for_quorum(len(voting), live.quorum_percent))


def _state(live: LiveSitting | None) -> SittingState:
    return rules.state_of(live.opened_at, live.suspended_at, live.closed_at) if live else SittingState.PLANNED


def _items(
    actor: Actor, sitting_id: int, votes: Sequence[ShownVote], places: dict[int, int]
) -> list[ShownItem]:
    items = queries.list_items(sitting_id)
    ids = [item.id for item in items]
    questions = _questions(actor, queries.list_first_questions(ids))
    counts = queries.count_shown(ids)
    return [
        _item(
            number,
            item,
            questions.get(item.id, ()),
            counts.get(item.id, 0),
            [vote for vote in votes if places.get(vote.id) == item.id],
        )
        for number, item in enumerate(items, start=1)
    ]


def _item(
    number: int,
    item: AgendaItem,
    questions: Sequence[ShownQuestion],
    question_count: int,
    votes: Sequence[ShownVote],
) -> ShownItem:
    return ShownItem(
        id=item.id,
        number=number,
        title=item.title,
        presenter=item.presenter,
        text=item.text,
        link=item.link,
        expected_minutes=item.expected_minutes,
        opened_at=item.opened_at,
        closed_at=item.closed_at,
        state=rules.item_state(item.opened_at, item.closed_at),
        questions=questions,
        question_count=question_count,
        votes=votes,
    )


@dataclass(frozen=True)
class QuestionsView:
    """What was asked on an item, a page of it. ``may_support``, ``may_settle``: of those that wait."""

    sitting: Sitting
    council: Council
    item: AgendaItem
    page: Page[ShownQuestion]
    may_support: bool
    may_settle: bool


def show_questions(
    actor: Actor, *, item_id: int, number: int, size: int = rules.MOST_QUESTIONS_SHOWN
) -> QuestionsView:
    """Raises ItemNotFound, SittingNotFound."""
    item = get_visible_item(actor, item_id)
    sitting = get_visible_sitting(actor, item.sitting_id)
    council = councils.get_council(sitting.council_id)
    state = _state(queries.find_live(sitting.id))
    page = queries.page_questions(item_id, number=number, size=size)
    shown = _questions(actor, page.items).get(item_id, [])
    goes_on = state in (SittingState.OPEN, SittingState.SUSPENDED)
    return QuestionsView(
        sitting=sitting,
        council=council,
        item=item,
        page=Page(shown, page.number, page.size, page.total),
        may_support=goes_on and can(actor, CouncilsAction.ASK_QUESTION, council),
        may_settle=goes_on and can(actor, CouncilsAction.HOLD_SITTING, council),
    )


def _questions(actor: Actor, asked: Sequence[SittingQuestion]) -> dict[int, list[ShownQuestion]]:
    names = accounts.names_of({each.author_id for each in asked if each.author_id is not None})
    supported = _supported_by(actor, [each.id for each in asked])
    shown: dict[int, list[ShownQuestion]] = {}
    for each in asked:
        shown.setdefault(each.item_id, []).append(
            ShownQuestion(
                id=each.id,
                text=each.text,
                author=names.get(each.author_id or 0, ""),
                is_from_room=each.is_from_room,
                is_own=actor.is_signed_in and each.author_id == actor.person_id,
                is_supported=each.id in supported,
                supports=each.supports,
                state=each.state,
                words=each.words,
                asked_at=each.asked_at,
            )
        )
    return shown


def _supported_by(actor: Actor, question_ids: Collection[int]) -> set[int]:
    if actor.person_id is None or not question_ids:
        return set()
    query = sa.select(QuestionSupport.question_id).where(
        QuestionSupport.person_id == actor.person_id, QuestionSupport.question_id.in_(question_ids)
    )
    return set(db.session.scalars(query))
