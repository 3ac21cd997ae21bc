"""The declaration of accessibility says what the law wants, and no more than what was measured."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from civic.pages import accessibility
from civic.pages.accessibility import Fault, find_declaration
from tests.conftest import add_town

HEADINGS = [
    "État de conformité",
    "Résultats des tests",
    "Contenus non accessibles",
    "Non-conformités",
    "Dérogations pour charge disproportionnée",
    "Contenus non soumis à l’obligation d’accessibilité",
    "Établissement de cette déclaration",
    "Technologies utilisées",
    "Environnement de test",
    "Outils utilisés",
    "Pages vérifiées",
    "Retour d’information et contact",
    "Voies de recours",
    "schéma pluriannuel",
]
TODAY = date(2026, 11, 27)


def part(
    on: str = "2026-11-20", failures: list[dict[str, Any]] | None = None, **figures: Any
) -> dict[str, Any]:
    found = failures or []
    count = sum(each["times"] for each in found)
    return {"date": on, "figures": figures, "failures": found, "failure_count": count, "passed": not found}


def results(**parts: dict[str, Any]) -> dict[str, Any]:
    sample = [
        {"endpoint": "pages.show_home", "address": "/", "readers": ["agent", "stranger"], "states": ["full"]},
        {"endpoint": "pages.show_desk", "address": "/bureau", "readers": ["agent"], "states": ["full"]},
    ]
    axe = part(
        rules=70, runs=3456, pages=789, incomplete=12, incomplete_triaged=12, rgaa_criteria=["1.1", "3.2"]
    )
    return {"parts": {"axe": axe, **parts}, "tools": {"axe-core": "4.14.1"}, "sample": sample}


@pytest.fixture
def read(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Read the page as it would be after such an audit."""
    monkeypatch.setattr(accessibility, "FOLDER", tmp_path)
    with app.app_context():
        add_town(neighbourhoods=0)

    def page(found: dict[str, Any] | None, known: list[dict[str, str]] | None = None) -> str:
        if found is not None:
            (tmp_path / "results.json").write_text(json.dumps(found))
        if known:
            (tmp_path / "known.json").write_text(json.dumps({"faults": known}))
        answer = app.test_client().get("/accessibilite")
        assert answer.status_code == 200
        return " ".join(answer.get_data(as_text=True).replace("\u202f", " ").replace("\xa0", " ").split())

    return page


def test_all_that_the_law_asks_for_has_its_heading(read: Callable[..., str]) -> None:
    page = read(results())

    missing = [heading for heading in HEADINGS if heading not in page]
    assert missing == []
    assert page.index("État de conformité") < page.index("Voies de recours")


def test_the_figures_of_the_page_are_those_of_the_file(read: Callable[..., str]) -> None:
    page = read(results())

    assert "70 règles" in page
    assert "3 456 contrôles sur 789 pages" in page
    assert "2 des 106 critères" in page
    assert 'axe-core <span class="numeric">4.14.1</span>' in page
    assert "aucun défaut" in page
    assert "<li><code>/</code></li>" in page
    assert "<li>/bureau</li>" not in page  # no stranger reads it


def test_a_site_that_no_person_audited_is_never_said_to_conform(read: Callable[..., str]) -> None:
    page = read(results())

    assert "Ce site est non conforme" in page
    assert "partiellement conforme" not in page
    assert "totalement conforme" not in page
    assert "Aucune personne n’a encore audité" in page


def test_what_a_program_or_a_person_found_is_listed(read: Callable[..., str]) -> None:
    failure = {"page": "/consultations", "what": "axe color-contrast: too low", "times": 3}
    known = {
        "what": "La carte ne se lit pas au clavier.",
        "where": "/quartiers",
        "criterion": "7.3",
        "until": "mars 2027",
    }

    page = read(results(layout=part(failures=[failure], pages=5, looks=9)), [known])

    assert "axe color-contrast: too low" in page
    assert "3 défauts" in page
    assert "Critère 7.3 du RGAA : La carte ne se lit pas au clavier." in page
    assert "correction prévue : mars 2027" in page


def test_a_site_that_was_never_measured_says_so(read: Callable[..., str]) -> None:
    page = read(None)

    assert "pas encore été lancés" in page
    assert "Ce site est non conforme" in page


def test_results_of_more_than_eighteen_months_are_said_to_be_old(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(json.dumps(results(focus=part("2025-05-01", stops=9))))

    declaration = find_declaration(today=TODAY, folder=tmp_path)

    assert declaration is not None
    assert declaration.is_old
    assert declaration.measured_on == date(2025, 5, 1)  # the oldest that is shown


def test_the_results_of_this_version_can_be_read() -> None:
    declaration = find_declaration(today=TODAY)

    assert declaration is not None, "docs/audit/results.json is part of the platform"
    assert declaration.figures
    assert all(isinstance(fault, Fault) for fault in declaration.faults)
