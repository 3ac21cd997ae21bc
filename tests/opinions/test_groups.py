"""People who answered alike are put together, the same way each time, and what all of them hold is found."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from civic.opinions import polis, rules
from civic.opinions.groups import holding, table
from civic.opinions.groups.cutting import FEWEST_PEOPLE, SMALLEST_GROUP, Lack
from civic.opinions.groups.mapping import OpinionMap, map_opinions
from civic.opinions.groups.table import ReactionTable, make_table

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "polis"
EXPORTS = ("15-per-hour-seattle", "scoop-hivemind.affordable-housing", "american-assembly.bowling-green")


def read_export(name: str) -> tuple[ReactionTable, list[str]]:
    """Return the reactions of an export to what its moderators did not reject, and the group in which Polis put each person."""
    folder = DATA / name
    if not folder.is_dir():
        pytest.fail(
            f"The real conversation is not there: expected ../shared/data/polis/{name} beside the checkout."
        )
    shown = [one.ref for one in polis.read_statements(folder) if not one.is_rejected]
    rank = {ref: column for column, ref in enumerate(shown)}
    told = [
        (row, rank[ref], value)
        for row, who in enumerate(polis.read_participants(folder))
        for ref, value in who.reactions.items()
        if ref in rank
    ]
    with (folder / "participants-votes.csv").open(encoding="utf-8") as file:
        groups = [line["group-id"] for line in csv.DictReader(file)]
    rows, columns, values = zip(*told, strict=True)
    return make_table(rows, columns, values, people=len(groups), statements=len(shown)), groups


def camps(sizes: tuple[int, ...], *, statements: int = 20, seed: int = 3) -> ReactionTable:
    """Return people of several camps: all agree with the first statement, each camp has others that it agrees with alone."""
    random = np.random.default_rng(seed)
    rows = []
    for camp, size in enumerate(sizes):
        for _ in range(size):
            leaning = np.where(np.arange(statements) % len(sizes) == camp, 1.0, -1.0)
            leaning[0] = 1.0
            rows.append(np.where(random.random(statements) < 0.08, -leaning, leaning))
    values = np.array(rows)
    seen = random.random(values.shape) < 0.8
    seen[:, 0] = True
    return ReactionTable(np.where(seen, values, 0.0), seen)


def group_of(found: OpinionMap) -> dict[int, int | None]:
    return {place.person: place.group for place in found.places}


@pytest.mark.parametrize("name", EXPORTS)
def test_the_groups_of_a_real_conversation_are_those_that_polis_published(name: str) -> None:
    reactions, published = read_export(name)

    found = map_opinions(reactions)

    assert len(found.groups) == len({group for group in published if group}) == 2
    both = [
        (group, published[who])
        for who, group in group_of(found).items()
        if group is not None and published[who]
    ]
    assert len(both) > 0.75 * found.considered, "few are left between groups"
    assert adjusted_rand_score(*zip(*both, strict=True)) >= 0.8


def test_three_camps_are_found_and_named_from_the_largest() -> None:
    found = map_opinions(camps((40, 25, 12)))

    assert [round(group.people / 10) for group in found.groups] == [4, 2, 1]
    groups = group_of(found)
    assert len({groups[who] for who in range(40) if groups[who] is not None}) == 1


def test_what_every_camp_says_comes_first_and_what_parts_them_is_told() -> None:
    found = map_opinions(camps((40, 15)))

    assert max(found.scores, key=lambda one: one.agreed).statement == 0
    assert max(found.scores, key=lambda one: one.dividing).statement != 0
    held = {(one.group, one.statement): one.holds for one in found.counts if one.holds}
    assert held
    assert all(statement != 0 for _, statement in held), "what all say stands for nobody"
    for group in (0, 1):
        own = [statement for (number, statement), holds in held.items() if number == group and holds > 0]
        assert {statement % 2 for statement in own} == {group}


def test_a_large_camp_does_not_decide_alone_what_all_agree_on() -> None:
    agreed, seen = np.array([[95, 80], [2, 8]]), np.array([[100, 100], [10, 10]])

    shared = holding.what_all_hold(agreed, seen - agreed, seen)

    assert shared.agreed[1] > shared.agreed[0]
    assert shared.dividing[0] > shared.dividing[1]


def test_the_same_reactions_give_the_same_map_in_whatever_order_people_came() -> None:
    reactions = camps((30, 20))
    again = map_opinions(camps((30, 20)))
    order = np.random.default_rng(9).permutation(50)
    shuffled = map_opinions(ReactionTable(reactions.values[order], reactions.seen[order]))

    assert map_opinions(reactions) == again
    assert {int(order[who]): group for who, group in group_of(shuffled).items()} == group_of(again)


@pytest.mark.parametrize("people", [0, 1, 5, FEWEST_PEOPLE - 1])
def test_a_handful_of_neighbours_has_no_map(people: int) -> None:
    first = people // 2
    found = map_opinions(camps((first, people - first))) if people else map_opinions(empty())

    assert (found.lack, found.groups, found.squares, found.places) == (Lack.TOO_FEW_PEOPLE, (), (), ())
    assert found.considered == people


def empty() -> ReactionTable:
    return make_table([], [], [], people=0, statements=0)


def test_no_group_is_smaller_than_five() -> None:
    found = map_opinions(camps((40, 4)))

    assert all(group.people >= SMALLEST_GROUP for group in found.groups)


def test_people_who_answer_at_random_or_all_alike_form_no_groups() -> None:
    random = np.random.default_rng(5)
    noise = ReactionTable(random.choice([-1.0, 1.0], (80, 40)), np.ones((80, 40), dtype=bool))
    alike = ReactionTable(np.ones((30, 10)), np.ones((30, 10), dtype=bool))

    assert [map_opinions(each).lack for each in (noise, alike)] == [Lack.NOT_APART, Lack.NOT_APART]


def test_who_reacted_to_little_is_not_placed_but_counted() -> None:
    reactions = camps((30, 20))
    seen = reactions.seen.copy()
    seen[0, table.ENOUGH_REACTIONS - 1 :] = False

    found = map_opinions(ReactionTable(np.where(seen, reactions.values, 0.0), seen))

    assert (found.people, found.considered) == (50, 49)
    assert 0 not in group_of(found)


def test_with_three_statements_three_reactions_are_enough() -> None:
    few = make_table([0, 0, 0, 1], [0, 1, 2, 0], [1, 1, -1, 1], people=2, statements=3)

    assert few.considered.tolist() == [True, False]


def test_pages_and_counts_go_by_the_same_minima() -> None:
    assert rules.FEWEST_REACTIONS == table.ENOUGH_REACTIONS
    assert rules.FEWEST_TOLD == holding.FEWEST_SEEN == SMALLEST_GROUP
