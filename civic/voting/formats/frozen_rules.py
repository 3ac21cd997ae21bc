"""The rules of a poll, as they were frozen when it opened: what the count of each of its questions depends on, beside the ballots."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from civic.voting.methods.ballots import BallotKind, Election, Option, Terms
from civic.voting.methods.refusals import N_, CountRefused

FIRST_FORM = "civic-poll-1"
"""One question, one choice a ballot, no lots drawn."""
SEED_COMMITMENT = "tie_seed_sha256"


@dataclass(frozen=True)
class FrozenQuestion:
    """A question as it was frozen."""

    method: str
    kind: BallotKind
    options: tuple[Option, ...]
    terms: Terms


def read_frozen_question(text: str, number: int, seed: str = "") -> FrozenQuestion:
    """Return a question of the frozen rules, 1 being the first.

    Args:
        seed: what ties are drawn from; only its SHA-256 was frozen, which it must have.

    Raises:
        CountRefused: this is no file of rules, has no such question, or was not frozen with this seed.
    """
    try:
        frozen = json.loads(text)
        if frozen["format"] == FIRST_FORM:
            questions, promised = [_first_question(frozen)], None
        else:
            questions, promised = frozen["questions"], frozen[SEED_COMMITMENT]
        if not 1 <= number <= len(questions):
            raise CountRefused(
                N_("Ce scrutin n’a pas de question %(number)s : il en a %(found)s."),
                number=number,
                found=len(questions),
            )
        _ensure_seed(promised, seed)
        return _read_question(questions[number - 1], seed)
    except (ValueError, KeyError, TypeError) as error:
        raise CountRefused(
            N_("Le fichier des règles n’est pas celui d’un scrutin de cette plateforme.")
        ) from error


def _first_question(frozen: dict[str, Any]) -> dict[str, Any]:
    options = [
        {"id": f"c{place}", "label": one["label"]} for place, one in enumerate(frozen["choices"], start=1)
    ]
    return {"method": "single", "ballots": "choices", "options": options, "terms": {}}


def _ensure_seed(promised: str | None, seed: str) -> None:
    if promised is None and seed:
        raise CountRefused(N_("Ce scrutin n’a pas de tirage au sort : n’en donnez pas la graine."))
    if promised is not None and hashlib.sha256(seed.encode()).hexdigest() != promised:
        raise CountRefused(
            N_(
                "La graine du tirage au sort n’est pas celle que les règles figées annoncent : donnez-la avec --seed."
            )
        )


def _read_question(question: dict[str, Any], seed: str) -> FrozenQuestion:
    known = {one.name for one in fields(Terms)}
    if not question["terms"].keys() <= known:
        raise ValueError("unknown terms")
    return FrozenQuestion(
        method=question["method"],
        kind=BallotKind(question["ballots"]),
        options=tuple(
            Option(one["id"], one["label"], one.get("cost_cents", 0), one.get("envelope", ""))
            for one in question["options"]
        ),
        terms=Terms(**{name: _tuples(value) for name, value in question["terms"].items()}, seed=seed),
    )


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def apply_rules(election: Election, rules: FrozenQuestion) -> Election:
    """Return the ballots of a file, to be counted by the frozen rules. Raises CountRefused when the file offers other options."""
    if {option.id for option in election.options} != {option.id for option in rules.options}:
        raise CountRefused(N_("Les réponses de ce fichier ne sont pas celles des règles figées."))
    return replace(election, kind=rules.kind, options=rules.options, terms=rules.terms)


def column_of(option: Option) -> str:
    """Return how a column of ballots is headed: by the id that counts, and the label that people read."""
    return f"{option.id} : {' '.join(option.label.split())}"


def option_of_column(column: str, known: Sequence[str]) -> str:
    """Return the id of the option that heads a column, or the column itself."""
    name = column.split(" : ", 1)[0].strip()
    return name if name in known else column
