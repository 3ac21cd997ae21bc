"""One command is one transaction: committed once, or not at all."""

from dataclasses import dataclass

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
