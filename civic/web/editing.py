"""A form that comes late is shown again over what is stored now, which the page shows beside it (``templates/components/other_version.html``)."""

import re
from datetime import date, datetime
from typing import Any

from flask_babel import gettext

from civic.kernel.clock import TOWN_TIME
from civic.web.forms import Form
from civic.web.languages import day_in_words, instant_in_words

SEEN = "seen"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d)?")


def compared(form: Form, stored: dict[str, Any]) -> Form:
    """Return a refused form with what it must be compared with, where somebody wrote meanwhile; any other as it is.

    Args:
        stored: what the form would be filled with now, with its ``seen``. Sent again, it is saved over that.
    """
    if not form.is_late:
        return form
    theirs = {
        name: in_words(value, is_box=isinstance(value, bool) or "true" in (value, form.value(name)))
        for name, value in stored.items()
        if name != SEEN and _typed(value) != _typed(form.value(name))
    }
    return Form({**form.values, SEEN: stored[SEEN]}, form.errors, theirs=theirs)


def _typed(value: Any) -> Any:
    """Return a value as a browser posts it, whoever gives it."""
    if isinstance(value, list):
        return sorted(map(_typed, value))
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def in_words(value: Any, *, is_box: bool = False) -> str:
    """Return what a field holds, to be read: a day and an hour in words, yes or no of a box."""
    text = _typed(value)
    if is_box:
        return gettext("Oui") if text == "true" else gettext("Non")
    if isinstance(text, list):
        return ", ".join(text)
    if _DAY.fullmatch(text):
        return day_in_words(date.fromisoformat(text))
    if _INSTANT.fullmatch(text):
        told = datetime.fromisoformat(text)
        return instant_in_words(told if told.tzinfo else told.replace(tzinfo=TOWN_TIME))
    return str(text)
