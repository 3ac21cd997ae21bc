"""What the audit found, kept as `docs/audit/results.json` (read by the declaration of accessibility) and as a table for people."""

import json
import platform
import subprocess
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from config import ROOT
from tests.audit_site.browsing import Report

FOLDER = ROOT / "docs" / "audit"
RESULTS = FOLDER / "results.json"
TABLE = FOLDER / "README.md"
MOST_FAILURES = 200

WORDS = {
    "axe": ("axe-core", "every page, role and state: 0 violations, every « incomplete » looked at"),
    "markup": ("Markup", "0 errors in html-validate (standard, a11y) and in the Nu checker"),
    "weight": ("Weight, cold", "reading pages ≤ 100 kB, live pages ≤ 170 kB, ≤ 20 requests, 0 third party"),
    "slow": ("64 kbit/s, 400 ms", "first contentful paint within 10 s"),
    "layout": (
        "Zoom and space",
        "320 px, text at 200 %, text spacing (1.4.12), no motion, forced colours: nothing cut",
    ),
    "focus": ("Focus", "seen at each stop, contrast ≥ 3, never hidden"),
    "lighthouse": ("Lighthouse", "accessibility 100, best practices 100, performance ≥ 95"),
    "french": ("French", "ease ≥ 60, plain-language pages ≥ 80, 0 spelling faults"),
    "journeys": ("Twelve journeys", "each in every way of using a browser"),
}


def load() -> dict[str, Any]:
    if not RESULTS.exists():
        return {"parts": {}, "tools": {}}
    found: dict[str, Any] = json.loads(RESULTS.read_text())
    return found


def keep(part: str, report: Report, *, tools: dict[str, Any], seconds: float) -> None:
    """Replace what is known of one part, and write the table again."""
    results = load()
    kinds = Counter(failure["what"] for failure in report.failures)
    first: dict[str, dict[str, Any]] = {}
    for failure in report.failures:
        first.setdefault(failure["what"], {**failure, "times": kinds[failure["what"]]})
    results["parts"][part] = {
        "date": datetime.now(UTC).date().isoformat(),
        "revision": revision(),
        "passed": not report.failures,
        "failure_count": len(report.failures),
        "figures": report.figures,
        "failures": list(first.values())[:MOST_FAILURES],
        "seconds": round(seconds),
    }
    results["tools"] |= tools
    results["machine"] = f"{platform.system()} {platform.machine()}, {cores()} cores"
    FOLDER.mkdir(parents=True, exist_ok=True)
    results["parts"] = {name: results["parts"][name] for name in WORDS if name in results["parts"]}
    results["tools"] = dict(sorted(results["tools"].items()))
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
    write_table(results)


def keep_pages(sample: list[dict[str, Any]]) -> None:
    """Write down which pages were measured, for whom and in which states."""
    results = load()
    results["sample"] = sample
    FOLDER.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")


def revision() -> str:
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def cores() -> int:
    import os

    return os.cpu_count() or 1


def write_table(results: dict[str, Any]) -> None:
    lines = [
        "# The last audit",
        "",
        "Written by `make audit`; do not edit. What it means and how it is measured: [how.md](how.md).",
        "",
        "| part | to reach | found | date | revision |",
        "|---|---|---|---|---|",
    ]
    for name, part in results["parts"].items():
        title, goal = WORDS[name]
        verdict = "reached" if part["passed"] else f"**{part['failure_count']} failures**"
        lines.append(
            f"| {title} | {goal} | {verdict}: {in_words(name, part['figures'])} | {part['date']} | {part['revision']} |"
        )
    lines += ["", "## Tools", "", "| tool | version |", "|---|---|"]
    lines += [f"| {name} | {version} |" for name, version in results["tools"].items()]
    failing = {name: part for name, part in results["parts"].items() if not part["passed"]}
    if failing:
        lines += ["", "## What is wrong"]
        for name, part in failing.items():
            lines += ["", f"### {WORDS[name][0]}", ""]
            lines += [
                f"- `{each['page']}` ({each['times']}): {one_line(each['what'])}"
                for each in part["failures"][:20]
            ]
    TABLE.write_text("\n".join([*lines, ""]))


def one_line(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")


def in_words(name: str, figures: dict[str, Any]) -> str:
    """Say the figures of a part in a line."""
    match name:
        case "axe":
            return (
                f"{figures['pages']} pages, {figures['runs']} runs, {figures['incomplete']} incomplete, "
                f"{figures['incomplete_triaged']} of them recorded"
            )
        case "weight":
            heaviest = [
                max(figures[kind].values(), default=0)
                for kind in ("heaviest_reading", "heaviest_live", "most_requests")
            ]
            return f"{figures['pages']} pages; heaviest {heaviest[0]} bytes (reading), {heaviest[1]} (live); at most {heaviest[2]} requests"
        case "slow":
            return ", ".join(
                f"{page} {seconds} s" for page, seconds in figures["first_paint_seconds"].items()
            )
        case "lighthouse":
            return "; ".join(
                f"{page} {'/'.join(map(str, scores.values()))}" for page, scores in figures.items()
            )
        case "french":
            plain = figures["ease_of_plain_pages"].values()
            return (
                f"{figures['sentences']} sentences, ease {figures['ease_of_the_interface']}; pages, median "
                f"{figures['median_ease_of_pages']}; plain-language pages, lowest {min(plain, default='–')}; "
                f"{figures['strings']} strings, {figures['spelling_faults']} unknown words"
            )
    plain_figures = {key: value for key, value in figures.items() if isinstance(value, (int, float, str))}
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in plain_figures.items())
