"""The arguments of a proposal as they are read: a page of them in the order that was asked for, each with its first answers, in a fixed number of queries."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from civic.accounts.models import Person
from civic.consultations.channels import CHANNEL_SIGNATURES, Channel
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.proposals.arguing.models import ArgumentMark
from civic.proposals.arguing.rules import Order, Weighed, count_readers, in_order, opposite_of, starting_side
from civic.proposals.errors import ArgumentNotFound
from civic.proposals.models import Argument
from civic.proposals.rules import Side

ANSWERS_SHOWN = 3
"""Under an argument, before one asks for the others."""
ANSWERS_A_PAGE = 50


@dataclass(frozen=True)
class AnswerView:
    """What answers an argument, in plain values. ``answers_name``: whom it answers, where that is another answer. ``is_own``: by who reads.

    ``author_name``: None too of what was taken back, which is nobody's words any more; so of an argument.
    """

    id: int
    body: str
    author_name: str | None
    created_at: datetime
    is_hidden: bool
    is_withdrawn: bool
    is_own: bool
    answers_id: int | None = None
    answers_name: str | None = None
    unsigned: str = ""


@dataclass(frozen=True)
class ArgumentView:
    """An argument as it is read, in plain values.

    Attributes:
        is_own, is_marked: by who reads.
        useful_count: None while a phase hides the totals of its consultation.
        answers: the first ones, the oldest first; ``answer_count``: how many there are.
    """

    id: int
    proposal_id: int
    side: Side
    body: str
    author_name: str | None
    created_at: datetime
    is_hidden: bool
    is_withdrawn: bool
    is_own: bool
    is_marked: bool = False
    useful_count: int | None = None
    answers: tuple[AnswerView, ...] = ()
    answer_count: int = 0
    channel: Channel = Channel.WEB

    @property
    def unsigned(self) -> str:
        """What stands for the name of who said what the town hall typed, French source text; nothing for what was written here."""
        return CHANNEL_SIGNATURES.get(self.channel, "")

    @property
    def answers_left(self) -> int:
        return self.answer_count - len(self.answers)


@dataclass(frozen=True)
class ArgumentPage(Page[ArgumentView]):
    """``sides``: how many arguments each side has, on all pages."""

    sides: Counter[Side] = field(default_factory=Counter)

    def count_of(self, side: str) -> int:
        return self.sides[Side(side)]


@dataclass(frozen=True)
class Reader:
    """Who reads, and what she may be told: ``is_told`` is False while a phase hides the totals."""

    person_id: int | None
    is_told: bool = True


def list_arguments(
    proposal_id: int,
    *,
    reader: Reader,
    order: Order = Order.NEWEST,
    side: Side | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> ArgumentPage:
    """Read a page of the arguments of a proposal. A hidden one is read by its author alone. While totals are hidden, no order tells them."""
    weighed = _weigh(proposal_id, reader, with_marks=reader.is_told and order is not Order.NEWEST)
    sides = Counter(each.side for each in weighed if not each.is_withdrawn)
    asked = [each for each in weighed if side is None or each.side is side]
    ids = in_order(asked, order, starts_with=starting_side(proposal_id))
    number = min(number, max(1, -(-len(ids) // size)))  # beyond the last page, the last one
    shown = ids[(number - 1) * size : number * size]
    return ArgumentPage(view_arguments(shown, reader=reader), number, size, len(ids), sides)


def find_opposite(argument: Argument, *, reader: Reader) -> ArgumentView | None:
    """Return what is worth the most on the other side of an argument; None for a neutral one, and where nobody spoke there."""
    other = opposite_of(argument.side)
    if other is None or argument.parent_id is not None:
        return None
    weighed = _weigh(argument.proposal_id, reader, with_marks=reader.is_told)
    there = [each for each in weighed if each.side is other and not each.is_withdrawn]
    views = view_arguments(in_order(there, Order.MOST_USEFUL)[:1], reader=reader)
    return views[0] if views else None


def _weigh(proposal_id: int, reader: Reader, *, with_marks: bool) -> list[Weighed]:
    last_marks = _last_marks(proposal_id) if with_marks else []
    return [
        Weighed(
            row.id,
            row.side,
            row.created_at,
            row.useful_count if with_marks else 0,
            count_readers(row.created_at, last_marks),
            row.withdrawn_at is not None,
        )
        for row in db.session.execute(
            _weighing(reader.person_id is not None), {"proposal": proposal_id, "reader": reader.person_id}
        )
    ]


@cache
def _weighing(is_known: bool) -> Any:
    """Return the statement, built once, for who is known and for who is not."""
    answer = aliased(Argument)
    has_answers = sa.exists().where(answer.parent_id == Argument.id, answer.hidden_at.is_(None))
    return sa.select(
        Argument.id, Argument.side, Argument.created_at, Argument.useful_count, Argument.withdrawn_at
    ).where(
        Argument.proposal_id == sa.bindparam("proposal"),
        Argument.parent_id.is_(None),
        _is_read_by(Argument, is_known),
        sa.or_(Argument.withdrawn_at.is_(None), has_answers),
    )


def _last_marks(proposal_id: int) -> list[datetime]:
    """Return when each person who marked arguments of a proposal last did, in order."""
    return sorted(db.session.scalars(_LAST_MARKS, {"proposal": proposal_id}))


_LAST_MARKS = (
    sa.select(sa.func.max(ArgumentMark.created_at).label("last"))
    .join(Argument, Argument.id == ArgumentMark.argument_id)
    .where(Argument.proposal_id == sa.bindparam("proposal"), ArgumentMark.person_id.is_not(None))
    .group_by(ArgumentMark.person_id)
)


def _is_read_by(table: Any, is_known: bool) -> sa.ColumnElement[bool]:
    """Whether an argument is shown, or is that of the ``reader``, where she is known."""
    is_shown: sa.ColumnElement[bool] = table.hidden_at.is_(None)
    return sa.or_(is_shown, table.author_id == sa.bindparam("reader")) if is_known else is_shown


def view_arguments(
    argument_ids: Sequence[int], *, reader: Reader, with_answers: bool = True
) -> list[ArgumentView]:
    """Return arguments as plain values, in the order given: three queries, however many they are."""
    if not argument_ids:
        return []
    rows = {row.id: row for row in db.session.execute(_SIGNED, {"ids": list(argument_ids)})}
    answers = _first_answers(argument_ids, reader) if with_answers else {}
    marked = _marked_among(argument_ids, reader.person_id)
    views = []
    for key in argument_ids:
        argument = rows[key]
        first, total = answers.get(key, ((), 0))
        views.append(
            ArgumentView(
                id=key,
                proposal_id=argument.proposal_id,
                side=argument.side,
                body=argument.body,
                author_name=argument.name if argument.withdrawn_at is None else None,
                created_at=argument.created_at,
                is_hidden=argument.hidden_at is not None,
                is_withdrawn=argument.withdrawn_at is not None,
                is_own=_is_own(argument, reader),
                is_marked=key in marked,
                useful_count=argument.useful_count if reader.is_told else None,
                answers=first,
                answer_count=total,
                channel=argument.channel,
            )
        )
    return views


_SIGNED = (
    sa.select(*Argument.__table__.c, Person.name)
    .outerjoin_from(Argument.__table__, Person, Person.id == Argument.__table__.c.author_id)
    .where(Argument.__table__.c.id.in_(sa.bindparam("ids", expanding=True)))
)


def _is_own(argument: Any, reader: Reader) -> bool:
    return reader.person_id is not None and argument.author_id == reader.person_id


def _marked_among(argument_ids: Collection[int], person_id: int | None) -> set[int]:
    if person_id is None:
        return set()
    query = sa.select(ArgumentMark.argument_id).where(ArgumentMark.argument_id.in_(argument_ids))
    return set(db.session.scalars(query.where(ArgumentMark.person_id == person_id)))


def _first_answers(
    argument_ids: Collection[int], reader: Reader
) -> dict[int, tuple[tuple[AnswerView, ...], int]]:
    """Return the first answers to each argument and how many it has: one query."""
    found: dict[int, tuple[tuple[AnswerView, ...], int]] = {}
    asked = {"ids": list(argument_ids), "reader": reader.person_id}
    for row in db.session.execute(_answering(reader.person_id is not None), asked):
        before, _ = found.get(row.Argument.parent_id, ((), 0))
        found[row.Argument.parent_id] = ((*before, _answer_view(row, reader)), row.total)
    return found


@cache
def _answering(is_known: bool) -> sa.Select[Any]:
    """Return the statement, built once, for who is known and for who is not."""
    in_turn = (Argument.created_at, Argument.id)
    ranked = (
        sa.select(
            Argument.id,
            sa.func.row_number().over(partition_by=Argument.parent_id, order_by=in_turn).label("rank"),
            sa.func.count().over(partition_by=Argument.parent_id).label("total"),
        )
        .where(Argument.parent_id.in_(sa.bindparam("ids", expanding=True)), _is_read_by(Argument, is_known))
        .subquery()
    )
    return (
        _named_answers(ranked.c.total)
        .join(ranked, ranked.c.id == Argument.id)
        .where(ranked.c.rank <= ANSWERS_SHOWN)
        .order_by(*in_turn)
    )


def list_answers(parent_id: int, *, reader: Reader, number: int = 1, size: int = ANSWERS_A_PAGE) -> Page[Any]:
    """Read a page of what answers an argument, the oldest first."""
    is_read = _is_read_by(Argument, reader.person_id is not None)
    query = _named_answers().where(Argument.parent_id == parent_id, is_read).params(reader=reader.person_id)
    page = paginate(query.order_by(Argument.created_at, Argument.id), number=number, size=size, scalars=False)
    return Page([_answer_view(row, reader) for row in page.items], page.number, page.size, page.total)


def _named_answers(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    answered, answered_author = aliased(Argument), aliased(Person)
    return (
        sa.select(Argument, Person.name, answered_author.name.label("answers_name"), *more)
        .outerjoin(Person, Person.id == Argument.author_id)
        .outerjoin(
            answered,
            sa.and_(
                answered.id == Argument.answers_id,
                answered.parent_id.is_not(None),
                answered.withdrawn_at.is_(None),
                answered.hidden_at.is_(None),
            ),
        )
        .outerjoin(answered_author, answered_author.id == answered.author_id)
    )


def _answer_view(row: Any, reader: Reader) -> AnswerView:
    answer: Argument = row.Argument
    return AnswerView(
        id=answer.id,
        body=answer.body,
        author_name=row.name if answer.withdrawn_at is None else None,
        created_at=answer.created_at,
        is_hidden=answer.hidden_at is not None,
        is_withdrawn=answer.withdrawn_at is not None,
        is_own=_is_own(answer, reader),
        answers_id=answer.answers_id if answer.answers_id != answer.parent_id else None,
        answers_name=row.answers_name,
    )


def find_argument(argument_id: int) -> Argument | None:
    return db.session.get(Argument, argument_id)


def get_argument(argument_id: int) -> Argument:
    """Return an argument or an answer, shown or not. Raises ArgumentNotFound."""
    argument = find_argument(argument_id)
    if argument is None:
        raise ArgumentNotFound
    return argument


def change_useful_count(argument_id: int, change: int) -> int:
    """Add to the count of marks, in the database. Returns what it becomes."""
    changed = db.session.execute(
        sa.update(Argument)
        .where(Argument.id == argument_id)
        .values(useful_count=Argument.useful_count + change)
        .returning(Argument.useful_count)
        .execution_options(synchronize_session=False)
    )
    return int(changed.scalar_one())


def remove_mark(argument_id: int, person_id: int) -> bool:
    """Tell whether there was one to remove."""
    result = db.session.execute(
        sa.delete(ArgumentMark).where(
            ArgumentMark.argument_id == argument_id, ArgumentMark.person_id == person_id
        )
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def page_of_answer(answer: Argument) -> int:
    """Return the page of its thread on which everybody finds an answer."""
    before = sa.select(sa.func.count()).where(
        Argument.parent_id == answer.parent_id,
        Argument.hidden_at.is_(None),
        sa.tuple_(Argument.created_at, Argument.id) < sa.tuple_(answer.created_at, answer.id),
    )
    return (db.session.scalar(before) or 0) // ANSWERS_A_PAGE + 1
