"""Proofs that say that a number was rightly made, and nothing more (specification, 4.5, 4.12 to 4.14 and 4.18)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from civic.voting.sealed.group import (
    Number,
    P,
    Q,
    hash_to_exponent,
    power,
    power_of_g,
    power_table,
    random_exponent,
)
from civic.voting.sealed.parsing import read_exponent, read_fields, read_list

Pair = tuple[Number, Number]
"""The two numbers of an encrypted answer, alpha and beta."""


@dataclass(frozen=True)
class Proof:
    """A challenge that nobody chose, and the answer that only who knows the secret can give."""

    challenge: Number
    response: Number

    def published(self) -> dict[str, str]:
        return {"challenge": str(self.challenge), "response": str(self.response)}


def read_proof(value: Any) -> Proof:
    """Return a proof. Raises SealedRefused."""
    fields = read_fields(value, ("challenge", "response"))
    return Proof(read_exponent(fields["challenge"]), read_exponent(fields["response"]))


def read_proofs(value: Any, length: int) -> tuple[Proof, ...]:
    """Return a known number of proofs. Raises SealedRefused."""
    return tuple(read_proof(proof) for proof in read_list(value, least=length, most=length))


# Knowing a secret exponent: of a trustee, of a voting code.


def knows_exponent(public: Number, proof: Proof, text_of: Callable[[Number], str]) -> bool:
    """Check that who made a proof knows x, public being g^x. ``text_of`` gives what is hashed, from the commitment."""
    commitment = power_of_g(proof.response) * power(public, proof.challenge) % P
    return hash_to_exponent(text_of(commitment)) == proof.challenge


def prove_exponent(secret: Number, text_of: Callable[[Number], str]) -> Proof:
    """Prove that one knows a secret exponent."""
    chosen = random_exponent()
    challenge = hash_to_exponent(text_of(power_of_g(chosen)))
    return Proof(challenge, (chosen - secret * challenge) % Q)


# The same exponent twice: what a trustee deciphered, with the key that she published.


def is_same_exponent(public: Number, pair: Pair, proof: Proof, prefix: str) -> bool:
    """Check that pair[1] is pair[0] raised to the x of public = g^x."""
    base, raised = pair
    first = power_of_g(proof.response) * power(public, proof.challenge) % P
    second = power(base, proof.response) * power(raised, proof.challenge) % P
    return hash_to_exponent(f"{prefix}|{first},{second}") == proof.challenge


def prove_same_exponent(secret: Number, base: Number, prefix: str) -> Proof:
    """Prove that a number was raised to a secret exponent."""
    chosen = random_exponent()
    challenge = hash_to_exponent(f"{prefix}|{power_of_g(chosen)},{power(base, chosen)}")
    return Proof(challenge, (chosen - secret * challenge) % Q)


# One case of several: the answer is 0 or 1, their sum is within the limits.


def is_one_of(key: Number, cases: Sequence[Pair], proofs: Sequence[Proof], prefix: str) -> bool:
    """Check that one of the cases, without telling which, is (g^r, key^r) for some r.

    A case is an encrypted answer divided by the value that the case supposes.
    """
    if len(cases) != len(proofs):
        return False
    commitments = (_commitment(key, case, proof) for case, proof in zip(cases, proofs, strict=True))
    asked = hash_to_exponent(f"{prefix}|{','.join(commitments)}")
    return bool(asked == sum(proof.challenge for proof in proofs) % Q)


def prove_one_of(key: Number, cases: Sequence[Pair], true: int, secret: Number, prefix: str) -> list[Proof]:
    """Prove that one of the cases is (g^secret, key^secret), the one at the place ``true``, without telling which."""
    proofs = [Proof(random_exponent(), random_exponent()) for _ in cases]
    commitments = [_commitment(key, case, proof) for case, proof in zip(cases, proofs, strict=True)]
    chosen = random_exponent()
    commitments[true] = f"{power_of_g(chosen)},{power_table(key).power(chosen)}"
    others = sum(proof.challenge for place, proof in enumerate(proofs) if place != true)
    challenge = (hash_to_exponent(f"{prefix}|{','.join(commitments)}") - others) % Q
    proofs[true] = Proof(challenge, (chosen - secret * challenge) % Q)
    return proofs


def _commitment(key: Number, case: Pair, proof: Proof) -> str:
    first = power_of_g(proof.response) * power(case[0], proof.challenge) % P
    second = power_table(key).power(proof.response) * power(case[1], proof.challenge) % P
    return f"{first},{second}"
