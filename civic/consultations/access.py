from typing import Any

from civic.consultations.models import Consultation
from civic.kernel.access import Action, Actor, predicate
from civic.kernel.errors import N_


class ConsultationsAction(Action):
    SEE_DRAFT = "consultations.see_draft"
    WRITE_CONSULTATION = "consultations.write_consultation"
    PUBLISH_CONSULTATION = "consultations.publish_consultation"


@predicate(N_("habiter un quartier concerné par cette consultation (indiquez-le dans « Mon espace »)"))
def lives_where_consulted(actor: Actor, thing: Any) -> bool:
    """The thing is the consultation in which somebody wants to take part."""
    consultation: Consultation = thing
    return bool(consultation.concerned_ids & actor.residence_ids)
