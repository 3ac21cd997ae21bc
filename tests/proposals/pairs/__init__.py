"""Pairs of proposals that say the same, and what else a town says, among which the other of each is to be found."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CONTENT = ROOT / "civic" / "demo" / "content"
EXPORTS = ROOT.parent / "shared" / "data" / "voting" / "pabulib"
MORE = (
    "consultations",
    "polls",
    "polls_by_method",
    "council",
    "solidarity",
    "associations",
    "moderation",
    "people",
    "town",
)
SHORTEST_SENTENCE = 6


@dataclass(frozen=True)
class Text:
    title: str
    body: str


def pairs(name: str) -> list[tuple[Text, Text]]:
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_pair(line) for line in lines if line and not line.startswith("#")]


def _pair(line: str) -> tuple[Text, Text]:
    first, second = ((part.strip() for part in side.split("|")) for side in line.split("||"))
    return Text(*first), Text(*second)


def others() -> list[Text]:
    """Return what else is said: the projects of Toulouse, which residents wrote, and the sentences of the demonstration."""
    return [*_projects(), *_sentences()]


def _projects() -> list[Text]:
    """Those of the published exports, which stand beside the repository; where they are not, there are the sentences alone."""
    projects = []
    for file in sorted(EXPORTS.glob("France_Toulouse_*.pb")):
        rows = file.read_text(encoding="utf-8").split("PROJECTS\n")[1].split("VOTES\n")[0].splitlines()[1:]
        projects += [Text(row.split(";")[3], "") for row in rows]
    return projects


def _sentences() -> list[Text]:
    said: dict[str, None] = {}

    def walk(value: object) -> None:
        if isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                walk(each)
        elif isinstance(value, str):
            for sentence in re.split(r"(?<=[.?!])\s+|\n+", value):
                if len(sentence.split()) >= SHORTEST_SENTENCE:
                    said[sentence] = None

    for name in MORE:
        walk(json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8")))
    return [Text(sentence[:140], "") for sentence in said]
