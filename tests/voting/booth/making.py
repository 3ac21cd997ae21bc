"""Sealed polls made in Python alone, for tests of commands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Role
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.outbox import deliver_due
from civic.kernel.work import do_some_work
from civic.voting.booth import queries
from civic.voting.booth.models import SealedCode, SealedEntry, SealedMark
from civic.voting.booth.service import casting, opening, preparing, reading
from civic.voting.booth.service.casting import SealedReceipt
from civic.voting.models import RollEntry
from civic.voting.sealed.archive import EventKind
from civic.voting.sealed.ballots import make_ballot
from civic.voting.sealed.credentials import draw_code, public_credential
from civic.voting.sealed.election import SealedElection, read_sealed_election
from civic.voting.sealed.group import Number, random_exponent
from civic.voting.sealed.parsing import sha256_base64
from civic.voting.sealed.tally import EncryptedTally, decrypt_part
from civic.voting.sealed.trustees import prove_trustee_key
from civic.voting.service import polls
from tests.conftest import actor_of, add_person, add_town
from tests.voting.booth.story import YES_NO
from tests.voting.builders import add_draft

YES, NO, BLANK = [[0, 1, 0]], [[0, 0, 1]], [[1, 0, 0]]


@dataclass
class Made:
    """A sealed poll, its agent, its voters with their codes, and the secret keys of its trustees."""

    poll_id: int
    agent: Actor
    voters: list[Actor]
    codes: list[str] = field(default_factory=list)
    keys: list[Number] = field(default_factory=list)

    @property
    def uuid(self) -> str:
        return queries.get_sealed(self.poll_id).uuid

    @property
    def election(self) -> SealedElection:
        return read_sealed_election(queries.get_sealed(self.poll_id).election or "")

    def pubcreds(self, codes: Sequence[str]) -> str:
        return json.dumps([public_credential(code, self.uuid) for code in codes])

    def take_codes(self, number: int) -> None:
        self.codes = [draw_code() for _ in range(number)]
        preparing.send_codes(self.agent, poll_id=self.poll_id, text=self.pubcreds(self.codes))
        digest = preparing.preview_codes(self.agent, poll_id=self.poll_id).digest
        preparing.confirm_codes(self.agent, poll_id=self.poll_id, digest=digest)

    def add_trustee(self, name: str) -> None:
        self.keys.append(random_exponent())
        key = json.dumps(prove_trustee_key(self.keys[-1]))
        preparing.add_trustee(self.agent, poll_id=self.poll_id, name=name, key=key)

    def prepare(self) -> None:
        preparing.seal_poll(self.agent, poll_id=self.poll_id)
        preparing.name_authority(self.agent, poll_id=self.poll_id, name="Maître Simon")
        self.take_codes(len(self.voters))
        for name in ("Anne", "Boris"):
            self.add_trustee(name)

    def open(self) -> str:
        return polls.open_poll(self.agent, poll_id=self.poll_id)

    def ballot(self, voter: int, votes: list[list[int]] = YES, *, code: int | None = None) -> str:
        return make_ballot(self.election, self.codes[voter if code is None else code], votes)

    def cast(self, voter: int, ballot: str) -> SealedReceipt:
        return casting.cast_sealed_ballot(self.voters[voter], poll_id=self.poll_id, ballot=ballot)

    def vote(self, voter: int, votes: list[list[int]] = YES) -> SealedReceipt:
        return self.cast(voter, self.ballot(voter, votes))

    def part(self, trustee: int) -> str:
        (text, _) = queries.list_texts(self.poll_id, EventKind.ENCRYPTED_TALLY)
        tally: EncryptedTally = tuple(
            tuple((Number(int(one["alpha"])), Number(int(one["beta"]))) for one in row)
            for row in json.loads(text)
        )
        return decrypt_part(self.election, self.keys[trustee - 1], tally)

    def give(self, trustee: int, text: str) -> bool:
        return opening.give_decryption(self.agent, poll_id=self.poll_id, trustee=trustee, text=text)

    def archive(self) -> bytes:
        return b"".join(reading.write_archive(self.agent, poll_id=self.poll_id)[1])

    def everything(self) -> tuple[Any, ...]:
        """What a refusal must leave as it was: the roll, the box, its head."""
        db.session.rollback()
        rows = [
            list(map(tuple, db.session.execute(sa.select(*model.__table__.columns)).all()))  # type: ignore[attr-defined]
            for model in (RollEntry, SealedCode, SealedMark, SealedEntry)
        ]
        return (*[sorted(map(str, kept)) for kept in rows], queries.get_sealed(self.poll_id).head)


def make(*, voters: int = 2, questions: Any = (YES_NO,), **changes: Any) -> Made:
    """Make a draft that is to be sealed. A context is needed."""
    town, (place, *_) = add_town()
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))
    people = [actor_of(add_person(f"Voter {number}", lives_in=place)) for number in range(voters)]
    return Made(add_draft(place, questions=tuple(questions), **changes), agent, people)


def make_open(**changes: Any) -> Made:
    made = make(**changes)
    made.prepare()
    made.open()
    return made


def relay(now: datetime | None = None) -> None:
    """Do what is owed, as the relay does."""
    while deliver_due(now):
        pass
    while do_some_work(now):
        pass


def digest_of(text: str) -> str:
    return sha256_base64(text)
