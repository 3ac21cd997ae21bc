"""Forms that may reach the server twice, or days later: done once, and only for the person who wrote them.

Such a form carries two hidden fields (``templates/components/sent_once.html``): a key that is new at each display, and who was
signed in when it was displayed. A double click, a page sent again and a script that never read the first answer then all
come to the same: one command, one outcome.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import current_app, flash, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage, MultiDict

from civic.kernel.errors import N_, Conflict
from civic.web.errors import is_api_request
from civic.web.idempotency import Answer, KeyReused, fingerprint_of, run_once, was_run
from civic.web.identity import current_actor

T = TypeVar("T")

KEY_FIELD = "idempotency_key"
OWNER_FIELD = "written_by"
SENT_LATER = "X-Sent-Later"
"""The header of a script that sends what was kept on the device: nobody reads the next page for its messages."""

_UNCOMPARED = frozenset({"csrf_token", KEY_FIELD, OWNER_FIELD})
_FLASHES = "_flashes"  # where Flask keeps them


class WrittenByAnother(Conflict):
    code = "written_by_another"
    message = N_(
        "Une autre personne était connectée quand ce texte a été écrit. Il n’a pas été envoyé. "
        "Elle le retrouvera en se connectant sur cet appareil."
    )


class SentWithOtherWords(Conflict):
    code = "sent_with_other_words"
    message = N_(
        "Ce formulaire est déjà parti une fois, avec d’autres réponses. Regardez d’abord si cela vous convient. "
        "Si vous voulez envoyer aussi celles-ci, appuyez de nouveau sur le bouton."
    )


def new_key() -> str:
    """Return the key of one display of a form."""
    return secrets.token_urlsafe(16)


def ensure_same_hand() -> None:
    """Refuse a form that was displayed to somebody else. Raises WrittenByAnother."""
    owner = request.form.get(OWNER_FIELD)
    if owner is not None and owner != str(current_actor().person_id):
        raise WrittenByAnother


def was_sent() -> bool:
    """Tell whether the posted form came already: it is then answered as the first time."""
    return was_run(current_actor().id, request.form.get(KEY_FIELD, ""))


def send_once(command: Callable[[], T], done: Callable[[T], ResponseReturnValue]) -> ResponseReturnValue:
    """Run the command of the posted form and answer; when its key was used already, answer as the first time.

    Args:
        command: what the form asks for.
        done: says that it worked, and redirects. It runs in the transaction of the command.

    Raises:
        SentWithOtherWords: the key came with other answers.
        KeyTooLong: the key is not 1 to 200 printable characters.
    """
    asked = fingerprint_of(request.method, request.path, _typed_bytes(request.form, request.files))

    def run() -> Answer:
        before = list(session.get(_FLASHES, []))
        response = current_app.make_response(done(command()))
        said = session.get(_FLASHES, [])[len(before) :]
        session[_FLASHES] = before  # said below, once the command is durable, and again when it is sent again
        return response.status_code, {
            "location": response.location,
            "messages": [list(each) for each in said],
        }

    try:
        status, kept = run_once(current_actor().id, request.form[KEY_FIELD], asked, run)
    except KeyReused:
        raise SentWithOtherWords from None
    return _answer(status, kept["location"], kept["messages"])


def _answer(status: int, location: str, messages: list[list[str]]) -> ResponseReturnValue:
    if SENT_LATER not in request.headers:
        for category, text in messages:
            flash(text, category)
    if is_api_request():
        return jsonify(location=location, messages=messages)
    return redirect(location, code=status)


def _typed_bytes(form: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> bytes:
    """Return what was typed and joined, and it alone: the token against cross-site requests differs each time."""
    typed = sorted((name, value) for name, value in form.items(multi=True) if name not in _UNCOMPARED)
    joined = sorted((name, _digest(file)) for name, file in files.items(multi=True) if file.filename)
    return repr((typed, joined) if joined else typed).encode()


def _digest(file: FileStorage) -> str:
    digest = hashlib.sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    return digest
