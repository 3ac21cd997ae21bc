from typing import Any

from civic.accounts import queries as accounts
from civic.accounts.models import ResidencyStatus
from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class PetitionsAction(Action):
    LAUNCH_PETITION = "petitions.launch_petition"
    CHANGE_PETITION = "petitions.change_petition"
    SEE_UNPUBLISHED = "petitions.see_unpublished"
    EXAMINE = "petitions.examine"
    SIGN_PETITION = "petitions.sign_petition"
    COUNT_PAPER = "petitions.count_paper"
    FOLLOW_UP = "petitions.follow_up"
    SET_RULES = "petitions.set_rules"


@predicate(N_("en être l’auteur"))
def launched_it(actor: Actor, thing: Any) -> bool:
    """The thing is a petition. One whose author deleted the account has none."""
    return actor.person_id is not None and getattr(thing, "author_id", None) == actor.person_id


@predicate(N_("ne pas en être l’auteur : quelqu’un d’autre de la mairie l’examine"))
def did_not_launch_it(actor: Actor, thing: Any) -> bool:
    return actor.person_id is not None and getattr(thing, "author_id", None) != actor.person_id


@predicate(N_("habiter à une adresse que la mairie a vérifiée (demandez-le à l’accueil)"))
def is_verified_where_asked(actor: Actor, thing: Any) -> bool:
    """The thing is a petition, which says whether only residents whose home was verified sign it on the site."""
    if not getattr(thing, "needs_verified", False):
        return True
    if actor.person_id is None:
        return False
    lived_in = accounts.get_person(actor.person_id).residencies
    return any(each.status is ResidencyStatus.VERIFIED for each in lived_in)
