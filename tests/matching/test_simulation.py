"""The simulated town is the same for every policy, and its figures have the names that its readers expect."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from civic.matching.commands import DEMAND, matching
from civic.matching.simulation.figures import figures_of, zone_gini
from civic.matching.simulation.policies import POLICIES
from civic.matching.simulation.running import Run
from civic.matching.simulation.world import World

KEYS = {
    "match_rate",
    "urgent_match_rate",
    "median_minutes",
    "p90_minutes",
    "mean_km",
    "invitations_per_match",
    "already_taken_per_match",
    "invitations_per_volunteer_week",
    "p99_invitations_per_volunteer_week",
    "zone_gini",
}


@pytest.fixture(scope="module")
def demand() -> Path:
    assert DEMAND.exists(), f"{DEMAND} is not there: the shared data are needed."
    return DEMAND


def simulate(*options: str) -> dict[str, object]:
    result = CliRunner().invoke(
        matching, ["simulate", "--volunteers", "60", "--per-day", "10", "--days", "3", *options]
    )
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.output)
    return found


@pytest.mark.parametrize("policy", [*POLICIES, "product-batched", "clairvoyant"])
def test_each_policy_prints_the_same_figures(demand: Path, policy: str) -> None:
    figures = simulate("--policy", policy)

    assert set(figures) >= KEYS
    assert 0 <= float(str(figures["match_rate"])) <= 1


def test_the_same_seed_draws_the_same_town_and_nobody_matches_more_than_who_knows_all(demand: Path) -> None:
    first, again, best = (
        simulate("--seed", "3", "--policy", each) for each in ("product", "product", "clairvoyant")
    )

    assert first == again
    assert float(str(best["match_rate"])) >= float(str(first["match_rate"]))


def test_a_harsher_town_is_another_one(demand: Path) -> None:
    usual, harsher = (simulate("--town", town, "--fatigue", "0.5") for town in ("usual", "harsher"))

    assert (usual["town"], harsher["town"]) == ("usual", "harsher")
    assert usual["invitations_per_match"] != harsher["invitations_per_match"]


def test_what_somebody_would_answer_depends_on_no_policy(demand: Path) -> None:
    worlds = [World(demand, seed=5, fatigue=0.25, volunteers=40, per_day=8, days=2) for _ in range(2)]
    pairs = [(volunteer, request) for volunteer in range(10) for request in range(10)]

    answers = [[world.answer(world.volunteers[v], world.requests[r]) for v, r in pairs] for world in worlds]
    Run(worlds[0], POLICIES["everyone-10km"]).go()

    assert answers[0] == answers[1]
    assert [worlds[0].answer(worlds[0].volunteers[v], worlds[0].requests[r]) for v, r in pairs] == answers[1]


def test_nobody_is_asked_more_often_in_a_week_than_the_product_allows(demand: Path) -> None:
    run = Run(World(demand, seed=1, fatigue=0.0, volunteers=10, per_day=40, days=7), POLICIES["product"]).go()

    assert max(person.per_week[0] for person in run.people) == 30
    assert float(figures_of(run)["p99_invitations_per_volunteer_week"]) <= 30
    assert 0 <= zone_gini(run.world, set()) <= 1


def test_without_the_files_of_demand_it_says_where_it_looked(tmp_path: Path) -> None:
    result = CliRunner().invoke(matching, ["simulate", "--demand", str(tmp_path / "demand.csv")])

    assert result.exit_code == 1
    assert "zones.geojson" in result.output
    assert "--demand" in result.output
