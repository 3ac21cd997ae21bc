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

from civic.kernel.errors import N_, Conflict


class ChangedMeanwhile(Conflict):
    """Somebody else saved since this was opened: nothing was overwritten."""

    code = "changed_meanwhile"
    message = N_(
        "Quelqu’un a enregistré une autre version pendant que vous écriviez. Votre texte est gardé ci-dessous ; comparez, puis enregistrez."
    )


class Edited:
    """A row that more than one person writes. ``WRITTEN`` names what their form fills."""

    WRITTEN: ClassVar[tuple[str, ...]]

    @property
    def seen(self) -> str:
        """Return what a form that writes it again carries: it tells nothing of what is written."""
        written = [_plain(getattr(self, name)) for name in self.WRITTEN]
        return hashlib.sha256(json.dumps(written, default=str).encode()).hexdigest()[:32]

    @contextmanager
    def written_over(self, seen: str | None) -> Iterator[None]:
        """Write it, in a transaction that holds the row. The same words as those that are stored are no other version.

        Args:
            seen: what was stored when it was read; None overwrites (a program that says nothing of what it read, a new row).

        Raises:
            ChangedMeanwhile: it was written since, with other words.
        """
        before = self.seen if seen is not None else None
        yield
        if before not in (seen, self.seen):
            raise ChangedMeanwhile


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
