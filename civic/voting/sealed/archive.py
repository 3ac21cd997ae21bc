"""The public archive of a sealed poll, ``….bel``: a chain of events and what they name (specification, 4.4), byte for byte.

It is an old tar file, without the blocks that end one, so that it grows by what is added to it and nothing before is ever written again.
Every entry bears the time at which the poll was set up, never that of a ballot.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from civic.voting.methods.refusals import N_
from civic.voting.sealed.parsing import (
    compact_json,
    read_canonical_json,
    read_count,
    read_fields,
    read_hash,
    sha256_hex,
)
from civic.voting.sealed.refusals import SealedRefused

BLOCK = 512
HEADER_NAME = "BELENIOS"
ARCHIVE_VERSION = 1
_ENTRY_NAME = re.compile(r"([0-9a-f]{64})\.(data|event)\.json", re.ASCII)
_OCTAL = re.compile(rb"[0-7]{11}")
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)


class EventKind(StrEnum):
    """What happens to a poll."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


TEXTS_OF_AN_EVENT = {
    EventKind.SETUP: 4,
    EventKind.BALLOT: 1,
    EventKind.END_BALLOTS: 0,
    EventKind.ENCRYPTED_TALLY: 2,
    EventKind.PARTIAL_DECRYPTION: 2,
    EventKind.RESULT: 1,
}
"""How many texts stand before each event; the last is the one that it names, and names the others."""

_FOLLOWING: dict[EventKind | None, tuple[EventKind, ...]] = {
    None: (EventKind.SETUP,),
    EventKind.SETUP: (EventKind.BALLOT, EventKind.END_BALLOTS),
    EventKind.BALLOT: (EventKind.BALLOT, EventKind.END_BALLOTS),
    EventKind.END_BALLOTS: (EventKind.ENCRYPTED_TALLY,),
    EventKind.ENCRYPTED_TALLY: (EventKind.PARTIAL_DECRYPTION,),
    EventKind.PARTIAL_DECRYPTION: (EventKind.PARTIAL_DECRYPTION, EventKind.RESULT),
    EventKind.RESULT: (),
}


@dataclass(frozen=True)
class Entry:
    """One file of the archive."""

    name: str
    body: str


@dataclass(frozen=True)
class Head:
    """The last event of an archive: who knows its hash knows whether anything before it was changed."""

    height: int
    hash: str


@dataclass(frozen=True)
class ArchiveEvent:
    """Something that happened, with the texts that it brought, the one that it names being the last."""

    kind: EventKind
    head: Head
    texts: tuple[str, ...]

    @property
    def payload(self) -> str:
        return self.texts[-1]


@dataclass(frozen=True)
class SealedArchive:
    """A whole archive, its names and its chain being right; nothing more is known of what its texts say."""

    timestamp: int
    entries: tuple[Entry, ...]
    events: tuple[ArchiveEvent, ...]

    @property
    def head(self) -> Head:
        return self.events[-1].head

    def texts_of(self, kind: EventKind) -> list[tuple[str, ...]]:
        return [event.texts for event in self.events if event.kind == kind]


# Writing


def next_event(
    head: Head | None, kind: EventKind, texts: Sequence[str] = ()
) -> tuple[tuple[Entry, ...], Head]:
    """Return the files that an event adds to an archive, and the head that they make."""
    if len(texts) != TEXTS_OF_AN_EVENT[kind]:
        raise ValueError(f"{kind} comes with {TEXTS_OF_AN_EVENT[kind]} texts")
    value: dict[str, Any] = {"parent": head.hash} if head else {}
    height = head.height + 1 if head else 0
    value |= {"height": height, "type": kind.value}
    if texts:
        value["payload"] = sha256_hex(texts[-1])
    body = compact_json(value)
    name = sha256_hex(body)
    entries = (
        *(Entry(f"{sha256_hex(text)}.data.json", text) for text in texts),
        Entry(f"{name}.event.json", body),
    )
    return entries, Head(height, name)


def setup_texts(election: str, trustees: str, roll: str) -> tuple[str, str, str, str]:
    """Return the texts of the first event, from those of the poll, of its trustees and of its roll."""
    setup = {
        "election": sha256_hex(election),
        "trustees": sha256_hex(trustees),
        "credentials": sha256_hex(roll),
    }
    return election, trustees, roll, compact_json(setup)


def first_entry(timestamp: int) -> Entry:
    """Return the file with which an archive begins."""
    return Entry(HEADER_NAME, compact_json({"version": ARCHIVE_VERSION, "timestamp": str(timestamp)}))


def encode_entry(entry: Entry, timestamp: int) -> bytes:
    """Return the bytes of one file of the archive: a block that names it, and what it holds."""
    body = entry.body.encode()
    header = entry.name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2
    header += b"%011o\0%011o\0" % (len(body), timestamp)
    filled = (header + b" " * 8 + b"0").ljust(BLOCK, b"\0")
    checked = header + b"%06o\0 " % sum(filled) + b"0"
    return checked.ljust(BLOCK, b"\0") + body + b"\0" * (-len(body) % BLOCK)


def encode_archive(timestamp: int, entries: Sequence[Entry]) -> bytes:
    """Return the bytes of an archive, from the files of its events."""
    return b"".join(encode_entry(entry, timestamp) for entry in (first_entry(timestamp), *entries))


# Reading


def read_archive(content: bytes) -> SealedArchive:
    """Return an archive whose every file bears the hash of what it holds, and whose every event follows from the one before.

    Raises:
        SealedRefused: it is cut, a file was changed, or something is there that no event names.
    """
    entries, timestamp = _read_entries(content)
    events: list[ArchiveEvent] = []
    texts: list[str] = []
    for entry in entries:
        if entry.name.endswith(".data.json"):
            texts.append(entry.body)
        else:
            events.append(_read_event(entry, events, tuple(texts)))
            texts = []
    if texts or not events:
        raise SealedRefused(N_("l’archive est coupée : sa fin manque."))
    return SealedArchive(timestamp, tuple(entries), tuple(events))


def _read_entries(content: bytes) -> tuple[list[Entry], int]:
    """Return the files of an archive but the first, and the time that the first one gives."""
    entries: list[Entry] = []
    timestamp, place = -1, 0
    while place < len(content):
        entry, time, place = _decode_entry(content, place)
        if timestamp < 0:
            timestamp = _read_first(entry)
        else:
            _ensure_named(entry)
            entries.append(entry)
        if time != timestamp:
            raise SealedRefused(N_("un fichier de l’archive porte une autre heure que celle de l’ouverture."))
    return entries, timestamp


def _decode_entry(content: bytes, place: int) -> tuple[Entry, int, int]:
    """Return a file, its time, and where the next one begins."""
    header = content[place : place + BLOCK]
    name, size, time = header[:100].rstrip(b"\0"), header[124:135], header[136:147]
    if len(header) < BLOCK or not _OCTAL.fullmatch(size) or not _OCTAL.fullmatch(time):
        raise SealedRefused(N_("l’archive est coupée, ou n’est pas une archive de scrutin."))
    start, length = place + BLOCK, int(size, 8)
    end = start + length + -length % BLOCK
    try:
        entry = Entry(name.decode("ascii"), content[start : start + length].decode())
    except UnicodeDecodeError as error:
        raise SealedRefused(N_("un fichier de l’archive n’est pas écrit en UTF-8.")) from error
    if content[place:end] != encode_entry(entry, int(time, 8)):
        raise SealedRefused(N_("l’archive est coupée, ou n’est pas une archive de scrutin."))
    return entry, int(time, 8), end


def _read_first(entry: Entry) -> int:
    fields = read_fields(read_canonical_json(entry.body), ("version", "timestamp"))
    is_known = entry.name == HEADER_NAME and read_count(fields["version"]) == ARCHIVE_VERSION
    timestamp = fields["timestamp"]
    if not is_known or not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        raise SealedRefused(N_("l’archive ne commence pas comme une archive de scrutin."))
    return int(timestamp)


def _ensure_named(entry: Entry) -> None:
    match = _ENTRY_NAME.fullmatch(entry.name)
    if not match or match[1] != sha256_hex(entry.body):
        raise SealedRefused(
            N_("un fichier de l’archive ne porte pas l’empreinte de ce qu’il contient : %(name)s."),
            name=entry.name,
        )


def _read_event(entry: Entry, before: Sequence[ArchiveEvent], texts: tuple[str, ...]) -> ArchiveEvent:
    """Return an event that follows those before it, and names the texts that stand before it."""
    last = before[-1] if before else None
    value = read_fields(
        read_canonical_json(entry.body),
        ("parent", "height", "type", "payload"),
        optional=("parent", "payload"),
    )
    kinds = [kind for kind in _FOLLOWING[last.kind if last else None] if kind == value["type"]]
    if not kinds or len(texts) != TEXTS_OF_AN_EVENT[kinds[0]]:
        raise SealedRefused(N_("un événement n’est pas à sa place, ou ce qu’il annonce manque."))
    if "payload" in value:
        read_hash(value["payload"])
    entries, head = next_event(last.head if last else None, kinds[0], texts)
    if entries[-1] != entry:
        raise SealedRefused(
            N_("la chaîne des événements est rompue à l’événement n° %(height)s."), height=head.height
        )
    return ArchiveEvent(kinds[0], head, texts)
