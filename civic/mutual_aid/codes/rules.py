"""How long a code lives, how often one is sent, and what is read in an answer. No database, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from civic.mutual_aid.codes.errors import CodeTooSoon, TooManyCodes

FIGURES = 6
LIVES_FOR = timedelta(minutes=15)
MOST_TRIES = 5
BETWEEN_TWO = timedelta(minutes=1)
MOST_A_DAY = 5
"""To one number, whoever asks for them: nobody has a stranger's telephone ring all day. And to one account, whatever numbers it says are
its own: nobody has the town pay for messages to the whole world."""

MOST_ANSWERS = 10
"""To the replies of one number, a day: a person needs a few, a machine that answers ours would have them without end."""

KEPT_FOR = timedelta(days=2)
TYPED = re.compile(r"(?<!\d)(\d{3})[\s.\-]?(\d{3})(?!\d)")


class CodePurpose(StrEnum):
    CONSENT = "consent"
    PHONE = "phone"


class CodeOutcome(StrEnum):
    """How a code ended before its time."""

    USED = "used"
    REPLACED = "replaced"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True)
class CodeStatus:
    """Where the last code of somebody is, as its page says it. ``tries_left`` is 0 once it does not count any more."""

    sent_at: datetime
    expires_at: datetime
    tries_left: int
    outcome: CodeOutcome | None

    def is_live(self, now: datetime) -> bool:
        return self.outcome is None and self.tries_left > 0 and now < self.expires_at


def code_from(draw: int) -> str:
    """Return a code from a draw below ``10 ** FIGURES``.

    >>> code_from(4021)
    '004021'
    """
    return f"{draw:0{FIGURES}d}"


def read_code(text: str) -> str | None:
    """Return the one code that a text holds: « 123 456 », « oui 123456 »; None where there is none, or several.

    >>> read_code("Oui : 123 456.")
    '123456'
    """
    found = {"".join(parts) for parts in TYPED.findall(text)}
    return found.pop() if len(found) == 1 else None


def ensure_may_ask(asked_today: int) -> None:
    """Raises TooManyCodes: an account proves its own number by few codes a day."""
    if asked_today >= MOST_A_DAY:
        raise TooManyCodes


def ensure_may_send(sent_today: Sequence[datetime], *, now: datetime) -> None:
    """Raises CodeTooSoon, TooManyCodes: one number is sent few codes a day, and not one upon another."""
    if len(sent_today) >= MOST_A_DAY:
        raise TooManyCodes
    if any(now - sent_at < BETWEEN_TWO for sent_at in sent_today):
        raise CodeTooSoon
