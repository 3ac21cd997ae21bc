"""The declaration of accessibility, from what the last audit measured (`docs/audit/`, written by `make audit`).

A machine finds part of the faults alone: whatever the figures, the site is declared non-conforming until a person has audited it.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import gettext, ngettext

from civic.web.languages import whole_number
from config import ROOT

FOLDER = ROOT / "docs" / "audit"
LASTS = timedelta(days=548)
"""Results older than 18 months are said to be old."""

RGAA_CRITERIA = 106
ABOUT_ACCESS = ("axe", "markup", "layout", "focus", "lighthouse")
"""The parts of the audit that tell whether everybody can read a page."""

MOST_FAULTS = 40


@dataclass(frozen=True)
class Fault:
    """What is known not to be accessible.

    Attributes:
        what: in a sentence; a program's are in its own words, in English.
        where: the page.
        times: how often a program met it; 0 when a person wrote it down.
        criterion: of RGAA 4.1, or empty.
        until: when it is to be corrected, or empty.
    """

    what: str
    where: str
    times: int = 0
    criterion: str = ""
    until: str = ""


@dataclass(frozen=True)
class Declaration:
    """What can be said of the accessibility of this site.

    Attributes:
        measured_on: the day of the oldest result that is used.
        figures: of each part of the audit, as the file holds them.
        pages: the pages that a stranger may read, by address; ``page_count`` counts those of everybody.
        missing: the parts that were not measured.
    """

    measured_on: date
    is_old: bool
    tools: dict[str, str]
    figures: dict[str, dict[str, Any]]
    failure_counts: dict[str, int]
    criteria: tuple[str, ...]
    faults: tuple[Fault, ...]
    pages: tuple[str, ...]
    page_count: int
    missing: tuple[str, ...]


def find_declaration(*, today: date, folder: Path | None = None) -> Declaration | None:
    """Return what the last audit says, or None when there was none."""
    folder = folder or FOLDER
    path = folder / "results.json"
    if not path.exists():
        return None
    return _declare(_read(path, path.stat().st_mtime_ns), list_known_faults(folder), today)


def list_known_faults(folder: Path) -> list[Fault]:
    """Return the faults that people found and wrote down in ``known.json``."""
    path = folder / "known.json"
    if not path.exists():
        return []
    return [Fault(**entry) for entry in _read(path, path.stat().st_mtime_ns)["faults"]]


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _declare(results: dict[str, Any], known: list[Fault], today: date) -> Declaration | None:
    parts = {name: results["parts"][name] for name in ABOUT_ACCESS if name in results["parts"]}
    if not parts:
        return None
    measured_on = min(date.fromisoformat(part["date"]) for part in parts.values())
    found = [
        Fault(each["what"], each["page"], each["times"])
        for name, part in parts.items()
        for each in part["failures"]
        if name != "lighthouse"  # it counts again what the others found, and measures speed
    ]
    sample = results.get("sample", [])
    return Declaration(
        measured_on=measured_on,
        is_old=today - measured_on > LASTS,
        tools=results["tools"],
        figures={name: part["figures"] for name, part in parts.items()},
        failure_counts={name: part["failure_count"] for name, part in parts.items()},
        criteria=tuple(parts.get("axe", {}).get("figures", {}).get("rgaa_criteria", ())),
        faults=(*known, *found),
        pages=tuple(
            entry["address"]
            for entry in sample
            if "stranger" in entry["readers"] and "full" in entry["states"]
        ),
        page_count=len(sample),
        missing=tuple(name for name in ABOUT_ACCESS if name not in parts),
    )


def results_in_words(declaration: Declaration) -> list[tuple[str, str]]:
    """Return what was measured and what was found, a line each."""
    lines = [
        (gettext("Règles d’accessibilité (axe-core)"), _axe(declaration)),
        (gettext("Code des pages"), _markup(declaration)),
        (gettext("Petit écran et grand texte"), _layout(declaration)),
        (gettext("Clavier"), _focus(declaration)),
        (gettext("Note de Lighthouse"), _lighthouse(declaration)),
    ]
    return [(name, text or gettext("pas encore mesuré")) for name, text in lines]


def _axe(declaration: Declaration) -> str:
    figures = declaration.figures.get("axe")
    if not figures:
        return ""
    return gettext(
        "%(rules)s règles de WCAG 2.2 (A et AA), %(runs)s contrôles sur %(pages)s pages : %(faults)s. "
        "Le programme a hésité %(doubts)s fois ; une réponse est écrite pour %(noted)s de ces hésitations.",
        rules=figures["rules"],
        runs=whole_number(figures["runs"]),
        pages=whole_number(figures["pages"]),
        faults=_faults(declaration, "axe"),
        doubts=whole_number(figures["incomplete"]),
        noted=whole_number(figures["incomplete_triaged"]),
    )


def _markup(declaration: Declaration) -> str:
    figures = declaration.figures.get("markup")
    if not figures:
        return ""
    return gettext(
        "%(pages)s pages lues par deux vérificateurs de HTML : %(faults)s.",
        pages=whole_number(figures["pages"]),
        faults=_faults(declaration, "markup"),
    )


def _layout(declaration: Declaration) -> str:
    figures = declaration.figures.get("layout")
    if not figures:
        return ""
    return gettext(
        "%(pages)s pages regardées à 320 pixels de large, avec un texte deux fois plus grand, plus espacé, "
        "et sans animation : %(faults)s.",
        pages=whole_number(figures["pages"]),
        faults=_faults(declaration, "layout"),
    )


def _focus(declaration: Declaration) -> str:
    figures = declaration.figures.get("focus")
    if not figures:
        return ""
    return gettext(
        "%(stops)s arrêts au clavier sur les pages principales : l’endroit où l’on est se voit, sans rien qui le cache ; %(faults)s.",
        stops=whole_number(figures["stops"]),
        faults=_faults(declaration, "focus"),
    )


def _lighthouse(declaration: Declaration) -> str:
    scores = [page["accessibility"] for page in declaration.figures.get("lighthouse", {}).values()]
    if not scores:
        return ""
    if min(scores) == 100:
        return gettext("100 sur 100 sur chacune des %(pages)s pages mesurées.", pages=len(scores))
    return gettext("%(lowest)s sur 100 au moins, sur %(pages)s pages.", lowest=min(scores), pages=len(scores))


def _faults(declaration: Declaration, part: str) -> str:
    count = declaration.failure_counts[part]
    return ngettext("%(num)s défaut", "%(num)s défauts", count) if count else gettext("aucun défaut")
