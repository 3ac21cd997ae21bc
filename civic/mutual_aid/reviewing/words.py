"""The values of the reading of requests in the reader's language, and the services named as long as a commune has written none."""

from dataclasses import dataclass

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.mutual_aid.reviewing.models import Referral
from civic.mutual_aid.reviewing.rules import FirstRequests, ReviewReason

REASONS = {
    ReviewReason.FIRST_REQUEST: N_(
        "C’est sa première demande, et personne de la mairie n’a encore vérifié où elle habite."
    ),
    ReviewReason.SENSITIVE_CATEGORY: N_("Cette aide est de celles que la commune relit toujours."),
    ReviewReason.REPORTED_PERSON: N_(
        "Par précaution : la commune relit chaque demande de certaines personnes, par exemple quand la modération a masqué un de leurs textes."
    ),
    ReviewReason.EARLIER_DOUBT: N_(
        "La mairie a mis de côté une demande précédente de cette personne, et le doute n’est pas levé."
    ),
    ReviewReason.CHANGED: N_("Elle a changé depuis que la mairie l’a relue : ce n’est plus la même aide."),
}

FIRST = {
    FirstRequests.UNKNOWN: (
        N_("Celles des personnes que la mairie ne connaît pas encore"),
        N_("Le domicile n’est pas vérifié, et personne ne leur a parlé au téléphone."),
    ),
    FirstRequests.ALL: (N_("Toutes"), ""),
    FirstRequests.NONE: (N_("Aucune"), N_("Elles partent tout de suite aux bénévoles.")),
}

USUAL_REFERRALS = {
    "ccas": (
        N_("Le centre communal d’action sociale (CCAS)"),
        N_(
            "Il aide les habitants en difficulté : aide à domicile, repas, factures, dossiers. Demandez-le à l’accueil de la mairie."
        ),
    ),
    "social": (
        N_("Le service social du département"),
        N_("Une assistante sociale vous reçoit, sur rendez-vous et sans rien payer."),
    ),
    "home": (
        N_("Un service d’aide à domicile"),
        N_(
            "Des professionnels viennent pour les gestes de tous les jours. Une partie peut être prise en charge."
        ),
    ),
}


@dataclass(frozen=True)
class Service:
    """Who helps better than a volunteer, as the person reads it. ``key`` names it in a form."""

    key: str
    name: str
    text: str

    @property
    def words(self) -> str:
        return f"{self.name}\n{self.text}".strip()


def services(referrals: list[Referral]) -> list[Service]:
    """Return the services that the commune wrote; the usual ones as long as it has written none."""
    if referrals:
        return [Service(str(referral.id), referral.name, referral.text) for referral in referrals]
    return [Service(key, gettext(name), gettext(text)) for key, (name, text) in USUAL_REFERRALS.items()]


def review_reason_in_words(reason: ReviewReason) -> str:
    return gettext(REASONS[reason])


def first_requests_in_words(choice: FirstRequests) -> tuple[str, str]:
    label, help_text = FIRST[choice]
    return gettext(label), gettext(help_text) if help_text else ""


GLOBALS = (review_reason_in_words, first_requests_in_words)
