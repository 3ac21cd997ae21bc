"""One command is one transaction: committed once, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.events import DomainEvent, after_commit
from civic.kernel.transaction import collect, publish, transaction


def add(name: str) -> None:
    db.session.add(Person(name=name, created_at=utc_now()))


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Person.name).order_by(Person.id)))


def test_what_fails_leaves_nothing(app_context: Flask) -> None:
    with pytest.raises(ValueError, match="no"), transaction():
        add("Ada")
        db.session.flush()
        raise ValueError("no")

    assert names() == []


def test_a_failure_swallowed_by_an_outer_block_commits_nothing(app_context: Flask) -> None:
    with pytest.raises(RuntimeError, match="swallowed"), transaction():
        add("Ada")
        try:
            with transaction():
                add("Bob")
                raise ValueError
        except ValueError:
            pass

    assert names() == []


@dataclass(frozen=True, kw_only=True)
class SomethingHappened(DomainEvent):
    pass


def test_subscribers_hear_after_the_commit_and_a_failing_one_disturbs_nobody(app_context: Flask) -> None:
    heard: list[list[str]] = []

    @after_commit(SomethingHappened)
    def fail(fact: SomethingHappened) -> None:
        raise ValueError("a subscriber's own trouble")

    @after_commit(SomethingHappened)
    def listen(fact: SomethingHappened) -> None:
        heard.append(names())

    with transaction():
        add("Ada")
        publish(SomethingHappened(occurred_at=utc_now()))
        assert heard == []

    assert heard == [["Ada"]]


def test_what_is_owed_is_delivered_once_and_a_failed_delivery_is_tried_again(app_context: Flask) -> None:
    delivered: list[int] = []
    failures = [ValueError("the server is away")]

    @outbox.delivers("test.greeting")
    def greet(payload: dict[str, int]) -> None:
        if failures:
            raise failures.pop()
        delivered.append(payload["number"])

    with transaction():
        outbox.owe("test.greeting", {"number": 1}, now=utc_now())

    assert outbox.deliver_due() == 1
    assert delivered == []
    with transaction():
        db.session.execute(sa.update(outbox.OutboxMessage).values(due_at=utc_now()))
    assert outbox.deliver_due() == 1
    assert delivered == [1]
    assert outbox.deliver_due() == 0


@pytest.fixture
def slow_handlers() -> Iterator[None]:
    """What a test registers is forgotten after it."""
    handlers, slow = dict(outbox._handlers), set(outbox._slow_kinds)
    yield
    outbox._handlers.clear()
    outbox._handlers.update(handlers)
    outbox._slow_kinds.intersection_update(slow)


def owe_slow(count: int) -> None:
    with transaction():
        for number in range(count):
            outbox.owe("test.slow", {"number": number}, now=utc_now())


def owed_slow() -> list[tuple[int, int, bool]]:
    """Return the slow messages that are still owed: number, attempts, and whether somebody has taken it."""
    db.session.rollback()
    rows = db.session.scalars(
        sa.select(outbox.OutboxMessage).filter_by(kind="test.slow").order_by(outbox.OutboxMessage.id)
    )
    return [(row.payload["number"], row.attempts, row.leased_until is not None) for row in rows]


def test_of_slow_messages_taken_together_each_is_put_away_as_soon_as_it_is_done(
    app_context: Flask, slow_handlers: None
) -> None:
    seen: list[list[int]] = []

    @outbox.delivers("test.slow", is_slow=True)
    def deliver(payload: dict[str, Any]) -> None:
        seen.append([number for number, _, _ in owed_slow()])
        if payload["number"] == 1:
            raise OSError("the mail server is away")

    owe_slow(3)

    assert outbox.deliver_due(is_slow=True) == 3
    assert seen == [[0, 1, 2], [1, 2], [1, 2]]
    assert owed_slow() == [(1, 1, False)]


def test_slow_messages_that_could_not_begin_in_time_are_given_back_to_whoever_is_free(
    app_context: Flask, slow_handlers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    @outbox.delivers("test.slow", is_slow=True)
    def deliver(payload: dict[str, Any]) -> None:
        monkeypatch.setattr(outbox, "BEGIN_WITHIN_SECONDS", -1)  # as if the mail server had taken ten seconds

    owe_slow(3)
    outbox.deliver_due(is_slow=True)

    assert owed_slow() == [(1, 0, False), (2, 0, False)]


def test_rolling_back_a_command_owes_nothing(app_context: Flask) -> None:
    with pytest.raises(ValueError, match="no"), transaction():
        outbox.owe("test.greeting", {"number": 2}, now=utc_now())
        raise ValueError("no")

    assert db.session.scalar(sa.select(sa.func.count()).select_from(outbox.OutboxMessage)) == 0


def test_what_is_left_to_the_end_is_done_in_one_order_whichever_was_asked_first(app_context: Flask) -> None:
    """So that of two commands that lock the same rows there, none waits for the other one."""
    done: list[str] = []

    def first(items: list[str]) -> None:
        done.append(f"first {items}")

    def second(items: list[str]) -> None:
        done.append(f"second {items}")

    for asked in ((first, second), (second, first)):
        with transaction():
            for act in asked:
                collect(act, "a")
                collect(act, "b")

    assert done == ["first ['a', 'b']", "second ['a', 'b']"] * 2
