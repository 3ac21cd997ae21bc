"""What holds of every count, whatever the ballots: tried on hundreds of small elections full of ties."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from civic.voting.formats.reading import published_count
from civic.voting.methods.ballots import (
    Ballot,
    BallotKind,
    Election,
    Option,
    choosing,
    open_box,
    pile_up,
    ranking,
)
from civic.voting.methods.budget_shares import endowment_of, grow, open_market
from civic.voting.methods.budgets import money_of, order_by_score, score_projects
from civic.voting.methods.equal_shares import buy_with
from civic.voting.methods.exact import Exact
from civic.voting.methods.registry import count_election
from civic.voting.methods.ties import Draw
from tests.voting.methods.elections import (
    BUDGETS,
    LETTERS,
    METHODS_OF_CHOICES,
    METHODS_OF_RANKINGS,
    budget_elections,
    choice_elections,
    grade_elections,
    ranking_elections,
)
from tests.voting.methods.plain_shares import buy_plainly

some = settings(max_examples=40, deadline=None)


@st.composite
def counts_to_do(draw: st.DrawFn) -> tuple[Election, str]:
    """An election, and a method that counts it."""
    strategy, methods = draw(
        st.sampled_from(
            [
                (choice_elections(), METHODS_OF_CHOICES),
                (ranking_elections(), METHODS_OF_RANKINGS),
                (grade_elections(), ("majority-judgment", "points")),
                (budget_elections(), BUDGETS),
            ]
        )
    )
    method = draw(st.sampled_from(methods))
    election = draw(strategy)
    if method == "irv":
        election = replace(election, terms=replace(election.terms, seats=1))
    return election, method


def spread(election: Election) -> list[Ballot]:
    return [ballot for ballot, count in election.piles for _ in range(count)]


@some
@given(counts_to_do(), st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_changes_no_byte(counted: tuple[Election, str], random: Random) -> None:
    election, method = counted
    ballots = spread(election)
    random.shuffle(ballots)
    shuffled = replace(election, piles=pile_up(ballots))

    assert published_count(count_election(shuffled, method)) == published_count(
        count_election(election, method)
    )


@some
@given(counts_to_do())
def test_other_names_change_nothing_but_the_names(counted: tuple[Election, str]) -> None:
    """Neutrality, the tie-break being the order of the list: no option is favoured for what it is called."""
    election, method = counted
    election = replace(election, terms=replace(election.terms, seed=""))
    names = dict(zip(LETTERS, ("z", "10", "y", "9", "é", "_"), strict=True))
    options = tuple(replace(option, id=names[option.id]) for option in election.options)
    piles = pile_up((rename(ballot, names), count) for ballot, count in election.piles)
    exclusions = tuple((names[one], names[other]) for one, other in election.terms.exclusions)
    renamed = Election(election.kind, options, piles, replace(election.terms, exclusions=exclusions))

    winners = count_election(election, method).winners
    assert count_election(renamed, method).winners == tuple(names[winner] for winner in winners)


def rename(ballot: Ballot, names: dict[str, str]) -> Ballot:
    places = tuple(tuple(sorted(names[one] for one in place)) for place in ballot.places)
    return Ballot(places, tuple(sorted((names[one], points) for one, points in ballot.points)))


@some
@given(counts_to_do())
def test_every_ballot_is_counted_once(counted: tuple[Election, str]) -> None:
    election, method = counted
    tally = count_election(election, method)

    assert tally.turnout == len(spread(election))
    assert tally.turnout == tally.blank + tally.invalid + tally.steps[0]["expressed"]
    assert len(set(tally.winners)) == len(tally.winners)
    assert set(tally.winners) <= set(election.ids)


@some
@given(counts_to_do())
def test_nothing_published_is_a_floating_point_number(counted: tuple[Election, str]) -> None:
    election, method = counted

    assert not [
        value for value in leaves(count_election(election, method).published()) if isinstance(value, float)
    ]


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    else:
        yield value


@some
@given(choice_elections(), st.sampled_from(METHODS_OF_CHOICES[:2]))
def test_one_more_ballot_for_a_winner_keeps_it_a_winner(election: Election, method: str) -> None:
    for winner in count_election(election, method).winners:
        more = replace(election, piles=pile_up([*election.piles, (choosing([winner]), 1)]))
        assert winner in count_election(more, method).winners


@some
@given(ranking_elections(), st.randoms(use_true_random=False))
def test_raising_the_winner_on_a_ballot_keeps_her_the_winner_by_schulze(
    election: Election, random: Random
) -> None:
    election = replace(election, terms=replace(election.terms, seats=1))
    for winner in count_election(election, "schulze").winners:
        ballots = spread(election)
        index = random.randrange(len(ballots))
        others = [[one for one in place if one != winner] for place in ballots[index].places]
        ballots[index] = ranking([[winner], *others])
        assert count_election(replace(election, piles=pile_up(ballots)), "schulze").winners == (winner,)


@some
@given(grade_elections())
def test_a_better_grade_for_the_winner_keeps_it_the_winner(election: Election) -> None:
    election = replace(election, terms=replace(election.terms, seats=1))
    for winner in count_election(election, "majority-judgment").winners:
        for index, ballot in enumerate(spread(election)):
            if dict(ballot.points).get(winner, 1) < 5 and ballot.points:
                ballots = spread(election)
                ballots[index] = Ballot(points=tuple(sorted({**dict(ballot.points), winner: 5}.items())))
                raised = replace(election, piles=pile_up(ballots))
                assert count_election(raised, "majority-judgment").winners == (winner,)


@some
@given(ranking_elections())
def test_a_condorcet_winner_wins(election: Election) -> None:
    tally = count_election(election, "schulze")

    for step in tally.steps:
        if step["kind"] == "condorcet-winner":
            assert tally.winners[0] == step["option"]


@some
@given(ranking_elections())
def test_no_vote_is_lost_from_round_to_round(election: Election) -> None:
    """What the options hold, what winners keep and what is exhausted make up the valid ballots, to the last fraction."""
    tally = count_election(election, "stv")
    quota, kept = Exact(0), Exact(0)
    for step in tally.steps:
        if step["kind"] == "quota":
            quota = Exact(step["quota"])
        if step["kind"] == "round":
            held = sum((Exact(votes) for votes in step["votes"].values()), Exact(0))
            assert held + Exact(step["exhausted"]) + kept == tally.steps[0]["expressed"]
            if step["outcome"] == "elected":
                kept += quota
    named = {option for ballot, _ in open_box(election).piles for option in ballot.named}
    assert len(tally.winners) == min(election.terms.seats, len(named))


@some
@given(budget_elections(), st.sampled_from(BUDGETS))
def test_a_budget_keeps_to_its_terms(election: Election, method: str) -> None:
    terms = election.terms
    tally = count_election(election, method)
    costs = {option.id: option.cost_cents for option in election.options}
    scores = score_projects(election, open_box(election), by_points=False)

    assert sum(costs[winner] for winner in tally.winners) <= terms.budget_cents
    assert len(tally.winners) <= (terms.most_projects or len(costs))
    assert all(costs[winner] <= (terms.dearest_cents or costs[winner]) for winner in tally.winners)
    assert all(scores[winner] >= terms.threshold for winner in tally.winners)
    assert not [pair for pair in terms.exclusions if set(pair) <= set(tally.winners)]
    told = [step["option"] for step in tally.steps if step["kind"] in ("funded", "bought", "not-funded")]
    assert sorted(told) == sorted(costs)


@some
@given(budget_elections())
def test_one_more_voter_for_a_project_funded_by_votes_keeps_it_funded(election: Election) -> None:
    election = replace(election, terms=replace(election.terms, exclusions=()))
    for winner in count_election(election, "budget-greedy").winners:
        more = replace(election, piles=pile_up([*election.piles, (choosing([winner]), 1)]))
        assert winner in count_election(more, "budget-greedy").winners


@some
@given(budget_elections())
def test_nobody_pays_more_than_her_endowment_and_payments_make_up_the_cost(election: Election) -> None:
    draw = Draw(election.terms.seed, election.ids)
    box, money = open_box(election), money_of(election.terms, election.options)
    scores = score_projects(election, box, by_points=False)
    order, _ = order_by_score(scores, {option.id: option for option in election.options}, draw)
    market = open_market(election, box, scores, order, "", money)
    outcome, opening = grow(market)
    endowment = endowment_of(market, opening["rounds"])

    assert min(outcome.purses.money) >= 0
    left = sum(
        outcome.purses.money[purse] * size
        for purse, size in zip(outcome.purses.held, market.sizes, strict=True)
    )
    assert left + outcome.cost == endowment * market.voters
    for purchase in outcome.purchases:
        assert sum(amount * voters for amount, voters in purchase.payments) == purchase.project.cost
        assert max(amount for amount, _ in purchase.payments) == purchase.share
    prices = [purchase.share / purchase.project.cost for purchase in outcome.purchases]
    assert prices == sorted(prices)


@some
@given(budget_elections())
def test_no_project_is_left_that_its_supporters_could_buy(election: Election) -> None:
    election = replace(election, terms=replace(election.terms, exclusions=(), most_projects=None))
    tally = count_election(election, "budget-equal-shares")

    for step in tally.steps:
        if step["kind"] == "not-funded" and step["reason"] == "supporters-money":
            assert step["lacked_cents"] > 0


def test_what_a_lazy_queue_buys_is_what_asking_everyone_each_time_buys() -> None:
    """The quick search for the best project, against the plain one, on markets with many ties."""
    random = Random(1)
    for _ in range(150):
        election = Election(
            kind=BallotKind.CHOICES,
            options=tuple(
                Option(letter, cost_cents=random.choice((500, 1000, 1500, 3000))) for letter in LETTERS
            ),
            piles=pile_up(
                choosing(random.sample(LETTERS, random.randint(1, 4))) for _ in range(random.randint(1, 15))
            ),
        )
        election = replace(election, terms=replace(election.terms, budget_cents=6000))
        box, money = open_box(election), money_of(election.terms, election.options)
        scores = score_projects(election, box, by_points=False)
        order, _ = order_by_score(scores, {one.id: one for one in election.options}, Draw("", election.ids))
        market = open_market(election, box, scores, order, "", money)
        for number in (0, 1, 5, 20):
            quick = buy_with(endowment_of(market, number), market.projects, market.sizes)
            slow = buy_plainly(election, order, endowment_of(market, number))
            assert [purchase.project.id for purchase in quick.purchases] == slow
