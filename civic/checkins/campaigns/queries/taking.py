"""The campaign in hand and the next call of a caller."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from civic.checkins.campaigns.errors import CallNotFound, CampaignNotFound
from civic.checkins.campaigns.models import CheckinCall, CheckinCampaign, CheckinPerson
from civic.checkins.campaigns.rules import CallState
from civic.checkins.register.models import RegisterEntry, RegisterSight
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate
from civic.safeguarding.queries import blocked_with


def get_campaign(campaign_id: int) -> CheckinCampaign:
    """Raises CampaignNotFound."""
    campaign = db.session.get(CheckinCampaign, campaign_id)
    if campaign is None:
        raise CampaignNotFound
    return campaign


def find_campaigns(campaign_ids: Collection[int]) -> dict[int, CheckinCampaign]:
    rows = db.session.scalars(sa.select(CheckinCampaign).where(CheckinCampaign.id.in_(campaign_ids)))
    return {campaign.id: campaign for campaign in rows}


def find_open_campaign(town_id: int) -> CheckinCampaign | None:
    """Return the campaign that nobody closed, even if its end has come."""
    query = sa.select(CheckinCampaign).where(
        CheckinCampaign.territory_id == town_id, CheckinCampaign.closed_at.is_(None)
    )
    return db.session.scalars(query).one_or_none()


def list_campaigns(town_id: int, *, is_over: bool | None = None, number: int = 1) -> Page[CheckinCampaign]:
    query = sa.select(CheckinCampaign).filter_by(territory_id=town_id).order_by(CheckinCampaign.id.desc())
    if is_over is not None:
        closed = CheckinCampaign.closed_at
        query = query.where(closed.is_not(None) if is_over else closed.is_(None))
    return paginate(query, number=number)


def get_call(call_id: int) -> CheckinCall:
    """Raises CallNotFound."""
    call = db.session.get(CheckinCall, call_id)
    if call is None:
        raise CallNotFound
    return call


def find_held_call(campaign_id: int, caller_id: int, *, at: datetime) -> CheckinCall | None:
    """Return the call that somebody holds; one whose time is over is nobody's, though nobody took it back yet."""
    query = sa.select(CheckinCall).where(
        CheckinCall.campaign_id == campaign_id,
        CheckinCall.caller_id == caller_id,
        CheckinCall.state == CallState.HELD,
        CheckinCall.held_until > at,
    )
    return db.session.scalars(query).one_or_none()


def list_lapsed_calls(campaign_id: int, *, at: datetime) -> list[CheckinCall]:
    """Return the calls whose time is over and that nobody took back yet, locked; those that somebody is answering are left to her."""
    query = sa.select(CheckinCall).where(
        CheckinCall.campaign_id == campaign_id,
        CheckinCall.state == CallState.HELD,
        CheckinCall.held_until <= at,
    )
    return list(db.session.scalars(query.order_by(CheckinCall.id).with_for_update(skip_locked=True)))


def next_free_call(campaign: CheckinCampaign, caller_id: int, *, at: datetime) -> int | None:
    """Return the call that waits longest and that this caller may take, its row locked; never herself, nor whom she gave back, nor
    somebody with whom a block keeps her apart, nor a person whom another caller has on the line."""
    other = aliased(CheckinCall)
    on_the_line = sa.exists().where(
        other.person_id == CheckinCall.person_id,
        other.id != CheckinCall.id,
        other.state == CallState.HELD,
    )
    kept_apart = [*blocked_with(caller_id), caller_id]
    query = (
        sa.select(CheckinCall.id)
        .join(CheckinPerson, CheckinPerson.id == CheckinCall.person_id)
        .join(RegisterEntry, RegisterEntry.id == CheckinPerson.entry_id)
        .where(
            CheckinCall.campaign_id == campaign.id,
            CheckinCall.round == campaign.round,
            CheckinCall.state == CallState.WAITING,
            CheckinCall.due_at <= at,
            ~on_the_line,
            sa.or_(CheckinCall.given_back_by_id.is_(None), CheckinCall.given_back_by_id != caller_id),
            sa.or_(RegisterEntry.person_id.is_(None), RegisterEntry.person_id.not_in(kept_apart)),
        )
        .order_by(CheckinCall.due_at, CheckinCall.tries, CheckinCall.id)
        .limit(1)
        .with_for_update(of=CheckinCall, skip_locked=True)
    )
    return db.session.scalar(query)


def when_next_call(campaign: CheckinCampaign) -> datetime | None:
    """Return when the next call that waits is due; None when none does."""
    return db.session.scalar(
        sa.select(sa.func.min(CheckinCall.due_at)).where(
            CheckinCall.campaign_id == campaign.id,
            CheckinCall.round == campaign.round,
            CheckinCall.state == CallState.WAITING,
        )
    )


def has_taken(call_id: int, person_id: int) -> bool:
    """Tell whether somebody had this call once: she was shown the number, which the register's sights say."""
    query = (
        sa.select(RegisterSight.id)
        .join(CheckinPerson, CheckinPerson.entry_id == RegisterSight.entry_id)
        .join(CheckinCall, CheckinCall.person_id == CheckinPerson.id)
        .join(CheckinCampaign, CheckinCampaign.id == CheckinCall.campaign_id)
        .where(
            CheckinCall.id == call_id,
            RegisterSight.viewer_id == person_id,
            RegisterSight.is_for_call,
            RegisterSight.seen_at >= CheckinCampaign.opened_at,
        )
    )
    return db.session.scalar(query.limit(1)) is not None
