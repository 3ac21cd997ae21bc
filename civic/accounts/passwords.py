"""Passwords: argon2id, refused when weak. Hashing is slow on purpose: it is done outside transactions."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from civic.accounts.errors import PasswordTooWeak
from civic.kernel.text import fold

SHORTEST = 12
TOO_COMMON = frozenset({"motdepasse", "azerty", "qwerty", "password", "bonjour", "soleil", "mairie"})

_hasher = PasswordHasher()
_nobody = "$argon2id$v=19$m=65536,t=3,p=4$nkuu11QU3hMAhxLBVLUIOA$P3FPkz7QJAMaIBST79gxKSEqVN3in0bdxdazo9k5PR0"
"""The hash of a word that was thrown away, compared when there is no such account, so that the answer takes as long. It is written here
because to hash one at each start took a quarter of a second of every command; a test says when it no longer costs what the others do."""


def ensure_long_enough(password: str) -> None:
    """Raises PasswordTooWeak: fewer than 12 characters. What the command line asks of whoever holds the server."""
    if len(password) < SHORTEST:
        raise PasswordTooWeak(fields={"password": [PasswordTooWeak.message]})


def ensure_strong(password: str, *, name: str, email: str) -> None:
    """Raises PasswordTooWeak: short, a repetition, a common word with digits, or the person's own name or address."""
    plain = fold(password).replace(" ", "")
    stem = plain.strip("0123456789")
    own = {fold(name).replace(" ", ""), fold(email.partition("@")[0]).replace(" ", "")}
    if len(password) < SHORTEST or len(set(plain)) < 5 or stem in TOO_COMMON or stem in own:
        raise PasswordTooWeak(fields={"password": [PasswordTooWeak.message]})


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def is_right_password(password_hash: str | None, password: str) -> bool:
    """Compare; takes as long when there is no account or no password."""
    try:
        _hasher.verify(password_hash or _nobody, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)
