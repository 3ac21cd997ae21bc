"""What the public may find, as the features hold it now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.rules import ConsultationState
from civic.councils.calls.models import CandidateCall
from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.models import Council, Sitting
from civic.councils.sittings.models import AgendaItem
from civic.councils.sortition.models import Draw
from civic.inquiries.models import Inquiry, InquiryNeighbourhood
from civic.inquiries.queries import is_public as is_public_inquiry
from civic.kernel.database import db
from civic.mutual_aid.gatherings.models import Gathering, Shift
from civic.mutual_aid.gatherings.rules import GatheringState
from civic.mutual_aid.guides.models import Guide
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import OfferState
from civic.pages.models import SearchKind
from civic.petitions.models import Petition
from civic.petitions.queries import is_public as is_public_petition
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState
from civic.surveys.asking import take_up
from civic.surveys.models import Survey
from civic.voting.models import Poll
from civic.voting.rules import PollState

Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Findable:
    """A public thing as the search keeps it. ``places``: the territories that it concerns. ``answers``: what the town hall answered to it."""

    kind: SearchKind
    id: int
    title: str
    text: str
    dated_at: datetime
    opens_at: datetime | None
    closes_at: datetime | None
    places: frozenset[int]
    answers: tuple[str, ...] = ()


def _read(
    id: Any, title: Any, text: Any, dated_at: Any, place: Any, *, opens_at: Any = None, closes_at: Any = None
) -> Query:
    """Return the columns of what can be found, in the order in which they are read."""
    never = sa.null()
    return sa.select(
        id, title, text, dated_at, place, never if opens_at is None else opens_at,
        never if closes_at is None else closes_at,
    )  # fmt: skip


def _bound(of: Any, column: Any, key: Any, parent: Any) -> Any:
    return sa.select(of(column)).where(key == parent).correlate(parent.class_).scalar_subquery()


def _consultations() -> Query:
    text = Consultation.summary + "\n" + Consultation.body_source
    query = _read(
        Consultation.id, Consultation.title, text, Consultation.published_at, Consultation.territory_id,
        opens_at=_bound(sa.func.min, Phase.opens_at, Phase.consultation_id, Consultation.id),
        closes_at=_bound(sa.func.max, Phase.closes_at, Phase.consultation_id, Consultation.id),
    )  # fmt: skip
    return query.where(Consultation.state == ConsultationState.PUBLISHED)


def _proposals() -> Query:
    query = _read(
        Proposal.id, Proposal.title, Proposal.body_source, Proposal.published_at, Proposal.territory_id
    )
    query = query.join(Consultation, Consultation.id == Proposal.consultation_id)
    return query.where(
        Proposal.hidden_at.is_(None),
        Proposal.withdrawn_at.is_(None),
        Consultation.state == ConsultationState.PUBLISHED,
    )


def _polls() -> Query:
    query = _read(
        Poll.id, Poll.question, Poll.description_source, Poll.opens_at, Poll.territory_id,
        opens_at=Poll.opens_at, closes_at=Poll.closes_at,
    )  # fmt: skip
    return query.where(Poll.state == PollState.FROZEN)


def _offers() -> Query:
    query = _read(Offer.id, Offer.title, Offer.text, Offer.created_at, Offer.territory_id)
    return query.where(Offer.state == OfferState.ACTIVE, Offer.hidden_at.is_(None))


def _councils() -> Query:
    return _read(Council.id, Council.name, Council.page_source, Council.created_at, Council.territory_id)


def _sittings() -> Query:
    items = sa.select(sa.func.aggregate_strings(AgendaItem.title, "\n")).where(
        AgendaItem.sitting_id == Sitting.id
    )
    titles = sa.func.coalesce(items.correlate(Sitting).scalar_subquery(), "")
    text = Sitting.agenda_source + "\n" + titles + "\n" + Sitting.minutes_source
    query = _read(
        Sitting.id, Sitting.title, text, Sitting.starts_at, Council.territory_id,
        opens_at=Sitting.starts_at, closes_at=Sitting.starts_at,
    )  # fmt: skip
    return query.join(Council, Council.id == Sitting.council_id).where(Sitting.published_at.is_not(None))


def _gatherings() -> Query:
    query = _read(
        Gathering.id, Gathering.title, Gathering.text + "\n" + Gathering.address, Gathering.created_at, Gathering.territory_id,
        opens_at=_bound(sa.func.min, Shift.starts_at, Shift.gathering_id, Gathering.id),
        closes_at=_bound(sa.func.max, Shift.ends_at, Shift.gathering_id, Gathering.id),
    )  # fmt: skip
    return query.where(Gathering.state == GatheringState.PUBLISHED)


def _guides() -> Query:
    text = Guide.summary + "\n" + Guide.text
    query = _read(Guide.id, Guide.title, text, Guide.changed_at, Guide.territory_id)
    return query.where(Guide.removed_at.is_(None))


def _petitions() -> Query:
    text = Petition.ask_source + "\n" + Petition.why_source + "\n" + Petition.decision_source
    query = _read(
        Petition.id, Petition.title, text, Petition.opens_at, Petition.territory_id,
        opens_at=Petition.opens_at, closes_at=Petition.closes_at,
    )  # fmt: skip
    return query.where(is_public_petition())


def _inquiries() -> Query:
    query = _read(
        Inquiry.id, Inquiry.title, Inquiry.subject_source + "\n" + Inquiry.reserves, Inquiry.announced_at, Inquiry.territory_id,
        opens_at=Inquiry.opens_at, closes_at=Inquiry.closes_at,
    )  # fmt: skip
    return query.where(is_public_inquiry())


def _calls() -> Query:
    text = CandidateCall.body_source + "\n" + CandidateCall.outcome
    query = _read(
        CandidateCall.id, CandidateCall.title, text, CandidateCall.published_at, CandidateCall.territory_id,
        opens_at=CandidateCall.opens_at, closes_at=CandidateCall.closes_at,
    )  # fmt: skip
    return query.where(CandidateCall.published_at.is_not(None), CandidateCall.cancelled_at.is_(None))


def _surveys() -> Query:
    """The questionnaires of published consultations, each by the number of its consultation: what they ask, never what was answered."""
    query = _read(
        Survey.consultation_id, Consultation.title, Survey.document, Survey.updated_at, Consultation.territory_id,
        opens_at=_bound(sa.func.min, Phase.opens_at, Phase.consultation_id, Consultation.id),
        closes_at=_bound(sa.func.max, Phase.closes_at, Phase.consultation_id, Consultation.id),
    )  # fmt: skip
    query = query.join(Consultation, Consultation.id == Survey.consultation_id)
    return query.where(Consultation.state == ConsultationState.PUBLISHED)


def _asked(document: dict[str, Any]) -> str:
    """Return what a questionnaire asks, as it is read."""
    questionnaire = take_up(document)
    lines = [line for question in questionnaire.questions for line in (question.label, *question.options)]
    return "\n".join([questionnaire.title, questionnaire.intro, *lines])


def _records() -> Query:
    text = sa.func.coalesce(MunicipalRecord.number, "") + "\n" + MunicipalRecord.summary
    query = _read(
        MunicipalRecord.id,
        MunicipalRecord.title,
        text,
        MunicipalRecord.published_at,
        MunicipalRecord.territory_id,
    )
    return query.where(MunicipalRecord.published_at.is_not(None))


def _draws() -> Query:
    """Draws by lot: what they are for, never who is on their list."""
    query = _read(Draw.id, Draw.title, Draw.purpose, Draw.frozen_at, Draw.territory_id)
    return query.where(Draw.frozen_at.is_not(None), Draw.cancelled_at.is_(None))


SOURCES: dict[SearchKind, Callable[[], Query]] = {
    SearchKind.CONSULTATION: _consultations,
    SearchKind.PROPOSAL: _proposals,
    SearchKind.POLL: _polls,
    SearchKind.OFFER: _offers,
    SearchKind.COUNCIL: _councils,
    SearchKind.SITTING: _sittings,
    SearchKind.GATHERING: _gatherings,
    SearchKind.GUIDE: _guides,
    SearchKind.PETITION: _petitions,
    SearchKind.INQUIRY: _inquiries,
    SearchKind.CALL: _calls,
    SearchKind.SURVEY: _surveys,
    SearchKind.RECORD: _records,
    SearchKind.DRAW: _draws,
}
"""For each kind, what the public may read of it."""


def public_ids(kind: SearchKind) -> Query:
    """Return the query of the ids of a kind that the public may read."""
    query = SOURCES[kind]()
    return query.with_only_columns(query.selected_columns[0], maintain_column_froms=True)


def count_findables(kind: SearchKind) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(public_ids(kind).subquery())) or 0


def find_findable(kind: SearchKind, subject_id: int) -> Findable | None:
    """Return a thing as the public reads it, or None when it is not (or no longer) public."""
    query = SOURCES[kind]()
    found = _findables(kind, query.where(query.selected_columns[0] == subject_id))
    return found[0] if found else None


def list_findables(kind: SearchKind, *, after_id: int, size: int) -> list[Findable]:
    """Return the public things of a kind, by id, from after an id: a batch of them."""
    query = SOURCES[kind]()
    key = query.selected_columns[0]
    return _findables(kind, query.where(key > after_id).order_by(key).limit(size))


def _findables(kind: SearchKind, query: Query) -> list[Findable]:
    rows = list(db.session.execute(query))
    ids = [row[0] for row in rows]
    places = _neighbourhoods_of(kind, ids) if kind in _NEIGHBOURHOODS else {}
    answers = _answers_to(ids) if kind is SearchKind.PROPOSAL else {}
    if kind is SearchKind.PETITION:
        answers = _decisions_on(ids)
    return [
        Findable(
            kind, id, title, _asked(text) if kind is SearchKind.SURVEY else text, dated_at, opens_at, closes_at,
            frozenset(places.get(id, [place])), tuple(answers.get(id, ())),
        )
        for id, title, text, dated_at, place, opens_at, closes_at in rows
    ]  # fmt: skip


_NEIGHBOURHOODS: dict[SearchKind, tuple[Any, Any]] = {
    SearchKind.CONSULTATION: (
        ConsultationNeighbourhood.consultation_id,
        ConsultationNeighbourhood.territory_id,
    ),
    SearchKind.INQUIRY: (InquiryNeighbourhood.inquiry_id, InquiryNeighbourhood.territory_id),
}


def _neighbourhoods_of(kind: SearchKind, ids: Collection[int]) -> dict[int, list[int]]:
    owner, place = _NEIGHBOURHOODS[kind]
    return _gathered(sa.select(owner, place).where(owner.in_(ids)))


def _answers_to(proposal_ids: Collection[int]) -> dict[int, list[str]]:
    """A draft is never among them."""
    query = sa.select(Answer.proposal_id, Answer.body_source).where(
        Answer.proposal_id.in_(proposal_ids), Answer.state == AnswerState.PUBLISHED
    )
    return _gathered(query.order_by(Answer.published_at.desc(), Answer.id.desc()))


def _decisions_on(petition_ids: Collection[int]) -> dict[int, list[str]]:
    query = sa.select(Petition.id, Petition.decision_source)
    return _gathered(query.where(Petition.id.in_(petition_ids), Petition.decided_at.is_not(None)))


def _gathered(query: Query) -> dict[int, list[Any]]:
    gathered: dict[int, list[Any]] = {}
    for key, value in db.session.execute(query):
        gathered.setdefault(key, []).append(value)
    return gathered
