"""What happened and what is to come, among what everybody may read: a fixed number of queries, and bounded lists."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from civic.consultations.letters.models import Letter
from civic.consultations.letters.queries import PATH as LETTERS
from civic.consultations.letters.queries import is_read
from civic.consultations.models import Consultation, ConsultationNeighbourhood, Phase
from civic.consultations.rules import ConsultationState
from civic.consultations.templates import QUESTIONS
from civic.councils.calls.models import CandidateCall
from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.models import Council, Sitting
from civic.feeds.inquiries import inquiry_entries, inquiry_events
from civic.feeds.rules import Entry, Event
from civic.kernel.database import db
from civic.petitions.models import Petition
from civic.petitions.queries import is_public as is_public_petition
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState
from civic.voting.models import Poll
from civic.voting.rules import PollState

MOST = 50
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
SITTING_LASTS = timedelta(hours=2)

Kept = sa.ColumnElement[bool]


def list_entries(*, place_id: int | None = None, consultation_id: int | None = None) -> list[Entry]:
    """Return what happened last in the town, in a neighbourhood, or in a consultation."""
    entries = [*_consultations(place_id, consultation_id), *_proposals(place_id, consultation_id)]
    entries += _answers(place_id, consultation_id)
    entries += _letters(place_id, consultation_id)
    if consultation_id is None:
        entries += [
            *_polls(place_id),
            *_sittings(place_id),
            *_petitions(place_id),
            *_calls(place_id),
            *_records(place_id),
        ]
        entries += inquiry_entries(place_id, most=MOST)
    return sorted(entries, key=lambda entry: (entry.at, entry.key), reverse=True)[:MOST]


def _rows(query: sa.Select[*tuple[Any, ...]], order: Any) -> list[Any]:
    return list(db.session.execute(query.order_by(order.desc()).limit(MOST)))


def _published(place_id: int | None, consultation_id: int | None) -> list[Kept]:
    kept: list[Kept] = [Consultation.state == ConsultationState.PUBLISHED]
    if place_id is not None:
        concerned = sa.select(ConsultationNeighbourhood.consultation_id).filter_by(territory_id=place_id)
        kept.append(Consultation.id.in_(concerned))
    if consultation_id is not None:
        kept.append(Consultation.id == consultation_id)
    return kept


def _consultations(place_id: int | None, consultation_id: int | None) -> list[Entry]:
    query = sa.select(
        Consultation.id, Consultation.title, Consultation.summary, Consultation.published_at
    ).where(*_published(place_id, consultation_id))
    return [
        Entry(f"consultation-{row.id}", gettext("Consultation : %(title)s", title=row.title), row.summary, f"/consultations/{row.id}", row.published_at)
        for row in _rows(query, Consultation.published_at)
    ]  # fmt: skip


def _shown(place_id: int | None, consultation_id: int | None) -> list[Kept]:
    kept: list[Kept] = [
        Proposal.hidden_at.is_(None),
        Proposal.withdrawn_at.is_(None),
        Consultation.state == ConsultationState.PUBLISHED,
    ]
    if place_id is not None:
        kept.append(Proposal.territory_id == place_id)
    if consultation_id is not None:
        kept.append(Proposal.consultation_id == consultation_id)
    return kept


def _proposals(place_id: int | None, consultation_id: int | None) -> list[Entry]:
    query = (
        sa.select(
            Proposal.id,
            Proposal.title,
            Proposal.published_at,
            Consultation.title.label("asked"),
            Consultation.template,
        )
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .where(*_shown(place_id, consultation_id), Proposal.article_number.is_(None))
    )
    return [
        Entry(f"proposal-{row.id}", _asked_or_proposed(row), row.asked, f"/propositions/{row.id}", row.published_at)
        for row in _rows(query, Proposal.published_at)
    ]  # fmt: skip


def _letters(place_id: int | None, consultation_id: int | None) -> list[Entry]:
    """What the town hall wrote to those whom a consultation concerns."""
    query = (
        sa.select(Letter.id, Letter.title, Letter.sent_at, Consultation.title.label("about"))
        .join(Consultation, Consultation.id == Letter.consultation_id)
        .where(is_read(), *_published(place_id, consultation_id))
    )
    return [
        Entry(f"letter-{row.id}", gettext("Nouvelle de la mairie : %(title)s", title=row.title), row.about, f"{LETTERS}{row.id}", row.sent_at)
        for row in _rows(query, Letter.sent_at)
    ]  # fmt: skip


def _asked_or_proposed(row: Any) -> str:
    if row.template == QUESTIONS:
        return gettext("Question aux élus : %(title)s", title=row.title)
    return gettext("Proposition : %(title)s", title=row.title)


def _answers(place_id: int | None, consultation_id: int | None) -> list[Entry]:
    query = (
        sa.select(Answer.id, Proposal.id.label("proposal_id"), Proposal.title, Answer.published_at, Consultation.title.label("asked"))
        .join(Proposal, Proposal.id == Answer.proposal_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .where(Answer.state == AnswerState.PUBLISHED, *_shown(place_id, consultation_id))
    )  # fmt: skip
    return [
        Entry(f"answer-{row.id}", gettext("La mairie a répondu : %(title)s", title=row.title), row.asked, f"/propositions/{row.proposal_id}", row.published_at)
        for row in _rows(query, Answer.published_at)
    ]  # fmt: skip


def _polls(place_id: int | None) -> list[Entry]:
    query = sa.select(Poll.id, Poll.question, Poll.frozen_at).where(
        Poll.state == PollState.FROZEN, Poll.frozen_at.is_not(None)
    )
    if place_id is not None:
        query = query.where(Poll.territory_id == place_id)
    return [
        Entry(f"poll-{row.id}", gettext("Vote annoncé : %(title)s", title=row.question), "", f"/scrutins/{row.id}", row.frozen_at)
        for row in _rows(query, Poll.frozen_at)
    ]  # fmt: skip


def _sittings(place_id: int | None) -> list[Entry]:
    query = (
        sa.select(Sitting.id, Sitting.title, Sitting.published_at, Council.name)
        .join(Council, Council.id == Sitting.council_id)
        .where(Sitting.published_at.is_not(None))
    )
    if place_id is not None:
        query = query.where(Council.territory_id == place_id)
    return [
        Entry(f"sitting-{row.id}", gettext("Séance : %(title)s", title=row.title), row.name, f"/conseils-de-quartier/seances/{row.id}", row.published_at)
        for row in _rows(query, Sitting.published_at)
    ]  # fmt: skip


def _petitions(place_id: int | None) -> list[Entry]:
    """A petition is of the whole commune: opened, reached, decided, each told once."""
    query = sa.select(Petition).where(is_public_petition())
    if place_id is not None:
        query = query.where(Petition.territory_id == place_id)
    last = sa.func.coalesce(Petition.decided_at, Petition.reached_at, Petition.opens_at)
    found = db.session.scalars(query.order_by(last.desc()).limit(MOST))
    return [
        Entry(f"petition-{row.id}{moment}", told % {"title": row.title}, "", f"/petitions/{row.id}", at)
        for row in found
        for moment, told, at in (
            ("", gettext("Pétition : %(title)s", title="%(title)s"), row.opens_at),
            (
                "-reached",
                gettext("Pétition qui a réuni ses signatures : %(title)s", title="%(title)s"),
                row.reached_at,
            ),
            (
                "-decided",
                gettext("Décision du conseil sur la pétition : %(title)s", title="%(title)s"),
                row.decided_at,
            ),
        )
        if at is not None
    ]


def _calls(place_id: int | None) -> list[Entry]:
    shown: list[Kept] = [CandidateCall.published_at.is_not(None), CandidateCall.cancelled_at.is_(None)]
    if place_id is not None:
        shown.append(CandidateCall.territory_id == place_id)
    query = sa.select(CandidateCall.id, CandidateCall.title, CandidateCall.published_at).where(*shown)
    return [
        Entry(f"call-{row.id}", gettext("Appel à candidatures : %(title)s", title=row.title), "", f"/appels-a-candidatures/{row.id}", row.published_at)
        for row in _rows(query, CandidateCall.published_at)
    ]  # fmt: skip


def _records(place_id: int | None) -> list[Entry]:
    """What the municipal council decided is of the whole commune."""
    record = MunicipalRecord
    query = sa.select(record.id, record.title, record.summary, record.published_at)
    query = query.where(record.published_at.is_not(None))
    if place_id is not None:
        query = query.where(record.territory_id == place_id)
    return [
        Entry(f"record-{row.id}", gettext("Conseil municipal : %(title)s", title=row.title), row.summary, f"/conseil-municipal/{row.id}", row.published_at)
        for row in _rows(query, record.published_at)
    ]  # fmt: skip


def list_events(*, now: datetime) -> list[Event]:
    """Return what opens, closes and takes place, from three months ago to a year from now."""
    first, last = now - BACK, now + AHEAD
    return sorted(
        [
            *_phase_events(first, last),
            *_poll_events(first, last),
            *_sitting_events(first, last),
            *_petition_events(first, last),
            *inquiry_events(first, last, most=10 * MOST),
        ],
        key=lambda event: (event.starts_at, event.key),
    )


def _phase_events(first: datetime, last: datetime) -> list[Event]:
    query = (
        sa.select(Phase.id, Phase.name, Phase.opens_at, Phase.closes_at, Consultation.id.label("asked"), Consultation.title)
        .join(Consultation, Consultation.id == Phase.consultation_id)
        .where(Consultation.state == ConsultationState.PUBLISHED, Phase.opens_at <= last, Phase.closes_at >= first)
        .order_by(Phase.opens_at)
    )  # fmt: skip
    return [
        Event(f"phase-{row.id}-{moment}", told % {"title": row.title, "phase": row.name}, "", f"/consultations/{row.asked}", at)
        for row in db.session.execute(query.limit(10 * MOST))
        for moment, told, at in (
            ("opens", gettext("Ouverture de « %(phase)s » : %(title)s", phase="%(phase)s", title="%(title)s"), row.opens_at),
            ("closes", gettext("Fin de « %(phase)s » : %(title)s", phase="%(phase)s", title="%(title)s"), row.closes_at),
        )
    ]  # fmt: skip


def _poll_events(first: datetime, last: datetime) -> list[Event]:
    query = sa.select(Poll.id, Poll.question, Poll.opens_at, Poll.closes_at).where(
        Poll.state == PollState.FROZEN, Poll.opens_at <= last, Poll.closes_at >= first
    )
    return [
        Event(f"poll-{row.id}-{moment}", f"{told} {row.question}", "", f"/scrutins/{row.id}", at)
        for row in db.session.execute(query.order_by(Poll.opens_at).limit(10 * MOST))
        for moment, told, at in (
            ("opens", gettext("Le vote ouvre :"), row.opens_at),
            ("closes", gettext("Le vote se termine :"), row.closes_at),
        )
    ]


def _sitting_events(first: datetime, last: datetime) -> list[Event]:
    query = (
        sa.select(Sitting.id, Sitting.title, Sitting.place, Sitting.starts_at, Council.name)
        .join(Council, Council.id == Sitting.council_id)
        .where(Sitting.published_at.is_not(None), Sitting.starts_at.between(first, last))
    )
    return [
        Event(f"sitting-{row.id}", f"{row.name} – {row.title}", row.place, f"/conseils-de-quartier/seances/{row.id}", row.starts_at, row.starts_at + SITTING_LASTS)
        for row in db.session.execute(query.order_by(Sitting.starts_at).limit(10 * MOST))
    ]  # fmt: skip


def _petition_events(first: datetime, last: datetime) -> list[Event]:
    query = sa.select(Petition.id, Petition.title, Petition.closes_at).where(
        is_public_petition(), Petition.closes_at.between(first, last)
    )
    return [
        Event(f"petition-{row.id}-closes", gettext("Fin des signatures : %(title)s", title=row.title), "", f"/petitions/{row.id}", row.closes_at)
        for row in db.session.execute(query.order_by(Petition.closes_at).limit(10 * MOST))
    ]  # fmt: skip
