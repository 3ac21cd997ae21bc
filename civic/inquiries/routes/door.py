"""What the pages of inquiries share."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, request, url_for

from civic.inquiries import lines, proof, words
from civic.inquiries.access import InquiriesAction
from civic.inquiries.errors import InquiryNotFound
from civic.inquiries.models import Inquiry, InquiryObservation
from civic.inquiries.proof import Proof
from civic.inquiries.rules import (
    MOST_PROLONGED_DAYS,
    NOTICE_DAYS,
    REPORT_DAYS,
    TYPING_DAYS,
    Part,
)
from civic.inquiries.service.reading import get_visible_inquiry
from civic.kernel.access import Action, can
from civic.territories import queries as territories
from civic.web.identity import current_actor
from civic.web.large_files import takes_large_files
from civic.web.printed_links import printed_link

blueprint = Blueprint("inquiries", __name__)


@blueprint.app_context_processor
def name_choices() -> dict[str, Any]:
    return {
        "inquiry_state_words": words.STATE_WORDS,
        "inquiry_channel_words": words.CHANNEL_WORDS,
        "inquiry_verdict_words": words.VERDICT_WORDS,
        "inquiry_mask_words": words.MASK_WORDS,
        "inquiry_honest_words": proof.honest_words,
        "inquiry_days": {
            "notice": NOTICE_DAYS,
            "prolonged": MOST_PROLONGED_DAYS,
            "report": REPORT_DAYS,
            "typing": TYPING_DAYS,
        },
    }


def town_id() -> int:
    """Return the commune. Raises InquiryNotFound: nobody has set it up."""
    town = territories.find_town()
    if town is None:
        raise InquiryNotFound
    return town.id


def sent_files(name: str = "files") -> list[bytes]:
    """Return the files that a form brings, of those that were chosen."""
    return [file.read() for file in request.files.getlist(name) if file.filename]


def may_send_large(action: Action) -> Callable[[int], bool]:
    """Tell whether who asks may do this of an inquiry, before anything of a large file is received."""
    return lambda inquiry_id: can(current_actor(), action, get_visible_inquiry(current_actor(), inquiry_id))


def register(app: Flask) -> None:
    takes_large_files(app, "inquiries.add_document", may_send_large(InquiriesAction.WRITE_INQUIRY))
    for door in ("inquiries.publish_report", "inquiries_api.publish_report"):
        takes_large_files(app, door, may_send_large(InquiriesAction.PUBLISH_REPORT))


def proof_of(inquiry: Inquiry, row: InquiryObservation) -> Proof:
    town = territories.find_town()
    link = printed_link(url_for("inquiries.show_check", inquiry_id=inquiry.id))
    url = f"{link.url}?number={row.number}&fingerprint={row.fingerprint}"
    return Proof(
        inquiry.title,
        town.name if town else "",
        lines.view_lines([row])[0],
        None if row.masked_at else row.nonce,
        url,
        link.address,
    )


def documents_by_part(documents: list[Any]) -> dict[str, list[Any]]:
    return {part.value: [each for each in documents if each.part is part] for part in Part}
