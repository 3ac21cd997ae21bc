"""Who took part in a consultation, by channel, neighbourhood and age band. Sums alone leave this file.

Somebody with an account counts once, whatever she did; a sheet counts one person, unless it says that it is of the person of another sheet.
Who wrote on paper and also here counts twice: nothing tells that it is the same person. Supports of deleted accounts are counted, their
authors are not. While a phase hides totals, who did nothing but support, here or on paper, is not counted yet: of one proposal, it would be its total.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from civic.accounts.models import Person, Residency
from civic.consultations.channels import Channel
from civic.consultations.models import Consultation
from civic.consultations.queries import hiding_among, is_hiding
from civic.consultations.rules import ConsultationState
from civic.kernel.clock import utc_now
from civic.kernel.database import UtcDateTime, db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction
from civic.opinions.models import Participant
from civic.participation.models import ParticipationFigure
from civic.participation.rules import UNKNOWN, age_band
from civic.participation.sheets.models import ContributionSheet, SheetArgument
from civic.proposals.models import Argument, Proposal, Support
from civic.surveys.models import Survey, SurveyParticipant

COUNTED_AT_ONCE = 500
"""With so many supports a consultation is counted for its page; with more, what was counted in the last hour or so is shown."""


@dataclass
class People:
    """How many people took part, each count by key: ``UNKNOWN`` where that is not known."""

    channels: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    bands: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.channels.total()


def _shown(consultation_id: int) -> tuple[Any, ...]:
    return (
        Proposal.consultation_id == consultation_id,
        Proposal.hidden_at.is_(None),
        Proposal.withdrawn_at.is_(None),
    )


def _accounts(consultation_id: int) -> sa.Subquery:
    """The persons with an account who took part, each once."""
    shown = _shown(consultation_id)
    supported = sa.select(Support.person_id).join(Proposal).where(Support.person_id.is_not(None), *shown)
    parts = (
        sa.select(Proposal.author_id.label("person_id")).where(Proposal.author_id.is_not(None), *shown),
        *(() if hiding_among([consultation_id], at=utc_now()) else (supported,)),
        sa.select(Argument.author_id)
        .join(Proposal)
        .where(
            Argument.author_id.is_not(None),
            Argument.hidden_at.is_(None),
            Argument.withdrawn_at.is_(None),
            *shown,
        ),
        sa.select(SurveyParticipant.person_id)
        .join(Survey)
        .where(
            Survey.consultation_id == consultation_id,
            SurveyParticipant.person_id.is_not(None),
            SurveyParticipant.answer_id.is_not(None),
        ),
        sa.select(Participant.person_id).where(
            Participant.consultation_id == consultation_id, Participant.person_id.is_not(None)
        ),
    )
    return sa.union(*parts).subquery()


def count_people(consultation_id: int, *, on: date) -> People:
    """Count who took part; ages are those of a day."""
    people = People()
    took_part = _accounts(consultation_id)
    rows = db.session.execute(
        sa.select(Residency.territory_id, Person.born_on, sa.func.count())
        .select_from(took_part)
        .join(Person, Person.id == took_part.c.person_id)
        .outerjoin(Residency, Residency.person_id == Person.id)
        .group_by(Residency.territory_id, Person.born_on)
    )
    for place, born_on, count in rows:
        people.channels[Channel.WEB.value] += count
        people.places[str(place or UNKNOWN)] += count
        people.bands[age_band(born_on, on=on).value if born_on else UNKNOWN] += count
    _add_imported(people, consultation_id)
    _add_sheets(people, consultation_id)
    return people


def _add_imported(people: People, consultation_id: int) -> None:
    imported = _count_nameless(consultation_id)
    for counts, key in (
        (people.channels, Channel.WEB.value),
        (people.places, UNKNOWN),
        (people.bands, UNKNOWN),
    ):
        if imported:
            counts[key] += imported


def _count_nameless(consultation_id: int) -> int:
    """People whom an import of a conversation knows by a number alone, and those who answered a questionnaire without an account."""
    without_account = (
        sa.select(sa.func.count(SurveyParticipant.id))
        .join(Survey)
        .where(
            Survey.consultation_id == consultation_id,
            SurveyParticipant.person_id.is_(None),
            SurveyParticipant.answer_id.is_not(None),
        )
    )
    return _count_imported(consultation_id) + (db.session.scalar(without_account) or 0)


def _count_imported(consultation_id: int) -> int:
    query = sa.select(sa.func.count(Participant.id)).where(
        Participant.consultation_id == consultation_id,
        Participant.person_id.is_(None),
        Participant.external_ref.is_not(None),
    )
    return db.session.scalar(query) or 0


def _add_sheets(people: People, consultation_id: int) -> None:
    sheet = ContributionSheet
    rows = db.session.execute(
        sa.select(sheet.channel, sheet.territory_id, sheet.band, sa.func.count())
        .where(
            sheet.consultation_id == consultation_id,
            sheet.typed_at.is_not(None),
            sheet.same_as_id.is_(None),
            *([_says_more_than_supports()] if hiding_among([consultation_id], at=utc_now()) else ()),
        )
        .group_by(sheet.channel, sheet.territory_id, sheet.band)
    )
    for channel, place, band, count in rows:
        assert channel is not None
        people.channels[channel.value] += count
        people.places[str(place or UNKNOWN)] += count
        people.bands[band.value if band else UNKNOWN] += count


def _says_more_than_supports() -> sa.ColumnElement[bool]:
    """Whether a sheet, or another of the same person, holds an idea, an argument, a reaction or an answer."""
    own = aliased(ContributionSheet)
    argued = sa.exists().where(SheetArgument.sheet_id == own.id)
    says = sa.or_(own.proposal_id.is_not(None), own.participant_id.is_not(None), own.answers_survey, argued)
    return sa.exists().where(
        sa.or_(own.id == ContributionSheet.id, own.same_as_id == ContributionSheet.id), says
    )


def _count_channels(consultation_id: int) -> dict[str, int]:
    took_part = _accounts(consultation_id)
    web = db.session.scalar(sa.select(sa.func.count()).select_from(took_part)) or 0
    people = People(channels=Counter({Channel.WEB.value: web + _count_nameless(consultation_id)}))
    _add_sheets(people, consultation_id)
    return dict(+people.channels)


def read_channels(consultation_ids: list[int]) -> dict[int, dict[str, int]]:
    """Return how many people took part in each consultation, by channel; one that is too large to be counted now and never was is left out."""
    found = (
        db.session.execute(_LARGE, {"ids": consultation_ids, "at": utc_now()}).all()
        if consultation_ids
        else ()
    )
    large = {row.consultation_id for row in found}
    counted = {row.consultation_id: dict(row.channels) for row in found if row.channels is not None}
    return counted | {each: _count_channels(each) for each in consultation_ids if each not in large}


_SUPPORTED = (
    sa.select(Proposal.consultation_id)
    .where(Proposal.consultation_id.in_(sa.bindparam("ids", expanding=True)))
    .group_by(Proposal.consultation_id)
    .having(sa.func.sum(Proposal.support_count) > COUNTED_AT_ONCE)
    .subquery()
)
_LARGE = (
    sa.select(_SUPPORTED.c.consultation_id, ParticipationFigure.channels)
    .outerjoin(ParticipationFigure, ParticipationFigure.consultation_id == _SUPPORTED.c.consultation_id)
    .where(~is_hiding(_SUPPORTED.c.consultation_id, at=sa.bindparam("at", type_=UtcDateTime())))
)
"""Those that are too large to be counted now, with what was counted. One that hides its supports is counted now: that it is large would tell how much is supported."""


def keep_channels(consultation_id: int, channels: dict[str, int], *, now: datetime) -> None:
    """Keep what was counted, for the pages of a large consultation."""
    with transaction():
        row = db.session.get(ParticipationFigure, consultation_id)
        if row is None:
            row = ParticipationFigure(consultation_id=consultation_id, counted_at=now, channels=channels)
            db.session.add(row)
        row.counted_at, row.channels = now, channels


@hourly
def count_large_consultations(now: datetime) -> int:
    """Count again the large consultations. Returns how many."""
    query = (
        sa.select(Proposal.consultation_id)
        .join(Consultation, Consultation.id == Proposal.consultation_id)
        .where(Consultation.state == ConsultationState.PUBLISHED)
        .group_by(Proposal.consultation_id)
        .having(sa.func.sum(Proposal.support_count) > COUNTED_AT_ONCE)
    )
    large = list(db.session.scalars(query))
    for consultation_id in large:
        keep_channels(consultation_id, _count_channels(consultation_id), now=utc_now())
    return len(large)
