"""Small elections to count, made by hand or drawn by hypothesis."""

from collections.abc import Iterable

from hypothesis import strategies as st

from civic.voting.methods.ballots import (
    Ballot,
    BallotKind,
    Election,
    Option,
    Terms,
    choosing,
    giving,
    pile_up,
    ranking,
)

LETTERS = "ABCDEF"
METHODS_OF_CHOICES = ("single", "approval", "k-of-n")
METHODS_OF_RANKINGS = ("single", "points", "schulze", "irv", "stv")
BUDGETS = ("budget-greedy", "budget-greedy-stop", "budget-threshold", "budget-equal-shares")


def choices(piles: Iterable[tuple[str, int]], letters: str = "ABC", **terms: object) -> Election:
    """Return an election of choices: ``("AB", 3)`` is three ballots that name A and B."""
    return _election(BallotKind.CHOICES, letters, ((choosing(named), count) for named, count in piles), terms)


def rankings(piles: Iterable[tuple[str, int]], letters: str = "ABC", **terms: object) -> Election:
    """Return an election of rankings: ``("A BC", 3)`` is three ballots that put A first, then B and C as equals."""
    ballots = ((ranking(order.split()), count) for order, count in piles)
    return _election(BallotKind.RANKING, letters, ballots, terms)


def grades(piles: Iterable[tuple[str, int]], letters: str = "ABC", **terms: object) -> Election:
    """Return an election of points or grades: ``("310", 2)`` is two ballots that give 3 to A, 1 to B and nothing to C."""
    ballots = (
        (giving((letter, int(one)) for letter, one in zip(letters, given, strict=True)), count)
        for given, count in piles
    )
    return _election(BallotKind.POINTS, letters, ballots, terms)


def projects(
    costs: dict[str, int], piles: Iterable[tuple[str, int]], budget: int, **terms: object
) -> Election:
    """Return a budget: the cost of each project in euros, and ballots that name some."""
    election = choices(piles, "".join(costs), budget_cents=budget * 100, **terms)
    options = tuple(Option(letter, cost_cents=cost * 100) for letter, cost in costs.items())
    return Election(election.kind, options, election.piles, election.terms)


def _election(
    kind: BallotKind, letters: str, piles: Iterable[tuple[Ballot, int]], terms: dict[str, object]
) -> Election:
    return Election(kind, tuple(Option(letter) for letter in letters), pile_up(piles), Terms(**terms))  # type: ignore[arg-type]


counts = st.integers(1, 4)
seeds = st.sampled_from(["", "a seed", "another"])
seats = st.integers(1, 3)
subsets = st.sets(st.sampled_from(LETTERS), max_size=4).map(lambda named: "".join(sorted(named)))


@st.composite
def orders(draw: st.DrawFn) -> str:
    """A ranking of some of the options, now and then with equals."""
    named = draw(st.permutations(LETTERS))[: draw(st.integers(0, len(LETTERS)))]
    return "".join(letter + draw(st.sampled_from([" ", " ", " ", ""])) for letter in named)


@st.composite
def choice_elections(draw: st.DrawFn) -> Election:
    piles = draw(st.lists(st.tuples(subsets, counts), max_size=12))
    return choices(piles, LETTERS, seats=draw(seats), seed=draw(seeds))


@st.composite
def ranking_elections(draw: st.DrawFn) -> Election:
    piles = draw(st.lists(st.tuples(orders(), counts), max_size=12))
    return rankings(piles, LETTERS, seats=draw(seats), seed=draw(seeds))


@st.composite
def grade_elections(draw: st.DrawFn) -> Election:
    given = st.text("012345", min_size=len(LETTERS), max_size=len(LETTERS))
    piles = draw(st.lists(st.tuples(given, counts), max_size=12))
    return grades(piles, LETTERS, seats=draw(seats), seed=draw(seeds), grades=5)


@st.composite
def budget_elections(draw: st.DrawFn) -> Election:
    costs = {letter: draw(st.sampled_from([5, 10, 10, 15, 30, 45])) for letter in LETTERS}
    piles = draw(st.lists(st.tuples(subsets, counts), max_size=12))
    pairs = draw(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("DEF")), max_size=2))
    return projects(
        costs,
        piles,
        draw(st.integers(10, 100)),
        seed=draw(seeds),
        threshold=draw(st.integers(1, 3)),
        most_projects=draw(st.sampled_from([None, 2, 3])),
        dearest_cents=draw(st.sampled_from([None, 3000])),
        exclusions=tuple(sorted(set(pairs))),
    )
