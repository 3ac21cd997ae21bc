from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class InquiriesAction(Action):
    SEE_UNPUBLISHED = "inquiries.see_unpublished"
    WRITE_INQUIRY = "inquiries.write_inquiry"
    TYPE_OBSERVATION = "inquiries.type_observation"
    SEE_CONTACTS = "inquiries.see_contacts"
    OPEN_MASKED = "inquiries.open_masked"
    MASK_OBSERVATION = "inquiries.mask_observation"
    PROLONG = "inquiries.prolong"
    STUDY = "inquiries.study"
    ANSWER_THEMES = "inquiries.answer_themes"
    PUBLISH_REPORT = "inquiries.publish_report"


@predicate(N_("en être le commissaire enquêteur"))
def conducts_it(actor: Actor, thing: Any) -> bool:
    """The thing is an inquiry: the role is on this one alone."""
    return actor.person_id is not None and actor.person_id in getattr(thing, "commissioner_ids", ())
