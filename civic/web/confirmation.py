"""A question asked before what cannot be undone, for who runs no script: the form comes back as a page, with the question.

A script asks in a dialog and then takes the question out of the form (``static/js/app.js``). Without it the question is sent with the
form, and answered here by a page whose one button sends the same form without the question. Nothing is done meanwhile.
"""

from urllib.parse import urlencode

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue

from civic.web.languages import own_path

QUESTION = "confirm_question"
LABEL = "confirm_label"
LONGEST_QUESTION = 300
LONGEST_LABEL = 80


def register_confirmation(app: Flask) -> None:
    """To be registered after what checks the token against cross-site requests: the words of the page come from the form."""
    app.before_request(ask_first)


def ask_first() -> ResponseReturnValue | None:
    """Answer a form that bears a question with the page that asks it; let every other request through.

    What no address of ours answers to is let through too: it is not found, and nothing that it sent is shown.
    """
    if request.endpoint is None or request.routing_exception is not None:
        return None
    if request.method != "POST" or QUESTION not in request.form:
        return None
    sent = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in (QUESTION, LABEL, "csrf_token")
    ]
    return render_template(
        "web/confirmation.html",
        question=request.form[QUESTION][:LONGEST_QUESTION],
        label=request.form.get(LABEL, "")[:LONGEST_LABEL],
        action=_own_address(),
        sent=sent,
        back=_page_before(),
    )


def _own_address() -> str:
    """Return the address of the endpoint that was asked, written by us: never the path as it was sent."""
    address = url_for(request.endpoint or "", **(request.view_args or {}))
    query = urlencode(list(request.args.items(multi=True)))
    return f"{address}?{query}" if query else address


def _page_before() -> str:
    before = request.referrer or ""
    return own_path(before.removeprefix(request.host_url.rstrip("/")))
