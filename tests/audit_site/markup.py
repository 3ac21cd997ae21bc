"""html-validate (presets a11y and standard) and the Nu checker on the HTML of every page, as the server sends it."""

import json
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.audit_site.browsing import MODULES, Report, version_of
from tests.audit_site.pages import Visit

CONFIG = Path(__file__).resolve().parent / "htmlvalidate.json"
ACCEPTED = "The “list” role is unnecessary for element"
"""Safari with VoiceOver no longer says that a list is one once `list-style: none` took its marks away; the role gives it back."""

EXCEPT = {
    (
        "pages.show_components",
        "unique-landmark",
    ),  # each component is there in several states, with its landmarks
    (
        "pages.show_components",
        "wcag/h32",
    ),  # the sample of the hidden token is a form without anything to send
    (
        "display.show_board",
        "meta-refresh",
    ),  # without a script, a screen on a wall must follow by itself; nobody types on it
    ("display.show_neighbourhood_board", "meta-refresh"),
    ("sittings.show_projection", "meta-refresh"),
    (
        "web.show_work",
        "meta-refresh",
    ),  # without a script, long work is followed by itself; there is nothing to lose
}
"""What html-validate may say of one endpoint alone."""

VNU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"


def measure(pages: Mapping[Visit, str], report: Report) -> None:
    """Check each page whose markup shows something new."""
    with tempfile.TemporaryDirectory() as folder:
        files, endpoints = {}, {}
        for number, (visit, html) in enumerate(page for page in pages.items() if page[0].adds):
            file = Path(folder) / f"{number}.html"
            file.write_text(html)
            files[file] = visit.label
            endpoints[file] = visit.endpoint
        report.figures["pages"] = len(files)
        said = [problem for problem in html_validate(list(files)) if not is_excepted(problem, endpoints)]
        report.figures["html_validate_errors"] = tell(said, files, "html-validate", report)
        report.figures["nu_errors"] = tell(nu(list(files)), files, "Nu", report)


Problem = tuple[Path, str]


def is_excepted(problem: Problem, endpoints: dict[Path, str]) -> bool:
    file, what = problem
    return (endpoints[file], what.partition(": ")[0]) in EXCEPT


def html_validate(files: list[Path]) -> list[Problem]:
    command = ["node", str(MODULES / "html-validate" / "bin" / "html-validate.mjs"), "--config", str(CONFIG)]
    with tempfile.TemporaryFile(
        "w+"
    ) as answer:  # to a pipe it would be cut: the program leaves before it is read
        arguments = [*command, "--formatter", "json", *map(str, files)]
        done = subprocess.run(arguments, stdout=answer, stderr=subprocess.PIPE, text=True, check=False)
        answer.seek(0)
        told = answer.read()
    if not told.startswith("["):
        raise RuntimeError(f"html-validate did not run: {done.stderr[-500:]}")
    return [
        (
            Path(result["filePath"]),
            f"{message['ruleId']}: {message['message']} ({message.get('selector') or ''})",
        )
        for result in json.loads(told)
        for message in result["messages"]
    ]


def nu(files: list[Path]) -> list[Problem]:
    command = ["java", "-Xss2m", "-jar", str(VNU), "--format", "json", "--exit-zero-always", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stderr.startswith("{"):
        raise RuntimeError(f"the Nu checker did not run: {done.stderr[-500:]}")
    return [
        (
            Path(message["url"].removeprefix("file:")),
            f"{message['message']} ({message.get('extract', '').strip()[:140]})",
        )
        for message in json.loads(done.stderr)["messages"]
        if (message["type"] == "error" or message.get("subType") == "warning")
        and not message["message"].startswith(ACCEPTED)
    ]


def tell(problems: list[Problem], files: dict[Path, str], tool: str, report: Report) -> int:
    """Write each kind of problem once, with the first page and place that has it, and how many times it was met."""
    kinds: Counter[str] = Counter(kind_of(what) for _, what in problems)
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(kind_of(problem[1]), problem)
    for kind, times in kinds.items():
        file, what = first[kind]
        report.fail(files[file], f"{tool}, {times} times: {what}")
    return len(problems)


def kind_of(what: str) -> str:
    """Problems that differ by a number or by where they stand in a list are of one kind."""
    return re.sub(r"#[\w-]+|:nth-child\(\d+\)|\d+", "", what)


def versions() -> dict[str, Any]:
    return {"html-validate": version_of("html-validate"), "Nu Html Checker (vnu-jar)": version_of("vnu-jar")}
