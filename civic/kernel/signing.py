"""What the installation signs: Ed25519, with a key derived from its secret, as the sealing key is. Nothing more to keep safe, or to lose."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_key: Ed25519PrivateKey | None = None


def use_signing_key(secret: str) -> None:
    """Install the secret from which the signing key is derived. Called once, by the composition root."""
    global _key
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"civic-signing-v1").derive(secret.encode())
    _key = Ed25519PrivateKey.from_private_bytes(derived)


def sign(message: str) -> str:
    """Return the signature of a text, in hexadecimal."""
    return _private_key().sign(message.encode()).hex()


def public_key() -> str:
    """Return the public key of this installation: 32 bytes, in hexadecimal."""
    return _private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def public_key_pem() -> str:
    """Return the public key as a file that common tools read."""
    key = _private_key().public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key_fingerprint(key: str) -> str:
    """Return the SHA-256 of a public key, which two persons can compare aloud."""
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()


def is_signed_by(key: str, message: str, signature: str) -> bool:
    """Tell whether a text was signed by the holder of a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), message.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _private_key() -> Ed25519PrivateKey:
    if _key is None:
        raise RuntimeError("No signing key was installed.")
    return _key
