"""One at a time, in this process, for what a crowd asks at the same moment.

The database decides, and its row locks suffice for that. But who waits for a row lock holds a connection, and there are a few of them for
everybody: five hundred yeses to one request would leave none for the other pages. Who waits here holds none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from weakref import WeakValueDictionary

from civic.kernel.database import db
from civic.kernel.transaction import in_transaction


class _Turn:
    """The lock of one name, which is forgotten once nobody holds or awaits it."""

    def __init__(self) -> None:
        self.lock = Lock()


_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()


@contextmanager
def turn(name: str) -> Iterator[None]:
    """Wait for one's turn at something, without a connection of the database. What was read before is to be read again.

    Inside a transaction, which holds a connection and locks, nobody waits here: the row locks are waited for, as ever.
    """
    if in_transaction():
        yield
        return
    db.session.rollback()
    mine = _turns.setdefault(name, _Turn())
    with mine.lock:
        yield
