"""What the charts of a result show, shaped for their components. Each has its numbers in a table as well."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.voting.explain.count import Count, Line
from civic.voting.explain.duels import votes_of
from civic.voting.explain.merit import explain_merit
from civic.voting.explain.rounds import list_rounds
from civic.voting.explain.scores import SCORED, scores_of
from civic.voting.telling.merit import grade_name
from civic.voting.telling.numbers import counts_points, money, number, score, share
from civic.voting.telling.options import list_lines

AddressOf = Callable[[str], str]
"""The address of the page that explains an option."""
REASONS = {
    "nobody": N_("Choisi par personne"),
    "threshold": N_("Sous le seuil"),
    "dearer-than-allowed": N_("Plus cher que permis"),
    "dearer-than-budget": N_("Plus cher que le budget"),
    "money": N_("Plus assez d’argent"),
    "after-stop": N_("Après l’arrêt"),
    "excluded": N_("Incompatible"),
    "enough-projects": N_("Nombre atteint"),
    "supporters-money": N_("Plus assez d’argent"),
}
OUTCOMES = {
    "elected": N_("Élue"),
    "elected-without-quota": N_("Élue"),
    "eliminated": N_("Éliminée"),
}


def chart_kind(method: str) -> str:
    """Return which component draws the count of a method."""
    if method in SCORED:
        return "bars"
    kinds = {"majority-judgment": "merit", "schulze": "duels", "irv": "rounds", "stv": "rounds"}
    return kinds.get(method, "projects")


def score_rows(count: Count, address_of: AddressOf) -> list[dict[str, Any]]:
    """Return the bars of options sorted by their sums: of votes, in shares of the ballots counted; of points, of the highest sum."""
    scores = scores_of(count)
    highest = max(scores.values(), default=Fraction(0))
    is_of_points = counts_points(count)
    rows = []
    for line in list_lines(count):
        length = count.share(scores[line.option])
        if is_of_points:
            length = scores[line.option] / highest if highest else Fraction(0)
        value = score(count, scores[line.option])
        rows.append(
            {
                "label": line.label,
                "url": address_of(line.option),
                "value": value if is_of_points else f"{value} · {share(length)}",
                "length": float(round(100 * length, 2)),
                "is_first": line.is_winner,
            }
        )
    return rows


def project_rows(count: Count, lines: list[Line], address_of: AddressOf) -> list[dict[str, Any]]:
    """Return the projects of a page of the list, each with its bar, beside the most supported of all."""
    highest = max((line.score or Fraction(0) for line in list_lines(count)), default=Fraction(0))
    return [
        {
            "label": line.label,
            "url": address_of(line.option),
            "score": score(count, line.score or 0),
            "cost": money(line.cost_cents),
            "length": float(round(100 * (line.score or 0) / highest, 1)) if highest else 0,
            "is_winner": line.is_winner,
            "reason": gettext(REASONS[line.reason]) if line.reason else "",
        }
        for line in lines
    ]


@dataclass(frozen=True)
class Spending:
    """How much of a budget is spent."""

    spent_cents: int
    budget_cents: int
    funded: int
    offered: int

    @property
    def left_cents(self) -> int:
        return self.budget_cents - self.spent_cents


def spending_of(count: Count) -> Spending:
    spent = sum(count.cost(option) for option in count.winners)
    return Spending(spent, int(count.terms["budget_cents"]), len(count.winners), len(count.options))


def merit_rows(count: Count, address_of: AddressOf) -> list[dict[str, Any]]:
    """Return the merit profiles: for each option, its grades one after the other, the best first."""
    rows = []
    for line in list_lines(count):
        facts = explain_merit(count, line.option)
        if facts is None:
            continue
        start, segments, grades = Fraction(0), [], len(facts.profile)
        for grade, voters in facts.profile:
            width = count.share(voters)
            segments.append(
                {
                    "tone": tone_of(grade, grades),
                    "name": grade_name(grade, grades),
                    "voters": number(voters),
                    "share": share(width),
                    "x": float(round(100 * start, 3)),
                    "width": float(round(100 * width, 3)),
                }
            )
            start += width
        rows.append(
            {
                "label": line.label,
                "url": address_of(line.option),
                "segments": segments,
                "median": grade_name(facts.median, grades),
                "is_first": line.is_winner,
            }
        )
    return rows


def tone_of(grade: int, grades: int) -> int:
    """Return the tone of a grade, from 1 for the best to 7 for the worst, however many grades there are."""
    if grades <= 1:
        return 1
    return 1 + round(6 * (grades - grade) / (grades - 1))


def duel_table(count: Count) -> dict[str, Any]:
    """Return every duel: in the row of an option, how many voters put it before each other."""
    lines, votes = list_lines(count), votes_of(count)
    rows = [
        {
            "label": line.label,
            "place": line.place,
            "cells": [
                None
                if other.option == line.option
                else {
                    "votes": number(votes[line.option, other.option]),
                    "outcome": _outcome(votes[line.option, other.option], votes[other.option, line.option]),
                }
                for other in lines
            ],
        }
        for line in lines
    ]
    return {"rows": rows}


def _outcome(votes: int, against: int) -> str:
    return "won" if votes > against else "lost" if votes < against else "equal"


def round_tables(count: Count) -> list[dict[str, Any]]:
    """Return every round: what each option that still ran held, what it had received, and who was elected or eliminated."""
    rounds = list_rounds(count)
    highest = max((held for each in rounds for held in each.votes.values()), default=Fraction(0))
    return [
        {
            "number": each.number,
            "outcome": gettext(OUTCOMES[each.outcome]),
            "options": [count.label(option) for option in each.options],
            "is_elimination": each.outcome == "eliminated",
            "exhausted": number(each.exhausted) if each.exhausted else "",
            "surplus": number(each.surplus) if each.surplus else "",
            "rows": [
                {
                    "label": count.label(option),
                    "votes": number(held),
                    "received": _signed(each.received.get(option, Fraction(0))),
                    "length": float(round(100 * held / highest, 2)) if highest else 0,
                    "is_named": option in each.options,
                }
                for option, held in each.votes.items()
            ],
        }
        for each in rounds
    ]


def _signed(votes: Fraction) -> str:
    return f"+ {number(votes)}" if votes > 0 else ""
