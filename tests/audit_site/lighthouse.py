"""Lighthouse on the main pages: accessibility, best practices, performance (as on a telephone, its usual setting)."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.audit_site.browsing import Place, Report

MODULES = Path(__file__).resolve().parent / "node_modules"
LEAST = {"accessibility": 100, "best-practices": 100, "performance": 95}
PAGES = {
    "home": (None, "/"),
    "consultation": (None, "/consultations/2"),
    "proposal": (None, "/propositions/15"),
    "request form": ("resident_verified", "/entraide/demandes/nouvelle"),
}
TRIES = 3
"""The performance is the best of so many: another program at work on the machine can only slow a page down."""


def measure(place: Place, report: Report) -> None:
    for name, (role, address) in PAGES.items():
        best: dict[str, int] = {}
        for _ in range(TRIES):
            result = run(place.url + address, place.cookies[role])
            # No score: a measure of the try did not come to its end, which counts as nothing and is tried again.
            scores = {key: round((value["score"] or 0) * 100) for key, value in result["categories"].items()}
            best = {key: max(score, best.get(key, 0)) for key, score in scores.items()}
            if all(best[key] >= least for key, least in LEAST.items()):
                break
        report.figures[name] = best
        for key, least in LEAST.items():
            if best[key] < least:
                report.fail(
                    address, f"Lighthouse {key}: {best[key]}, at least {least} wanted: {faults(result, key)}"
                )


def run(address: str, cookie: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "result.json"
        headers = json.dumps({"Cookie": f"session={cookie}"} if cookie else {})
        command = [
            "node", str(MODULES / "lighthouse" / "cli" / "index.js"), address, "--quiet", "--output=json",
            f"--output-path={target}", f"--only-categories={','.join(LEAST)}", f"--extra-headers={headers}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
        ]  # fmt: skip
        environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "", "HOME": folder}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if not target.exists():
            raise RuntimeError(f"Lighthouse did not run: {done.stderr[-800:]}")
        result: dict[str, Any] = json.loads(target.read_text())
        return result


def faults(result: dict[str, Any], category: str) -> list[str]:
    audits = [
        result["audits"][each["id"]] for each in result["categories"][category]["auditRefs"] if each["weight"]
    ]
    return [
        f"{audit['id']} {audit.get('displayValue', '')}".strip()
        for audit in audits
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def version() -> str:
    text: str = json.loads((MODULES / "lighthouse" / "package.json").read_text())["version"]
    return text
