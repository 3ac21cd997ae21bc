"""The values of safeguarding in the reader's language, for its pages."""

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.safeguarding.rules import ConcernDecision, ConcernKind, ConcernState

KINDS = {
    ConcernKind.DANGER: N_("Quelqu’un est en danger, ou pourrait l’être"),
    ConcernKind.ABUSE: N_("Violence, menace, geste déplacé"),
    ConcernKind.MONEY: N_("Argent, vol, démarchage"),
    ConcernKind.BEHAVIOUR: N_("Un comportement qui met mal à l’aise"),
    ConcernKind.NEGLECT: N_("Une personne seule qui va mal"),
    ConcernKind.OTHER: N_("Autre chose"),
}

STATES = {
    ConcernState.NEW: ("urgent", N_("Nouvelle")),
    ConcernState.OPEN: ("pending", N_("En cours")),
    ConcernState.CLOSED: ("closed", N_("Close")),
}

DECISIONS = {
    ConcernDecision.NOTE: N_("Note"),
    ConcernDecision.CALLED: N_("Personne appelée ou rencontrée"),
    ConcernDecision.PASSED_ON: N_("Transmis à un service (CCAS, police, procureur…)"),
    ConcernDecision.SUSPENDED: N_("Participation suspendue"),
    ConcernDecision.CLOSED: N_("Alerte close"),
}


def concern_kind_in_words(kind: ConcernKind) -> str:
    return gettext(KINDS[kind])


def concern_state_in_words(state: ConcernState) -> tuple[str, str]:
    look, words = STATES[state]
    return look, gettext(words)


def concern_decision_in_words(decision: ConcernDecision) -> str:
    return gettext(DECISIONS[decision])


GLOBALS = (concern_kind_in_words, concern_state_in_words, concern_decision_in_words)
