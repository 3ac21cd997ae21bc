"""One choice, several, approval, points: the highest sums win."""

from dataclasses import dataclass
from fractions import Fraction

from civic.voting.explain.count import Count, Line, read_exact
from civic.voting.methods.ballots import Step

SCORED = ("single", "approval", "k-of-n", "points")


@dataclass(frozen=True)
class ScoreFacts:
    """Why an option won by its sum, or did not.

    Attributes:
        place: from 1; None for an option that nobody named.
        last_in, first_out: the last elected, and the first that was not.
        lacked: what it lacked to equal the last elected (0: it was equal, and the draw decided).
        lead: of an elected option, what it has more than the first that was not elected; None when all were.
        tie: how it was told from its equals.
    """

    option: str
    score: Fraction
    share: Fraction
    place: int | None
    is_winner: bool
    last_in: str | None
    first_out: str | None
    lacked: Fraction
    lead: Fraction | None
    tie: Step | None


def scores_of(count: Count) -> dict[str, Fraction]:
    """Return the sum of every option."""
    (step,) = count.steps("count")
    sums = step["points"] if count.method == "points" else step["votes"]
    return {option: read_exact(score) for option, score in sums.items()}


def list_scores(count: Count) -> tuple[Line, ...]:
    """Return the options, the highest sum first; those that nobody named last, as they were offered."""
    scores, order = scores_of(count), _order(count)
    unnamed = [option for option in count.options if option not in order]
    return tuple(
        Line(option, count.label(option), place, option in count.winners, scores[option])
        for place, option in enumerate([*order, *unnamed], start=1)
    )


def explain_score(count: Count, option: str) -> ScoreFacts:
    scores, order = scores_of(count), _order(count)
    winners = [one for one in order if one in count.winners]
    losers = [one for one in order if one not in count.winners]
    last_in, first_out = winners[-1] if winners else None, losers[0] if losers else None
    is_winner = option in winners
    return ScoreFacts(
        option=option,
        score=scores[option],
        share=count.share(scores[option]),
        place=order.index(option) + 1 if option in order else None,
        is_winner=is_winner,
        last_in=last_in,
        first_out=first_out,
        lacked=scores[last_in] - scores[option] if last_in and not is_winner else Fraction(0),
        lead=scores[option] - scores[first_out] if first_out and is_winner else None,
        tie=count.tie_of(option),
    )


def _order(count: Count) -> list[str]:
    return [step["option"] for step in count.steps("elected", "not-elected")]
