"""Sealed ballots: read, checked against the rules of the poll, and made (specification, 4.11 to 4.15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from civic.voting.methods.refusals import N_
from civic.voting.sealed.credentials import secret_exponent
from civic.voting.sealed.election import SealedElection, SealedQuestion
from civic.voting.sealed.group import (
    Number,
    P,
    inverse,
    is_member,
    power_of_g,
    power_table,
    random_exponent,
)
from civic.voting.sealed.parsing import (
    compact_json,
    read_canonical_json,
    read_fields,
    read_list,
    read_residue,
    read_text,
    sha256_base64,
    sha256_hex,
)
from civic.voting.sealed.proofs import (
    Pair,
    Proof,
    is_one_of,
    knows_exponent,
    prove_exponent,
    prove_one_of,
    read_proof,
    read_proofs,
)
from civic.voting.sealed.refusals import BallotProblem, BallotRefused, SealedRefused

_BALLOT_FIELDS = ("election_uuid", "election_hash", "credential", "answers", "signature")
_ANSWER_FIELDS = ("choices", "individual_proofs", "overall_proof", "blank_proof")


@dataclass(frozen=True)
class SealedAnswer:
    """What a ballot answers to one question: encrypted, with its proofs."""

    choices: tuple[Pair, ...]
    individual: tuple[tuple[Proof, ...], ...]
    overall: tuple[Proof, ...]
    blank: tuple[Proof, ...]


@dataclass(frozen=True)
class SealedBallot:
    """A ballot as it was read; nothing says yet that its proofs hold."""

    raw: str
    election_uuid: str
    election_hash: str
    credential: str
    answers: tuple[SealedAnswer, ...]
    signed_hash: str
    signature: Proof

    @cached_property
    def tracker(self) -> str:
        """The number by which a voter finds her ballot in the box."""
        return sha256_base64(self.raw)

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """A mark of each encrypted answer: chance never gives one mark to two answers, so that a mark met again is a copy."""
        return tuple(sha256_hex(str(alpha)) for answer in self.answers for alpha, _ in answer.choices)


def read_ballot(election: SealedElection, raw: str) -> SealedBallot:
    """Return the ballot of a text, which has to be written in the one way in which belenios-tool writes it.

    Raises:
        BallotRefused: MALFORMED, or WRONG_ELECTION.
    """
    if len(raw) > election.longest_ballot:
        raise BallotRefused(BallotProblem.MALFORMED, SealedRefused(N_("il est trop long.")))
    try:
        fields = read_fields(read_canonical_json(raw), _BALLOT_FIELDS)
        uuid, fingerprint = read_text(fields["election_uuid"], 64), read_text(fields["election_hash"], 64)
        if (uuid, fingerprint) != (election.uuid, election.fingerprint):
            raise BallotRefused(BallotProblem.WRONG_ELECTION)
        number = len(election.questions)
        answers = read_list(fields["answers"], least=number, most=number)
        signature = read_fields(fields["signature"], ("hash", "proof"))
        return SealedBallot(
            raw=raw,
            election_uuid=uuid,
            election_hash=fingerprint,
            credential=str(read_residue(fields["credential"])),
            answers=tuple(
                _read_answer(question, answer)
                for question, answer in zip(election.questions, answers, strict=True)
            ),
            signed_hash=read_text(signature["hash"], 64),
            signature=read_proof(signature["proof"]),
        )
    except BallotRefused:
        raise
    except SealedRefused as error:
        raise BallotRefused(BallotProblem.MALFORMED, error) from error


def _read_answer(question: SealedQuestion, value: Any) -> SealedAnswer:
    names = _ANSWER_FIELDS if question.allows_blank else _ANSWER_FIELDS[:-1]
    fields = read_fields(value, names)
    places = question.places
    return SealedAnswer(
        choices=tuple(
            _read_choice(choice) for choice in read_list(fields["choices"], least=places, most=places)
        ),
        individual=tuple(
            read_proofs(proofs, 2)
            for proofs in read_list(fields["individual_proofs"], least=places, most=places)
        ),
        overall=read_proofs(fields["overall_proof"], question.overall_proofs),
        blank=read_proofs(fields["blank_proof"], 2) if question.allows_blank else (),
    )


def _read_choice(value: Any) -> Pair:
    fields = read_fields(value, ("alpha", "beta"))
    return read_residue(fields["alpha"]), read_residue(fields["beta"])


def check_ballot(election: SealedElection, ballot: SealedBallot) -> None:
    """Check all that a ballot says of itself: its signature, then that each answer is in the group and proved to keep to the rules.

    The credential has to be one of the roll, whose codes were checked to be in the group: that is for who holds the roll.

    Raises:
        BallotRefused: INVALID_SIGNATURE, or INVALID_PROOF.
    """
    content = read_canonical_json(ballot.raw)
    content.pop("signature")
    is_signed = ballot.signed_hash == sha256_base64(compact_json(content)) and knows_exponent(
        Number(ballot.credential),
        ballot.signature,
        lambda commitment: f"sig|{ballot.signed_hash}|{commitment}",
    )
    if not is_signed:
        raise BallotRefused(BallotProblem.INVALID_SIGNATURE)
    voter = f"{ballot.election_hash}|{ballot.credential}"
    for question, answer in zip(election.questions, ballot.answers, strict=True):
        problem = _find_problem(election.public_key, question, answer, voter)
        if problem:
            raise BallotRefused(BallotProblem.INVALID_PROOF, SealedRefused(problem))


def _find_problem(key: Number, question: SealedQuestion, answer: SealedAnswer, voter: str) -> str:
    """Return what an answer does not prove, or nothing."""
    if not all(is_member(number) for choice in answer.choices for number in choice):
        return N_("un nombre n’appartient pas au groupe BELENIOS-2048.")
    for choice, proofs in zip(answer.choices, answer.individual, strict=True):
        if not is_one_of(key, zero_or_one(choice), proofs, f"prove|{voter}|{choice[0]},{choice[1]}"):
            return N_("une réponse n’est peut-être ni 0 ni 1.")
    overall, blank = whole_answer(question, answer.choices, voter)
    if not is_one_of(key, overall.cases, answer.overall, overall.prefix):
        return N_("le nombre de choix n’est peut-être pas celui qui est permis.")
    if blank and not is_one_of(key, blank.cases, answer.blank, blank.prefix):
        return N_("le vote est peut-être blanc et non blanc à la fois.")
    return ""


@dataclass(frozen=True)
class Statement:
    """What a proof on a whole answer says: one of the cases is true. The prefix ties it to the voter and to her answers."""

    cases: list[Pair]
    prefix: str


def zero_or_one(choice: Pair) -> list[Pair]:
    """Return the two cases of one encrypted answer."""
    return [choice, _divided(choice, 1)]


def whole_answer(
    question: SealedQuestion, choices: Sequence[Pair], voter: str
) -> tuple[Statement, Statement | None]:
    """Return what is to be proved of the answer as a whole and, where one may vote blank, of being blank or not."""
    content = ",".join(f"{alpha},{beta}" for alpha, beta in choices)
    prefix = f"{voter}|{content}"
    counts = range(question.least, question.most + 1)
    if not question.allows_blank:
        total = product_of(choices)
        cases = [_divided(total, count) for count in counts]
        return Statement(cases, f"prove|{prefix}|{total[0]},{total[1]}"), None
    total = product_of(choices[1:])
    cases = [_divided(choices[0], 1), *(_divided(total, count) for count in counts)]
    return Statement(cases, f"bproof1|{prefix}"), Statement([choices[0], total], f"bproof0|{prefix}")


def product_of(pairs: Iterable[Pair]) -> Pair:
    """Return the encryption of the sum of what these encrypt."""
    first, second = Number(1), Number(1)
    for alpha, beta in pairs:
        first, second = first * alpha % P, second * beta % P
    return first, second


def _divided(pair: Pair, count: int) -> Pair:
    return pair[0], pair[1] * inverse(power_of_g(Number(count))) % P


def make_ballot(election: SealedElection, code: str, votes: Sequence[Sequence[int]]) -> str:
    """Return the ballot that votes 0 or 1 for each option; where one may vote blank, the first number of a question is for that.

    Raises:
        SealedRefused: the code is not one, or the votes break the rules of the poll (no proof can then be made).
    """
    secret = secret_exponent(code, election.uuid)
    credential = str(power_of_g(secret))
    voter = f"{election.fingerprint}|{credential}"
    if len(votes) != len(election.questions):
        raise SealedRefused(N_("il faut une réponse à chaque question."))
    content: dict[str, Any] = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": credential,
        "answers": [
            _make_answer(election.public_key, question, vote, voter)
            for question, vote in zip(election.questions, votes, strict=True)
        ],
    }
    signed_hash = sha256_base64(compact_json(content))
    proof = prove_exponent(secret, lambda commitment: f"sig|{signed_hash}|{commitment}")
    content["signature"] = {"hash": signed_hash, "proof": proof.published()}
    return compact_json(content)


def _make_answer(key: Number, question: SealedQuestion, vote: Sequence[int], voter: str) -> dict[str, Any]:
    _ensure_allowed(question, vote)
    secrets = [random_exponent() for _ in vote]
    choices = [_encrypted(key, secret, value) for secret, value in zip(secrets, vote, strict=True)]
    individual = [
        prove_one_of(key, zero_or_one(choice), value, secret, f"prove|{voter}|{choice[0]},{choice[1]}")
        for choice, value, secret in zip(choices, vote, secrets, strict=True)
    ]
    overall, blank = whole_answer(question, choices, voter)
    is_blank = bool(question.allows_blank and vote[0])
    options = slice(1, None) if question.allows_blank else slice(None)
    total, of_total = sum(vote[options]), sum(secrets[options], Number(0))
    case = 0 if is_blank else total - question.least + question.allows_blank
    secret = secrets[0] if is_blank else of_total
    answer: dict[str, Any] = {
        "choices": [{"alpha": str(alpha), "beta": str(beta)} for alpha, beta in choices],
        "individual_proofs": [[proof.published() for proof in proofs] for proofs in individual],
        "overall_proof": _published(prove_one_of(key, overall.cases, case, secret, overall.prefix)),
    }
    if blank:
        secret = of_total if is_blank else secrets[0]
        answer["blank_proof"] = _published(
            prove_one_of(key, blank.cases, int(is_blank), secret, blank.prefix)
        )
    return answer


def _ensure_allowed(question: SealedQuestion, vote: Sequence[int]) -> None:
    """Refuse a vote that breaks the rules of its question."""
    if len(vote) != question.places or any(value not in (0, 1) for value in vote):
        raise SealedRefused(N_("un vote donne 0 ou 1 à chaque réponse."))
    chosen = sum(vote[1:]) if question.allows_blank else sum(vote)
    is_blank = question.allows_blank and vote[0] == 1
    if chosen if is_blank else not question.least <= chosen <= question.most:
        raise SealedRefused(N_("le nombre de choix n’est pas celui que le scrutin permet."))


def _encrypted(key: Number, secret: Number, value: int) -> Pair:
    return power_of_g(secret), power_table(key).power(secret) * power_of_g(Number(value)) % P


def _published(proofs: Sequence[Proof]) -> list[dict[str, str]]:
    return [proof.published() for proof in proofs]
