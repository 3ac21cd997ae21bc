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
            "Aucune n’est écrite : à l’ouverture, les habitants n’auront rien à quoi réagir tant que l’un d’eux n’en propose pas une. Écrivez-en dix à vingt, de tous les avis. On peut publier sans elles, et les écrire avant l’ouverture."
        ),
        gettext("Modifier les affirmations") if written else gettext("Écrire les affirmations"),
        url_for("prepared_statements.show_prepared", consultation_id=consultation.id),
        is_missing=not written,
    )
