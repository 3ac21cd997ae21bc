"""The count of a sealed poll: encrypted answers added up, and the sums alone opened (specification, 4.16 to 4.19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from civic.voting.methods.refusals import N_
from civic.voting.sealed.ballots import SealedBallot, product_of
from civic.voting.sealed.election import SealedElection
from civic.voting.sealed.group import G, Number, P, inverse, power, power_of_g
from civic.voting.sealed.parsing import (
    compact_json,
    read_canonical_json,
    read_count,
    read_element,
    read_fields,
    read_hash,
    read_list,
    sha256_hex,
)
from civic.voting.sealed.proofs import Pair, Proof, is_same_exponent, prove_same_exponent, read_proof
from civic.voting.sealed.refusals import SealedRefused
from civic.voting.sealed.trustees import Trustees

EncryptedTally = tuple[tuple[Pair, ...], ...]
"""For each question, the encrypted sum of each answer."""

Sums = tuple[tuple[int, ...], ...]
"""For each question, how many ballots gave 1 to each answer (the first being blank votes, where they are allowed)."""


@dataclass(frozen=True)
class PartialDecryption:
    """What one trustee did to open the sums."""

    factors: tuple[tuple[Number, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]


def last_ballots(ballots: Iterable[SealedBallot]) -> list[SealedBallot]:
    """Return the ballots that count: of each voting code, the last."""
    last: dict[str, SealedBallot] = {}
    for ballot in ballots:
        last.pop(ballot.credential, None)
        last[ballot.credential] = ballot
    return list(last.values())


def add_up(election: SealedElection, ballots: Iterable[SealedBallot]) -> EncryptedTally:
    """Return the encrypted sums of the ballots that count."""
    counted = last_ballots(ballots)
    return tuple(
        tuple(
            product_of(ballot.answers[number].choices[place] for ballot in counted)
            for place in range(question.places)
        )
        for number, question in enumerate(election.questions)
    )


def write_encrypted_tally(tally: EncryptedTally) -> str:
    """Return the text of encrypted sums."""
    return compact_json([[{"alpha": str(alpha), "beta": str(beta)} for alpha, beta in row] for row in tally])


def write_sized_tally(ballots: int, encrypted: str) -> str:
    """Return the text that says how many ballots were added up; ``encrypted`` is the text of the sums."""
    return compact_json(
        {"num_tallied": ballots, "total_weight": ballots, "encrypted_tally": sha256_hex(encrypted)}
    )


def write_owned(owner: int, payload: str) -> str:
    """Return the text that says whose a partial decryption is."""
    return compact_json({"owner": owner, "payload": sha256_hex(payload)})


def read_owned(raw: str) -> tuple[int, str]:
    """Return the number of a trustee, and the name of what she did. Raises SealedRefused."""
    fields = read_fields(read_canonical_json(raw), ("owner", "payload"))
    return read_count(fields["owner"], least=1), read_hash(fields["payload"])


def decrypt_part(election: SealedElection, secret: Number, tally: EncryptedTally) -> str:
    """Return what a trustee does to open the sums, with her secret key."""
    prefix = _decryption_prefix(election, power_of_g(secret))
    proofs = [[prove_same_exponent(secret, alpha, prefix).published() for alpha, _ in row] for row in tally]
    factors = [[str(power(alpha, secret)) for alpha, _ in row] for row in tally]
    return compact_json({"decryption_factors": factors, "decryption_proofs": proofs})


def read_partial_decryption(election: SealedElection, raw: str) -> PartialDecryption:
    """Return what a trustee did, as it was written. Raises SealedRefused."""
    fields = read_fields(read_canonical_json(raw), ("decryption_factors", "decryption_proofs"))
    return PartialDecryption(
        tuple(
            tuple(read_element(item) for item in row)
            for row in _read_rows(election, fields["decryption_factors"])
        ),
        tuple(
            tuple(read_proof(item) for item in row)
            for row in _read_rows(election, fields["decryption_proofs"])
        ),
    )


def check_partial_decryption(
    election: SealedElection, key: Number, tally: EncryptedTally, part: PartialDecryption
) -> None:
    """Check that a trustee opened these very sums with her own key. Raises SealedRefused."""
    prefix = _decryption_prefix(election, key)
    for row, factors, proofs in zip(tally, part.factors, part.proofs, strict=True):
        for (alpha, _), factor, proof in zip(row, factors, proofs, strict=True):
            if not is_same_exponent(key, (alpha, factor), proof, prefix):
                raise SealedRefused(N_("un dépositaire ne prouve pas qu’il a déchiffré avec sa clé."))


def open_tally(
    trustees: Trustees, tally: EncryptedTally, ballots: int, parts: Mapping[int, PartialDecryption]
) -> Sums:
    """Return the sums, from the parts of enough trustees, by number.

    Raises:
        SealedRefused: trustees are missing, or a sum is not a number of ballots.
    """
    counts = _powers_of_g(ballots)
    rows = []
    for number, row in enumerate(tally):
        sums = []
        for place, (_, beta) in enumerate(row):
            factors = {owner: part.factors[number][place] for owner, part in parts.items()}
            opened = int(beta * inverse(trustees.combine(factors)) % P)
            if opened not in counts:
                raise SealedRefused(N_("une somme n’est pas un nombre de bulletins."))
            sums.append(counts[opened])
        rows.append(tuple(sums))
    return tuple(rows)


def write_result(sums: Sums) -> str:
    """Return the text of a result."""
    return compact_json({"result": [list(row) for row in sums]})


def read_result(election: SealedElection, raw: str) -> Sums:
    """Return the sums that a result announces. Raises SealedRefused."""
    fields = read_fields(read_canonical_json(raw), ("result",))
    rows = _read_rows(election, fields["result"])
    return tuple(tuple(read_count(item) for item in row) for row in rows)


def _read_rows(election: SealedElection, value: Any) -> list[list[Any]]:
    """Return the rows of something that is said of each answer to each question."""
    number = len(election.questions)
    rows = read_list(value, least=number, most=number)
    return [
        read_list(row, least=question.places, most=question.places)
        for question, row in zip(election.questions, rows, strict=True)
    ]


def _powers_of_g(most: int) -> dict[int, int]:
    """Return which power of the generator each number is, from 0 to a number of ballots."""
    counts, element = {1: 0}, Number(1)
    for count in range(1, most + 1):
        element = element * G % P
        counts[int(element)] = count
    return counts


def _decryption_prefix(election: SealedElection, key: Number) -> str:
    return f"decrypt|{election.fingerprint}|{key}"
