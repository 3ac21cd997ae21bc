"""The form that corrects how a person is reached, which she and the town hall may hold open at once."""

from civic.matching.service import matches
from civic.mutual_aid.service.requests import get_followed_request
from civic.web.editing import SEEN, compared
from civic.web.forms import Form
from civic.web.identity import current_actor


def compared_contact(form: Form, request_id: int) -> Form:
    """Return a form that comes late beside what the other of them corrected, which is a sight as any other; any other form as it is."""
    if not form.is_late:
        return form
    contact = matches.see_request_contact(current_actor(), request_id=request_id)
    followed = get_followed_request(current_actor(), request_id)
    stored = {
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_address": contact.address or "",
        "territory_id": followed.territory_id,
        SEEN: followed.seen_contact,
    }
    return compared(form, stored)
