"""What the page that publishes a consultation says of its vote, and of the money that it shares out."""

from flask import url_for
from flask_babel import gettext, ngettext

from civic.consultations.models import Consultation
from civic.consultations.readiness import Part, publication_part
from civic.consultations.rules import Activity
from civic.consultations.templates import BUDGET
from civic.voting import queries
from civic.voting.asking import read_terms
from civic.voting.models import Poll
from civic.voting.poll_form import CONSULTATION
from civic.voting.telling.numbers import money


@publication_part
def vote_part(consultation: Consultation) -> Part | None:
    is_budget = consultation.template == BUDGET
    if not is_budget and not any(Activity.VOTE in phase.activities for phase in consultation.phases):
        return None
    polls = queries.list_drafts_about(CONSULTATION, consultation.id)
    polls += queries.list_polls_about(CONSULTATION, consultation.id)
    shared = _shared_out(polls)
    prepared = (
        ngettext("%(num)s vote est préparé.", "%(num)s votes sont préparés.", len(polls)) if polls else ""
    )
    return Part(
        gettext("La somme à partager, et le vote") if is_budget else gettext("Le vote"),
        _sentence(prepared, shared)
        if prepared and (shared or not is_budget)
        else _missing(is_budget=is_budget, prepared=prepared),
        gettext("Relire le vote") if polls else gettext("Préparer le vote"),
        url_for("voting.show_poll", poll_id=polls[0].id)
        if polls
        else url_for("voting.show_new_poll", consultation=consultation.id),
        is_missing=not polls or (is_budget and not shared),
    )


def _shared_out(polls: list[Poll]) -> int:
    """Return the money that these polls share out, in cents."""
    return sum(read_terms(question.terms).budget_cents for poll in polls for question in poll.questions)


def _sentence(prepared: str, shared: int) -> str:
    if not shared:
        return prepared
    return gettext("%(prepared)s Somme à partager : %(sum)s.", prepared=prepared, sum=money(shared))


def _missing(*, is_budget: bool, prepared: str) -> str:
    if prepared:
        return gettext(
            "Le vote préparé ne partage aucune somme : les habitants proposeront sans savoir combien la commune dépense. On peut publier ; choisissez pour ce vote une façon de compter de budget participatif, avec sa somme."
        )
    if is_budget:
        return gettext(
            "Elle n’est pas dite : les habitants proposeront sans savoir combien la commune dépense. On peut publier ; préparez le vote avec sa somme, ou écrivez-la dans le texte."
        )
    return gettext(
        "Une phase permet de voter, et aucun vote n’est préparé : à son ouverture, les habitants n’en trouveront pas. On peut publier, puis le préparer avant ce jour-là."
    )
