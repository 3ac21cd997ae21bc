"""Domain facts, and who listens to them.

A feature states a fact in the past tense; those that depend on it subscribe. ``@within_transaction`` subscribers write in the same
transaction (audit, outbox); ``@after_commit`` ones react once it is durable, each in isolation.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

import structlog

from civic.kernel.database import Model

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something that happened. Holds plain values only, never a database row (it outlives the session)."""

    occurred_at: datetime

    def __post_init__(self) -> None:
        for field in fields(self):
            if isinstance(getattr(self, field.name), Model):
                raise TypeError(f"{type(self).__name__}.{field.name} holds a database row; pass its id.")


E = TypeVar("E", bound=DomainEvent)
Subscriber = Callable[[E], None]

_within: defaultdict[type[DomainEvent], list[Subscriber[Any]]] = defaultdict(list)
_after: defaultdict[type[DomainEvent], list[Subscriber[Any]]] = defaultdict(list)


def within_transaction(*kinds: type[E]) -> Callable[[Subscriber[E]], Subscriber[E]]:
    """Subscribe to facts inside the transaction that states them: what fails here undoes the whole command."""
    return _subscribe(_within, kinds)


def after_commit(*kinds: type[E]) -> Callable[[Subscriber[E]], Subscriber[E]]:
    """Subscribe to facts once they are durable. A failure is logged and disturbs neither the command nor other subscribers.

    What must not be lost when the process dies is not done here but owed in the outbox.
    """
    return _subscribe(_after, kinds)


def _subscribe(
    register: defaultdict[type[DomainEvent], list[Subscriber[Any]]], kinds: tuple[type[E], ...]
) -> Callable[[Subscriber[E]], Subscriber[E]]:
    def add(subscriber: Subscriber[E]) -> Subscriber[E]:
        for kind in kinds:
            if subscriber not in register[kind]:
                register[kind].append(subscriber)
        return subscriber

    return add


def run_within_transaction(fact: DomainEvent) -> None:
    for subscriber in _subscribers(_within, fact):
        subscriber(fact)


def run_after_commit(fact: DomainEvent) -> None:
    for subscriber in _subscribers(_after, fact):
        try:
            subscriber(fact)
        except Exception:
            log.exception("subscriber_failed", fact=type(fact).__name__, subscriber=subscriber.__name__)


def _subscribers(
    register: defaultdict[type[DomainEvent], list[Subscriber[Any]]], fact: DomainEvent
) -> list[Subscriber[Any]]:
    """Who subscribed to this kind of fact, or (as the audit does) to a kind that it is one of."""
    return [subscriber for kind in type(fact).__mro__ if kind in register for subscriber in register[kind]]
