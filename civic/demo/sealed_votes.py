"""Two sealed polls: one whose box the trustees have opened, and one to try, whose codes are told, as no real poll ever would."""

import random
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.accounts.queries import names_of
from civic.demo.script import Script
from civic.demo.votes import build_poll
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_, Conflict
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import transaction
from civic.territories.queries import find_territory_by_code, list_territories
from civic.voting import queries as polls
from civic.voting.booth import queries, setting_up
from civic.voting.booth.models import SealedPoll, SealedTrustee
from civic.voting.booth.service.casting import enter
from civic.voting.models import Poll
from civic.voting.sealed.archive import EventKind, next_event
from civic.voting.sealed.ballots import SealedBallot, make_ballot, read_ballot
from civic.voting.sealed.box import check_new_ballot
from civic.voting.sealed.credentials import draw_code, public_credential, write_roll
from civic.voting.sealed.election import SealedElection, read_sealed_election
from civic.voting.sealed.group import Number, random_exponent
from civic.voting.sealed.parsing import compact_json
from civic.voting.sealed.tally import (
    add_up,
    decrypt_part,
    open_tally,
    read_partial_decryption,
    write_encrypted_tally,
    write_owned,
    write_result,
    write_sized_tally,
)
from civic.voting.sealed.trustees import prove_trustee_key, read_trustees
from civic.voting.service.closing import count_poll
from civic.voting.service.polls import freeze_poll

MARKS = {"blank": [[1, 0, 0]], "yes": [[0, 1, 0]], "no": [[0, 0, 1]]}
TOLD = ("nadia-benhaddou", "gerard-thibaudeau", "lucas-perrault")
"""Whose codes are told: the accounts to try that are on the roll."""


class SealedPollsThere(Conflict):
    code = "sealed_polls_there"
    message = N_(
        "Les votes scellés de la démonstration sont déjà là, ou la commune de démonstration n’y est pas."
    )


def add_sealed_polls(seed: int = 1) -> list[int]:
    """Add the two sealed polls to the demonstration commune that was loaded. Never outside a demonstration: codes are told.

    Returns:
        Their ids.

    Raises:
        SealedPollsThere: they are there, or the commune is not; nothing was changed.
    """
    script = Script(now=utc_now(), rng=random.Random(seed))
    content = script.read("sealed_polls.json")
    with transaction():
        questions = [values["question"] for values in content["polls"]]
        is_there = db.session.scalars(sa.select(Poll.id).where(Poll.question.in_(questions))).first()
        if is_there is not None or find_territory_by_code(script.read("town.json")["code"]) is None:
            raise SealedPollsThere
        _find_who_is_there(script)
        build_sealed_polls(script, content)
    return [script.ids[values["key"]] for values in content["polls"]]


def _find_who_is_there(script: Script) -> None:
    """Find again the rows of the keys of the content."""
    emails = {who["email"]: who["key"] for who in script.read("people.json")["people"] if who["email"]}
    people = sa.select(Person.id, Person.email).where(Person.email.in_(emails))
    script.ids |= {emails[email]: person_id for person_id, email in db.session.execute(people)}
    script.territories |= {place.code: place.id for place in list_territories()}


def build_sealed_polls(script: Script, content: dict[str, Any]) -> None:
    for values in content["polls"]:
        poll = build_poll(script, values)
        script.ids[values["key"]] = poll.id
        keys = [random_exponent() for _ in content["trustees"]]
        codes = _seal(poll, content, keys)
        if values["status"] == "open":
            _tell_codes(script, poll, content, codes)
        agent_id = script.ids[values["opened_by"]]
        freeze_poll(poll, now=poll.opens_at - timedelta(days=2), actor_id=agent_id)
        ballots = _vote(script, poll, values, codes)
        if values["status"] == "closed":
            _open(poll, keys, ballots)


def _seal(poll: Poll, content: dict[str, Any], keys: list[Number]) -> dict[int, str]:
    """Make what the third party and the trustees make on their own machines. Returns the code of each person."""
    uuid = setting_up.draw_uuid()
    codes = {voter.person_id: draw_code() for voter in polls.list_eligible(poll)}
    trustees = [
        SealedTrustee(position=place, name=name, public_key=compact_json(prove_trustee_key(key)))
        for place, (name, key) in enumerate(zip(content["trustees"], keys, strict=True), start=1)
    ]
    roll = write_roll(public_credential(code, uuid) for code in codes.values())
    sealed = SealedPoll(poll_id=poll.id, uuid=uuid, authority=content["authority"], codes=roll)
    sealed.code_count, sealed.trustees = len(codes), trustees
    db.session.add(sealed)
    db.session.flush()
    return codes


def _tell_codes(script: Script, poll: Poll, content: dict[str, Any], codes: dict[int, str]) -> None:
    ids = [script.ids[key] for key in TOLD if script.ids[key] in codes]
    names = names_of(set(ids))
    lines = "\n".join(f"- {names[one]} : `{codes[one]}`" for one in ids)
    poll.description_source += f"\n\n{content['codes_told']}\n\n{lines}"
    poll.description_html = markdown_to_html(poll.description_source)
    db.session.flush()


def _vote(script: Script, poll: Poll, values: dict[str, Any], codes: dict[int, str]) -> list[SealedBallot]:
    """Cast as many ballots of each kind as the content says, by persons whom chance draws, none of those who will try."""
    sealed = queries.get_sealed(poll.id)
    election = read_sealed_election(sealed.election or "")
    cast = [MARKS[kind] for kind, how_many in values["votes"].items() for _ in range(how_many)]
    spared = {script.ids[key] for key in TOLD}
    voters = script.rng.sample(sorted(set(codes) - spared), len(cast))
    ballots = []
    for person_id, marks in zip(voters, script.rng.sample(cast, len(cast)), strict=True):
        raw = make_ballot(election, codes[person_id], marks)
        enter(poll, person_id, check_new_ballot(election, queries.StoredBox(poll.id), raw))
        ballots.append(read_ballot(election, raw))
    return ballots


def _open(poll: Poll, keys: list[Number], ballots: list[SealedBallot]) -> None:
    """What the timer and the trustees do after the closing."""
    sealed = queries.get_sealed(poll.id)
    election: SealedElection = read_sealed_election(sealed.election or "")
    sealed.ballot_count = len(ballots)
    tally = add_up(election, ballots)
    encrypted = write_encrypted_tally(tally)
    _append(sealed, EventKind.END_BALLOTS)
    _append(sealed, EventKind.ENCRYPTED_TALLY, encrypted, write_sized_tally(len(ballots), encrypted))
    parts = {}
    for number, key in enumerate(keys, start=1):
        text = decrypt_part(election, key, tally)
        parts[number] = read_partial_decryption(election, text)
        _append(sealed, EventKind.PARTIAL_DECRYPTION, text, write_owned(number, text))
    trustees = read_trustees(setting_up.trustees_text(sealed))
    sealed.sums = write_result(open_tally(trustees, tally, len(ballots), parts))
    _append(sealed, EventKind.RESULT, sealed.sums)
    count_poll(poll.id)


def _append(sealed: SealedPoll, kind: EventKind, *texts: str) -> None:
    entries, head = next_event(queries.head_of(sealed), kind, texts)
    queries.append_entries(sealed, kind, entries, head)
