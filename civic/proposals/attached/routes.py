"""The files of proposals, each at its own address: an image for a page, a document to download."""

from flask import Blueprint, Response, request

from civic.proposals.attached import service
from civic.web.identity import current_actor
from civic.web.sent_files import download_response, image_response

blueprint = Blueprint("attached", __name__)

SMALL = "petite"


@blueprint.get("/propositions/photos/<int:photograph_id>")
def show_photograph(photograph_id: int) -> Response:
    is_small = request.args.get("taille") == SMALL
    photograph = service.read_photograph(current_actor(), photograph_id, is_small=is_small)
    return image_response(photograph.small if is_small else photograph.content, photograph.digest)


@blueprint.get("/propositions/documents/<int:document_id>")
def download_document(document_id: int) -> Response:
    document = service.read_document(current_actor(), document_id)
    return download_response(document.content, document.digest, title=document.title)
