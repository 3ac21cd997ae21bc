"""The question that is put: ``election.json``, its limits, and its fingerprint."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from civic.voting.methods.refusals import N_
from civic.voting.sealed.group import GROUP_NAME, Number
from civic.voting.sealed.parsing import (
    compact_json,
    read_canonical_json,
    read_count,
    read_element,
    read_fields,
    read_list,
    read_strict_json,
    read_text,
    sha256_base64,
)
from civic.voting.sealed.refusals import SealedRefused

ELECTION_VERSION = 1
MOST_QUESTIONS = 50
MOST_ANSWERS = 100
LONGEST_TEXT = 20_000
LONGEST_ELECTION = 400_000
_UUID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14,64}", re.ASCII)
_ELECTION_FIELDS = (
    "version",
    "description",
    "name",
    "group",
    "public_key",
    "questions",
    "uuid",
    "administrator",
    "credential_authority",
)
_QUESTION_FIELDS = ("answers", "blank", "min", "max", "question")


@dataclass(frozen=True)
class SealedQuestion:
    """A question of which only the sums will be known.

    Attributes:
        answers: the options.
        allows_blank: whether one may answer nothing whatever the limits; the ballot then begins with a place for it.
        least, most: how many options a ballot names.
    """

    text: str
    answers: tuple[str, ...]
    least: int
    most: int
    allows_blank: bool = False

    @property
    def places(self) -> int:
        """How many encrypted answers a ballot holds."""
        return len(self.answers) + self.allows_blank

    @property
    def overall_proofs(self) -> int:
        """How many cases the proof on the whole answer has."""
        return self.most - self.least + 1 + self.allows_blank

    def published(self) -> dict[str, Any]:
        """Return the question as it is written."""
        blank = {"blank": True} if self.allows_blank else {}
        return {
            "answers": list(self.answers),
            **blank,
            "min": self.least,
            "max": self.most,
            "question": self.text,
        }


@dataclass(frozen=True)
class SealedElection:
    """What every ballot answers. ``raw`` is the text that was published, of which the fingerprint is taken."""

    raw: str
    uuid: str
    name: str
    description: str
    public_key: Number
    questions: tuple[SealedQuestion, ...]
    administrator: str | None = None
    credential_authority: str | None = None

    @cached_property
    def fingerprint(self) -> str:
        """The fingerprint that every ballot repeats."""
        return sha256_base64(self.raw)

    @cached_property
    def longest_ballot(self) -> int:
        """How many characters a ballot has at the very most."""
        longest = 2_000
        for question in self.questions:
            proofs = 2 * question.places + question.overall_proofs + 2
            longest += 200 + 1_300 * question.places + 220 * proofs
        return longest


def read_sealed_election(raw: str) -> SealedElection:
    """Return the election of a text.

    Raises:
        SealedRefused: it is not one, or is one that this platform does not hold (another group, answers that are not added up).
    """
    if len(raw) > LONGEST_ELECTION:
        raise SealedRefused(N_("la description du scrutin est trop longue."))
    value = read_fields(
        read_strict_json(raw), _ELECTION_FIELDS, optional=("administrator", "credential_authority")
    )
    if read_count(value["version"]) != ELECTION_VERSION or value["group"] != GROUP_NAME:
        raise SealedRefused(
            N_("seuls les scrutins de version 1 et du groupe %(group)s sont vérifiés."), group=GROUP_NAME
        )
    uuid = value["uuid"]
    if not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
        raise SealedRefused(N_("l’identifiant du scrutin n’est pas le bon."))
    public_key = read_element(value["public_key"])
    if public_key == 1:
        raise SealedRefused(N_("la clé du scrutin ne chiffre rien."))
    questions = read_list(value["questions"], least=1, most=MOST_QUESTIONS)
    return SealedElection(
        raw=raw,
        uuid=uuid,
        name=read_text(value["name"], LONGEST_TEXT),
        description=read_text(value["description"], LONGEST_TEXT),
        public_key=public_key,
        questions=tuple(_read_question(question) for question in questions),
        administrator=_read_optional_text(value, "administrator"),
        credential_authority=_read_optional_text(value, "credential_authority"),
    )


def write_sealed_election(
    *,
    uuid: str,
    name: str,
    description: str,
    public_key: Number,
    questions: Sequence[SealedQuestion],
    administrator: str | None = None,
    credential_authority: str | None = None,
) -> str:
    """Return the text of an election, as belenios-tool writes it. Raises SealedRefused when it would not be accepted."""
    value: dict[str, Any] = {
        "version": ELECTION_VERSION,
        "description": description,
        "name": name,
        "group": GROUP_NAME,
        "public_key": str(public_key),
        "questions": [question.published() for question in questions],
        "uuid": uuid,
    }
    if administrator is not None:
        value["administrator"] = administrator
    if credential_authority is not None:
        value["credential_authority"] = credential_authority
    raw = compact_json(value)
    read_canonical_json(raw)
    read_sealed_election(raw)
    return raw


def _read_question(value: Any) -> SealedQuestion:
    if isinstance(value, dict) and "type" in value:
        raise SealedRefused(N_("une question n’est pas de celles dont on additionne les réponses."))
    fields = read_fields(value, _QUESTION_FIELDS, optional=("blank",))
    answers = tuple(
        read_text(answer, LONGEST_TEXT) for answer in read_list(fields["answers"], least=1, most=MOST_ANSWERS)
    )
    blank = fields.get("blank", False)
    least, most = read_count(fields["min"]), read_count(fields["max"])
    if not isinstance(blank, bool) or not least <= most <= len(answers):
        raise SealedRefused(N_("les limites d’une question n’ont pas de sens."))
    return SealedQuestion(
        text=read_text(fields["question"], LONGEST_TEXT),
        answers=answers,
        least=least,
        most=most,
        allows_blank=blank,
    )


def _read_optional_text(value: dict[str, Any], name: str) -> str | None:
    return read_text(value[name], LONGEST_TEXT) if name in value else None
