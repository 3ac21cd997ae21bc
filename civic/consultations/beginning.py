"""Begin a consultation from a template, or from another one."""

from dataclasses import replace
from datetime import datetime

from civic.consultations import arranging
from civic.consultations.access import ConsultationsAction
from civic.consultations.documents.queries import copy_documents
from civic.consultations.errors import TemplateNotFound
from civic.consultations.rules import ConsultationPlan
from civic.consultations.service import draft_consultation, get_visible_consultation
from civic.consultations.templates import get_template
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.transaction import transaction


def begin_consultation(
    actor: Actor,
    *,
    territory_id: int,
    template_key: str,
    plan: ConsultationPlan,
    starts_at: datetime | None = None,
) -> int:
    """Begin a consultation from a template, as a draft with its phases dated.

    Args:
        plan: what was written; its phases are not read.
        starts_at: when the first phase opens; the next Monday at eight when None.

    Returns:
        Its id.

    Raises:
        TemplateNotFound: no template has this key.
        NotAllowed, UnknownCommune, UnknownNeighbourhood: see ``draft_consultation``.
    """
    template = get_template(template_key)
    if template is None:
        raise TemplateNotFound
    start = starts_at or arranging.usual_start(utc_now())
    dated = replace(plan, phases=arranging.phases_of(template, start))
    return draft_consultation(
        actor, territory_id=territory_id, plan=with_summary(dated), template=template_key
    )


def copy_consultation(actor: Actor, *, consultation_id: int, starts_at: datetime | None = None) -> int:
    """Begin a draft with the texts, documents, places, phases and rules of another consultation, and nothing that anybody else wrote in it.

    Args:
        starts_at: when the first phase opens; within the week, at the weekday and the hour that it had, when None.

    Returns:
        The id of the draft.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is neither a councillor nor an agent of its commune.
    """
    now = utc_now()
    with transaction():
        source = get_visible_consultation(actor, consultation_id)
        require(actor, ConsultationsAction.WRITE_CONSULTATION, source)
        plan = source.plan
        phases = (
            arranging.copied_phases(plan.phases, now=now)
            if starts_at is None
            else arranging.phases_from(plan.phases, starts_at)
        )
        copy_id = draft_consultation(
            actor,
            territory_id=source.territory_id,
            plan=replace(plan, phases=phases),
            template=source.template,
            copied_from_id=source.id,
        )
        copy_documents(source.id, copy_id, at=now)
        return copy_id


def with_summary(plan: ConsultationPlan) -> ConsultationPlan:
    """Take the first sentence of the presentation for the summary that nobody wrote."""
    return plan if plan.summary else replace(plan, summary=arranging.first_sentence(plan.body))
