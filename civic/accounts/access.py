"""Predicates about persons that every feature may use."""

from typing import Any

from civic.accounts import queries
from civic.accounts.models import MemberRight, Role
from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class AccountsAction(Action):
    MANAGE_ROLES = "accounts.manage_roles"
    REGISTER_PERSON = "accounts.register_person"
    VERIFY_RESIDENCY = "accounts.verify_residency"
    SEE_PEOPLE = "accounts.see_people"
    DEACTIVATE_PERSON = "accounts.deactivate_person"
    REQUEST_ORGANISATION = "accounts.request_organisation"
    SPEAK_FOR_ORGANISATION = "accounts.speak_for_organisation"
    MANAGE_MEMBERS = "accounts.manage_members"
    VERIFY_ORGANISATION = "accounts.verify_organisation"


def territory_of(thing: Any) -> int | None:
    """Return the id of the territory that a thing belongs to: its own ``territory_id``, or the id that it is."""
    if thing is None or isinstance(thing, int):
        return thing
    territory_id: int = thing.territory_id
    return territory_id


@predicate(N_("être connecté"))
def is_signed_in(actor: Actor, thing: Any) -> bool:
    return actor.is_signed_in


@predicate(N_("être un élu de ce territoire"))
def is_councillor_here(actor: Actor, thing: Any) -> bool:
    return actor.has_role(Role.COUNCILLOR, territory_of(thing))


@predicate(N_("être un agent de la mairie de ce territoire"))
def is_agent_here(actor: Actor, thing: Any) -> bool:
    return actor.has_role(Role.AGENT, territory_of(thing))


@predicate(N_("être modérateur de ce territoire"))
def is_moderator_here(actor: Actor, thing: Any) -> bool:
    return actor.has_role(Role.MODERATOR, territory_of(thing))


@predicate(N_("être référent protection des personnes de ce territoire"))
def is_safeguarding_officer_here(actor: Actor, thing: Any) -> bool:
    return actor.has_role(Role.SAFEGUARDING, territory_of(thing))


@predicate(N_("être administrateur de ce territoire"))
def is_admin_here(actor: Actor, thing: Any) -> bool:
    return actor.has_role(Role.ADMIN, territory_of(thing))


@predicate(N_("habiter ce territoire (indiquez votre quartier dans « Mon espace »)"))
def is_resident_here(actor: Actor, thing: Any) -> bool:
    return territory_of(thing) in actor.residence_ids


@predicate(N_("avoir indiqué où vous habitez, dans « Mon espace »"))
def has_residency(actor: Actor, thing: Any) -> bool:
    return bool(actor.residence_ids)


@predicate(N_("être membre de cette association"))
def is_member_of_organisation(actor: Actor, thing: Any) -> bool:
    organisation_id = thing if isinstance(thing, int) else getattr(thing, "organisation_id", None)
    return organisation_id in actor.organisation_ids


@predicate(N_("être responsable de cette association"))
def owns_organisation(actor: Actor, thing: Any) -> bool:
    return thing in actor.organisation_ids and queries.rights_in(thing).get(actor.id) is MemberRight.OWNER
