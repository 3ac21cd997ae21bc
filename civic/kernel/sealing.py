"""Sealed columns: what would expose a person is unreadable in a stolen database, write-ahead log or backup.

AES-256-GCM with a fresh random nonce each time; the table and column are bound to the value, so that a value moved elsewhere does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.types import TypeDecorator

_NONCE_BYTES = 12
_key: bytes = b""


def use_key(secret: str) -> None:
    """Install the secret from which the sealing and index keys are derived. Called once, by the composition root."""
    global _key
    _key = hashlib.sha256(b"civic-sealing-v1" + secret.encode()).digest()


class Sealed(TypeDecorator[str]):
    """A text sealed at rest. ``Sealed("person.phone")`` names the place that it is bound to."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, place: str):
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        if value is None:
            return None
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(_key).encrypt(nonce, value.encode(), self.place.encode())

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        return AESGCM(_key).decrypt(value[:_NONCE_BYTES], value[_NONCE_BYTES:], self.place.encode()).decode()


class SealedBytes(TypeDecorator[bytes]):
    """A file sealed at rest, as ``Sealed`` seals a text. ``SealedBytes("inquiry_observation_file.sealed_content")``."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, place: str):
        super().__init__()
        self.place = place

    def process_bind_param(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        if value is None:
            return None
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(_key).encrypt(nonce, value, self.place.encode())

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        if value is None:
            return None
        return AESGCM(_key).decrypt(value[:_NONCE_BYTES], value[_NONCE_BYTES:], self.place.encode())


def seal(place: str, value: str) -> str:
    """Return a text that only this platform opens again, for what a browser carries and must not read."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(_key).encrypt(nonce, value.encode(), place.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(place: str, sealed: str) -> str | None:
    """Return what was sealed for this place; None if it was not sealed here, for this."""
    try:
        value = base64.urlsafe_b64decode(sealed.encode())
        return AESGCM(_key).decrypt(value[:_NONCE_BYTES], value[_NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        return None


def keyed_digest(purpose: str, value: str) -> str:
    """Return a keyed hash, in hexadecimal: equal values can be found, and not guessed by who holds the database alone."""
    return hmac.new(_key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()
