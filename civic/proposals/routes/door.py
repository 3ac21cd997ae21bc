"""What the pages of proposals share."""

from typing import Any

import click
from flask import Blueprint
from flask_babel import gettext, ngettext

from civic.proposals.likeness.service import learn_everything
from civic.proposals.rules import CATEGORY_NAMES, DECISION_NAMES
from civic.proposals.service.limiting import Allowance
from civic.proposals.words import Words, words_of

blueprint = Blueprint("proposals", __name__)


@blueprint.app_context_processor
def name_choices() -> dict[str, Any]:
    return {"category_names": CATEGORY_NAMES, "decision_names": DECISION_NAMES}


@blueprint.app_template_global()
def support_words(count: int | None) -> str:
    """Say how many support a proposal; while a phase hides it, that it is hidden."""
    if count is None:
        return gettext("Soutiens cachés jusqu’à la fin de la phase")
    return ngettext("%(num)s soutien", "%(num)s soutiens", count) if count else gettext("Aucun soutien")


@blueprint.app_template_global()
def proposal_words(template: str | None, article_number: int | None = None) -> Words:
    """Return how the pages name what was proposed, as French source texts."""
    return words_of(template, article_number)


@blueprint.app_template_global()
def allowance_words(allowance: Allowance) -> str:
    """Say how many supports somebody has left, of how many."""
    if not allowance.left:
        return ngettext(
            "Vous avez donné votre seul soutien de cette consultation.",
            "Vous avez donné vos %(num)s soutiens de cette consultation.",
            allowance.given,
        )
    return ngettext(
        "Il vous reste %(num)s soutien sur %(allowed)s.",
        "Il vous reste %(num)s soutiens sur %(allowed)s.",
        allowance.left,
        allowed=allowance.allowed,
    )


@blueprint.cli.command("relearn")
def relearn() -> None:
    """Learn again what every proposal says, after a change of the words of town life. Prints how many there are."""
    click.echo(learn_everything())
