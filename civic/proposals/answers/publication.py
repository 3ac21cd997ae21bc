"""What the page that publishes questions to the elected says of who answers them."""

from flask import url_for
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.consultations.models import Consultation
from civic.consultations.readiness import Part, publication_part
from civic.consultations.templates import QUESTIONS
from civic.proposals.answers import queries
from civic.web.identity import current_actor


@publication_part
def answering_part(consultation: Consultation) -> Part | None:
    """As ``promising.promise_at_publication`` has it: who was named, else the councillor who wrote it, or publishes it."""
    if consultation.template != QUESTIONS:
        return None
    councillors, _ = queries.staff_ids(consultation.territory_id)
    named = (
        queries.list_charge(consultation.id)
        or [each for each in (consultation.author_id, current_actor().person_id) if each in councillors][:1]
    )
    names = accounts.names_of(set(named))
    return Part(
        gettext("Qui répond aux questions"),
        gettext(
            "Chargé de répondre : %(names)s.", names=", ".join(names[each] for each in named if each in names)
        )
        if named
        else gettext(
            "Personne n’est nommé : chaque question promet une réponse écrite, et nul n’est prévenu en premier. On peut publier ; nommez au moins un élu."
        ),
        gettext("Changer qui répond") if named else gettext("Nommer qui répond"),
        url_for("answers.show_promise_form", consultation_id=consultation.id),
        is_missing=not named,
    )
