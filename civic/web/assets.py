"""Static files under an address that changes with their content, so that browsers keep them for a year."""

import gzip
import hashlib
import time
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

YEAR_SECONDS = 31_536_000
LOOK_AGAIN_SECONDS = 1
WORTH_COMPRESSING_BYTES = 700
COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/javascript",
    "image/svg+xml",
    "application/geo+json",
)


@cache
def _fingerprint(path: str, changed_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def asset_url(name: str) -> str:
    """Return the address of a static file, with the fingerprint of its content, which is looked at again each second."""
    looked = current_app.extensions["asset_urls"]
    now = time.monotonic()
    known: tuple[float, str] | None = looked.get(name)
    if known is None or now - known[0] > LOOK_AGAIN_SECONDS:
        path = Path(current_app.static_folder or "") / name
        address = url_for("static", filename=name, v=_fingerprint(str(path), path.stat().st_mtime_ns))
        known = looked[name] = now, address
    return known[1]


def register_assets(app: Flask) -> None:
    app.jinja_env.globals["asset_url"] = asset_url
    app.extensions["asset_urls"] = {}

    @app.after_request
    def keep_and_compress(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            seconds = YEAR_SECONDS if "v" in request.args else 3600
            response.headers["Cache-Control"] = f"public, max-age={seconds}" + (
                ", immutable" if "v" in request.args else ""
            )
        return _compressed(response)


def _compressed(response: Response) -> Response:
    """Compress what is text, for slow lines."""
    is_text = (response.mimetype or "").startswith(COMPRESSIBLE)
    accepted = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    if not (is_text and accepted) or response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= WORTH_COMPRESSING_BYTES:
        response.set_data(gzip.compress(data, compresslevel=5))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.add("Vary", "Accept-Encoding")
    return response
