"""Audit the platform: `python -m tests.audit_site [--part NAME …] [--workers N]`.

Each part replaces its own results; the exit status is 1 when something does not reach its goal.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from config import ROOT
from tests.audit_site import axe, browsing, focus, french, layout, lighthouse, markup, results, weight
from tests.audit_site.browsing import Places, Report
from tests.audit_site.pages import Visit, all_visits, endpoints_without_visit
from tests.audit_site.towns import DEMO, Town, open_towns

Part = Callable[["Audit", Report], dict[str, Any]]


class Audit:
    """The towns being served, the pages to visit, and how many browsers may work at once.

    Attributes:
        every: visit one page in so many.
        only: a pattern of the endpoints to visit.
        missing: the endpoints that answer HTML and for which no address was found.
    """

    def __init__(self, towns: dict[str, Town], *, workers: int, every: int, only: str | None) -> None:
        self.towns, self.workers, self.every, self.only = towns, workers, every, only
        self.missing: list[str] = []
        self.places: Places = {}

    @cached_property
    def pages(self) -> dict[Visit, str]:
        """Walk the towns, once, when a part first asks."""
        found = all_visits(self.towns)
        self.missing = endpoints_without_visit(self.towns[DEMO].app, found)
        if self.every == 1 and not self.only:
            results.keep_pages(sample_of(list(found)))
        kept = [item for item in found.items() if not self.only or re.search(self.only, item[0].endpoint)]
        chosen = dict(kept[:: self.every])
        print(f"{len(chosen)} pages to visit", flush=True)
        return chosen

    @property
    def visits(self) -> list[Visit]:
        return list(self.pages)

    def serve(self) -> None:
        if not self.places:
            for town in self.towns.values():
                town.serve()
            self.places = browsing.places_of(self.towns)

    def spread(self, measure: browsing.Measure) -> Report:
        visits = self.visits
        self.serve()
        return browsing.share(measure, visits, self.places, self.workers)


def run_axe(audit: Audit, report: Report) -> dict[str, Any]:
    report.absorb(audit.spread(axe.measure))
    axe.triage(report)
    for endpoint in audit.missing:
        report.fail(endpoint, "no address of this endpoint was found that answers HTML to anybody")
    with browsing.open_browser() as browser:
        known = axe.rules_and_criteria(browser)
        version = browser.version
    report.figures |= {"rules": known["rules"], "rgaa_criteria": known["rgaa_criteria"]}
    return {"axe-core": known["version"], "Chromium": version}


def run_markup(audit: Audit, report: Report) -> dict[str, Any]:
    markup.measure(audit.pages, report)
    return markup.versions()


def run_layout(audit: Audit, report: Report) -> dict[str, Any]:
    report.absorb(audit.spread(layout.measure))
    return {}


def run_weight(audit: Audit, report: Report) -> dict[str, Any]:
    report.absorb(audit.spread(weight.measure))
    weight.keep_the_heaviest(report)
    return {}


def run_slow(audit: Audit, report: Report) -> dict[str, Any]:
    audit.serve()
    with browsing.open_browser() as browser:
        weight.slow_line(browser, audit.places, report)
        return {"Chromium": browser.version}


def run_focus(audit: Audit, report: Report) -> dict[str, Any]:
    audit.serve()
    with browsing.open_browser() as browser:
        focus.measure(browser, audit.places, report)
        return {"Chromium": browser.version}


def run_lighthouse(audit: Audit, report: Report) -> dict[str, Any]:
    audit.serve()
    lighthouse.measure(audit.places[DEMO], report)
    return {"Lighthouse": lighthouse.version()}


def run_french(audit: Audit, report: Report) -> dict[str, Any]:
    french.measure(audit.pages, report)
    return french.versions()


JOURNEYS = ROOT / "tests" / "journeys"
JOURNEYS_RESULT = results.FOLDER / "journeys.json"


def run_journeys(_: Audit, report: Report) -> dict[str, Any]:
    """Walk the twelve journeys in every mode; what they write is taken into the results."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", str(JOURNEYS), "--all-modes"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    counts = {
        word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout[-300:])
    }
    report.figures |= {"walked": sum(counts.values()), "passed": counts.get("passed", 0)}
    if done.returncode:
        report.fail("journeys", done.stdout[-1500:])
    if JOURNEYS_RESULT.exists():
        report.figures |= json.loads(JOURNEYS_RESULT.read_text())
    return {}


PARTS: dict[str, Part] = {
    "axe": run_axe,
    "markup": run_markup,
    "weight": run_weight,
    "slow": run_slow,
    "layout": run_layout,
    "focus": run_focus,
    "lighthouse": run_lighthouse,
    "french": run_french,
    "journeys": run_journeys,
}


def sample_of(visits: list[Visit]) -> list[dict[str, Any]]:
    """Return the endpoints that are measured, with an address of each, its readers and its states."""
    found: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        found[visit.endpoint].append(visit)
    return [
        {
            "endpoint": endpoint,
            "address": "/…" if "<" in some[0].address else some[0].address.split("?")[0],
            "readers": sorted({visit.role or "stranger" for visit in some}),
            "states": sorted({visit.state for visit in some}),
        }
        for endpoint, some in sorted(found.items())
        if not endpoint.endswith(" filtered")
    ]


def try_part(name: str, audit: Audit, report: Report) -> dict[str, Any]:
    """Measure a part; one that breaks is a failure, and the others go on."""
    try:
        return PARTS[name](audit, report)
    except Exception as error:
        traceback.print_exc()
        report.fail(name, f"could not be measured: {error!r}"[:300])
        return {}


def tell(report: Report) -> None:
    """Print what a trial found, each kind once."""
    for what, failure in {failure["what"]: failure for failure in report.failures}.items():
        print(f"  {failure['page']}: {what} {failure.get('target', '')}")
    print(f"  {report.figures}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.audit_site")
    parser.add_argument(
        "--part", action="append", choices=list(PARTS), help="only this part; may be repeated"
    )
    parser.add_argument("--workers", type=int, default=2, help="browsers at work at once")
    parser.add_argument(
        "--every", type=int, default=1, help="visit one page in so many, and keep no result: to try"
    )
    parser.add_argument(
        "--only", help="visit the endpoints of this pattern alone, and keep no result: to try"
    )
    asked = parser.parse_args()
    is_whole = asked.every == 1 and not asked.only
    names = asked.part or [name for name in PARTS if name != "journeys" or JOURNEYS.exists()]
    failed = []
    with tempfile.TemporaryDirectory(prefix="civic-audit-") as folder, open_towns(Path(folder)) as towns:
        audit = Audit(towns, workers=asked.workers, every=asked.every, only=asked.only)
        for name in names:
            report, start = Report(), time.monotonic()
            tools = try_part(name, audit, report)
            if is_whole:
                results.keep(name, report, tools=tools, seconds=time.monotonic() - start)
            else:
                tell(report)
            print(f"{name}: {len(report.failures)} failures, {time.monotonic() - start:.0f} s", flush=True)
            failed += [name] if report.failures else []
    if failed:
        print(f"Not reached: {', '.join(failed)}; see {results.TABLE.relative_to(ROOT)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
