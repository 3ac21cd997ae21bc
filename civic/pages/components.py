"""The living page of the components: how each macro is called, read from its own file, so that the page cannot say otherwise."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext

from civic.identity.presentation import face_of
from civic.kernel.errors import N_
from civic.kernel.work import LongWork, WorkState
from civic.territories import queries as territories
from civic.territories.service.addresses import IMPORT_ADDRESSES
from civic.web.appearance import choices, read_appearance
from civic.web.printed_links import printed_link

FAMILIES = (
    ("page", N_("La page")),
    ("actions", N_("Actions")),
    ("fields", N_("Champs")),
    ("messages", N_("Messages et états")),
    ("content", N_("Contenus")),
    ("numbers", N_("Nombres et cartes")),
    ("results", N_("Résultats de votes")),
    ("participation", N_("Participation")),
    ("solidarity", N_("Entraide")),
    ("writing", N_("Écrire sans perdre")),
    ("paper", N_("Papier et mots simples")),
    ("frame", N_("Cadre de toutes les pages")),
)
"""The families of components: the file of each under ``templates/pages/components/``, and its title."""

_SYMBOL = re.compile(r'<symbol id="(?!skyline)([a-z-]+)"')
_SHOWN = re.compile(r'call component\("(\w+)"')
_MACRO = re.compile(r"{%-? *macro +(\w+)\((.*?)\) *-?%}", re.S)


def read_calls(folder: Path) -> dict[str, str]:
    """Return how the macro of each component is called, by the name of its file."""
    calls = {}
    for file in sorted(folder.glob("*.html")):
        macros = dict(_MACRO.findall(file.read_text(encoding="utf-8")))
        name = file.stem if file.stem in macros else next(iter(macros))
        calls[file.stem] = f"{name}({macros[name]})"
    return calls


def describe_components() -> dict[str, Any]:
    """Return what the page reads. An appearance in its address is shown on this page alone, whatever the reader chose for the site."""
    templates = Path(current_app.root_path) / str(current_app.template_folder)
    folder, shown_in = templates / "components", templates / "pages" / "components"
    page: dict[str, Any] = {
        "calls": read_calls(folder),
        "icons": _SYMBOL.findall((Path(current_app.static_folder or "") / "icons.svg").read_text("utf-8")),
        "families": [
            (name, gettext(title), _SHOWN.findall((shown_in / f"{name}.html").read_text("utf-8")))
            for name, title in FAMILIES
        ],
    }
    page["sample_link"] = printed_link(url_for("pages.show_home"))
    page["sample_works"] = _sample_works()
    page["sample_days"] = (date(2027, 3, 1), date(2027, 3, 28))
    asked = request.args.get("apparence")
    shown = read_appearance(asked or request.cookies.get("apparence"))
    page["views"] = [
        {
            "label": choice["label"],
            "is_current": choice["is_current"],
            "url": url_for("pages.show_components", apparence=choice["value"]),
        }
        for choice in choices(shown)
    ]
    if asked:
        page |= {"appearance": shown.value, "identity": face_of(territories.find_town(), shown)}
    return page


def _sample_works() -> list[LongWork]:
    """Works that nobody asked for, in each state: rows that are never stored."""
    counts = {WorkState.WAITING: 0, WorkState.RUNNING: 3200, WorkState.DONE: 9845, WorkState.FAILED: 4100}
    return [
        LongWork(
            id=number,
            kind=IMPORT_ADDRESSES,
            state=state,
            done=done,
            total=9845,
            worked_seconds=40,
            result={"added": 9120, "moved": 0, "unchanged": 725},
        )
        for number, (state, done) in enumerate(counts.items(), 1)
    ]
