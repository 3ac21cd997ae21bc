"""Which petitions somebody may read."""

from civic.kernel.access import Actor, can
from civic.petitions import queries
from civic.petitions.access import PetitionsAction
from civic.petitions.errors import PetitionMasked, PetitionNotFound
from civic.petitions.models import Petition
from civic.petitions.rules import PUBLIC_STEPS


def get_visible_petition(actor: Actor, petition_id: int) -> Petition:
    """Return a petition that the actor may read. Raises PetitionNotFound (PetitionMasked when moderation hid it)."""
    return ensure_visible(actor, queries.get_petition(petition_id))


def ensure_visible(actor: Actor, petition: Petition) -> Petition:
    """Before it opens, its author and the town hall read it; once hidden too. Raises as ``get_visible_petition``."""
    is_public = petition.step in PUBLIC_STEPS and petition.hidden_at is None
    if is_public or can(actor, PetitionsAction.SEE_UNPUBLISHED, petition):
        return petition
    if petition.hidden_at is not None:
        raise PetitionMasked("petition", petition.id)
    raise PetitionNotFound


def lock_visible_petition(actor: Actor, petition_id: int) -> Petition:
    """Return a petition, locked. Raises as ``get_visible_petition``."""
    return ensure_visible(actor, queries.lock_petition(petition_id))
