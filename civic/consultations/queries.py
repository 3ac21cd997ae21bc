from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.consultations import rules
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.rules import Activity, ConsultationState, Status
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate


def get_consultation(consultation_id: int) -> Consultation:
    """Return a consultation, draft or published, with its phases and neighbourhoods. Raises ConsultationNotFound."""
    consultation = db.session.get(Consultation, consultation_id)
    if consultation is None:
        raise ConsultationNotFound
    return consultation


def ensure_phase_permits(consultation_id: int, activity: Activity, *, at: datetime) -> None:
    """Refuse what no open phase of a published consultation permits.

    Raises:
        ConsultationNotFound: there is none, or it is a draft.
        PhaseClosed: says when the phase that permits it opens, or closed.
    """
    consultation = get_consultation(consultation_id)
    if consultation.state is not ConsultationState.PUBLISHED:
        raise ConsultationNotFound
    rules.ensure_permits(consultation.phases, activity, at=at)


def list_consultations(
    *,
    at: datetime,
    status: Status | None = None,
    neighbourhood_id: int | None = None,
    draft_territory_ids: Collection[int] = (),
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Consultation]:
    """Read a page of consultations, the last published first: published ones, and the drafts of some territories.

    Args:
        neighbourhood_id: those that concern it, the ones of the whole commune included.
        draft_territory_ids: the communes whose drafts the reader may see.
    """
    is_draft = sa.and_(
        Consultation.state == ConsultationState.DRAFT, Consultation.territory_id.in_(draft_territory_ids)
    )
    is_published = Consultation.state == ConsultationState.PUBLISHED
    query = sa.select(Consultation).where(sa.or_(is_published, is_draft))
    if status is not None:
        query = query.where(_has_status(status, at))
    if neighbourhood_id is not None:
        query = query.where(_concerns(neighbourhood_id))
    latest = sa.func.coalesce(Consultation.published_at, Consultation.created_at)
    return paginate(query.order_by(latest.desc(), Consultation.id.desc()), number=number, size=size)


def _has_status(status: Status, at: datetime) -> sa.ColumnElement[bool]:
    """The same as ``rules.status_of``, for the database."""
    phases = sa.select(Phase.id).where(Phase.consultation_id == Consultation.id).correlate(Consultation)
    has_begun = phases.where(Phase.opens_at <= at).exists()
    has_time_left = phases.where(Phase.closes_at > at).exists()
    is_published = Consultation.state == ConsultationState.PUBLISHED
    conditions: dict[Status, Any] = {
        Status.DRAFT: Consultation.state == ConsultationState.DRAFT,
        Status.COMING: sa.and_(is_published, ~has_begun, has_time_left),
        Status.OPEN: sa.and_(is_published, has_begun, has_time_left),
        Status.FINISHED: sa.and_(is_published, ~has_time_left),
    }
    return sa.and_(conditions[status])


def _concerns(neighbourhood_id: int) -> sa.ColumnElement[bool]:
    concerned = (
        sa.select(ConsultationNeighbourhood.territory_id)
        .where(ConsultationNeighbourhood.consultation_id == Consultation.id)
        .correlate(Consultation)
    )
    return sa.or_(
        ~concerned.exists(),
        concerned.where(ConsultationNeighbourhood.territory_id == neighbourhood_id).exists(),
    )


def claim_version(consultation_id: int, version: int) -> bool:
    """Take the next version of a consultation, if nobody has saved since this one. Guards against two editors at once."""
    result = db.session.execute(
        sa.update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.version == version)
        .values(version=version + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]
