"""The help to write in plain words: a text comes, the advice goes. Nothing is kept."""

from flask import Blueprint, Flask, render_template, request

from civic.extensions import COUNTED_APART, limiter
from civic.kernel.access import require
from civic.plain_language.access import PlainLanguageAction
from civic.plain_language.presentation import show_reading
from civic.plain_language.rules import blocks_of, read_text
from civic.plain_language.schemas import CheckTextSchema
from civic.web.identity import current_actor

blueprint = Blueprint("plain_language", __name__, url_prefix="/mots-simples")

CHECKS_LIMIT = "120 per minute"
"""Of its own: a text that is checked as it is written is not many writes."""


def register(app: Flask) -> None:
    COUNTED_APART.add(f"{blueprint.name}.{check_text.__name__}")
    app.jinja_env.filters["plain_blocks"] = blocks_of


@blueprint.post("/verification")
@limiter.limit(CHECKS_LIMIT)
def check_text() -> str:
    """Answer a fragment of a page, for the script that puts it beside the text."""
    require(current_actor(), PlainLanguageAction.CHECK_TEXT)
    given = {name: value for name, value in request.form.items() if name != "csrf_token"}
    text = CheckTextSchema().load(given)["plain_text"]
    return render_template("plain_language/advice.html", reading=show_reading(read_text(text)))
