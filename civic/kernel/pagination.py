"""Every list is a page of a list: two queries, whatever its length."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from civic.kernel.database import db

T = TypeVar("T")

PAGE_SIZE = 20
LARGEST_PAGE = 100
LAST_PAGE = 100_000
"""Beyond it an offset means nothing to a reader, and overflows the database's integers."""


@dataclass(frozen=True)
class Page(Generic[T]):
    items: list[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


def paginate(
    query: sa.Select[*tuple[Any, ...]],
    *,
    number: int = 1,
    size: int = PAGE_SIZE,
    scalars: bool = True,
    total: int | None = None,
) -> Page[Any]:
    """Read one page of a query, which must be ordered.

    Args:
        number: from 1; what lies outside is brought back inside.
        size: how many items a page, at most ``LARGEST_PAGE``.
        scalars: False to get rows rather than their first column.
        total: how many they all are, where it is known already.
    """
    number = min(max(1, number), LAST_PAGE)
    size = min(max(1, size), LARGEST_PAGE)
    if total is None:
        total = (
            db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
        )
    window = query.limit(size).offset((number - 1) * size)
    rows = db.session.scalars(window) if scalars else db.session.execute(window)
    return Page(list(rows), number, size, total)
