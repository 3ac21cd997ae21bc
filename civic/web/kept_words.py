"""What a person typed, given back on the page that refuses it: when its form is not shown again, nothing that she wrote is lost."""

import json
import re
from dataclasses import dataclass

from flask import Flask, g, request
from flask_babel import gettext
from markupsafe import escape

from civic.kernel.errors import N_
from civic.web.identity import current_actor

LABELS = {
    "agenda": N_("Ordre du jour"), "answer": N_("Réponse"), "body": N_("Texte"), "contact_address": N_("Adresse"),
    "contact_name": N_("Nom et prénom"), "contact_phone": N_("Téléphone"), "description": N_("Présentation"), "details": N_("Précisions"),
    "email": N_("Adresse électronique"), "minutes": N_("Compte rendu"), "name": N_("Nom"), "note": N_("Note"), "page": N_("Présentation"),
    "phone": N_("Téléphone"), "place": N_("Lieu"), "purpose": N_("À quoi il sert"), "reason": N_("Raison"), "source": N_("Texte"),
    "subject": N_("De quoi il s’agit"), "summary": N_("Résumé"), "text": N_("Texte"), "title": N_("Titre"),
}  # fmt: skip
"""What is written in most forms, by the name of its field."""

_NEVER = frozenset({"csrf_token", "seen", "idempotency_key", "written_by", "ballot", "next"})
_SECRET = re.compile(r"token|secret|code|choice|vote")
_NO_WORDS = re.compile(
    r"[a-z0-9_-]{1,40}|#[0-9A-Fa-f]{6}|[\d\s.,:;T/+-]+"
)  # an option, a box, a colour, a number, a day, a place
_LEAST_ROWS, _MOST_ROWS, _WIDE = 2, 14, 70


@dataclass(frozen=True)
class Words:
    """One field, as it was sent.

    Attributes:
        label: what it is, in the reader's language.
        rows: how high it is shown.
    """

    label: str
    text: str
    rows: int


def register_kept_words(app: Flask) -> None:
    app.jinja_env.globals["words_sent"] = words_sent  # the page that refuses is any


def words_sent() -> list[Words]:
    """Return the words of the form that is refused: no secret, no vote, and neither the boxes nor the numbers, which are quick to set again.

    Empty for a form that asks for a password, which writes no text; for one that somebody else filled on the same device; and where nobody
    typed it here: without a valid token against cross-site requests, another site could have the page say anything.
    """
    if request.method != "POST" or not g.get("csrf_valid"):
        return []
    is_hers = request.form.get("written_by", "") in ("", str(current_actor().person_id))
    if not is_hers or any("password" in name for name in request.form):
        return []
    typed = [
        (name, value.replace("\r\n", "\n").strip())
        for name, value in request.form.items(multi=True)
        if name not in _NEVER and not _SECRET.search(name)
    ]
    return [_words(name, value) for name, value in typed if is_worded(value)]


def holds_words(page: str) -> bool:
    """Tell whether a page that shows the refused form again holds the sentences that were sent: the state in which it is may have no form."""
    shown = page.replace("\r\n", "\n")
    return all(str(escape(each.text)) in shown for each in words_sent() if " " in each.text)


def is_worded(value: str) -> bool:
    """Tell whether somebody wrote this, rather than chose it."""
    return bool(value) and not _NO_WORDS.fullmatch(value) and not _is_data(value)


def _is_data(value: str) -> bool:
    """Tell whether a script wrote this."""
    if value[0] not in "{[":
        return False
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _words(name: str, text: str) -> Words:
    rows = sum(1 + len(line) // _WIDE for line in text.split("\n"))
    return Words(gettext(LABELS.get(name, N_("Votre texte"))), text, min(max(rows, _LEAST_ROWS), _MOST_ROWS))
