"""A PDF of the town hall that may be large: it lies on the disk while it is checked, and is kept and read in pieces, never whole in memory."""

import hashlib
import io
import mmap
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

from civic.kernel.documents import (
    ACTING,
    ACTS,
    BROKEN,
    LARGEST_FILE_BYTES,
    NO_DOCUMENT,
    TAIL_BYTES,
    DocumentRefused,
    check_document,
    refused,
)
from civic.kernel.errors import N_

PIECE_BYTES = 256 * 1024
MEGABYTE = 1024 * 1024
LARGEST_BYTES = 50 * MEGABYTE
"""Unless the installation says otherwise."""
TOO_HEAVY = N_("Ce document pèse plus de %(most)s Mo. Réduisez-le, ou coupez-le en plusieurs parties.")

_WINDOW = 4 * MEGABYTE
_OVERLAP = 64 * 1024
"""What is searched for is found where two windows meet, if it is no longer."""
_NAMES = re.compile(
    rb"/(?:Author|Company|Manager)\s{0,40}"
    rb"(\((?:[^()\\]|\\.|\((?:[^()\\]|\\.){0,2000}+\)){0,2000}+\)|<[0-9A-Fa-f\s]{0,4000}+>)",
    re.DOTALL,
)
_CREATOR, _ITS_END = b"<dc:creator", b"</dc:creator>"
_SIGNED = b"/ByteRange"


@dataclass(frozen=True)
class CheckedDocument:
    """A PDF that may be published. ``content``: the whole of a small one; a large one is read in pieces from ``file``."""

    sha256: str
    size_bytes: int
    content: bytes | None
    file: BinaryIO | None = None

    def pieces(self) -> Iterator[bytes]:
        """Read the pieces of a large one, in their order; of a small one, none: its content says it all."""
        if self.file is None:
            return
        self.file.seek(0)
        while piece := self.file.read(PIECE_BYTES):
            yield piece


def check_large_document(file: BinaryIO, *, most_bytes: int = LARGEST_BYTES) -> CheckedDocument:
    """Return a document that may be published, silent about the computer that wrote it.

    Args:
        file: as it was received, on the disk; a large one is cleaned where it lies.

    Raises:
        DocumentRefused: it is no PDF, is too heavy, is cut, or holds a program.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > max(most_bytes, LARGEST_FILE_BYTES):
        most = max(most_bytes, LARGEST_FILE_BYTES) // MEGABYTE
        raise DocumentRefused(TOO_HEAVY, fields={"document": [TOO_HEAVY]}, most=most)
    if size <= LARGEST_FILE_BYTES:
        content = check_document(file.read())
        return CheckedDocument(hashlib.sha256(content).hexdigest(), len(content), content)
    with _laid_down(file) as (lying, seen):
        _ensure_says_and_does_not_act(seen, size)
        if seen.find(_SIGNED) < 0:
            _silence(seen, size)
        seen.flush()
    return CheckedDocument(_digest_of(lying), size, None, lying)


@contextmanager
def _laid_down(file: BinaryIO) -> Iterator[tuple[BinaryIO, mmap.mmap]]:
    """Give a file of the disk, and its bytes as they lie there: the system brings into memory those that are looked at, and takes them back."""
    try:
        number = file.fileno()
    except io.UnsupportedOperation:
        laid: BinaryIO = TemporaryFile("w+b")  # noqa: SIM115
        while piece := file.read(PIECE_BYTES):
            laid.write(piece)
        laid.flush()
        file, number = laid, laid.fileno()
    with mmap.mmap(number, 0) as seen:
        yield file, seen


def _windows(size: int) -> Iterator[tuple[int, int]]:
    """Other requests are answered between two."""
    for start in range(0, size, _WINDOW):
        yield start, min(size, start + _WINDOW + _OVERLAP)
        time.sleep(0)


def _ensure_says_and_does_not_act(seen: mmap.mmap, size: int) -> None:
    if seen[:7] not in (b"%PDF-1.", b"%PDF-2."):
        raise refused(NO_DOCUMENT)
    if seen.find(b"%%EOF", size - TAIL_BYTES) < 0:
        raise refused(BROKEN)
    if any(ACTING.search(seen, start, end) for start, end in _windows(size)):
        raise refused(ACTS)


def _silence(seen: mmap.mmap, size: int) -> None:
    """Blank the names that the computer put in it, as ``documents`` does of a small one: as many bytes, each at its place."""
    for start, end in _windows(size):
        for found in _NAMES.finditer(seen, start, end):
            first, last = found.span(1)
            seen[first + 1 : last - 1] = b" " * (last - first - 2)
    start = seen.find(_CREATOR)
    while start >= 0 and (end := seen.find(_ITS_END, start)) >= 0:
        inside = seen.find(b">", start, min(end, start + _OVERLAP)) + 1
        if inside and end - inside <= _OVERLAP:
            seen[inside:end] = b" " * (end - inside)
        start = seen.find(_CREATOR, end)


def _digest_of(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
        time.sleep(0)
    return digest.hexdigest()


class PieceReader(io.RawIOBase):
    """A file that is kept in pieces of ``PIECE_BYTES``, read from any place of it, a piece at a time.

    Args:
        piece: gives one, by its rank from 0.
    """

    def __init__(self, size_bytes: int, piece: Callable[[int], bytes]):
        self.size_bytes, self._piece, self._at = size_bytes, piece, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size_bytes}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return what comes next, at most to the end of a piece; nothing at the end of the file."""
        if self._at >= self.size_bytes or size == 0:
            return b""
        rank, within = divmod(self._at, PIECE_BYTES)
        found = self._piece(rank)[within:]
        found = found if size < 0 else found[:size]
        self._at += len(found)
        return found
