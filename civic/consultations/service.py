"""Write a consultation, publish it, and read what one may see of it."""

from civic.consultations import queries, rules
from civic.consultations.access import ConsultationsAction
from civic.consultations.errors import (
    AlreadyPublished,
    ChangedMeanwhile,
    ConsultationNotFound,
    NotPublishable,
    UnknownCommune,
    UnknownNeighbourhood,
    UnknownPhase,
)
from civic.consultations.events import ConsultationDrafted, ConsultationPublished, ConsultationRevised
from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.readiness import other_reasons
from civic.consultations.rules import ConsultationPlan, ConsultationState, PhasePlan, Status
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories
from civic.territories.models import TerritoryKind


def draft_consultation(
    actor: Actor,
    *,
    territory_id: int,
    plan: ConsultationPlan,
    template: str | None = None,
    copied_from_id: int | None = None,
) -> int:
    """Begin a consultation of a commune, as a draft that residents do not see.

    Args:
        template, copied_from_id: what it began from (see ``beginning``).

    Returns:
        Its id.

    Raises:
        NotAllowed: the actor is neither a councillor nor an agent of this commune.
        UnknownCommune: the territory is a neighbourhood.
        UnknownNeighbourhood, PhaseEndsBeforeItBegins, UnknownPhase: the plan cannot be.
    """
    now = utc_now()
    with transaction():
        require(actor, ConsultationsAction.WRITE_CONSULTATION, territory_id)
        if territories.get_territory(territory_id).kind is not TerritoryKind.COMMUNE:
            raise UnknownCommune
        consultation = Consultation(
            territory_id=territory_id,
            author_id=actor.id,
            updated_by_id=actor.id,
            state=ConsultationState.DRAFT,
            version=1,
            created_at=now,
            template=template,
            copied_from_id=copied_from_id,
        )
        _write(consultation, plan)
        db.session.add(consultation)
        db.session.flush()
        publish(
            ConsultationDrafted(
                occurred_at=now,
                consultation_id=consultation.id,
                territory_id=territory_id,
                actor_id=actor.id,
                template=template,
                copied_from_id=copied_from_id,
            )
        )
    return consultation.id


def revise_consultation(actor: Actor, *, consultation_id: int, version: int, plan: ConsultationPlan) -> int:
    """Save a new text of a consultation, in place of the version that the actor had under the eyes.

    Returns:
        The new version.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is neither a councillor nor an agent of its commune.
        ChangedMeanwhile: somebody else saved in between.
        PastDatesAreKept, HiddenStaysHidden, NotPublishable: it is published, and residents already lived or read what would be taken away.
        UnknownNeighbourhood, PhaseEndsBeforeItBegins, UnknownPhase: the plan cannot be.
    """
    now = utc_now()
    with transaction():
        consultation = _locked(actor, consultation_id)
        require(actor, ConsultationsAction.WRITE_CONSULTATION, consultation)
        _ensure_version(consultation, version)
        if consultation.state is ConsultationState.PUBLISHED:
            old = {phase.id: phase.plan for phase in consultation.phases}
            rules.ensure_past_is_kept(old, plan.phases, at=now)
            rules.ensure_hiding_is_kept(old, plan.phases, at=now)
            rules.ensure_still_publishable(plan)
        _write(consultation, plan)
        consultation.version += 1
        consultation.updated_at, consultation.updated_by_id = now, actor.id
        publish(
            ConsultationRevised(
                occurred_at=now,
                consultation_id=consultation.id,
                territory_id=consultation.territory_id,
                actor_id=actor.id,
                version=consultation.version,
            )
        )
        return consultation.version


def publish_consultation(actor: Actor, *, consultation_id: int, version: int | None = None) -> None:
    """Show a draft to everybody. Its phases then open and close by their dates alone.

    Args:
        version: the one that was previewed; None to publish whatever is there.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is neither a councillor nor an agent of its commune.
        AlreadyPublished: it is.
        ChangedMeanwhile: somebody saved since it was previewed.
        NotPublishable: says everything that is lacking.
    """
    now = utc_now()
    with transaction():
        consultation = _locked(actor, consultation_id)
        require(actor, ConsultationsAction.PUBLISH_CONSULTATION, consultation)
        if consultation.state is ConsultationState.PUBLISHED:
            raise AlreadyPublished
        if version is not None:
            _ensure_version(consultation, version)
        rules.ensure_publishable(consultation.plan, at=now)
        if reasons := other_reasons(consultation):
            raise NotPublishable(fields={"_form": reasons})
        consultation.state, consultation.published_at = ConsultationState.PUBLISHED, now
        consultation.version += (
            1  # who was still writing the draft reads first that what she saves now shows at once
        )
        publish(
            ConsultationPublished(
                occurred_at=now,
                consultation_id=consultation.id,
                territory_id=consultation.territory_id,
                actor_id=actor.id,
            )
        )


def get_visible_consultation(actor: Actor, consultation_id: int) -> Consultation:
    """Return a consultation that the actor may read. A draft does not exist for who may not: ConsultationNotFound is raised."""
    return _visible(actor, queries.get_consultation(consultation_id))


def list_visible_consultations(
    actor: Actor,
    *,
    status: Status | None = None,
    neighbourhood_id: int | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Consultation]:
    """Read a page of the consultations that the actor may read, drafts included for those who write them."""
    places = {territory_id for _, territory_id in actor.grants}
    return queries.list_consultations(
        at=utc_now(),
        status=status,
        neighbourhood_id=neighbourhood_id,
        draft_territory_ids={place for place in places if can(actor, ConsultationsAction.SEE_DRAFT, place)},
        number=number,
        size=size,
    )


def _visible(actor: Actor, consultation: Consultation) -> Consultation:
    is_published = consultation.state is ConsultationState.PUBLISHED
    if not is_published and not can(actor, ConsultationsAction.SEE_DRAFT, consultation):
        raise ConsultationNotFound
    return consultation


def _locked(actor: Actor, consultation_id: int) -> Consultation:
    return _visible(actor, queries.lock_consultation(consultation_id))


def _ensure_version(consultation: Consultation, version: int) -> None:
    if consultation.version != version:
        raise ChangedMeanwhile


def _write(consultation: Consultation, plan: ConsultationPlan) -> None:
    """Write a plan over a consultation. The rules are asked first: a draft may be incomplete, not impossible."""
    rules.ensure_windows(plan.phases)
    neighbourhoods = {place.id for place in territories.list_neighbourhoods(consultation.territory_id)}
    if not plan.neighbourhood_ids <= neighbourhoods:
        raise UnknownNeighbourhood(fields={"neighbourhood_ids": [UnknownNeighbourhood.message]})
    consultation.title, consultation.summary = plan.title, plan.summary
    consultation.body_source, consultation.body_html = plan.body, markdown_to_html(plan.body)
    consultation.plain_text = plan.plain_text
    consultation.allows_anonymous = plan.allows_anonymous
    consultation.topics = list(dict.fromkeys(plan.topics))
    consultation.most_supports = plan.most_supports
    kept = {row.territory_id: row for row in consultation.neighbourhoods}
    consultation.neighbourhoods = [
        kept.get(place) or ConsultationNeighbourhood(territory_id=place)
        for place in sorted(plan.neighbourhood_ids)
    ]
    phases = {phase.id: phase for phase in consultation.phases}
    consultation.phases = [_write_phase(phases, each) for each in plan.phases]


def _write_phase(phases: dict[int, Phase], plan: PhasePlan) -> Phase:
    if plan.id is not None and plan.id not in phases:
        raise UnknownPhase
    phase = phases.pop(plan.id) if plan.id is not None else Phase()
    phase.name, phase.description = plan.name, plan.description
    phase.opens_at, phase.closes_at = plan.opens_at, plan.closes_at
    phase.activities = [activity.value for activity in plan.activities]
    phase.hides_reactions = plan.hides_reactions
    return phase
