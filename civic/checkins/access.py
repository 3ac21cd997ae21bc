"""Who may read the register of frail people, and who may call them."""

from typing import Any

from civic.accounts.access import territory_of
from civic.accounts.models import Role
from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class CheckinsAction(Action):
    KEEP_REGISTER = "checkins.keep_register"
    EXPORT_REGISTER = "checkins.export_register"
    SEE_OWN_ENTRY = "checkins.see_own_entry"
    STEER_CAMPAIGN = "checkins.steer_campaign"
    JOIN_CALLERS = "checkins.join_callers"
    CALL_PEOPLE = "checkins.call_people"


@predicate(N_("être désigné par le maire pour tenir le registre de ce territoire"))
def keeps_register_here(actor: Actor, thing: Any) -> bool:
    return actor.has_role(Role.REGISTER_KEEPER, territory_of(thing))


@predicate(N_("être la personne inscrite"))
def is_registered_person(actor: Actor, entry: Any) -> bool:
    return actor.person_id is not None and entry.person_id == actor.person_id


@predicate(
    N_(
        "avoir été rencontré par un agent comme bénévole, être majeur, et avoir accepté la charte de l’entraide"
    )
)
def is_met_volunteer(actor: Actor, standing: Any) -> bool:
    return _is_about(actor, standing) and standing.is_met is True


@predicate(N_("avoir dit oui aux appels de cette campagne"))
def has_said_yes(actor: Actor, standing: Any) -> bool:
    return _is_about(actor, standing) and standing.has_said_yes is True


def _is_about(actor: Actor, standing: Any) -> bool:
    return actor.person_id is not None and standing.caller_id == actor.person_id
