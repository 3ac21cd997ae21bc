"""What campaigns forget by themselves, and the round or the end that no timer brought."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from civic.checkins.campaigns.models import CheckinCall, CheckinCampaign, CheckinPerson, CheckinStep
from civic.checkins.campaigns.service.rounds import begin_due_round, end_if_due
from civic.kernel.database import db
from civic.kernel.jobs import hourly
from civic.kernel.transaction import transaction

KEPT_FOR = timedelta(days=30)


@hourly
def end_what_is_over(now: datetime) -> int:
    """Close the campaigns whose end has come. Returns how many."""
    over = sa.select(CheckinCampaign.id).where(
        CheckinCampaign.closed_at.is_(None), CheckinCampaign.closes_at <= now
    )
    return sum(end_if_due(campaign_id, now=now) for campaign_id in list(db.session.scalars(over)))


@hourly
def begin_what_is_due(now: datetime) -> int:
    """Begin the rounds whose time has come. Returns how many."""
    running = sa.select(CheckinCampaign.id).where(CheckinCampaign.closed_at.is_(None))
    return sum(begin_due_round(campaign_id, now=now) for campaign_id in list(db.session.scalars(running)))


@hourly
def forget_what_was_said(now: datetime) -> int:
    """A month after a campaign, erase what was said of each person, who she was and who called her: its totals are left. Returns how many."""
    with transaction():
        old = list(
            db.session.scalars(
                sa.select(CheckinCampaign)
                .where(CheckinCampaign.closed_at < now - KEPT_FOR, CheckinCampaign.forgotten_at.is_(None))
                .order_by(CheckinCampaign.id)
                .with_for_update(skip_locked=True)
            )
        )
        for campaign in old:
            calls = sa.select(CheckinCall.id).where(CheckinCall.campaign_id == campaign.id)
            db.session.execute(sa.delete(CheckinStep).where(CheckinStep.call_id.in_(calls)))
            db.session.execute(sa.delete(CheckinCall).where(CheckinCall.campaign_id == campaign.id))
            db.session.execute(sa.delete(CheckinPerson).where(CheckinPerson.campaign_id == campaign.id))
            campaign.forgotten_at = now
    return len(old)
