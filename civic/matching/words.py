"""The values of matching in the reader's language, for its pages."""

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.matching.rules import InvitationState, MatchState

INVITATION_STATES = {
    InvitationState.SENT: ("invited", N_("En attente de votre réponse")),
    InvitationState.ACCEPTED: ("accepted", N_("Vous avez dit oui")),
    InvitationState.DECLINED: ("declined", N_("Vous avez dit non")),
    InvitationState.EXPIRED: ("expired", N_("Restée sans réponse")),
    InvitationState.SUPERSEDED: ("closed", N_("Plus nécessaire")),
    InvitationState.QUEUED: ("invited", N_("Envoyée plus tard")),
    InvitationState.FAILED: ("closed", N_("Le message n’est pas arrivé")),
}

MATCH_STATES = {
    MatchState.ACCEPTED: ("matched", N_("C’est convenu")),
    MatchState.STARTED: ("matched", N_("En cours")),
    MatchState.DONE_BY_VOLUNTEER: ("pending", N_("Fait, à confirmer")),
    MatchState.CONFIRMED: ("done", N_("Fait et confirmé")),
    MatchState.WITHDRAWN: ("cancelled", N_("Le bénévole s’est retiré")),
    MatchState.DISPUTED: ("cancelled", N_("Vos réponses diffèrent : la mairie s’en occupe")),
    MatchState.NO_SHOW: ("cancelled", N_("Personne n’est venu")),
    MatchState.RELEASED: ("cancelled", N_("Mise en relation fermée")),
}


def invitation_state_in_words(state: InvitationState) -> tuple[str, str]:
    look, words = INVITATION_STATES[state]
    return look, gettext(words)


FOR_TOWN_HALL = {MatchState.DISPUTED: ("cancelled", N_("Les deux réponses diffèrent : à vous de voir"))}


def match_state_in_words(state: MatchState, *, is_town_hall: bool = False) -> tuple[str, str]:
    """``is_town_hall``: an agent reads it, who is on neither side."""
    look, words = (is_town_hall and FOR_TOWN_HALL.get(state)) or MATCH_STATES[state]
    return look, gettext(words)


GLOBALS = (invitation_state_in_words, match_state_in_words)
