"""Every shape that a question can have, and every vote that its limits allow: proved by us, accepted by belenios-tool."""

from itertools import product
from pathlib import Path

import pytest

from civic.voting.sealed.archive import EventKind, setup_texts
from civic.voting.sealed.ballots import check_ballot, make_ballot, read_ballot
from civic.voting.sealed.credentials import read_credential_file, write_roll
from civic.voting.sealed.election import (
    SealedElection,
    SealedQuestion,
    read_sealed_election,
    write_sealed_election,
)
from civic.voting.sealed.group import G, Number, P, Q, power_of_g
from civic.voting.sealed.parsing import compact_json
from civic.voting.sealed.refusals import SealedRefused
from civic.voting.sealed.tally import add_up, decrypt_part, open_tally, read_partial_decryption
from civic.voting.sealed.trustees import lagrange, prove_trustee_key, read_trustee_key, read_trustees
from tests.voting.sealed.belenios import Belenios
from tests.voting.sealed.forgeries import stranger
from tests.voting.sealed.stages import build

SHAPES = (
    SealedQuestion("Un", ("A",), least=0, most=1),
    SealedQuestion("Un, forcé", ("A",), least=1, most=1),
    SealedQuestion("Rien", ("A", "B"), least=0, most=0),
    SealedQuestion("Tout", ("A", "B", "C"), least=3, most=3),
    SealedQuestion("Deux ou blanc", ("A", "B"), least=2, most=2, allows_blank=True),
    SealedQuestion("Libre ou blanc", ("A", "B"), least=0, most=2, allows_blank=True),
    SealedQuestion("Une mention", ("Bien", "Passable", "À rejeter"), least=1, most=1),
)


def allowed_votes(question: SealedQuestion) -> list[list[int]]:
    """Return every vote that a question allows."""
    votes = [
        list(vote)
        for vote in product((0, 1), repeat=len(question.answers))
        if question.least <= sum(vote) <= question.most
    ]
    if not question.allows_blank:
        return votes
    return [[1, *[0] * len(question.answers)], *([0, *vote] for vote in votes)]


def election_of(key: Number, uuid: str, *questions: SealedQuestion) -> SealedElection:
    raw = write_sealed_election(uuid=uuid, name="Formes", description="", public_key=key, questions=questions)
    return read_sealed_election(raw)


@pytest.mark.parametrize("question", SHAPES, ids=lambda question: question.text)
def test_every_allowed_vote_is_proved_and_no_other_is_made(question: SealedQuestion) -> None:
    election = election_of(G, "1" * 14, question)
    allowed = allowed_votes(question)
    for vote in product((0, 1), repeat=question.places):
        if list(vote) in allowed:
            check_ballot(election, read_ballot(election, make_ballot(election, stranger(), [vote])))
        else:
            with pytest.raises(SealedRefused):
                make_ballot(election, stranger(), [vote])


def test_belenios_accepts_a_ballot_of_every_shape(tmp_path: Path) -> None:
    belenios = Belenios(tmp_path)
    roll = write_roll(code for code, _ in read_credential_file(belenios.make_codes(4)))
    secret = Number(5)
    keys = f'[["Single",{compact_json(prove_trustee_key(secret))}]]'
    election = election_of(power_of_g(secret), belenios.uuid, *SHAPES)
    ballots = []
    for number, code in enumerate(belenios.codes):
        votes = [allowed_votes(question)[number % len(allowed_votes(question))] for question in SHAPES]
        ballots.append(make_ballot(election, code, votes))
    events = [
        (EventKind.SETUP, setup_texts(election.raw, keys, roll)),
        *((EventKind.BALLOT, (ballot,)) for ballot in ballots),
    ]
    read = [read_ballot(election, ballot) for ballot in ballots]
    tally = add_up(election, read)
    part = read_partial_decryption(election, decrypt_part(election, secret, tally))
    sums = open_tally(read_trustees(keys), tally, len(ballots), {1: part})

    assert belenios.accepts(build(1_800_000_000, events))
    assert sums == ((2,), (4,), (0, 0), (4, 4, 4), (2, 2, 2), (1, 1, 1), (1, 1, 2))
    with pytest.raises(SealedRefused):
        open_tally(read_trustees(keys), tally, 3, {1: part})


def test_a_box_without_a_ballot_opens_on_nothing() -> None:
    secret = Number(7)
    election = election_of(power_of_g(secret), "1" * 14, SHAPES[0])
    tally = add_up(election, [])
    part = read_partial_decryption(election, decrypt_part(election, secret, tally))
    trustees = read_trustees(f'[["Single",{compact_json(prove_trustee_key(secret))}]]')

    assert tally == (((1, 1),),)
    assert open_tally(trustees, tally, 0, {1: part}) == ((0,),)


@pytest.mark.parametrize("places", [[1, 2], [1, 3], [2, 3], [3, 1, 2]])
def test_any_parts_of_a_shared_key_make_the_same_one(places: list[int]) -> None:
    """The key is what a polynomial is worth at 0, its parts what it is worth at 1, 2, 3."""
    shares = {place: 11 + 4 * place for place in (1, 2, 3)}

    assert sum(shares[place] * lagrange(place, places) for place in places) % Q == 11


def test_a_key_with_another_proof_is_refused() -> None:
    first, second = prove_trustee_key(Number(3)), prove_trustee_key(Number(4))

    assert read_trustee_key(first) == G * G * G % P
    with pytest.raises(SealedRefused):
        read_trustee_key({"pok": second["pok"], "public_key": first["public_key"]})
