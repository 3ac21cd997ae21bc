"""Budgets by score: what each project found in the till when its turn came, and how many votes more would have funded it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from civic.voting.explain.count import Count, Line, read_exact
from civic.voting.methods.ballots import Election, Step, open_box
from civic.voting.methods.budgets import rivals_of

NEVER_CONSIDERED = {"nobody", "threshold", "dearer-than-allowed", "dearer-than-budget"}
"""Why a project has no turn, whatever the others get."""


@dataclass(frozen=True)
class BudgetFacts:
    """Why a project is funded, or is not.

    Attributes:
        rank, of: its place by score among all the projects.
        place: of a funded project, how many were funded before it, and itself.
        left_before, left_after: the money (cents) in its envelope when its turn came, and once it was paid; None for one that had no turn.
        reason: why not: ``nobody``, ``threshold``, ``dearer-than-allowed``, ``dearer-than-budget``, ``money``, ``after-stop``,
            ``excluded``, ``enough-projects``; "" for a funded one.
        lacked_cents: the money it lacked.
        by: the funded project that excludes it.
        more: the least number of votes (or points) more with which it would have been funded, the others keeping theirs; None when none would do.
        before: the project before which it would then have come.
    """

    option: str
    score: Fraction
    share: Fraction
    cost_cents: int
    envelope: str
    rank: int
    of: int
    is_winner: bool
    place: int | None
    left_before: int | None
    left_after: int | None
    reason: str
    lacked_cents: int
    by: str | None
    more: int | None
    before: str | None
    tie: Step | None


@dataclass
class _State:
    """The till at some moment of the count."""

    money: dict[str, int]
    funded: list[str] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)


def rank_by_score(count: Count) -> list[Step]:
    """Return the step of each project, the highest score first, equals as they were told apart."""
    steps = count.by_option("funded", "bought", "not-funded")
    return sorted(
        steps.values(), key=lambda step: (-read_exact(step["score"]), *_tie_key(count, step["option"]))
    )


def _tie_key(count: Count, option: str) -> tuple[int, str]:
    """Equals: the cheaper first, then the draw; the order of the list where there is no seed."""
    return (count.cost(option) if count.draw.seed else 0, count.draw.number(option))


def list_projects(count: Count) -> tuple[Line, ...]:
    """Return the funded projects in the order in which they were, then the others, the highest score first."""
    steps = rank_by_score(count)
    rest = [step for step in steps if step["option"] not in count.winners]
    known = {step["option"]: step for step in steps}
    ordered = [*(known[option] for option in count.winners), *rest]
    return tuple(
        Line(
            option=step["option"],
            label=count.label(step["option"]),
            place=place,
            is_winner=step["option"] in count.winners,
            score=read_exact(step["score"]),
            cost_cents=step["cost_cents"],
            reason=step.get("reason", ""),
        )
        for place, step in enumerate(ordered, start=1)
    )


def money_by_envelope(count: Count) -> dict[str, int]:
    """Return the money of each envelope; "" is the common one."""
    envelopes = {name: int(cents) for name, cents in count.terms.get("envelopes", ())}
    return {"": int(count.terms["budget_cents"]) - sum(envelopes.values()), **envelopes}


def count_served(election: Election, winners: Collection[str]) -> int:
    """Return how many voters named at least one project that is funded."""
    funded = set(winners)
    return sum(number for ballot, number in open_box(election).piles if funded.intersection(ballot.named))


def explain_budget(count: Count, option: str) -> BudgetFacts:
    ranked = rank_by_score(count)
    rank = next(index for index, step in enumerate(ranked, start=1) if step["option"] == option)
    step = ranked[rank - 1]
    is_winner = step["kind"] == "funded"
    left_after = step["left_cents"] if is_winner else None
    more, before = (None, None) if is_winner else votes_lacked(count, option)
    return BudgetFacts(
        option=option,
        score=read_exact(step["score"]),
        share=count.share(read_exact(step["score"])),
        cost_cents=step["cost_cents"],
        envelope=count.envelope(option),
        rank=rank,
        of=len(ranked),
        is_winner=is_winner,
        place=step.get("place"),
        left_before=step["left_cents"] + step["cost_cents"] if is_winner else step.get("left_cents"),
        left_after=left_after,
        reason=step.get("reason", ""),
        lacked_cents=int(step.get("lacked_cents", 0) or step.get("excess_cents", 0)),
        by=step.get("by"),
        more=more,
        before=before,
        tie=count.tie_of(option),
    )


def votes_lacked(count: Count, option: str) -> tuple[int | None, str | None]:
    """Return how many votes more would have funded a project, and before which one it would then have come.

    What is decided of the projects before it does not depend on it: it is enough to find how far it would have had to go up. None when
    it would not have been funded even in the first place.
    """
    step = count.by_option("not-funded")[option]
    dearest = count.terms.get("dearest_cents")
    if dearest is not None and count.cost(option) > dearest:
        return None, None
    turns = [
        one for one in rank_by_score(count) if one.get("reason", "") not in NEVER_CONSIDERED or one is step
    ]
    at = next(index for index, one in enumerate(turns) if one["option"] == option)
    ahead = turns[:at]
    fitting = [
        index for index, state in enumerate(_states(count, ahead)) if _would_fund(count, option, state)
    ]
    if not fitting:
        return None, None
    score, needed = read_exact(step["score"]), 1
    threshold = Fraction(count.terms.get("threshold", 0))
    if score < threshold:
        needed = max(needed, -floor(score - threshold))
    passed = ahead[fitting[-1]] if fitting[-1] < len(ahead) else None
    if passed is not None:
        gap = read_exact(passed["score"]) - score
        wins_tie = _tie_key(count, option) < _tie_key(count, passed["option"])
        needed = max(needed, -floor(-gap) if wins_tie else floor(gap) + 1)
    return needed, passed["option"] if passed else None


def _states(count: Count, ahead: Sequence[Step]) -> list[_State]:
    """Return the till before the first turn, and after each."""
    state = _State(money_by_envelope(count))
    states = [state]
    for step in ahead:
        envelope = count.envelope(step["option"])
        state = _State(dict(state.money), list(state.funded), set(state.stopped))
        if step["kind"] == "funded":
            state.money[envelope] -= step["cost_cents"]
            state.funded.append(step["option"])
        elif step["reason"] == "money" and count.method == "budget-greedy-stop":
            state.stopped.add(envelope)
        states.append(state)
    return states


def _would_fund(count: Count, option: str, state: _State) -> bool:
    most, envelope = count.terms.get("most_projects"), count.envelope(option)
    rivals = rivals_of(option, [(one, other) for one, other in count.terms.get("exclusions", ())])
    return (
        count.cost(option) <= state.money[envelope]
        and envelope not in state.stopped
        and not rivals & set(state.funded)
        and (most is None or len(state.funded) < most)
    )
