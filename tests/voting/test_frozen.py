"""The frozen text of a poll: what each form says, for ever."""

import json
from dataclasses import replace
from typing import Any

import pytest

from civic.kernel.clock import utc_now
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.booth.grades import grade_words
from civic.voting.frozen import canonical_rules
from civic.voting.methods.ballots import Terms
from civic.voting.rules import (
    FIRST_RULES_FORMAT,
    RULES_FORMAT,
    SECOND_RULES_FORMAT,
    RollSource,
    proxies_digest,
)
from tests.voting.builders import make_plan

JUDGED = QuestionPlan(
    "Que pensez-vous de chacun ?",
    (ChoicePlan("Tilleuls"), ChoicePlan("Bancs")),
    method="majority-judgment",
    terms=Terms(grades=5),
)


def frozen(rules_format: str, **changes: Any) -> dict[str, Any]:
    plan = replace(make_plan(1, opens_at=utc_now()), questions=(JUDGED,))
    text = canonical_rules(
        7,
        plan,
        choice_ids=[1, 2],
        rules_format=rules_format,
        tie_seed="seed",
        roll_size=3,
        roll_sha256="00",
        grade_words=grade_words,
        **changes,
    )
    return dict(json.loads(text))


def test_the_words_of_the_mentions_are_frozen_in_new_polls() -> None:
    (question,) = frozen(RULES_FORMAT)["questions"]

    assert question["mentions"] == ["Très bien", "Bien", "Assez bien", "Passable", "À rejeter"]


@pytest.mark.parametrize("rules_format", [FIRST_RULES_FORMAT, SECOND_RULES_FORMAT])
def test_a_poll_frozen_before_keeps_its_text_hence_its_fingerprint(rules_format: str) -> None:
    assert "mentions" not in json.dumps(frozen(rules_format))


def test_a_roll_says_whence_it_comes_and_who_carries_whose_voice_without_a_name() -> None:
    residents = frozen(RULES_FORMAT)["roll"]
    sitting = frozen(RULES_FORMAT, roll_source=RollSource.SITTING, proxies={"aa": "bb"})["roll"]

    assert residents == {"size": 3, "sha256": "00"}
    assert sitting == {
        "size": 3,
        "sha256": "00",
        "source": "sitting",
        "proxies": {"size": 1, "sha256": proxies_digest({"aa": "bb"})},
    }
