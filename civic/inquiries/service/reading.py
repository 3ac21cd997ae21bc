"""Which inquiries somebody may read, and what every command on one says."""

from datetime import datetime
from typing import Any

from civic.inquiries import queries, rules
from civic.inquiries.access import InquiriesAction
from civic.inquiries.errors import DocumentNotFound, InquiryNotFound
from civic.inquiries.lines import get_open_file
from civic.inquiries.models import Inquiry, InquiryDocument, InquiryObservationFile
from civic.inquiries.rules import Act, Step
from civic.kernel.access import Action, Actor, can, require


def get_visible_inquiry(actor: Actor, inquiry_id: int) -> Inquiry:
    """Return an inquiry that the actor may read: before it is announced, the town hall and its commissioner alone. Raises InquiryNotFound."""
    return _ensure_visible(actor, queries.get_inquiry(inquiry_id))


def _ensure_visible(actor: Actor, inquiry: Inquiry) -> Inquiry:
    if inquiry.step is Step.DRAFT and not can(actor, InquiriesAction.SEE_UNPUBLISHED, inquiry):
        raise InquiryNotFound
    return inquiry


def lock_for(actor: Actor, inquiry_id: int, action: Action, act: Act, *, now: datetime) -> Inquiry:
    """Return an inquiry, locked, on which the actor may do this now.

    Raises:
        InquiryNotFound; NotSignedIn; NotAllowed.
        WrongInquiryState: not where it stands.
    """
    inquiry = _ensure_visible(actor, queries.lock_inquiry(inquiry_id))
    require(actor, action, inquiry)
    inquiry.step = rules.next_step(inquiry.state_at(now), act)
    return inquiry


def said(inquiry: Inquiry, now: datetime) -> dict[str, Any]:
    return {"occurred_at": now, "inquiry_id": inquiry.id, "territory_id": inquiry.territory_id}


def said_by(actor: Actor, inquiry: Inquiry, now: datetime) -> dict[str, Any]:
    return {**said(inquiry, now), "actor_id": actor.id}


def may_see_themes(actor: Actor, inquiry: Inquiry) -> bool:
    """The commissioner studies them; the town hall answers them."""
    return can(actor, InquiriesAction.STUDY, inquiry) or can(actor, InquiriesAction.ANSWER_THEMES, inquiry)


def ensure_may_see_themes(actor: Actor, inquiry: Inquiry) -> None:
    """Raises NotSignedIn, NotAllowed."""
    if not may_see_themes(actor, inquiry):
        require(actor, InquiriesAction.STUDY, inquiry)


def read_document(actor: Actor, document_id: int) -> InquiryDocument:
    """Return a document that the actor may read, with its content. Raises DocumentNotFound."""
    document = queries.get_document(document_id)
    try:
        get_visible_inquiry(actor, document.inquiry_id)
    except InquiryNotFound as error:
        raise DocumentNotFound from error
    return document


def read_file(file_id: int) -> tuple[InquiryObservationFile, bytes]:
    """Return what is joined to an observation, which everybody reads, and its content. Raises DocumentNotFound, FileMasked."""
    return get_open_file(file_id)
