"""A question by each method, and good answers to it as the page and the API send them."""

from dataclasses import dataclass, replace
from typing import Any

from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.methods.ballots import Terms

PROJECTS = (
    ChoicePlan("Un jardin", "Place des Halles", 60_000_00, "Nord"),
    ChoicePlan("Des bancs", "", 20_000_00, "Nord"),
    ChoicePlan("Un préau", "", 50_000_00),
    ChoicePlan("Une fontaine", "", 30_000_00),
)
NAMES = tuple(ChoicePlan(name) for name in ("Simone Veil", "Rosa Bonheur", "Marie Curie", "Olympe de Gouges"))
BUDGET = Terms(budget_cents=100_000_00, envelopes=(("Nord", 60_000_00),))


@dataclass(frozen=True)
class Asked:
    """A question by a method.

    Attributes:
        form: a good answer by the page, the boxes named without their question.
        json: the same by the API.
        content: what the box then holds.
        wrong: an answer that breaks a rule, by the API; code: the refusal's.
    """

    question: QuestionPlan
    form: dict[str, str]
    json: dict[str, Any]
    content: str
    wrong: dict[str, Any]
    code: str

    def boxes(self, position: int) -> dict[str, str]:
        return {f"q{position}{name}": value for name, value in self.form.items()}


def _names(method: str, **terms: Any) -> QuestionPlan:
    return QuestionPlan(f"Quel nom, par {method} ?", NAMES, method, Terms(**terms))


def _budget(method: str, **terms: Any) -> QuestionPlan:
    return QuestionPlan(f"Quels projets, par {method} ?", PROJECTS, method, replace(BUDGET, **terms))


TICKED = ({"": "c2"}, {"options": ["c2"]}, '{"places":[["c2"]]}')
RANKED = (
    {"-c3": "1", "-c1": "2"},
    {"places": [["c3"], ["c1"]]},
    '{"places":[["c3"],["c1"]]}',
)
SHARED = {"places": [["c3", "c1"]]}

ASKED = {
    one.question.method: one
    for one in (
        Asked(_names("single"), *TICKED, {"options": ["c1", "c2"]}, "too_many_choices"),
        Asked(_names("approval"), *TICKED, {"options": ["c9"]}, "unknown_choice"),
        Asked(
            _names("k-of-n", most=2, seats=2), *TICKED, {"options": ["c1", "c2", "c3"]}, "too_many_choices"
        ),
        Asked(
            _names("majority-judgment", grades=5),
            {"-c1": "5", "-c2": "1", "-c4": "3"},
            {"points": {"c1": 5, "c2": 1, "c4": 3}},
            '{"points":{"c1":5,"c2":1,"c4":3}}',
            {"points": {"c1": 6}},
            "grade_unknown",
        ),
        Asked(_names("points", most=2), *RANKED, {"places": [["c1"], ["c2"], ["c3"]]}, "too_many_choices"),
        Asked(_names("schulze"), *RANKED, {"places": [["c1"], ["c1"]]}, "choice_named_twice"),
        Asked(_names("irv"), *RANKED, SHARED, "place_shared"),
        Asked(_names("stv", seats=2), *RANKED, {"options": ["c1", "c2"]}, "place_shared"),
        Asked(
            _budget("budget-greedy"),
            *TICKED,
            {"points": {"c1": 1}},
            "ballot_of_another_kind",
        ),
        Asked(
            _budget("budget-greedy-stop", fewest=1, most=3),
            *TICKED,
            {"options": ["c1", "c2", "c3", "c4"]},
            "too_many_choices",
        ),
        Asked(
            _budget("budget-threshold", threshold=2, fewest=1), *TICKED, {"options": ["c9"]}, "unknown_choice"
        ),
        Asked(_budget("budget-points", most=3), *RANKED, SHARED, "place_shared"),
        Asked(
            _budget("budget-cumulative", most_sum=10),
            {"-c1": "4", "-c3": "6"},
            {"points": {"c1": 4, "c3": 6}},
            '{"points":{"c1":4,"c3":6}}',
            {"points": {"c1": 4, "c3": 7}},
            "too_many_points",
        ),
        Asked(
            _budget("budget-equal-shares", most_cost_cents=100_000_00),
            *TICKED,
            {"options": ["c1", "c3"]},
            "cost_too_high",
        ),
    )
}
