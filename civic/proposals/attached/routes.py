"""The files of proposals, each at its own address: an image for a page, a document to download."""

import re

from flask import Blueprint, Response, request

from civic.kernel.text import fold
from civic.proposals.attached import service
from civic.web.identity import current_actor

blueprint = Blueprint("attached", __name__)

DAY_SECONDS = 86_400
SMALL = "petite"
LONGEST_NAME = 60


@blueprint.get("/propositions/photos/<int:photograph_id>")
def show_photograph(photograph_id: int) -> Response:
    """An image, which its address names whole: a browser that may see it keeps it, and no shared cache does."""
    is_small = request.args.get("taille") == SMALL
    photograph = service.read_photograph(current_actor(), photograph_id, is_small=is_small)
    content = photograph.small if is_small else photograph.content
    return _kept(Response(content, mimetype="image/webp"), photograph.digest)


@blueprint.get("/propositions/documents/<int:document_id>")
def download_document(document_id: int) -> Response:
    """A document to download: no browser opens it in a page of ours."""
    document = service.read_document(current_actor(), document_id)
    response = Response(document.content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{_name_for(document.title)}.pdf"'
    return _kept(response, document.digest)


def _name_for(title: str) -> str:
    """Return a name for a file that any system takes, after the title that a person gave."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(title)))[:LONGEST_NAME] or "document"


def _kept(response: Response, digest: str) -> Response:
    if request.args.get("v") == digest:
        response.cache_control.private = True
        response.cache_control.max_age = DAY_SECONDS
    return response
