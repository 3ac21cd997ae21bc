"""What the service worker keeps: the offline page, and exactly the files that it needs, under one fingerprint."""

import hashlib
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app, url_for

from civic.web.assets import asset_url

WORKER = "js/service-worker.js"
OUTBOX = "js/outbox.js"

_LINKED = re.compile(r'(?:href|src)="(/static/[^"#]+)')
_IMPORTED = re.compile(r'(?:from|import)\s*\(?"\./([\w-]+\.js)"')


def worker_source(offline_page: str) -> str:
    """Return the service worker. One byte that changes in what it keeps changes it, and browsers then take the new one."""
    files = sorted(_files_of(offline_page))
    parts = [offline_page, *(_text_of(urlsplit(file).path) for file in files), _text_of(f"/static/{WORKER}")]
    version = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
    named = {
        "VERSION": version,
        "OFFLINE_PAGE": url_for("offline.show_offline"),
        "FILES": files,
        "OUTBOX": asset_url(OUTBOX),
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in named.items()]
    return "\n".join([*lines, _text_of(f"/static/{WORKER}")])


def _files_of(page: str) -> set[str]:
    """Return the addresses of the page's static files, and of the scripts that its scripts import."""
    linked = _LINKED.findall(page)
    found = {
        address for address in linked if not urlsplit(address).path.endswith(".png")
    }  # for a home screen
    waiting = [urlsplit(address).path for address in found if ".js" in address]
    while waiting:
        folder = waiting[-1].rsplit("/", 1)[0]
        imported = {f"{folder}/{name}" for name in _IMPORTED.findall(_text_of(waiting.pop()))} - found
        found |= imported
        waiting.extend(imported)
    return found


def _text_of(path: str) -> str:
    folder = Path(current_app.static_folder or "")
    return (folder / path.removeprefix("/static/")).read_text(errors="replace")
