"""The unit of work: one command, one transaction, and the only commit of the whole code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from civic.kernel.bell import ring
from civic.kernel.database import WRITE, db
from civic.kernel.events import DomainEvent, run_after_commit, run_within_transaction

_KEY = "unit_of_work"


@dataclass
class _UnitOfWork:
    facts: list[DomainEvent] = field(default_factory=list)
    collected: dict[Callable[[list[Any]], None], list[Any]] = field(default_factory=dict)
    is_failed: bool = False
    owing: set[bool] = field(default_factory=set)


@contextmanager
def transaction() -> Iterator[None]:
    """Open a write transaction, or join the one that is open; commit once, at the end of the outermost block.

    Rows read before are expired, so that rules never decide on what was true before the lock was taken. Any exception drops
    the writes and the facts. After the commit, the facts' ``@after_commit`` subscribers run.
    """
    session = db.session()
    joined: _UnitOfWork | None = session.info.get(_KEY)
    if joined is not None:
        try:
            yield
        except BaseException:
            joined.is_failed = True  # an outer block that swallows this must not commit half of it
            raise
        return
    unit = _UnitOfWork()
    _begin_writing(session)
    session.info[_KEY] = unit
    try:
        yield
        if unit.is_failed:
            raise RuntimeError("A joined transaction failed and its exception was swallowed.")
        for act, items in sorted(unit.collected.items(), key=lambda each: _name_of(each[0])):
            act(items)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[_KEY]
    for fact in unit.facts:
        run_after_commit(fact)
    for is_slow in unit.owing:
        ring(is_slow=is_slow)


def is_writing() -> bool:
    """Tell whether a write transaction is open."""
    return _KEY in db.session().info


def publish(fact: DomainEvent) -> None:
    """State a fact, inside a transaction: its ``@within_transaction`` subscribers write now, with the command."""
    unit: _UnitOfWork | None = db.session().info.get(_KEY)
    if unit is None:
        raise RuntimeError(f"{type(fact).__name__} was published outside a transaction.")
    unit.facts.append(fact)
    run_within_transaction(fact)


def collect(act: Callable[[list[Any]], None], item: Any) -> None:
    """Have ``act`` called once, at the end of the open transaction and within it, with everything collected for it.

    For locks that many commands take: together, late and in one order, they neither wait long for nor block one another. What is called
    is called in the order of its name, whichever was asked first: the same for every command.
    """
    unit: _UnitOfWork | None = db.session().info.get(_KEY)
    if unit is None:
        raise RuntimeError(f"{act.__name__} was asked outside a transaction.")
    unit.collected.setdefault(act, []).append(item)


def note_owing(*, is_slow: bool, is_due: bool) -> None:
    """Have who delivers such messages woken once the open transaction is committed; nobody for one that is not due yet."""
    unit: _UnitOfWork | None = db.session().info.get(_KEY)
    if unit is None:
        raise RuntimeError("A message was owed outside a transaction.")
    if is_due:
        unit.owing.add(is_slow)


def _name_of(act: Callable[[list[Any]], None]) -> tuple[str, str]:
    return act.__module__, act.__qualname__


def in_transaction() -> bool:
    """Tell whether a ``transaction()`` is open here."""
    return _KEY in db.session().info


def _begin_writing(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Rows were changed outside a transaction.")
    if session.in_transaction():
        session.rollback()  # ends a read snapshot, and expires what it read
    session.expire_all()
    session.connection(execution_options={WRITE: True})
