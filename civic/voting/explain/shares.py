"""A budget by equal shares: who paid what, and what the supporters of a project that was not bought had left."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from civic.voting.explain.budgets import rank_by_score
from civic.voting.explain.count import Count, read_exact
from civic.voting.methods.ballots import Step


@dataclass(frozen=True)
class Endowment:
    """What the voters of an envelope had to spend.

    Attributes:
        each: what each had, in cents, after ``rounds`` more euros.
        ended: why there was no further round: ``over-budget``, ``nothing-left-to-buy``, ``enough-projects`` or ``nobody``.
    """

    envelope: str
    money_cents: int
    voters: int
    rounds: int
    each: Fraction
    spent_cents: int
    ended: str


@dataclass(frozen=True)
class SharesFacts:
    """Why a project was bought, or was not.

    Attributes:
        share: what each supporter paid (cents), if she had it; ``full`` did, ``less`` gave all they had left, ``paid_less_cents`` together.
        place: in which order it was bought.
        price: what it cost each supporter for one euro of the project, which is what the method compares.
        supporters_have_cents, lacked_cents: of one that was not bought.
        more: how many more voters with a full purse would have bought it, everybody keeping the same sum; None when cents do not tell.
    """

    option: str
    supporters: Fraction
    share_of_voters: Fraction
    cost_cents: int
    envelope: str
    rank: int
    of: int
    is_winner: bool
    place: int | None
    share: Fraction
    full: int
    less: int
    paid_less_cents: int
    price: Fraction
    reason: str
    supporters_have_cents: int
    lacked_cents: int
    by: str | None
    more: int | None
    endowment: Endowment
    tie: Step | None


def list_endowments(count: Count) -> dict[str, Endowment]:
    """Return what voters had, by envelope."""
    return {
        step["envelope"]: Endowment(
            envelope=step["envelope"],
            money_cents=step["money_cents"],
            voters=step["voters"],
            rounds=step["rounds"],
            each=read_exact(step["endowment_cents"]),
            spent_cents=step["spent_cents"],
            ended=step["ended"],
        )
        for step in count.steps("endowment")
    }


def scores_of_bought(count: Count) -> dict[str, int]:
    """Return how many voters name each project that was bought: those who paid."""
    return {step["option"]: step["pay_the_share"] + step["pay_less"] for step in count.steps("bought")}


def with_scores(count: Count) -> Count:
    """Return the count with the number of supporters in every step, as budgets by score have it."""
    known = scores_of_bought(count)
    steps = tuple(
        {**step, "score": str(known[step["option"]])} if step["kind"] == "bought" else step
        for step in count.tally.steps
    )
    return Count(replace(count.tally, steps=steps))


def explain_shares(count: Count, option: str) -> SharesFacts:
    ranked = rank_by_score(with_scores(count))
    rank = next(index for index, step in enumerate(ranked, start=1) if step["option"] == option)
    step = ranked[rank - 1]
    endowment = list_endowments(count)[count.envelope(option)]
    share = read_exact(step.get("share_cents", 0))
    lacked = int(step.get("lacked_cents", 0) or step.get("excess_cents", 0))
    reason = step.get("reason", "")
    return SharesFacts(
        option=option,
        supporters=read_exact(step["score"]),
        share_of_voters=count.share(read_exact(step["score"])),
        cost_cents=step["cost_cents"],
        envelope=count.envelope(option),
        rank=rank,
        of=len(ranked),
        is_winner=step["kind"] == "bought",
        place=step.get("place"),
        share=share,
        full=step.get("pay_the_share", 0),
        less=step.get("pay_less", 0),
        paid_less_cents=step.get("paid_by_those_cents", 0),
        price=share / step["cost_cents"],
        reason=reason,
        supporters_have_cents=step.get("supporters_have_cents", 0),
        lacked_cents=lacked,
        by=step.get("by"),
        more=_voters_lacked(lacked, endowment) if reason == "supporters-money" else None,
        endowment=endowment,
        tie=count.tie_of(option),
    )


def _voters_lacked(lacked_cents: int, endowment: Endowment) -> int | None:
    """``lacked_cents`` is the true sum, rounded up: the number is told when rounding does not change it."""
    if not endowment.each:
        return None
    most = ceil(lacked_cents / endowment.each)
    least = floor((lacked_cents - 1) / endowment.each) + 1
    return most if least == most else None
