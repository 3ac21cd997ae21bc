"""Who may do what for the safety of those who help and of those who are helped."""

from typing import Any

from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class SafeguardingAction(Action):
    VET_VOLUNTEERS = "safeguarding.vet_volunteers"
    SET_VETTING_RULES = "safeguarding.set_vetting_rules"
    BLOCK_PERSON = "safeguarding.block_person"
    RAISE_CONCERN = "safeguarding.raise_concern"
    LIST_CONCERNS = "safeguarding.list_concerns"
    HANDLE_CONCERN = "safeguarding.handle_concern"
    LIFT_SUSPENSION = "safeguarding.lift_suspension"


@predicate(N_("ne pas être la personne dont il s’agit"))
def is_not_about_oneself(actor: Actor, thing: Any) -> bool:
    return actor.person_id is not None and getattr(thing, "about_id", None) != actor.person_id
