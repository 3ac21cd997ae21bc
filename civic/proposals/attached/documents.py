"""A document that residents download: a PDF, looked at warily and kept as it is. It is never shown in a page of ours."""

import hashlib
import re

from civic.kernel.errors import N_
from civic.proposals.attached.errors import DocumentRefused

LARGEST_FILE_BYTES = 3 * 1024 * 1024
"""A page takes four megabytes in all."""
TAIL_BYTES = 2048
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|OpenAction\s*<<[^<>]*/URI)\b")
"""What a document does rather than says, where it can be read without unpacking it. Each byte is read a few times, whatever is sent."""

ABSENT = N_("Choisissez un document.")
NO_DOCUMENT = N_(
    "Ce fichier n’est pas un PDF, quel que soit son nom. Enregistrez-le en PDF, puis recommencez."
)
BROKEN = N_("Ce PDF est abîmé : sa fin manque. Enregistrez-le de nouveau.")
TOO_HEAVY = N_("Ce document pèse plus de 3 Mo. Réduisez-le, ou donnez l’adresse où le lire.")
ACTS = N_(
    "Ce PDF contient un programme ou un fichier caché. Imprimez-le en PDF : le nouveau n’en contiendra plus."
)


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
    if _ACTS.search(file):
        raise refused(ACTS)
    return file


def digest_of(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()[:16]


def refused(sentence: str) -> DocumentRefused:
    return DocumentRefused(sentence, fields={"document": [sentence]})
