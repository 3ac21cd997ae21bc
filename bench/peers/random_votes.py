"""Random elections, small enough to be full of ties."""

from random import Random

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


def draw_rankings(random: Random, *, has_ties: bool) -> Election:
    """Return an election of rankings, some of them incomplete; with equals in one place where the peer reads them."""
    names = [str(number) for number in range(1, random.randint(2, 7) + 1)]
    ballots = [_draw_ranking(random, names, has_ties) for _ in range(random.choice((1, 2, 3, 5, 9, 20, 60)))]
    options = tuple(Option(name) for name in names)
    # belenios-tool 2.0 stops on an assertion when there are fewer named options than seats.
    seats = random.randint(1, len({option for ballot in ballots for option in ballot.named}))
    return Election(BallotKind.RANKING, options, pile_up(ballots), Terms(seats=seats))


def _draw_ranking(random: Random, names: list[str], has_ties: bool) -> Ballot:
    order = random.sample(names, random.choice((len(names), random.randint(1, len(names)))))
    if not has_ties:
        return ranking([name] for name in order)
    places: list[list[str]] = []
    for name in order:
        if places and random.random() < 0.25:
            places[-1].append(name)
        else:
            places.append([name])
    return ranking(places)


def draw_grades(random: Random) -> Election:
    """Return an election in which every voter grades every option, from 1 (the worst) to as many as 7."""
    grades = random.randint(2, 7)
    names = [str(number) for number in range(1, random.randint(2, 7) + 1)]
    ballots = [
        giving((name, random.randint(1, grades)) for name in names)
        for _ in range(random.choice((1, 2, 3, 4, 5, 8, 21, 60)))
    ]
    options = tuple(Option(name) for name in names)
    return Election(BallotKind.POINTS, options, pile_up(ballots), Terms(seats=len(names), grades=grades))


def draw_budget(random: Random) -> Election:
    """Return an election of a budget: some projects cost the same, some have the same supporters."""
    costs = [random.choice((500, 1000, 1500, 2000, 3000, 4500, 6000)) for _ in range(random.randint(2, 9))]
    names = [f"p{number}" for number in range(1, len(costs) + 1)]
    ballots = [
        choosing(random.sample(names, random.randint(1, min(4, len(names)))))
        for _ in range(random.randint(2, 25))
    ]
    options = tuple(Option(name, cost_cents=cost) for name, cost in zip(names, costs, strict=True))
    budget = random.randint(max(costs), max(max(costs), sum(costs) * 3 // 4))
    terms = Terms(seed=f"seed {random.random()}", budget_cents=budget)
    return Election(BallotKind.CHOICES, options, pile_up(ballots), terms)
