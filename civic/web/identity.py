"""Who is at the door. The accounts say it, through a loader that the composition root installs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import g

from civic.kernel.access import Actor

_loader: Callable[[], Actor] = Actor


def use_actor_loader(loader: Callable[[], Actor]) -> None:
    """Install the function that reads who acts from the request or the socket event in hand."""
    global _loader
    _loader = loader


def current_actor() -> Actor:
    """Return who acts. Read once for each request and for each socket event, so that rights taken away are gone at once."""
    if "actor" not in g:
        g.actor = _loader()
    actor: Actor = g.actor
    return actor


@contextmanager
def seen_as(actor: Actor) -> Iterator[None]:
    """Have ``current_actor`` say somebody else meanwhile: what a preview shows is built for who will read it. Nothing is written in it."""
    present = current_actor()
    g.actor = actor
    try:
        yield
    finally:
        g.actor = present


def forget_actor() -> None:
    """Have ``current_actor`` read again (after a sign-in or sign-out in this very request)."""
    g.pop("actor", None)
