"""What belongs to something hidden does not exist either: an answer that says more tells that it does."""

from collections.abc import Iterator
from contextlib import contextmanager

from civic.kernel.errors import NotFound
from civic.kernel.moderated import Masked


@contextmanager
def told_as(hidden: type[NotFound], unknown: type[NotFound]) -> Iterator[None]:
    """Say of what belongs to something hidden what is said of a number that nobody has; what moderation hid was public, and says so."""
    try:
        yield
    except Masked:
        raise
    except hidden as refusal:
        raise unknown from refusal
