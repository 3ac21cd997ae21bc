"""``flask matching``: the simulator, and the places of volunteers written anew."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from civic.matching.service.places import rebuild_places
from civic.matching.simulation.batching import Batched
from civic.matching.simulation.clairvoyant import ScipyMissing, best_possible
from civic.matching.simulation.figures import figures_of
from civic.matching.simulation.policies import CLAIRVOYANT, POLICIES
from civic.matching.simulation.running import Run
from civic.matching.simulation.world import TOWNS, DemandMissing, World
from config import ROOT

matching = AppGroup("matching", help="The search for volunteers.")

TRIED = {**POLICIES, "product-batched": Batched()}

DEMAND = ROOT.parent / "shared" / "data" / "demand" / "demand.csv"


@matching.command("simulate", with_appcontext=False)
@click.option("--policy", type=click.Choice([*TRIED, CLAIRVOYANT]), default="product", show_default=True)
@click.option("--seed", default=1, show_default=True, help="Another number draws another world.")
@click.option(
    "--fatigue",
    type=click.FloatRange(0, 1),
    default=0.25,
    show_default=True,
    help="The probability that an invitation left without an answer silences a person for about four days.",
)
@click.option("--volunteers", type=click.IntRange(1), default=800, show_default=True)
@click.option("--per-day", type=click.IntRange(1), default=80, show_default=True, help="Requests a day.")
@click.option("--days", type=click.IntRange(1, 365), default=14, show_default=True)
@click.option(
    "--town",
    type=click.Choice([*TOWNS]),
    default="usual",
    show_default=True,
    help="The harsher one is nearer to the figures published for the simplest policies (decision 24).",
)
@click.option(
    "--demand",
    type=click.Path(path_type=Path),
    default=DEMAND,
    help="Where and when help is asked for (demand.csv, with zones.geojson beside it).",
)
def simulate(policy: str, demand: Path, **how: Any) -> None:
    """Run a policy in a town that does not exist, and print what came of it as JSON."""
    try:
        world = World(demand, **how)
        figures = (
            best_possible(world) if policy == CLAIRVOYANT else figures_of(Run(world, TRIED[policy]).go())
        )
    except DemandMissing as missing:
        raise click.ClickException(
            f"{missing} is not there: say where demand.csv is with --demand (zones.geojson lies beside it)."
        ) from missing
    except ScipyMissing as missing:
        raise click.ClickException(
            "This policy needs scipy, which the development environment has (requirements-dev.txt)."
        ) from missing
    click.echo(json.dumps({"policy": policy, **how, **figures}))


@matching.command("rebuild-places")
def print_rebuilt_places() -> None:
    """Write anew where volunteers are found, from offers, residencies and duties."""
    click.echo(f"{rebuild_places()} places written.")
