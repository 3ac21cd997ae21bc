"""Alternative vote and single transferable vote: rounds, and what passes from one to the next."""

from dataclasses import dataclass
from fractions import Fraction

from civic.voting.explain.count import Count, Line, read_exact
from civic.voting.methods.ballots import Step


@dataclass(frozen=True)
class Round:
    """A round of a count.

    Attributes:
        votes: what each option that still runs holds, the highest first.
        outcome: ``elected``, ``elected-without-quota`` or ``eliminated``, said of ``options``.
        received: what each got at the round before, beside what it held; empty in the first.
        exhausted: what counts for nobody any more.
        surplus, passed_on_at: of an option elected with more than the quota, what passes on, and the share of each ballot that does.
    """

    number: int
    votes: dict[str, Fraction]
    outcome: str
    options: tuple[str, ...]
    received: dict[str, Fraction]
    exhausted: Fraction
    surplus: Fraction
    passed_on_at: Fraction


@dataclass(frozen=True)
class RoundFacts:
    """What became of an option, round after round.

    Attributes:
        history: (round, what it held, what it had received since the round before).
        end: ``elected``, ``elected-without-quota``, ``eliminated``, ``still-running`` (others filled the seats) or ``never-named``.
        went_to: of an eliminated option, or one with a surplus, who received how much at the next round, the highest first.
        next_above: at the round when it was eliminated, the next option from below, and by how much it was ahead.
    """

    option: str
    is_winner: bool
    history: tuple[tuple[int, Fraction, Fraction], ...]
    end: str
    end_round: int | None
    went_to: tuple[tuple[str, Fraction], ...]
    next_above: tuple[str, Fraction] | None
    tie: Step | None


def quota_of(count: Count) -> Fraction | None:
    """Return the quota; None where a majority decides."""
    found = count.steps("quota")
    return read_exact(found[0]["quota"]) if found else None


def list_rounds(count: Count) -> tuple[Round, ...]:
    rounds: list[Round] = []
    for step in count.steps("round"):
        votes = {option: read_exact(held) for option, held in step["votes"].items()}
        ordered = dict(sorted(votes.items(), key=lambda item: -item[1]))
        known = rounds[-1].votes if rounds else {}
        received = {one: held - known[one] for one, held in ordered.items() if one in known}
        rounds.append(
            Round(
                number=step["round"],
                votes=ordered,
                outcome=step["outcome"],
                options=tuple(step["options"]),
                received=received,
                exhausted=read_exact(step["exhausted"]),
                surplus=read_exact(step.get("surplus", 0)),
                passed_on_at=read_exact(step.get("passed_on_at", 0)),
            )
        )
    return tuple(rounds)


def list_runners(count: Count) -> tuple[Line, ...]:
    """Return the options, the elected first, then those that lasted longest; the score is what each last held."""
    rounds = list_rounds(count)
    last: dict[str, tuple[int, Fraction]] = {
        one: (each.number, held) for each in rounds for one, held in each.votes.items()
    }
    rest = sorted(
        (one for one in count.options if one not in count.winners),
        key=lambda one: last.get(one, (0, Fraction(0))),
        reverse=True,
    )
    return tuple(
        Line(one, count.label(one), place, one in count.winners, last.get(one, (0, Fraction(0)))[1])
        for place, one in enumerate([*count.winners, *rest], start=1)
    )


def explain_rounds(count: Count, option: str) -> RoundFacts:
    rounds = list_rounds(count)
    history = tuple(
        (each.number, each.votes[option], each.received.get(option, Fraction(0)))
        for each in rounds
        if option in each.votes
    )
    ended = next((each for each in rounds if option in each.options), None)
    end = ended.outcome if ended else ("still-running" if history else "never-named")
    is_last = ended is not None and ended.number == len(rounds)
    return RoundFacts(
        option=option,
        is_winner=option in count.winners,
        history=history,
        end=end,
        end_round=ended.number if ended else None,
        went_to=() if ended is None or is_last else _who_received(rounds[ended.number]),
        next_above=_next_above(ended, option) if ended and end == "eliminated" else None,
        tie=count.tie_of(option),
    )


def _who_received(following: Round) -> tuple[tuple[str, Fraction], ...]:
    got = [(one, votes) for one, votes in following.received.items() if votes > 0]
    return tuple(sorted(got, key=lambda item: -item[1]))


def _next_above(ended: Round, option: str) -> tuple[str, Fraction] | None:
    others = [(held, one) for one, held in ended.votes.items() if one != option]
    if not others:
        return None
    held, one = min(others)
    return one, held - ended.votes[option]
