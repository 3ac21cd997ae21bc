"""What a consultation may begin from: each template is its phases, their lengths, what they permit, and what the town promises.

This list is the one place: a template is offered once all that its phases permit works. A row added here is a card on the first page.
"""

from dataclasses import dataclass

from civic.consultations.rules import Activity
from civic.kernel.errors import N_


@dataclass(frozen=True)
class TemplatePhase:
    """A phase to be dated. It lasts so many days, and begins when the one before ends."""

    name: str
    days: int
    activities: tuple[Activity, ...] = ()
    description: str = ""
    hides_reactions: bool = False


@dataclass(frozen=True)
class AnswerPromise:
    """What the template promises to answer, where it says more than the commune usually does (see ``proposals.answers``)."""

    threshold: int
    days: int


@dataclass(frozen=True)
class Template:
    """What a councillor chooses from (French source texts).

    Attributes:
        does: what residents do.
        promises: what the town does of it.
        icon: a name of the sprite.
        promise: None where the commune's own is taken.
    """

    key: str
    label: str
    does: str
    promises: str
    icon: str
    phases: tuple[TemplatePhase, ...]
    promise: AnswerPromise | None = None

    @property
    def days(self) -> int:
        """How long it lasts, from its first day to its last."""
        return sum(phase.days for phase in self.phases)


@dataclass(frozen=True)
class Elsewhere:
    """What a councillor may look for here, and is begun elsewhere. ``endpoint``: where it is; it is shown where that is served.

    ``leads``: to what one comes by choosing it.
    """

    label: str
    does: str
    promises: str
    leads: str
    icon: str
    endpoint: str


QUESTIONS, BUDGET, SURVEY, ARTICLE = "question_time", "participatory_budget", "survey", "article"

_IDEAS = (Activity.PROPOSE, Activity.AMEND, Activity.ARGUE, Activity.SUPPORT)

TEMPLATES: tuple[Template, ...] = (
    Template(
        "concertation",
        N_("Concertation"),
        N_("Les habitants proposent, puis débattent de ce qui a été proposé, sur un projet de la commune."),
        N_("La mairie répond par écrit aux propositions les plus soutenues."),
        "messages",
        (
            TemplatePhase(
                N_("Vos idées"), 21, _IDEAS, N_("Proposez, et soutenez les propositions des autres.")
            ),
            TemplatePhase(
                N_("Le débat"),
                14,
                (Activity.ARGUE, Activity.SUPPORT),
                N_("On ne propose plus : on donne ses arguments, et on soutient."),
            ),
            TemplatePhase(
                N_("L’étude par la mairie"), 28, (), N_("La mairie lit tout, et prépare ses réponses.")
            ),
        ),
    ),
    Template(
        "idea_box",
        N_("Boîte à idées"),
        N_("Les habitants proposent ce qu’ils veulent, et soutiennent les idées des autres."),
        N_("La mairie répond par écrit aux idées les plus soutenues."),
        "lightbulb",
        (
            TemplatePhase(
                N_("Vos idées"), 84, _IDEAS, N_("Proposez, débattez, soutenez : tout est ouvert ensemble.")
            ),
        ),
    ),
    Template(
        "opinions",
        N_("Recueil d’avis"),
        N_(
            "Les habitants réagissent à des affirmations courtes (d’accord, pas d’accord, passer) et peuvent en ajouter."
        ),
        N_(
            "Les réactions restent cachées jusqu’à la fin, puis la carte des opinions montre ce qui rassemble."
        ),
        "thumb-up",
        (
            TemplatePhase(
                N_("Vos avis"),
                21,
                (Activity.REACT,),
                N_("Une affirmation à la fois. Les résultats se voient à la fin de cette phase."),
                hides_reactions=True,
            ),
            TemplatePhase(
                N_("La carte des opinions"), 28, (), N_("On lit ce qui rassemble et ce qui divise.")
            ),
        ),
    ),
    Template(
        SURVEY,
        N_("Questionnaire"),
        N_("Les habitants répondent à vos questions, sur leur téléphone, en quelques minutes."),
        N_(
            "Les réponses restent cachées jusqu’à la fin, puis les résultats sont publiés, en chiffres seulement."
        ),
        "file",
        (
            TemplatePhase(
                N_("Le questionnaire"),
                21,
                (Activity.ANSWER,),
                N_("Vous pouvez changer votre réponse jusqu’à la fin. Les résultats se voient ensuite."),
                hides_reactions=True,
            ),
            TemplatePhase(N_("Les résultats"), 28, (), N_("On lit ce que les habitants ont répondu.")),
        ),
    ),
    Template(
        BUDGET,
        N_("Budget participatif"),
        N_("Les habitants proposent des projets, les services les étudient, puis tout le monde vote."),
        N_("Les projets choisis par le vote sont réalisés, dans la limite de la somme annoncée."),
        "ballot",
        (
            TemplatePhase(
                N_("Vos projets"), 28, _IDEAS, N_("Proposez un projet, et soutenez ceux des autres.")
            ),
            TemplatePhase(
                N_("L’étude par les services"),
                42,
                (),
                N_("Les services disent ce qui est faisable, et combien cela coûte."),
            ),
            TemplatePhase(N_("Le vote"), 14, (Activity.VOTE,), N_("Chaque habitant choisit des projets.")),
        ),
    ),
    Template(
        QUESTIONS,
        N_("Questions aux élus"),
        N_("Les habitants posent leurs questions, et soutiennent celles des autres."),
        N_("Chaque question reçoit une réponse écrite, dans les 30 jours."),
        "megaphone",
        (
            TemplatePhase(
                N_("Vos questions"),
                14,
                (Activity.PROPOSE, Activity.SUPPORT),
                N_("Posez votre question, ou soutenez celle que vous vous posez aussi."),
            ),
            TemplatePhase(N_("Les réponses"), 30, (), N_("Les élus répondent par écrit, ici.")),
        ),
        AnswerPromise(threshold=0, days=30),
    ),
    Template(
        ARTICLE,
        N_("Article participatif"),
        N_(
            "Les habitants lisent un texte de la commune et ses documents, donnent leurs arguments article par article, et proposent ce qui manque."
        ),
        N_("La mairie publie le texte avec la consultation, puis répond par écrit à ce qui est proposé."),
        "book",
        (
            TemplatePhase(
                N_("Votre avis sur le texte"),
                28,
                _IDEAS,
                N_("Lisez le texte, soutenez ses articles ou dites pourquoi non, proposez ce qui manque."),
            ),
            TemplatePhase(
                N_("La relecture par la mairie"), 28, (), N_("La mairie lit tout, et corrige son texte.")
            ),
        ),
    ),
    Template(
        "other",
        N_("Autre chose"),
        N_("Une seule phase, où tout est permis sauf voter. Vous changez ce que vous voulez."),
        N_("Vous écrivez vous-même ce que la mairie fera des réponses."),
        "edit",
        (TemplatePhase(N_("Participez"), 21, (*_IDEAS, Activity.REACT)),),
    ),
)

ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(
        N_("Pétition"),
        N_(
            "Ce sont les habitants qui la lancent, quand ils veulent. Vous écrivez les règles une fois pour toutes."
        ),
        N_("Quand assez de personnes ont signé, le conseil municipal doit se prononcer."),
        N_("Mène aux règles des pétitions"),
        "edit",
        "petitions.show_rules",
    ),
    Elsewhere(
        N_("Registre d’enquête publique"),
        N_(
            "Le dossier, le registre ouvert et fermé à ses heures, les permanences, et l’espace du commissaire enquêteur."
        ),
        N_(
            "Le commissaire enquêteur lit tout, et son avis est publié. Ce registre n’a pas de certification."
        ),
        N_("Mène à la préparation d’une enquête publique"),
        "book",
        "inquiries.show_new_inquiry",
    ),
)

BY_KEY = {template.key: template for template in TEMPLATES}


def get_template(key: str) -> Template | None:
    return BY_KEY.get(key)
