"""Doors of the installed application and of the device without a line."""

from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import generate_csrf

from civic.kernel.access import Actor
from civic.offline.shell import worker_source
from civic.offline.words import sending_words
from civic.web.identity import current_actor
from civic.web.sending import new_key

blueprint = Blueprint("offline", __name__)

HOUR = "public, max-age=3600"


def register(app: Flask) -> None:
    app.jinja_env.globals.update(sending_key=new_key, all_sending_words=sending_words)


@blueprint.get("/manifest.webmanifest")
def show_manifest() -> Response:
    manifest = Response(render_template("offline/manifest.json"), mimetype="application/manifest+json")
    manifest.headers["Cache-Control"] = HOUR
    return manifest


@blueprint.get("/sw.js")
def show_service_worker() -> Response:
    """Serve the service worker from the root, so that it sees every page; browsers ask at each visit whether it changed."""
    worker = Response(worker_source(_offline_page()), mimetype="text/javascript")
    worker.headers["Cache-Control"] = "no-cache"
    worker.add_etag()
    worker.make_conditional(request)
    return worker


@blueprint.get("/hors-ligne")
def show_offline() -> str:
    return _offline_page()


def _offline_page() -> str:
    """Draw the page that is kept on the device: the same for everybody, hence for nobody signed in."""
    g.actor = Actor()
    g.pop("live_seq", None)
    return render_template("offline/offline.html", is_demo=False)


@blueprint.get("/gardes-ici")
def show_kept() -> str:
    return render_template("offline/kept.html")


@blueprint.get("/envoi")
def show_sender() -> Response:
    """Say to a script that is about to send who is signed in, with a token of this session and the words for what happens."""
    told: dict[str, Any] = {
        "person_id": current_actor().person_id,
        "csrf_token": generate_csrf(),
        "words": sending_words(),
    }
    return jsonify(told)
