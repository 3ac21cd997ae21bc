"""What is confirmed of a volunteer's help, and certificates."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from civic.kernel.clock import from_town_time
from civic.kernel.database import db
from civic.matching.certificates.models import HoursCertificate
from civic.matching.certificates.rules import Helped, Period, by_category
from civic.matching.models import Match
from civic.matching.rules import MatchState
from civic.mutual_aid.models import HelpRequest


@dataclass(frozen=True)
class Certified:
    """What a certificate says."""

    number: str
    name: str
    period: Period
    helped: list[Helped]
    issued_at: datetime

    @property
    def minutes(self) -> int:
        return sum(each.minutes for each in self.helped)


def list_confirmed(person_id: int, period: Period) -> list[Helped]:
    """Add up what a person did in a period and the other side confirmed, by category. Never for whom, nor where.

    A help is of the day on which it was done, or, where its hours were not noted, of the day that it was asked for.
    """
    done_at = sa.func.coalesce(Match.helped_from, HelpRequest.starts_at)
    rows = db.session.execute(
        sa.select(HelpRequest.category, Match.confirmed_minutes)
        .join(Match, Match.request_id == HelpRequest.id)
        .where(
            Match.volunteer_id == person_id,
            Match.state == MatchState.CONFIRMED,
            done_at >= _begin(period),
            done_at < _end(period),
        )
        .order_by(Match.id)
    )
    return by_category((row.category.value, row.confirmed_minutes) for row in rows)


def _begin(period: Period) -> datetime:
    return from_town_time(datetime.combine(period.since, time()))


def _end(period: Period) -> datetime:
    return from_town_time(datetime.combine(period.until + timedelta(days=1), time()))


def find_certificate(number: str) -> HoursCertificate | None:
    return db.session.scalars(sa.select(HoursCertificate).filter_by(number=number)).one_or_none()


def list_issued(person_id: int, *, limit: int = 10) -> list[HoursCertificate]:
    """List the sheets that a person took, the latest first."""
    query = sa.select(HoursCertificate).filter_by(person_id=person_id).order_by(HoursCertificate.id.desc())
    return list(db.session.scalars(query.limit(limit)))


def present_certificate(certificate: HoursCertificate) -> Certified:
    return Certified(
        number=certificate.number,
        name=certificate.name,
        period=Period(certificate.since_on, certificate.until_on),
        helped=[_read(category, kept) for category, kept in certificate.helped.items()],
        issued_at=certificate.issued_at,
    )


def _read(category: str, kept: Any) -> Helped:
    return Helped(category, kept["times"], kept["minutes"], kept["untimed"])
