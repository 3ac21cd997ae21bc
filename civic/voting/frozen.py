"""The canonical text of what is frozen when a poll opens, whose SHA-256 is its fingerprint. Pure.

A poll keeps for ever the form in which it was frozen: ``civic-poll-1`` (one question, one choice a ballot, equals come first together),
``civic-poll-2`` (questions by any method, and a commitment to what ties are drawn from), or ``civic-poll-3`` (as the second, with the words
of the mentions of a majority judgement, the best first). A poll made from a file of ballots that were cast
elsewhere has ``civic-import-1``: in place of the roll, which nobody here knows, the number of ballots and the SHA-256 of the file.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from civic.voting.asking import JUDGMENT, QuestionPlan, write_terms
from civic.voting.methods.exact import canonical_json
from civic.voting.rules import (
    FIRST_RULES_FORMAT,
    IMPORTED_FORMAT,
    RULES_FORMAT,
    PollPlan,
    RollSource,
    proxies_digest,
)

GradeWords = Callable[[int], Sequence[str]]
"""Tells the words of so many grades, in French, the best first."""


def canonical_rules(
    poll_id: int,
    plan: PollPlan,
    *,
    choice_ids: Sequence[int] = (),
    rules_format: str,
    tie_seed: str | None,
    roll_size: int,
    roll_sha256: str,
    sealing: dict[str, Any] | None = None,
    roll_source: RollSource = RollSource.RESIDENTS,
    proxies: Mapping[str, str] | None = None,
    grade_words: GradeWords = lambda grades: (),
) -> str:
    """Return everything that is frozen, as one canonical JSON text: sorted names, no spaces, UTF-8.

    ``plain_text`` is named when there is one: a poll without it, as those opened before it existed, keeps its fingerprint.

    Args:
        choice_ids: of every option in order, which the first form names.
        sealing: the fingerprints of what a sealed poll publishes besides; None for any other.
        roll_source: where the roll comes from, when it is not the residents.
        proxies: at a sitting, by the digests of their entries: who gave her voice, and who carries it.
    """
    if rules_format == FIRST_RULES_FORMAT:
        asked: dict[str, Any] = {"choices": _first_choices(plan, choice_ids)}
    else:
        asked = {
            "questions": [_question(question, rules_format, grade_words) for question in plan.questions],
            "tie_seed_sha256": seed_digest(tie_seed),
        }
    frozen = {
        "format": rules_format,
        "poll": poll_id,
        "territory": plan.territory_id,
        "subject": [plan.subject_kind, plan.subject_id],
        "question": plan.question,
        "description": plan.description,
        **asked,
        "blank_ballot": True,
        "opens_at": plan.opens_at.isoformat(),
        "closes_at": plan.closes_at.isoformat(),
        "minimum_age": plan.minimum_age,
        "needs_verified_residency": plan.needs_verified_residency,
        "quorum_percent": plan.quorum_percent,
        "shows_turnout": plan.shows_turnout,
        **_voters(rules_format, roll_size, roll_sha256, source=roll_source, proxies=proxies),
    }
    if plan.plain_text:
        frozen["plain_text"] = plan.plain_text
    if sealing:
        frozen["sealed"] = sealing
    return canonical_json(frozen)


def _voters(
    rules_format: str, size: int, sha256: str, *, source: RollSource, proxies: Mapping[str, str] | None
) -> dict[str, Any]:
    if rules_format == IMPORTED_FORMAT:
        return {"ballots_file": {"ballots": size, "sha256": sha256}}
    roll: dict[str, Any] = {"size": size, "sha256": sha256}
    if source is not RollSource.RESIDENTS:
        roll["source"] = source.value
    if proxies:
        roll["proxies"] = {"size": len(proxies), "sha256": proxies_digest(proxies)}
    return {"roll": roll}


def _first_choices(plan: PollPlan, choice_ids: Sequence[int]) -> list[dict[str, Any]]:
    choices = plan.questions[0].choices if plan.questions else ()
    return [
        {"id": key, "label": one.label, "text": one.text}
        for key, one in zip(choice_ids, choices, strict=True)
    ]


def _question(question: QuestionPlan, rules_format: str, grade_words: GradeWords) -> dict[str, Any]:
    """Return a question as it is frozen. Options and terms that say nothing of a thing leave it out."""
    options = [
        {
            "id": option.id,
            "label": choice.label,
            "text": choice.text,
            **({"cost_cents": choice.cost_cents} if choice.cost_cents else {}),
            **({"envelope": choice.envelope} if choice.envelope else {}),
        }
        for option, choice in zip(question.options, question.choices, strict=True)
    ]
    is_judged = question.method == JUDGMENT and rules_format == RULES_FORMAT
    return {
        "text": question.text,
        "method": question.method,
        "ballots": str(question.kind),
        "terms": json.loads(write_terms(question.terms)),
        "options": options,
        "random_order": question.is_shuffled,
        **({"mentions": list(grade_words(question.terms.grades))} if is_judged else {}),
    }


def seed_digest(tie_seed: str | None) -> str | None:
    """Return what is published, before the closing, of the seed of ties; it proves afterwards that the seed was not chosen to suit."""
    return hashlib.sha256(tie_seed.encode()).hexdigest() if tie_seed else None
