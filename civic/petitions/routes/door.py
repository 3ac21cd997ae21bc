"""What the pages of petitions share."""

from typing import Any

from flask import Blueprint

from civic.kernel.errors import N_
from civic.petitions.errors import PetitionsNotTaken
from civic.petitions.rules import FORGET_DAYS, PAPER_DAYS, Outcome, RefusalRule
from civic.territories import queries as territories

blueprint = Blueprint("petitions", __name__)

REFUSAL_WORDS = {
    RefusalRule.NOT_MUNICIPAL: (
        N_("Le conseil municipal ne peut pas en décider"),
        N_("Cela relève de quelqu’un d’autre : le département, la région, l’État, un particulier."),
        N_(
            "Adressez-vous à qui en décide, ou demandez au conseil ce qu’il peut faire : un vœu, un courrier, une aide."
        ),
    ),
    RefusalRule.UNCLEAR: (
        N_("On ne comprend pas ce qui est demandé"),
        N_("Le conseil doit pouvoir répondre par oui ou par non."),
        N_(
            "Réécrivez la demande en une phrase qui commence par « Nous demandons au conseil de… », puis renvoyez-la."
        ),
    ),
    RefusalRule.ALREADY_ASKED: (
        N_("Une pétition demande déjà la même chose"),
        N_("Elle est ouverte, ou le conseil s’est prononcé il y a moins d’un an."),
        N_("Signez celle qui est ouverte, ou dites dans la vôtre ce qui a changé depuis."),
    ),
    RefusalRule.ABOUT_A_PERSON: (
        N_("Elle vise une personne"),
        N_("Une pétition porte sur une décision à prendre, jamais sur quelqu’un que l’on peut reconnaître."),
        N_("Retirez ce qui désigne la personne, et dites ce que vous attendez de la commune."),
    ),
    RefusalRule.CHARTER: (
        N_("Elle ne respecte pas les règles de publication"),
        N_("Insulte, publicité, information que l’on sait fausse, ou contraire à la loi."),
        N_("Lisez les règles, corrigez le texte, puis renvoyez-le."),
    ),
}
"""For each rule: what it is called, what it means, what the author can do."""

OUTCOME_WORDS = {
    Outcome.ADOPTED: N_("Adoptée"),
    Outcome.PARTLY: N_("Adoptée en partie"),
    Outcome.REJECTED: N_("Rejetée"),
    Outcome.OTHER: N_("Autre décision"),
}


@blueprint.app_context_processor
def name_choices() -> dict[str, Any]:
    return {
        "refusal_words": REFUSAL_WORDS,
        "outcome_words": OUTCOME_WORDS,
        "paper_days": PAPER_DAYS,
        "forget_days": FORGET_DAYS,
    }


def town_id() -> int:
    """Return the commune. Raises PetitionsNotTaken: nobody has set it up."""
    town = territories.find_town()
    if town is None:
        raise PetitionsNotTaken
    return town.id
