"""Questions on the item that is open: asked by who follows, or aloud in the room; supported, answered, set aside."""

from datetime import datetime

import sqlalchemy as sa

from civic.councils import queries as councils
from civic.councils.access import CouncilsAction
from civic.councils.errors import SittingNotFound
from civic.councils.models import Council
from civic.councils.service import get_visible_sitting, lock_sitting
from civic.councils.sittings import queries
from civic.councils.sittings.errors import (
    ItemNotFound,
    ItemNotOpen,
    OwnQuestion,
    QuestionDoubled,
    QuestionNotFound,
    QuestionSettled,
    QuestionsTooMany,
    ReasonMissing,
    SittingClosed,
    SittingNotOpen,
)
from civic.councils.sittings.events import (
    QuestionAsked,
    QuestionDealtWith,
    QuestionHidden,
    QuestionSupported,
)
from civic.councils.sittings.finding import get_visible_item
from civic.councils.sittings.models import AgendaItem, LiveSitting, QuestionSupport, SittingQuestion
from civic.councils.sittings.registration import write_once
from civic.councils.sittings.rules import QUESTIONS_PER_PERSON, QuestionState
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.kernel.unknown import told_as


def ask_question(actor: Actor, *, item_id: int, text: str, is_from_room: bool = False) -> int:
    """Ask something about the item that is open.

    Args:
        is_from_room: it was asked aloud, and who holds the sitting types it: it has no author.

    Returns:
        The question's id.

    Raises:
        ItemNotFound, SittingNotFound, NotSignedIn, NotAllowed.
        SittingNotOpen, SittingClosed, ItemNotOpen.
        QuestionDoubled: it is asked already: it is to be supported.
        QuestionsTooMany: this person asked enough on this item.
    """
    now = utc_now()
    sitting_id = get_visible_item(actor, item_id).sitting_id
    with transaction():
        _ensure_may_ask(actor, sitting_id, is_from_room=is_from_room)
        _ensure_item_open(item_id, sitting_id)
        folded = fold(text)
        if queries.has_twin(item_id, folded):
            raise QuestionDoubled(fields={"text": [QuestionDoubled.message]})
        if not is_from_room and queries.count_questions(item_id, actor.id) >= QUESTIONS_PER_PERSON:
            raise QuestionsTooMany(fields={"text": [QuestionsTooMany.message]})
        question = SittingQuestion(
            sitting_id=sitting_id,
            item_id=item_id,
            author_id=None if is_from_room else actor.id,
            is_from_room=is_from_room,
            text=text,
            folded=folded,
            asked_at=now,
        )
        db.session.add(question)
        db.session.flush()
        publish(
            QuestionAsked(
                occurred_at=now,
                sitting_id=sitting_id,
                actor_id=actor.id,
                question_id=question.id,
                is_from_room=is_from_room,
            )
        )
    return question.id


def support_question(actor: Actor, *, question_id: int) -> int:
    """Support a question, once: a second time changes nothing.

    Returns:
        How many supports it has.

    Raises:
        QuestionNotFound, SittingNotFound, NotSignedIn, NotAllowed.
        QuestionSettled, SittingClosed, OwnQuestion.
    """
    now = utc_now()
    with transaction():
        question = _supportable(actor, question_id)
        if not write_once(QuestionSupport, question_id=question_id, person_id=actor.id):
            return question.supports
        return _moved(question, now, by=1)


def withdraw_support(actor: Actor, *, question_id: int) -> int:
    """Take one's support back; a second time changes nothing. Returns how many there are. Raises as ``support_question``."""
    now = utc_now()
    with transaction():
        question = _supportable(actor, question_id)
        return _moved(question, now, by=-1) if leave(question_id, actor.id) else question.supports


def leave(question_id: int, person_id: int) -> bool:
    """Take somebody off those who support a question, in a transaction. Returns whether she was among them."""
    left = sa.delete(QuestionSupport).filter_by(question_id=question_id, person_id=person_id)
    result = db.session.execute(left.execution_options(synchronize_session=False))
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def settle_question(actor: Actor, *, question_id: int, state: QuestionState, words: str) -> int:
    """Mark a question as answered, or set it aside, which says why.

    Args:
        words: the answer in a sentence, which may be left out; or the reason, which may not.

    Returns:
        The id of its sitting.

    Raises:
        QuestionNotFound, SittingNotFound, NotAllowed, SittingClosed, QuestionSettled.
        ReasonMissing.
    """
    now = utc_now()
    sitting_id = queries.get_question(question_id).sitting_id
    with transaction():
        with told_as(SittingNotFound, QuestionNotFound):
            lock_sitting(actor, sitting_id)
        _ensure_not_closed(sitting_id)
        question = _locked(question_id)
        if question.state is not QuestionState.WAITING:
            raise QuestionSettled
        if state is QuestionState.SET_ASIDE and not words:
            raise ReasonMissing
        question.state, question.words, question.settled_at = state, words, now
        db.session.flush()
        publish(
            QuestionDealtWith(
                occurred_at=now,
                sitting_id=sitting_id,
                actor_id=actor.id,
                question_id=question_id,
                state=state.value,
            )
        )
    return sitting_id


def set_question_hidden(*, question_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide a question or show it again. Moderation asks, and has checked who asks. Raises QuestionNotFound."""
    with transaction():
        question = db.session.get(SittingQuestion, question_id)
        if question is None:
            raise QuestionNotFound
        question.hidden_at = now if is_hidden else None
        publish(
            QuestionHidden(
                occurred_at=now,
                sitting_id=question.sitting_id,
                actor_id=None,
                question_id=question_id,
                is_hidden=is_hidden,
            )
        )


def _ensure_may_ask(actor: Actor, sitting_id: int, *, is_from_room: bool) -> Council:
    council = councils.get_council(get_visible_sitting(actor, sitting_id).council_id)
    require(actor, CouncilsAction.HOLD_SITTING if is_from_room else CouncilsAction.ASK_QUESTION, council)
    return council


def _ensure_item_open(item_id: int, sitting_id: int) -> None:
    """The item is kept until the end of the transaction: who asks while it closes is before it, or after."""
    locked = sa.select(AgendaItem).filter_by(id=item_id).with_for_update()
    item = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if item is None:
        raise ItemNotFound
    live = _ensure_not_closed(sitting_id)
    if live.suspended_at is not None:
        raise SittingNotOpen
    if item.opened_at is None or item.closed_at is not None:
        raise ItemNotOpen


def _ensure_not_closed(sitting_id: int) -> LiveSitting:
    live = queries.find_live(sitting_id)
    if live is None:
        raise SittingNotOpen
    if live.closed_at is not None:
        raise SittingClosed
    return live


def _supportable(actor: Actor, question_id: int) -> SittingQuestion:
    sitting_id = queries.get_question(question_id).sitting_id
    with told_as(SittingNotFound, QuestionNotFound):
        council = councils.get_council(get_visible_sitting(actor, sitting_id).council_id)
    require(actor, CouncilsAction.ASK_QUESTION, council)
    _ensure_not_closed(sitting_id)
    question = _locked(question_id)
    if question.author_id == actor.id:
        raise OwnQuestion
    if question.state is not QuestionState.WAITING:
        raise QuestionSettled
    return question


def _locked(question_id: int) -> SittingQuestion:
    locked = sa.select(SittingQuestion).filter_by(id=question_id).with_for_update()
    question = db.session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if question is None or question.hidden_at is not None:
        raise QuestionNotFound
    return question


def _moved(question: SittingQuestion, now: datetime, *, by: int) -> int:
    supports = queries.move_supports(question.id, by)
    publish(
        QuestionSupported(
            occurred_at=now,
            sitting_id=question.sitting_id,
            actor_id=None,
            question_id=question.id,
            supports=supports,
        )
    )
    return supports


def sitting_of(question_id: int) -> int:
    """Return the id of the sitting of a question. Raises QuestionNotFound."""
    return queries.get_question(question_id).sitting_id
