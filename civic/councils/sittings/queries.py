from collections.abc import Collection, Sequence

import sqlalchemy as sa

from civic.councils.models import Council, Seat, Sitting
from civic.councils.sittings.errors import ItemNotFound, QuestionNotFound
from civic.councils.sittings.models import (
    AgendaItem,
    AgendaVote,
    Attendee,
    CalledSeat,
    Convocation,
    LiveSitting,
    MinutesAddition,
    SeatAnswer,
    SeatPresence,
    SittingMinutes,
    SittingQuestion,
    SittingRoom,
)
from civic.councils.sittings.rules import MOST_QUESTIONS_SHOWN, MemberAnswer, QuestionState
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import Page, paginate

PATH = "/conseils-de-quartier/seances/"


def get_item(item_id: int) -> AgendaItem:
    """Raises ItemNotFound."""
    item = db.session.get(AgendaItem, item_id)
    if item is None:
        raise ItemNotFound
    return item


def list_items(sitting_id: int) -> list[AgendaItem]:
    """Return the agenda in its order. It holds some, never hundreds: no page is needed."""
    query = sa.select(AgendaItem).filter_by(sitting_id=sitting_id)
    query = query.order_by(AgendaItem.position, AgendaItem.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def find_open_item(sitting_id: int) -> AgendaItem | None:
    query = sa.select(AgendaItem).where(
        AgendaItem.sitting_id == sitting_id,
        AgendaItem.opened_at.is_not(None),
        AgendaItem.closed_at.is_(None),
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find_live(sitting_id: int) -> LiveSitting | None:
    return db.session.get(LiveSitting, sitting_id)


def find_running_sitting(council_id: int) -> Sitting | None:
    """Return the sitting of a council that takes place now, if everybody may follow it."""
    query = (
        sa.select(Sitting)
        .join(LiveSitting, LiveSitting.sitting_id == Sitting.id)
        .where(Sitting.council_id == council_id, Sitting.published_at.is_not(None))
        .where(LiveSitting.closed_at.is_(None))
        .order_by(LiveSitting.opened_at.desc())
    )
    return db.session.scalars(query.limit(1)).first()


def items_of_votes(sitting_id: int) -> dict[int, int]:
    """Return the item of each vote that was opened under one."""
    query = sa.select(AgendaVote.vote_id, AgendaVote.item_id).join(
        AgendaItem, AgendaItem.id == AgendaVote.item_id
    )
    return {row.vote_id: row.item_id for row in db.session.execute(query.filter_by(sitting_id=sitting_id))}


def list_presences(sitting_id: int) -> list[SeatPresence]:
    """Return what the roll call says, in the order of the seats."""
    query = sa.select(SeatPresence).filter_by(sitting_id=sitting_id).order_by(SeatPresence.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


# Who is called, and comes


def list_convocations(sitting_id: int) -> list[Convocation]:
    """Return the sendings, the last first."""
    query = sa.select(Convocation).filter_by(sitting_id=sitting_id)
    return list(db.session.scalars(query.order_by(Convocation.sent_at.desc(), Convocation.id.desc())))


def list_called(sitting_id: int, digest: str) -> set[tuple[int, int | None]]:
    """Return the seats that were called with what is said now, each with whose account it was."""
    query = sa.select(CalledSeat.seat_id, CalledSeat.person_id).join(
        Convocation, Convocation.id == CalledSeat.convocation_id
    )
    rows = db.session.execute(query.where(Convocation.sitting_id == sitting_id, Convocation.digest == digest))
    return {(row.seat_id, row.person_id) for row in rows}


def find_room(sitting_id: int) -> SittingRoom | None:
    return db.session.get(SittingRoom, sitting_id, populate_existing=True)


def is_attending(sitting_id: int, person_id: int | None) -> bool:
    if person_id is None:
        return False
    return db.session.get(Attendee, (sitting_id, person_id)) is not None


def answers_of_seats(sitting_id: int) -> dict[int, MemberAnswer]:
    query = sa.select(SeatAnswer.seat_id, SeatAnswer.answer).filter_by(sitting_id=sitting_id)
    return {row.seat_id: row.answer for row in db.session.execute(query)}


def forget_seat(seat_id: int) -> None:
    """Forget what the holder of a seat answered to convocations, and that she was called: somebody else takes it over, or nobody."""
    for model in (SeatAnswer, CalledSeat):
        forgotten = sa.delete(model).where(model.seat_id == seat_id)
        db.session.execute(forgotten.execution_options(synchronize_session=False))


def list_own_seats(council_id: int, person_id: int | None) -> list[Seat]:
    if person_id is None:
        return []
    query = sa.select(Seat).filter_by(council_id=council_id, person_id=person_id).order_by(Seat.id)
    return list(db.session.scalars(query))


def take_place(sitting_id: int) -> bool:
    """Count one more, if a place is left: one statement decides. Returns whether it was counted."""
    taken = sa.update(SittingRoom).where(
        SittingRoom.sitting_id == sitting_id,
        sa.or_(SittingRoom.places.is_(None), SittingRoom.coming < SittingRoom.places),
    )
    return _count(taken.values(coming=SittingRoom.coming + 1)) == 1


def give_place_back(sitting_id: int) -> None:
    _count(
        sa.update(SittingRoom)
        .where(SittingRoom.sitting_id == sitting_id, SittingRoom.coming > 0)
        .values(coming=SittingRoom.coming - 1)
    )


def limit_places(sitting_id: int, places: int | None) -> bool:
    """Say how many places there are, unless more are taken. Returns whether it was written."""
    limited = sa.update(SittingRoom).where(SittingRoom.sitting_id == sitting_id)
    if places is not None:
        limited = limited.where(SittingRoom.coming <= places)
    return _count(limited.values(places=places)) == 1


# Questions


def get_question(question_id: int) -> SittingQuestion:
    """Return a question that was not hidden. Raises QuestionNotFound."""
    question = db.session.get(SittingQuestion, question_id)
    if question is None or question.hidden_at is not None:
        raise QuestionNotFound
    return question


_is_settled = sa.case((SittingQuestion.state == QuestionState.WAITING, 0), else_=1)
_ORDER = (_is_settled, SittingQuestion.supports.desc(), SittingQuestion.id)
"""Those that wait first, the most supported first, then the first asked."""


def _shown(item_ids: Collection[int]) -> sa.Select[SittingQuestion]:
    return sa.select(SittingQuestion).where(
        SittingQuestion.item_id.in_(item_ids), SittingQuestion.hidden_at.is_(None)
    )


def list_questions(item_ids: Collection[int]) -> Sequence[SittingQuestion]:
    """Return all that was asked on some items, for their minutes."""
    query = _shown(item_ids).order_by(*_ORDER)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def list_first_questions(item_ids: Collection[int]) -> Sequence[SittingQuestion]:
    """Return the first questions of each item, so that no item hides those of another."""
    place = sa.func.row_number().over(partition_by=SittingQuestion.item_id, order_by=_ORDER)
    ranked = _shown(item_ids).with_only_columns(SittingQuestion.id, place.label("place")).subquery()
    first = sa.select(ranked.c.id).where(ranked.c.place <= MOST_QUESTIONS_SHOWN)
    query = sa.select(SittingQuestion).where(SittingQuestion.id.in_(first)).order_by(*_ORDER)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def page_questions(item_id: int, *, number: int, size: int = MOST_QUESTIONS_SHOWN) -> Page[SittingQuestion]:
    """Return a page of what was asked on an item."""
    return paginate(_shown([item_id]).order_by(*_ORDER), number=number, size=size)


def count_shown(item_ids: Collection[int]) -> dict[int, int]:
    """Return how many questions each item has."""
    query = _shown(item_ids).with_only_columns(SittingQuestion.item_id, sa.func.count())
    return {row[0]: row[1] for row in db.session.execute(query.group_by(SittingQuestion.item_id))}


def path_of_question(question: SittingQuestion) -> str:
    """Return where a question is read: on the page that follows the sitting, or on the page of its item that holds it."""
    is_settled = int(question.state is not QuestionState.WAITING)
    before = sa.or_(
        _is_settled < is_settled,
        sa.and_(
            _is_settled == is_settled,
            sa.or_(
                SittingQuestion.supports > question.supports,
                sa.and_(SittingQuestion.supports == question.supports, SittingQuestion.id < question.id),
            ),
        ),
    )
    query = _shown([question.item_id]).where(before).with_only_columns(sa.func.count())
    page = (db.session.scalar(query) or 0) // MOST_QUESTIONS_SHOWN + 1
    if page == 1:
        return f"{PATH}{question.sitting_id}/direct#question-{question.id}"
    return f"/conseils-de-quartier/points/{question.item_id}/questions?page={page}#question-{question.id}"


def count_questions(item_id: int, author_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(SittingQuestion)
    return db.session.scalar(query.filter_by(item_id=item_id, author_id=author_id)) or 0


def has_twin(item_id: int, folded: str) -> bool:
    query = sa.select(SittingQuestion.id).where(
        SittingQuestion.item_id == item_id,
        SittingQuestion.folded == folded,
        SittingQuestion.hidden_at.is_(None),
    )
    return db.session.scalars(query.limit(1)).first() is not None


def move_supports(question_id: int, by: int) -> int:
    """Count one support more, or one less. Returns how many there are."""
    moved = sa.update(SittingQuestion).where(SittingQuestion.id == question_id)
    counted = moved.values(supports=SittingQuestion.supports + by).returning(SittingQuestion.supports)
    return db.session.scalar(counted.execution_options(synchronize_session=False)) or 0


def find_moderated_question(question_id: int) -> ModeratedContent | None:
    question = db.session.get(SittingQuestion, question_id)
    if question is None:
        return None
    sitting = db.session.get_one(Sitting, question.sitting_id)
    return ModeratedContent(
        kind="sitting_question",
        id=question.id,
        author_id=question.author_id,
        territory_id=db.session.get_one(Council, sitting.council_id).territory_id,
        text=question.text,
        path=path_of_question(question),
        is_hidden=question.hidden_at is not None,
    )


# Minutes


def find_minutes(sitting_id: int) -> SittingMinutes | None:
    return db.session.get(SittingMinutes, sitting_id, populate_existing=True)


def list_additions(sitting_id: int) -> list[MinutesAddition]:
    query = sa.select(MinutesAddition).filter_by(sitting_id=sitting_id).order_by(MinutesAddition.id)
    return list(db.session.scalars(query))


def rewrite_minutes(sitting_id: int, version: int, *, source: str, html: str) -> bool:
    """Write minutes anew, unless somebody did since this version was read. Returns whether they were written."""
    written = sa.update(SittingMinutes).where(
        SittingMinutes.sitting_id == sitting_id, SittingMinutes.version == version
    )
    return _count(written.values(source=source, html=html, version=version + 1)) == 1


def _count(statement: sa.Update) -> int:
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]
