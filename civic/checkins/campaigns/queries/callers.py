"""Who may call: volunteers whom an agent met, and who said yes."""

from datetime import date

import sqlalchemy as sa

from civic.accounts.models import Person, Residency, Role
from civic.accounts.queries import list_person_ids_with_role
from civic.checkins.campaigns.models import CheckinCaller, CheckinCampaign
from civic.checkins.campaigns.rules import CallerStanding
from civic.kernel.database import db
from civic.mutual_aid.volunteers.queries import standings_of
from civic.safeguarding.models import VettingProof
from civic.safeguarding.rules import AgeBand, Level, Proof, Standing, reaches
from civic.territories import queries as territories


def standing_of(campaign: CheckinCampaign, person_id: int, *, on: date) -> CallerStanding:
    """Return what decides whether somebody may call for a campaign, on a day of the town hall's calendar."""
    return CallerStanding(
        territory_id=campaign.territory_id,
        caller_id=person_id,
        is_met=_is_met(standings_of([person_id], on=on)[person_id]),
        has_said_yes=find_caller(campaign.id, person_id) is not None,
    )


def _is_met(standing: Standing) -> bool:
    return reaches(standing.level, Level.MET) and not standing.is_suspended and standing.age is AgeBand.ADULT


def is_met(person_id: int, *, on: date) -> bool:
    return _is_met(standings_of([person_id], on=on)[person_id])


def list_met_volunteers(town_id: int, *, on: date) -> list[int]:
    """Return the volunteers whom an agent met, who may be asked to call: those who live there, keep the charter and are not suspended."""
    places = territories.ids_within(town_id)
    seen = (
        sa.select(VettingProof.person_id)
        .join(Person, Person.id == VettingProof.person_id)
        .join(Residency, Residency.person_id == Person.id)
        .where(
            VettingProof.proof.in_((Proof.MET, Proof.BULLETIN)),
            VettingProof.expires_on >= on,
            Person.deactivated_at.is_(None),
            Residency.territory_id.in_(places),
        )
        .distinct()
    )
    ids = sorted(db.session.scalars(seen))
    standings = standings_of(ids, on=on)
    return [person_id for person_id in ids if _is_met(standings[person_id])]


def find_caller(campaign_id: int, person_id: int) -> CheckinCaller | None:
    query = sa.select(CheckinCaller).filter_by(campaign_id=campaign_id, person_id=person_id)
    return db.session.scalars(query).one_or_none()


def list_callers(campaign_id: int) -> list[CheckinCaller]:
    return list(
        db.session.scalars(
            sa.select(CheckinCaller).filter_by(campaign_id=campaign_id).order_by(CheckinCaller.id)
        )
    )


def keeper_ids(town_id: int) -> list[int]:
    """Return whom the mayor named to keep the register."""
    return list_person_ids_with_role(Role.REGISTER_KEEPER, town_id)
