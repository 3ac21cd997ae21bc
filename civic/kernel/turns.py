"""One at a time, in this process, for what a crowd asks at the same moment.

The database decides, and its row locks suffice for that. But who waits for a row lock holds a connection, and there are a few of them for
everybody: five hundred yeses to one request would leave none for the other pages. Who waits here holds none. And where the one whose turn
it was settled the matter for all who were waiting, she tells them so, and none of them has to ask the database again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from civic.kernel.database import db
from civic.kernel.transaction import in_transaction


class _Line:
    """Who has, and who awaits, the turn of one name. It is forgotten once nobody does."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.words: list[Any] = []


class Turn:
    """One's turn at something.

    Attributes:
        word: the last thing that was said, since one began to wait, by those whose turn it was; None where nothing was.
    """

    def __init__(self, line: _Line | None = None, word: Any = None):
        self._line, self.word = line, word

    def tell_who_waits(self, word: Any) -> None:
        """Tell all who wait now what one's transaction, which is over, has settled for them.

        They asked before it was settled and are answered after, so that what they are told is true at a moment of their waiting. Who
        comes later is not told: it may have changed.
        """
        if self._line is not None and word is not None:
            self._line.words.append(word)


_lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()


@contextmanager
def turn(name: str) -> Iterator[Turn]:
    """Wait for one's turn at something, without a connection of the database. What was read before is to be read again.

    Inside a transaction, which holds a connection and locks, nobody waits here: the row locks are waited for, as ever.
    """
    if in_transaction():
        yield Turn()
        return
    db.session.rollback()
    line = _lines.setdefault(name, _Line())
    heard = len(line.words)
    with line.lock:
        yield Turn(line, line.words[-1] if len(line.words) > heard else None)
