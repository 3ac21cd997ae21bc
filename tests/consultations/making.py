"""Made-up consultations, written straight into the database so that their phases may lie in the past."""

from datetime import datetime, timedelta

from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.rules import Activity, ConsultationPlan, ConsultationState, PhasePlan
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import transaction

EVERYTHING = tuple(Activity)


def phase(
    opens_in_days: float = -1, closes_in_days: float = 10, *, name: str = "Vos idées", id: int | None = None
) -> PhasePlan:
    now = utc_now()
    opens_at, closes_at = now + timedelta(days=opens_in_days), now + timedelta(days=closes_in_days)
    return PhasePlan(name, opens_at, closes_at, EVERYTHING, id=id)


def plan(*phases: PhasePlan, title: str = "La place du marché", **values: object) -> ConsultationPlan:
    """Return a consultation that could be published, once it has a phase."""
    written = {"summary": "Que faire de la place ?", "body": "Tout est **ouvert**.", **values}
    return ConsultationPlan(title=title, phases=phases, **written)  # type: ignore[arg-type]


def add_consultation(
    town: int,
    *,
    neighbourhoods: tuple[int, ...] = (),
    is_published: bool = True,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    activities: tuple[Activity, ...] = EVERYTHING,
    title: str = "La place du marché",
) -> int:
    """Make a consultation of one phase, open unless dates are given (a context is needed). Returns its id."""
    now = utc_now()
    with transaction():
        consultation = Consultation(
            territory_id=town,
            title=title,
            summary="Que faire de la place ?",
            body_source="Tout est **ouvert**.",
            body_html=markdown_to_html("Tout est **ouvert**."),
            state=ConsultationState.PUBLISHED if is_published else ConsultationState.DRAFT,
            created_at=now,
            published_at=now if is_published else None,
        )
        consultation.neighbourhoods = [
            ConsultationNeighbourhood(territory_id=each) for each in neighbourhoods
        ]
        consultation.phases = [
            Phase(
                name="Vos idées",
                opens_at=opens_at or now - timedelta(days=1),
                closes_at=closes_at or now + timedelta(days=10),
                activities=[each.value for each in activities],
            )
        ]
        db.session.add(consultation)
        db.session.flush()
        return consultation.id
