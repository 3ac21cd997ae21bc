"""A document that residents download: a PDF, looked at warily, its author's name blanked out of what it says of itself. It is never shown in a page of ours."""

import hashlib
import re

from civic.kernel.errors import N_, Invalid

LARGEST_FILE_BYTES = 3 * 1024 * 1024
"""A page takes four megabytes in all."""
TAIL_BYTES = 2048


def _name(text: str) -> bytes:
    """Return a pattern of a name of a PDF, each letter of which may be written as its number: ``/J#61vaScript`` is ``/JavaScript``."""
    return b"/" + b"".join(b"(?:%c|#(?i:%02x))" % (ord(letter), ord(letter)) for letter in text)


_DOING = ("JavaScript", "JS", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia")
_OPENS = _name("OpenAction") + rb"\s*<<[^<>]*" + _name("URI")
ACTING = re.compile(b"(?:" + b"|".join([*map(_name, _DOING), _OPENS]) + rb")\b")
"""What a document does rather than says, where it can be read without unpacking it. Each byte is read a few times, whatever is sent."""

_NAMES = re.compile(
    rb"(/(?:Author|Company|Manager)\s*)(\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<[0-9A-Fa-f\s]*>)",
    re.DOTALL,
)
_CREATOR, _ITS_END = b"<dc:creator", b"</dc:creator>"
_SIGNED = b"/ByteRange"
"""A document signed by electronic means says who signed it, and blanked it would no longer be valid."""

ABSENT = N_("Choisissez un document.")
NO_DOCUMENT = N_(
    "Ce fichier n’est pas un PDF, quel que soit son nom. Enregistrez-le en PDF, puis recommencez."
)
BROKEN = N_("Ce PDF est abîmé : sa fin manque. Enregistrez-le de nouveau.")
TOO_HEAVY = N_("Ce document pèse plus de 3 Mo. Réduisez-le, ou donnez l’adresse où le lire.")
ACTS = N_(
    "Ce PDF contient un programme ou un fichier caché. Imprimez-le en PDF : le nouveau n’en contiendra plus."
)


class DocumentRefused(Invalid):
    code = "document_refused"


def check_document(file: bytes) -> bytes:
    """Return a document that may be published.

    Raises:
        DocumentRefused: it is no PDF, is too heavy, is cut, or holds a program.
    """
    if not file:
        raise refused(ABSENT)
    if len(file) > LARGEST_FILE_BYTES:
        raise refused(TOO_HEAVY)
    if not file.startswith(b"%PDF-1.") and not file.startswith(b"%PDF-2."):
        raise refused(NO_DOCUMENT)
    if b"%%EOF" not in file[-TAIL_BYTES:]:
        raise refused(BROKEN)
    if ACTING.search(file):
        raise refused(ACTS)
    return file if _SIGNED in file else _silence(file)


def _silence(file: bytes) -> bytes:
    """Return the document without the name that the computer on which it was written put in it: as many bytes, each at its place.

    What is packed is not unpacked: a few programs pack it.
    """
    silent = bytearray(_NAMES.sub(lambda found: found[1] + _blank(found[2]), file))
    start = silent.find(_CREATOR)
    while start >= 0 and (end := silent.find(_ITS_END, start)) >= 0:
        inside = silent.find(b">", start, end) + 1
        if inside:
            silent[inside:end] = b" " * (end - inside)
        start = silent.find(_CREATOR, end)
    return bytes(silent)


def _blank(value: bytes) -> bytes:
    return value[:1] + b" " * (len(value) - 2) + value[-1:]


def digest_of(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()[:16]


def refused(sentence: str) -> DocumentRefused:
    return DocumentRefused(sentence, fields={"document": [sentence]})
