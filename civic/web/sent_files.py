"""Files that people sent, each served at an address of its own."""

import re

from flask import Response, request

from civic.kernel.text import fold

DAY_SECONDS = 86_400
LONGEST_NAME = 60
IMAGE, PDF = "image/webp", "application/pdf"


def image_response(content: bytes, digest: str) -> Response:
    return kept_by_its_address(Response(content, mimetype=IMAGE), digest)


def download_response(content: bytes, digest: str, *, title: str) -> Response:
    """A PDF to download: no browser opens it in a page of ours."""
    response = Response(content, mimetype=PDF)
    response.headers["Content-Disposition"] = f'attachment; filename="{name_for(title)}.pdf"'
    return kept_by_its_address(response, digest)


def name_for(title: str) -> str:
    """Return a name for a file that any system takes, after the title that a person gave."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(title)))[:LONGEST_NAME] or "document"


def kept_by_its_address(response: Response, digest: str) -> Response:
    """Where its address names it whole (``v``), a browser that may see it keeps it, and no shared cache does."""
    if request.args.get("v") == digest:
        response.cache_control.private = True
        response.cache_control.max_age = DAY_SECONDS
    return response
