from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from civic.accounts import queries as accounts
from civic.consultations import rules
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.rules import Activity, Call, ConsultationState, PhasePlan, PhaseTime, Status
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.territories import queries as territories


@dataclass(frozen=True)
class PhaseView:
    """A phase and where it stands in time, now."""

    plan: PhasePlan
    time: PhaseTime


@dataclass(frozen=True)
class ConsultationView:
    """A consultation as it is read, in plain values.

    Attributes:
        neighbourhoods: (id, name), by name; none when it is the whole commune.
        activities_now: what its open phases permit.
        call: what residents are called to do, and until when; None when there is only to read.
        proposing: the phase in which proposals may be made, open or to come.
    """

    id: int
    territory_id: int
    title: str
    summary: str
    body: str
    body_html: str
    plain_text: str
    allows_anonymous: bool
    topics: tuple[str, ...]
    most_supports: int | None
    state: ConsultationState
    status: Status
    version: int
    neighbourhoods: tuple[tuple[int, str], ...]
    phases: tuple[PhaseView, ...]
    activities_now: frozenset[Activity]
    call: Call | None
    proposing: Call | None
    author_name: str | None
    updated_by_name: str | None
    created_at: datetime
    published_at: datetime | None
    template: str | None = None

    @property
    def opens_at(self) -> datetime | None:
        return min((phase.plan.opens_at for phase in self.phases), default=None)

    @property
    def last_second(self) -> datetime | None:
        return max((phase.plan.last_second for phase in self.phases), default=None)

    @property
    def neighbourhood_ids(self) -> list[int]:
        return [key for key, _ in self.neighbourhoods]

    @property
    def open_phases(self) -> list[PhasePlan]:
        return [phase.plan for phase in self.phases if phase.time is PhaseTime.CURRENT]

    def ever_permits(self, activity: str) -> bool:
        return any(activity in phase.plan.activities for phase in self.phases)

    def has_coming(self, activity: str) -> bool:
        """Tell whether a phase to come permits the activity."""
        return any(
            phase.time is PhaseTime.FUTURE and activity in phase.plan.activities for phase in self.phases
        )

    @property
    def next_phase(self) -> PhasePlan | None:
        return next((phase.plan for phase in self.phases if phase.time is PhaseTime.FUTURE), None)


def get_consultation(consultation_id: int) -> Consultation:
    """Return a consultation, draft or published, with its phases and neighbourhoods. Raises ConsultationNotFound."""
    consultation = db.session.get(Consultation, consultation_id, options=_WHOLE)
    if consultation is None:
        raise ConsultationNotFound
    return consultation


_WHOLE = (joinedload(Consultation.phases), joinedload(Consultation.neighbourhoods))
"""One statement for one consultation; the rows of a list are read apart, for a list of them would be their product."""


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


def is_hiding(consultation_id: Any, *, at: Any) -> sa.ColumnElement[bool]:
    """Whether a consultation hides its totals, for the database: the same as ``rules.hidden_until``."""
    return (
        sa.exists()
        .where(Phase.consultation_id == consultation_id, Phase.hides_reactions, Phase.closes_at > at)
        .correlate_except(Phase)
    )


_PHASES = Phase.__table__.c
_HIDING = sa.select(_PHASES.consultation_id).where(
    _PHASES.consultation_id.in_(sa.bindparam("ids", expanding=True)),
    _PHASES.hides_reactions,
    _PHASES.closes_at > sa.bindparam("at"),
)


def hiding_among(consultation_ids: Collection[int], *, at: datetime) -> set[int]:
    """Return those of some consultations whose totals nobody may know yet."""
    if not consultation_ids:
        return set()
    return set(db.session.scalars(_HIDING, {"ids": list(consultation_ids), "at": at}))


def list_consultations(
    *,
    at: datetime,
    status: Status | None = None,
    neighbourhood_id: int | None = None,
    draft_territory_ids: Collection[int] = (),
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Consultation]:
    """Read a page of consultations: published ones, and the drafts of some territories.

    Drafts come first, then what is open, then what is coming, then what is finished; each from the last published.

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
    in_order = (Status.DRAFT, Status.OPEN, Status.COMING)
    rank = sa.case(
        *((_has_status(each, at), place) for place, each in enumerate(in_order)), else_=len(in_order)
    )
    return paginate(query.order_by(rank, latest.desc(), Consultation.id.desc()), number=number, size=size)


def is_title_shared(consultation: Consultation) -> bool:
    """Whether another published consultation bears the same title, as one that was copied does."""
    same = sa.func.lower(Consultation.title) == consultation.title.lower()
    others = sa.and_(Consultation.id != consultation.id, Consultation.state == ConsultationState.PUBLISHED)
    return db.session.scalar(sa.select(sa.exists().where(same, others))) or False


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


def lock_consultation(consultation_id: int) -> Consultation:
    """Return a consultation as it is now, which nobody else changes before the transaction ends. Raises ConsultationNotFound."""
    query = sa.select(Consultation).filter_by(id=consultation_id).with_for_update()
    consultation = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if consultation is None:
        raise ConsultationNotFound
    return consultation


def view_consultations(consultations: Sequence[Consultation], *, at: datetime) -> list[ConsultationView]:
    """Return consultations as plain values, with the names they show: two queries, however many they are."""
    places = territories.names_of({place for each in consultations for place in each.concerned_ids})
    people = accounts.names_of(
        {person for each in consultations for person in (each.author_id, each.updated_by_id) if person}
    )
    return [_view(consultation, places, people, at) for consultation in consultations]


def view_consultation(consultation: Consultation, *, at: datetime) -> ConsultationView:
    return view_consultations([consultation], at=at)[0]


def _view(
    consultation: Consultation, places: dict[int, str], people: dict[int, str], at: datetime
) -> ConsultationView:
    phases = tuple(phase.plan for phase in consultation.phases)
    return ConsultationView(
        id=consultation.id,
        territory_id=consultation.territory_id,
        title=consultation.title,
        summary=consultation.summary,
        body=consultation.body_source,
        body_html=consultation.body_html,
        plain_text=consultation.plain_text,
        allows_anonymous=consultation.allows_anonymous,
        topics=tuple(consultation.topics),
        most_supports=consultation.most_supports,
        state=consultation.state,
        status=rules.status_of(consultation.state, phases, at=at),
        version=consultation.version,
        neighbourhoods=tuple(
            sorted(((key, places[key]) for key in consultation.neighbourhood_ids), key=lambda place: place[1])
        ),
        phases=tuple(PhaseView(plan, rules.time_of(plan, at=at)) for plan in phases),
        call=rules.call_of(phases, at=at),
        proposing=rules.call_for(Activity.PROPOSE, phases, at=at),
        activities_now=frozenset(each for each in Activity if rules.permits(phases, each, at=at)),
        author_name=people.get(consultation.author_id or 0),
        updated_by_name=people.get(consultation.updated_by_id or 0),
        created_at=consultation.created_at,
        published_at=consultation.published_at,
        template=consultation.template,
    )
