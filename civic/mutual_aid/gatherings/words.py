"""The values of gatherings in the reader's language, for their pages."""

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.mutual_aid.gatherings.rules import GatheringState, PlaceState

GATHERING_STATES = {
    GatheringState.DRAFT: ("draft", N_("Brouillon")),
    GatheringState.PUBLISHED: ("published", N_("Publié")),
    GatheringState.CANCELLED: ("cancelled", N_("Annulé")),
}
PLACE_STATES = {
    PlaceState.TAKEN: ("accepted", N_("Vous avez une place")),
    PlaceState.WAITING: ("pending", N_("Vous êtes sur la liste d’attente")),
    PlaceState.HELD: ("urgent", N_("Une place vous est gardée")),
}


def gathering_state_in_words(state: GatheringState) -> tuple[str, str]:
    look, words = GATHERING_STATES[state]
    return look, gettext(words)


def place_state_in_words(state: PlaceState) -> tuple[str, str]:
    look, words = PLACE_STATES[state]
    return look, gettext(words)


GLOBALS = (gathering_state_in_words, place_state_in_words)
