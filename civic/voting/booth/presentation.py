"""What the booth shows, shaped for its page."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext, ngettext

from civic.voting.asking import QuestionPlan
from civic.voting.booth.counting import Roads
from civic.voting.booth.grades import grade_words
from civic.voting.booth.questions import JUDGMENT, limits_of
from civic.voting.sealed.election import read_sealed_election
from civic.voting.service.reading import PollView
from civic.web.languages import whole_number

BOOTH = "js/booth"
CHECKER = "booth/verifier_bulletin.py"


@dataclass(frozen=True)
class BoothGroup:
    """One sealed question, as a group of boxes. ``value`` of a box is its place, or « blank »."""

    legend: str
    help: str
    type: str
    least: int
    most: int
    boxes: list[dict[str, str]]


@dataclass(frozen=True)
class BoothQuestion:
    """A question of the poll: one group, or one for each option where it is answered by grades.

    ``has_blank``: one box, under the groups, leaves them all blank.
    """

    text: str
    help: str
    groups: list[BoothGroup]
    has_blank: bool = False
    has_grades: bool = False


def booth_questions(view: PollView, election: str) -> list[BoothQuestion]:
    """Return the questions as the booth asks them. A poll that was frozen before grades had a blank vote has none."""
    sealed, start, questions = read_sealed_election(election).questions, 0, []
    for plan in view.plan.questions:
        size = len(plan.choices) if plan.method == JUDGMENT else 1
        has_blank = all(question.allows_blank for question in sealed[start : start + size])
        questions.append(_question(plan, has_blank=has_blank))
        start += size
    return questions


def _question(plan: QuestionPlan, *, has_blank: bool) -> BoothQuestion:
    if plan.method != JUDGMENT:
        return BoothQuestion(plan.text, "", [_choosing(plan)])
    grades = [
        {"value": str(place), "label": grade} for place, grade in enumerate(grade_words(plan.terms.grades))
    ]
    groups = [BoothGroup(choice.label, choice.text, "radio", 1, 1, grades) for choice in plan.choices]
    told = gettext("Donnez une mention à chaque proposition.")
    if has_blank:
        told = gettext("Donnez une mention à chaque proposition, ou votez blanc, plus bas.")
    return BoothQuestion(plan.text, told, groups, has_blank, has_grades=True)


def _choosing(plan: QuestionPlan) -> BoothGroup:
    least, most = limits_of(plan)
    boxes = [
        {"value": str(place), "label": choice.label, "text": choice.text}
        for place, choice in enumerate(plan.choices)
    ]
    blank = gettext("Vous participez sans choisir : votre bulletin compte dans la participation.")
    boxes.append({"value": "blank", "label": gettext("Vote blanc"), "text": blank})
    told = gettext("Choisissez une seule réponse.") if most == 1 else _limits(least, most)
    return BoothGroup(plan.text, told, "radio" if most == 1 else "checkbox", least, most, boxes)


def _limits(least: int, most: int) -> str:
    if least == most:
        return ngettext("Choisissez %(num)s réponse.", "Choisissez %(num)s réponses.", most)
    if least == 1:
        return ngettext("Choisissez jusqu’à %(num)s réponse.", "Choisissez jusqu’à %(num)s réponses.", most)
    return gettext("Choisissez de %(least)s à %(most)s réponses.", least=least, most=most)


def roads_tables(plan: QuestionPlan, roads: Roads) -> list[dict[str, Any]]:
    """Return what came by each road, as tables: one, or one for each option where grades are given; none where nobody voted on paper."""
    if roads.paper is None:
        return []
    labels = [choice.label for choice in plan.choices]
    apart = [
        _road(gettext("Vote blanc"), roads.sealed.blank, roads.paper.blank),
        _road(gettext("Bulletins nuls"), 0, roads.void),
    ]
    rows = zip(roads.sealed.rows, roads.paper.rows, strict=True)
    if plan.method != JUDGMENT:
        ((sealed, paper),) = rows
        return [{"title": "", "rows": [*map(_road, labels, sealed, paper), *apart]}]
    words = [gettext(word) for word in grade_words(plan.terms.grades)]
    graded = [
        {"title": label, "rows": list(map(_road, words, sealed, paper))}
        for label, (sealed, paper) in zip(labels, rows, strict=True)
    ]
    return [{"title": "", "rows": apart}, *graded]


def _road(label: str, sealed: int, paper: int) -> dict[str, Any]:
    numbers = {"sealed": sealed, "paper": paper, "total": sealed + paper}
    return {"label": label, **{name: whole_number(number) for name, number in numbers.items()}}


@dataclass(frozen=True)
class BoothFile:
    """A program of the booth. ``sha256``: of its bytes, in hexadecimal, and as browsers write it (``sha256-…``)."""

    name: str
    size: int
    sha256: str
    integrity: str


def booth_files() -> list[BoothFile]:
    """Return the programs that seal and check ballots, as they are served."""
    root = Path(current_app.static_folder or "")
    paths = [*sorted((root / BOOTH).glob("*.js")), root / CHECKER]
    return [_file(path, str(path.relative_to(root)), path.stat().st_mtime_ns) for path in paths]


@cache
def _file(path: Path, name: str, changed_ns: int) -> BoothFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content)
    integrity = "sha256-" + base64.b64encode(digest.digest()).decode()
    return BoothFile(name, len(content), digest.hexdigest(), integrity)
