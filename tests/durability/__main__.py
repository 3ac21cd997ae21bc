"""The long version: ``python -m tests.durability --kills 200 --database URL|postgresql`` (an empty database; SQLite when none is named)."""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from bench.candidates import database
from tests.conftest import build, dispose
from tests.durability.checker import check
from tests.durability.crash import CrashServer, crash_under_load, figures
from tests.durability.history import read_histories
from tests.durability.town import POLLS, build_town

KILLS_A_POLL = 2


def main() -> int:
    """Returns 0 where no fault was found. The histories stay in the folder that is printed."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with database(given.database, durable=True) as url:
        return run(url, kills=given.kills, seed=given.seed)


def run(url: str, *, kills: int, seed: int) -> int:
    folder = Path(tempfile.mkdtemp(prefix="civic-histories-"))
    app = build(url)
    town = build_town(app, polls=max(POLLS, kills // KILLS_A_POLL))
    server = CrashServer(url)
    server.start()
    began = time.monotonic()
    try:
        delivered_until, struck = crash_under_load(server, town, folder, kills=kills, seed=seed)
    finally:
        (folder / "server.log").write_text(server.log())  # why a call was answered with an error, if one was
        server.close()
        dispose(app)
    lines = read_histories(folder)
    faults = check(lines, url, now=delivered_until)
    told = {
        "database": url.split(":")[0],
        "kills": kills,
        "kills_that_struck_a_timer": sum(map(bool, struck)),
        "seed": seed,
        "seconds": round(time.monotonic() - began),
        **figures(lines),
        "faults": [asdict(fault) for fault in faults],
        "histories": str(folder),
    }
    print(json.dumps(told, indent=2, ensure_ascii=False))
    return 1 if faults else 0


sys.exit(main())
