"""Reply codes and what a reply says: no database, no clock."""

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

LETTERS, DIGITS = "ABCDEFGHJKLMNPRSTUVWXYZ", "23456789"
"""Without those that are taken for one another on a small screen: I and 1, O and 0, Q."""

CODES = [f"{letter}{digit}" for letter, digit in product(LETTERS, DIGITS)]

CODE = re.compile(rf"\b([{LETTERS}])\s?([{DIGITS}])\b", re.I)
NO = re.compile(r"\b(non|no|annule|(?<!pourquoi )pas(?! de (?:souci|probl)))\b", re.I)
UNSURE = re.compile(
    r"\b(ne|impossible|indisponible|plus dispo\w*|dispo\w* plus|peux plus|d[ée]sol[ée]+|refuse|absente?|pourquoi pas|peut[- ][êe]tre)\b|\?",
    re.I,
)
"""What nobody says who comes: without a plain yes or no beside it, it is neither."""
REFUSAL = re.compile(r"\W*(non|no|stop)\b", re.I)
YES = re.compile(r"\b(oui|ok|yes)\b", re.I)
LONGEST_REPLY = 500
SIGNED_FOR_SECONDS = 300


@dataclass(frozen=True)
class Reply:
    """``code`` is None when the reply names none, or several, says yes and no at once, or says neither in other words."""

    code: str | None
    is_yes: bool


def next_free_code(last: str | None, taken: Collection[str]) -> str | None:
    """Return the code after the last that a number was sent, round and round, without those in use; None when all are: nobody waits for so many answers.

    A code comes back as late as it can: a reply that was sent twice, or that a network kept for an hour, must not say yes to the next invitation.
    """
    start = CODES.index(last) + 1 if last in CODES else 0
    return next((code for code in CODES[start:] + CODES[:start] if code not in taken), None)


def read_reply(text: str) -> Reply:
    """« A2 », « a2 oui », « A2 pas de souci » say yes; « NON A2 » says no; « A2 impossible », « A2 à quelle heure ? » say neither."""
    codes = {f"{letter}{digit}".upper() for letter, digit in CODE.findall(text[:LONGEST_REPLY])}
    says_no, says_yes = (found.search(text) is not None for found in (NO, YES))
    is_unsure = UNSURE.search(text) is not None and not (says_yes or says_no)
    is_clear = len(codes) == 1 and not (says_no and says_yes) and not is_unsure
    return Reply(codes.pop() if is_clear else None, not says_no)


def refuses(text: str) -> bool:
    """Tell whether an answer begins with a plain no: « je ne comprends pas » is none."""
    return REFUSAL.match(text[:LONGEST_REPLY]) is not None


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256, in hexadecimal, of its timestamp, a point, and its body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, body: bytes, signature: str, *, now: float) -> bool:
    """Tell whether a message was signed with the secret, a few minutes ago at most."""
    if not secret or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > SIGNED_FOR_SECONDS:
        return False
    given = signature.removeprefix("sha256=").encode()
    return hmac.compare_digest(signature_of(secret, timestamp, body).encode(), given)
