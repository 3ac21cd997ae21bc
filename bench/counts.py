"""What takes long to count: Toulouse by equal shares, here and by the recount script, and 100 projects with 20,000 voters.

python -m bench.counts [--without-script]

Prints JSON figures; the exit status is 1 when a figure is not the expected one, or when the script gives other bytes.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from civic.voting.formats.reading import count_file, published_count
from civic.voting.methods.ballots import BallotKind, Election, Option, Tally, Terms, choosing, pile_up
from civic.voting.methods.registry import count_election
from civic.voting.recount.script import recount_script
from config import ROOT

DATA = ROOT.parent / "shared" / "data" / "voting" / "pabulib"
EXPECTED = {"2022": (128, 798_622_000), "2024": (129, 782_315_000)}
"""Projects, and what they cost (cents), as VOTING.md has them."""
METHOD = "budget-equal-shares"


def summary(tally: Tally, seconds: float) -> dict[str, object]:
    return {
        "projects": len(tally.winners),
        "spent_cents": tally.steps[1]["spent_cents"],
        "rounds": tally.steps[1]["rounds"],
        "bytes": len(published_count(tally).encode()),
        "processor_seconds": round(seconds, 1),
    }


def count_again(path: Path) -> tuple[str, float]:
    """Count with the script, by Python alone. Returns the digest of what it prints, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "recompter.py"
        script.write_text(recount_script())
        words = [sys.executable, "-I", "-S", str(script), str(path), "--method", METHOD]
        began = time.monotonic()
        printed = subprocess.run(words, capture_output=True, check=True).stdout
    return hashlib.sha256(printed).hexdigest(), time.monotonic() - began


def large_election(projects: int = 100, voters: int = 20_000) -> Election:
    """Return an election in which each voter names 1 to 10 projects, some of which many like."""
    random = Random(1)
    names = [f"p{number}" for number in range(projects)]
    liked = [random.random() ** 2 + 0.02 for _ in names]
    costs = [random.randint(5, 300) * 100_000 for _ in names]
    ballots = (choosing(set(random.choices(names, liked, k=random.randint(1, 10)))) for _ in range(voters))
    options = tuple(Option(name, cost_cents=cost) for name, cost in zip(names, costs, strict=True))
    return Election(
        BallotKind.CHOICES, options, pile_up(ballots), Terms(seed="bench", budget_cents=sum(costs) // 3)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--without-script", action="store_true", help="do not count again with the script (minutes)"
    )
    with_script = not parser.parse_args().without_script
    figures: dict[str, dict[str, object]] = {}
    is_right = True
    for year, expected in EXPECTED.items():
        path = DATA / f"France_Toulouse_{year}.pb"
        if not path.is_file():
            print(
                "The real elections are not there: expected ../shared/data/voting beside the checkout.",
                file=sys.stderr,
            )
            return 2
        began = time.process_time()
        tally = count_file(path, METHOD)
        figure = summary(tally, time.process_time() - began)
        is_right &= (figure["projects"], figure["spent_cents"]) == expected
        if with_script:
            digest, seconds = count_again(path)
            figure["script_gives_the_same_bytes"] = (
                digest == hashlib.sha256(published_count(tally).encode()).hexdigest()
            )
            figure["script_seconds"] = round(seconds, 1)
            is_right &= bool(figure["script_gives_the_same_bytes"])
        figures[f"Toulouse {year}"] = figure
    election = large_election()
    began = time.process_time()
    figures["100 projects, 20,000 voters"] = summary(
        count_election(election, METHOD), time.process_time() - began
    )
    print(json.dumps(figures, indent=2))
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
