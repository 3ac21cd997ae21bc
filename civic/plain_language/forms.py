"""The forms of other features that hold an essential: the button that checks it without a script, and what it answers."""

from flask import request

from civic.plain_language.presentation import ShownReading, show_reading
from civic.plain_language.rules import read_text
from civic.web.forms import Form

CHECK_BUTTON = "check_plain_text"
"""The name of the button that asks for advice; the form is then shown again, and nothing is saved."""


def reading_of(form: Form) -> ShownReading | None:
    """Return the advice on the text that was typed, where it was asked for."""
    return show_reading(read_text(str(form.value("plain_text")))) if CHECK_BUTTON in request.form else None
