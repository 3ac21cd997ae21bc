"""The values of the telephone desk in the reader's language."""

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.mutual_aid.desk.rules import CallOutcome, CallReason

REASONS = {
    CallReason.ASKED: (N_("A demandé qu’on la rappelle"), ""),
    CallReason.CONSENT: (
        N_("Demander son accord"),
        N_("Quelqu’un a fait une demande pour elle. Lisez-lui le texte de l’accord, puis notez sa réponse."),
    ),
    CallReason.SOMEBODY_COMES: (
        N_("Dire que quelqu’un vient"),
        N_("Dites-lui le prénom du bénévole et l’heure convenue."),
    ),
    CallReason.NOBODY_YET: (
        N_("Dire que la recherche continue"),
        N_("Personne n’a encore dit oui. Voyez avec elle un autre moment ou une autre solution."),
    ),
    CallReason.NOBODY_COMES: (
        N_("Dire que la personne prévue ne vient plus"),
        N_("Nous cherchons déjà quelqu’un d’autre."),
    ),
    CallReason.STILL_NEEDED: (
        N_("Demander si elle en a encore besoin"),
        N_("L’heure approche et nous cherchons encore. Notez sa réponse sur la demande."),
    ),
    CallReason.TOO_LATE: (
        N_("Dire que personne n’a pu venir"),
        N_("L’heure est passée. La demande peut être prolongée si elle est toujours utile."),
    ),
    CallReason.GOES_ELSEWHERE: (
        N_("Dire vers qui se tourner"),
        N_("La demande est arrêtée : lisez-lui ce qui est écrit dessus."),
    ),
    CallReason.COMES_SOON: (
        N_("Rappeler que quelqu’un vient demain"),
        N_(
            "Elle ne lit pas le site. Redites-lui le prénom du bénévole et l’heure (avant un jour de fermeture, on appelle plus tôt)."
        ),
    ),
    CallReason.DOUBT: (N_("Lever un doute"), N_("La demande est mise de côté en attendant.")),
}

OUTCOMES = {
    CallOutcome.REACHED: N_("Je lui ai parlé"),
    CallOutcome.NO_ANSWER: N_("Pas de réponse : à rappeler dans deux heures"),
    CallOutcome.WRONG_NUMBER: N_("Mauvais numéro : il est à retrouver"),
    CallOutcome.NOT_NEEDED: N_("Plus besoin d’appeler"),
}


def call_reason_in_words(reason: CallReason) -> str:
    return gettext(REASONS[reason][0])


def call_reason_help(reason: CallReason) -> str:
    text = REASONS[reason][1]
    return gettext(text) if text else ""


def call_outcome_in_words(outcome: CallOutcome) -> str:
    return gettext(OUTCOMES[outcome])


GLOBALS = (call_reason_in_words, call_reason_help, call_outcome_in_words)
