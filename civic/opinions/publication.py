"""What the page that publishes a consultation says of its statements."""

from flask import url_for
from flask_babel import gettext, ngettext

from civic.consultations.models import Consultation
from civic.consultations.readiness import Part, publication_part
from civic.consultations.rules import Activity
from civic.opinions import queries


@publication_part
def statements_part(consultation: Consultation) -> Part | None:
    if not any(Activity.REACT in phase.activities for phase in consultation.phases):
        return None
    written = queries.count_statements(consultation.id)
    return Part(
        gettext("Les affirmations"),
        ngettext("%(num)s affirmation est prête.", "%(num)s affirmations sont prêtes.", written)
        if written
        else gettext(
            "Aucune n’est écrite : à l’ouverture, les habitants n’auront rien à quoi réagir tant que l’un d’eux n’en propose pas une. On peut publier ; proposez-en quelques-unes, ou demandez-le à des habitants, dès le premier jour."
        ),
        gettext("Voir ce que les habitants verront"),
        url_for("composing.show_preview", consultation_id=consultation.id),
        is_missing=not written,
    )
