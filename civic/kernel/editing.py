"""Several people write the same thing: who saves over what she has not read is refused, and nothing is overwritten.

Without a column of its own: a form carries a fingerprint of what was stored when it was filled (``Edited.seen``), and the service
compares it once the row is locked.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from civic.kernel.errors import ChangedMeanwhile

NOTHING_STORED = "-"
"""What the form of a thing carries while nobody wrote it yet, as the settings of a commune."""


class Edited:
    """A row that more than one person writes. ``WRITTEN`` names what their form fills."""

    WRITTEN: ClassVar[tuple[str, ...]]

    @property
    def seen(self) -> str:
        """Return what a form that writes it again carries: it tells nothing of what is written."""
        return fingerprint(*(getattr(self, name) for name in self.WRITTEN))

    @contextmanager
    def written_over(self, seen: str | None) -> Iterator[None]:
        """Write it, in a transaction: the row is held, and read again, first. The same words as those that are stored are no other version.

        Args:
            seen: what was stored when it was read; None overwrites (a program that says nothing of what it read). A new row is
                written, whatever was seen.

        Raises:
            ChangedMeanwhile: it was written since, with other words.
        """
        before = self._hold() if seen is not None else None
        yield
        if before is not None and before not in (seen, self.seen):
            raise ChangedMeanwhile

    def _hold(self) -> str | None:
        """Keep a stored row from every other writer, and return what it says; None for a new one."""
        session = object_session(self)
        if session is None or not sa.inspect(self).persistent:
            return None
        session.refresh(self, with_for_update=True)
        return self.seen


def fingerprint(*written: Any) -> str:
    """Return what a form carries of what is no row of its own: a part of one, or several."""
    return hashlib.sha256(json.dumps([_plain(each) for each in written], default=str).encode()).hexdigest()[
        :32
    ]


def ensure_seen(seen: str | None, stored: str, wanted: str = "") -> None:
    """Refuse to write over what was not read, where the row is held already.

    Args:
        seen: what the form carries; None overwrites.
        stored: the fingerprint of what is stored now; ``wanted`` of what would be: the same words are no other version.

    Raises:
        ChangedMeanwhile.
    """
    if seen is not None and stored not in (seen, wanted):
        raise ChangedMeanwhile


def seen_of(row: Edited | None) -> str:
    """Return what a form that writes this carries, stored or not."""
    return row.seen if row is not None else NOTHING_STORED


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
