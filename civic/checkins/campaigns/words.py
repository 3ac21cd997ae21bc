"""The values of campaigns in the reader's language, for their pages, and the script that is offered."""

from flask_babel import gettext

from civic.checkins.campaigns.rules import CallState, Reason, Result, Step, TownStep
from civic.kernel.errors import N_

REASONS = {
    Reason.HEAT: N_("Canicule"),
    Reason.COLD: N_("Grand froid"),
    Reason.POWER_CUT: N_("Coupure d’électricité ou d’eau"),
    Reason.FLOOD: N_("Inondation"),
    Reason.EPIDEMIC: N_("Épidémie"),
    Reason.OTHER: N_("Autre risque exceptionnel"),
}
STATES = {
    CallState.WAITING: ("pending", N_("À appeler")),
    CallState.HELD: ("invited", N_("Appel en cours")),
    CallState.ALARM: ("urgent", N_("Inquiétant")),
    CallState.NEEDS: ("matched", N_("A besoin de quelque chose")),
    CallState.UNREACHED: ("pending", N_("Sans réponse : passage à prévoir")),
    CallState.DONE: ("done", N_("Fait")),
    CallState.MISSED: ("expired", N_("Pas appelée à temps")),
    CallState.DROPPED: ("cancelled", N_("N’est plus à appeler")),
}
RESULTS = {
    Result.WELL: (N_("Elle va bien"), ""),
    Result.NEEDS: (
        N_("Elle a besoin de quelque chose"),
        N_("Des courses, une visite, un ventilateur, une explication…"),
    ),
    Result.NO_ANSWER: (
        N_("Pas de réponse"),
        N_("Personne ne décroche, répondeur, ou faux numéro. L’appel reviendra plus tard."),
    ),
    Result.REFUSES: (N_("Elle ne veut pas être appelée"), N_("On ne l’appellera plus pendant cette alerte.")),
    Result.ALARMING: (
        N_("Inquiétant"),
        N_(
            "Elle se sent mal, elle est confuse, elle est tombée, ou quelque chose ne va pas. La mairie est prévenue aussitôt."
        ),
    ),
}
STEPS = {
    Step.WELL: N_("Appelée : elle va bien"),
    Step.NEEDS: N_("Appelée : elle a besoin de quelque chose"),
    Step.NO_ANSWER: N_("Pas de réponse"),
    Step.REFUSES: N_("Ne veut pas être appelée"),
    Step.ALARMING: N_("Appelée : inquiétant"),
    Step.GIVEN_BACK: N_("Appel rendu"),
    Step.RESCUE_CALLED: N_("Secours appelés (15, 18, 112)"),
    Step.RELATIVE_TOLD: N_("Personne à prévenir jointe"),
    Step.VISIT_ASKED: N_("Passage au domicile demandé"),
    Step.VISITED: N_("Passage fait"),
    Step.SPOKEN: N_("Jointe par la mairie"),
    Step.CLOSED: N_("Plus rien à faire"),
}
SCRIPTS = {
    Reason.HEAT: N_(
        "Bonjour, je vous appelle pour la mairie, à cause de la chaleur. Comment allez-vous aujourd’hui ?\n"
        "Avez-vous bu ? Mangez-vous normalement ? Y a-t-il une pièce fraîche chez vous, et les volets sont-ils fermés ?\n"
        "Quelqu’un passe-t-il vous voir ? Avez-vous besoin de quelque chose ?\n"
        "Buvez un peu, souvent. Nous rappellerons. En cas de malaise, appelez le 15."
    ),
    Reason.COLD: N_(
        "Bonjour, je vous appelle pour la mairie, à cause du froid. Comment allez-vous aujourd’hui ?\n"
        "Le chauffage marche-t-il ? Avez-vous de quoi manger chaud ? Quelqu’un passe-t-il vous voir ?\n"
        "Avez-vous besoin de quelque chose ? N’utilisez pas de réchaud pour vous chauffer. Nous rappellerons."
    ),
}
USUAL_SCRIPT = N_(
    "Bonjour, je vous appelle pour la mairie, à cause de l’alerte en cours. Comment allez-vous aujourd’hui ?\n"
    "Avez-vous de quoi boire, manger, vous éclairer, prendre vos médicaments ? Quelqu’un passe-t-il vous voir ?\n"
    "Avez-vous besoin de quelque chose ? Nous rappellerons. En cas de danger, appelez le 112."
)


def campaign_reason_in_words(reason: Reason) -> str:
    return gettext(REASONS[reason])


def checkin_state_in_words(state: CallState) -> tuple[str, str]:
    look, words = STATES[state]
    return look, gettext(words)


def checkin_result_in_words(result: Result) -> tuple[str, str]:
    words, help_text = RESULTS[result]
    return gettext(words), gettext(help_text) if help_text else ""


def checkin_step_in_words(step: Step | TownStep) -> str:
    return gettext(STEPS[Step(step.value)])


def script_in_words(reason: Reason | None) -> str:
    return gettext(SCRIPTS.get(reason, USUAL_SCRIPT) if reason else USUAL_SCRIPT)


GLOBALS = (
    campaign_reason_in_words,
    checkin_state_in_words,
    checkin_result_in_words,
    checkin_step_in_words,
)
