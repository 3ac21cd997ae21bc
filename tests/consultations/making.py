"""Made-up consultations, written straight into the database so that their phases may lie in the past."""

from datetime import datetime, timedelta

from flask.testing import FlaskClient

from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.rules import Activity, ConsultationPlan, ConsultationState, PhasePlan
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import transaction
from tests.conftest import post_form

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


def compose(client: FlaskClient, template: str = "other", **typed: object) -> str:
    """Compose a draft page after page, without a script, as a councillor does. Returns its address.

    Args:
        typed: the boxes of every page; those of the dates, where there are some, take the place of the template's phases.
    """
    text = {name: typed[name] for name in ("title", "summary", "body", "plain_text") if name in typed}
    first = post_form(client, f"/consultations/nouvelle/{template}", **text)
    assert first.status_code == 302, first.get_data(as_text=True)  # type: ignore[attr-defined]
    address = str(first.location).partition("/lieux")[0]  # type: ignore[attr-defined]
    version = 1
    if "neighbourhood_ids" in typed:
        post_form(client, f"{address}/lieux", neighbourhood_ids=typed["neighbourhood_ids"], version=version)
        version += 1
    boxes = {name: value for name, value in typed.items() if name.startswith("phases-")}
    if boxes:
        dates = post_form(client, f"{address}/dates", **boxes, version=version)
        assert dates.status_code == 302, dates.get_data(as_text=True)  # type: ignore[attr-defined]
    return address
