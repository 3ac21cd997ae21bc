"""Who may do what with gatherings."""

from typing import Any

from civic.accounts import queries as accounts
from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class GatheringsAction(Action):
    ORGANISE = "gatherings.organise"
    SEE_PLACES = "gatherings.see_places"
    TAKE_PLACE = "gatherings.take_place"


@predicate(N_("être membre de cette association"))
def reads_for_organisation(actor: Actor, thing: Any) -> bool:
    """Whether she is a member, were it only to read: who is expected is not for whoever is none."""
    return thing in accounts.organisations_read_by(actor.person_id)
