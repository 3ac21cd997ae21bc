"""One small election, kept at each stage of its life, and what a forger would make of it."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from civic.voting.sealed.archive import (
    EventKind,
    SealedArchive,
    encode_archive,
    next_event,
    read_archive,
    setup_texts,
)
from civic.voting.sealed.credentials import secret_exponent
from civic.voting.sealed.election import SealedElection, read_sealed_election
from civic.voting.sealed.parsing import compact_json, sha256_base64, sha256_hex
from civic.voting.sealed.proofs import prove_exponent
from tests.voting.sealed.belenios import VOTES, Belenios

Event = tuple[EventKind, tuple[str, ...]]


@dataclass
class Stages:
    """An election of four voters, of whom three voted and one of these again, with two trustees; its archive at each stage."""

    belenios: Belenios
    public_codes: str
    archives: dict[str, bytes]

    @property
    def codes(self) -> list[str]:
        return self.belenios.codes

    @property
    def election(self) -> SealedElection:
        return read_sealed_election(self.read("open").events[0].texts[0])

    def read(self, stage: str) -> SealedArchive:
        return read_archive(self.archives[stage])


def run_election(belenios: Belenios) -> Stages:
    """Let belenios-tool run the whole election, and keep its archive at each stage."""
    public_codes = belenios.make_codes(4)
    belenios.make_trustees(2)
    belenios.open()
    archives = {"open": belenios.read()}
    for code, votes in zip(belenios.codes, VOTES, strict=False):
        archives["voting"] = belenios.vote(code, votes)
    archives["voted again"] = belenios.vote(belenios.codes[0], [[0, 0, 1], [0, 1, 0, 1]])
    archives["closed"] = belenios.close()
    archives["added up"] = belenios.add_up()
    archives["one trustee"] = belenios.decrypt(1)
    archives["two trustees"] = belenios.decrypt(2)
    archives["result"] = belenios.announce()
    return Stages(belenios, public_codes, archives)


def events_of(archive: bytes) -> list[Event]:
    return [(event.kind, event.texts) for event in read_archive(archive).events]


def build(timestamp: int, events: Iterable[Event]) -> bytes:
    """Return the archive of these events, every hash and the chain being made anew: what a forger who holds the server publishes."""
    head, entries = None, []
    for kind, texts in events:
        added, head = next_event(head, kind, texts)
        entries += added
    return encode_archive(timestamp, entries)


def forge(archive: bytes, change: Callable[[list[Event]], Any]) -> bytes:
    """Return the archive with its events changed, and the whole chain made anew."""
    events = events_of(archive)
    change(events)
    return build(read_archive(archive).timestamp, events)


def places_of(events: Sequence[Event], kind: EventKind) -> list[int]:
    return [place for place, event in enumerate(events) if event[0] == kind]


def change_text(events: list[Event], kind: EventKind, change: Callable[[Any], Any], text: int = 0) -> None:
    """Change the JSON of one text of the first event of a kind; the texts that name it are made to follow."""
    place = places_of(events, kind)[0]
    texts = list(events[place][1])
    value = json.loads(texts[text])
    changed = change(value)
    texts[text] = compact_json(value if changed is None else changed)
    if kind == EventKind.SETUP:
        texts = list(setup_texts(*texts[:3]))
    elif len(texts) == 2:
        name = json.loads(texts[1])
        name[list(name)[-1]] = sha256_hex(texts[0])
        texts[1] = compact_json(name)
    events[place] = (kind, tuple(texts))


def sign_again(election: SealedElection, content: dict[str, Any], code: str) -> str:
    """Return a ballot of this content, signed by who holds the code."""
    secret = secret_exponent(code, election.uuid)
    content.pop("signature", None)
    signed = sha256_base64(compact_json(content))
    proof = prove_exponent(secret, lambda commitment: f"sig|{signed}|{commitment}")
    return compact_json({**content, "signature": {"hash": signed, "proof": proof.published()}})
