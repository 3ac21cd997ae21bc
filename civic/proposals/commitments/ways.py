"""By which way supports came. A support names its way nowhere here: the room that types those of paper depends on this one, so it says it itself."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

TypedSupports = Callable[[], sa.Select[int, Any]]
"""Returns a query of the supports that the town hall typed: the id of each, and its channel."""

_typed: dict[str, TypedSupports] = {}


def typed_supports(source: TypedSupports) -> TypedSupports:
    """Count the supports that a function's query returns by the way it says; every other came by this site."""
    _typed[f"{source.__module__}.{source.__name__}"] = source
    return source


def list_typed() -> list[sa.Subquery]:
    """Return each of these queries, to be joined to ``support``."""
    return [source().subquery() for source in _typed.values()]
