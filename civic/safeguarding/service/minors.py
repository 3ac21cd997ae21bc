"""Volunteers who are not of age: from 16, with the agreement of somebody who answers for them, and never for what is sensitive."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from civic.accounts.queries import get_person
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.safeguarding import queries
from civic.safeguarding.access import SafeguardingAction
from civic.safeguarding.errors import DayRefused, NotMinor, TooYoung
from civic.safeguarding.events import AgreementRecorded
from civic.safeguarding.models import VolunteerAge
from civic.safeguarding.rules import OF_AGE, AgeBand, age_band, years_later


def declare_age(*, person_id: int, band: AgeBand, now: datetime) -> None:
    """Keep what a person says of her age before she first offers help, in the transaction of that command. Of an adult nothing is kept.

    Raises:
        TooYoung: she says, or the town hall knows, that she is under 16. Nothing is kept of it.
    """
    with transaction():
        born_on = get_person(person_id).born_on
        known = age_band(born_on, on=town_today()) if born_on else band
        if AgeBand.UNDER_16 in (known, band):
            raise TooYoung(fields={"age": [TooYoung.message]})
        if known is AgeBand.FROM_16 and queries.find_age(person_id) is None:
            try:
                with db.session.begin_nested():
                    db.session.add(VolunteerAge(person_id=person_id, band=AgeBand.FROM_16, said_at=now))
            except IntegrityError:  # said twice at the same moment
                if queries.find_age(person_id) is None:
                    raise


def record_agreement(
    actor: Actor, *, town_id: int, person_id: int, representative: str, agreed_on: date, born_on: date
) -> None:
    """Write down that somebody who answers for a minor agreed before the actor. Of her birth, the day she comes of age alone is kept.

    Raises:
        NotAllowed: the actor is not an agent there.
        NotMinor: the person said that she is of age.
        DayRefused: the day is to come; or, from that birth, she is not 16 or 17.
    """
    now, today = utc_now(), town_today()
    with transaction():
        require(actor, SafeguardingAction.VET_VOLUNTEERS, town_id)
        said = queries.find_age(person_id)
        if said is None:
            raise NotMinor
        if agreed_on > today:
            raise DayRefused(fields={"agreed_on": [DayRefused.in_future]})
        if age_band(born_on, on=today) is not AgeBand.FROM_16:
            raise DayRefused(fields={"born_on": [DayRefused.not_a_minor]})
        said.adult_on = years_later(born_on, OF_AGE)
        said.agreed_on, said.representative, said.recorded_by_id = agreed_on, representative, actor.id
        publish(
            AgreementRecorded(occurred_at=now, person_id=person_id, actor_id=actor.id, agreed_on=agreed_on)
        )
