"""Rounds, and the end of a campaign: what time alone decides. Each may be done by anybody's visit, or by a timer, and twice."""

from datetime import datetime

import sqlalchemy as sa

from civic.checkins.campaigns import queries
from civic.checkins.campaigns.events import CallsLeft, CampaignClosed, RoundBegun
from civic.checkins.campaigns.models import (
    CheckinCall,
    CheckinCaller,
    CheckinCampaign,
    CheckinPerson,
)
from civic.checkins.campaigns.rules import (
    LIVE,
    REACHED,
    CallState,
    after_round,
    is_open,
    round_at,
    round_begins_at,
)
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.transaction import publish, transaction

NEXT_ROUND, END = "checkins.round", "checkins.end"


def begin_due_round(campaign_id: int, *, now: datetime) -> bool:
    """Begin the round whose time has come, if nobody did: whoever is on the list still is to be called again. Returns whether it did."""
    with transaction():
        campaign = queries.get_campaign(campaign_id)
        if not is_open(campaign.closes_at, campaign.closed_at, at=now):
            return False
        number = round_at(campaign.opened_at, campaign.every_hours, at=now)
        if number <= campaign.round or not _move_to(campaign, number):
            return False
        _end_former_rounds(campaign, number, now)
        _write_calls(campaign, number, now)
        publish(
            RoundBegun(
                occurred_at=now,
                campaign_id=campaign.id,
                territory_id=campaign.territory_id,
                actor_id=None,
                round=number,
            )
        )
        begins = round_begins_at(campaign.opened_at, campaign.every_hours, number + 1)
        if begins < campaign.closes_at:
            owe(NEXT_ROUND, {"campaign_id": campaign.id}, now=now, due_at=begins)
        return True


def _move_to(campaign: CheckinCampaign, number: int) -> bool:
    """The database decides who begins a round: everybody else finds it begun."""
    moved = db.session.execute(
        sa.update(CheckinCampaign)
        .where(
            CheckinCampaign.id == campaign.id,
            CheckinCampaign.round < number,
            CheckinCampaign.closed_at.is_(None),
        )
        .values(round=number)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(campaign)
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _end_former_rounds(campaign: CheckinCampaign, number: int, now: datetime) -> None:
    """A call that somebody makes at this very moment is left to her; when her time is over it is taken back, and found here later."""
    held = sa.and_(CheckinCall.state == CallState.HELD, CheckinCall.held_until > now)
    _end_calls(campaign, number - 1, now, CheckinCall.round < number, ~held)


def _end_calls(campaign: CheckinCampaign, number: int, now: datetime, *which: sa.ColumnElement[bool]) -> None:
    """End the calls that wait or are held. Who was called in vain is left to the town hall, who is told how many they are."""
    ended: dict[CallState, int] = {}
    for has_tries in (True, False):
        state = after_round(CallState.WAITING, int(has_tries))
        tried = CheckinCall.tries > 0 if has_tries else CheckinCall.tries == 0
        updated = db.session.execute(
            sa.update(CheckinCall)
            .where(CheckinCall.campaign_id == campaign.id, CheckinCall.state.in_(LIVE), tried, *which)
            .values(state=state, held_until=None, ended_at=now)
            .execution_options(synchronize_session=False)
        )
        ended[state] = updated.rowcount  # type: ignore[attr-defined]
    if any(ended.values()):
        publish(
            CallsLeft(
                occurred_at=now,
                campaign_id=campaign.id,
                territory_id=campaign.territory_id,
                actor_id=None,
                round=number,
                unreached=ended[CallState.UNREACHED],
                missed=ended[CallState.MISSED],
            )
        )


def _write_calls(campaign: CheckinCampaign, number: int, now: datetime) -> None:
    people = db.session.scalars(
        sa.select(CheckinPerson.id)
        .where(
            CheckinPerson.campaign_id == campaign.id,
            CheckinPerson.left_at.is_(None),
            CheckinPerson.refused_at.is_(None),
        )
        .order_by(CheckinPerson.id)
    )
    rows = [
        {
            "campaign_id": campaign.id,
            "person_id": person_id,
            "round": number,
            "state": CallState.WAITING,
            "due_at": now,
            "tries": 0,
            "agrees_to_help": False,
        }
        for person_id in people
    ]
    if rows:
        db.session.execute(sa.insert(CheckinCall), rows)


def end_if_due(campaign_id: int, *, now: datetime) -> bool:
    """Close a campaign whose end has come. Returns whether it did."""
    with transaction():
        campaign = queries.get_campaign(campaign_id)
        if campaign.closed_at is not None or now < campaign.closes_at:
            return False
        return end_campaign(campaign, actor_id=None, now=now)


def end_campaign(campaign: CheckinCampaign, *, actor_id: int | None, now: datetime) -> bool:
    """End a campaign, inside a transaction: every hold, every caller's access; its totals are kept. Returns whether it was open."""
    ended = db.session.execute(
        sa.update(CheckinCampaign)
        .where(CheckinCampaign.id == campaign.id, CheckinCampaign.closed_at.is_(None))
        .values(closed_at=now, closed_by_id=actor_id)
        .execution_options(synchronize_session=False)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        return False
    db.session.refresh(campaign)
    _end_calls(campaign, campaign.round, now)
    campaign.figures = count_figures(campaign.id)
    callers = tuple(caller.person_id for caller in queries.list_callers(campaign.id))
    db.session.execute(sa.delete(CheckinCaller).where(CheckinCaller.campaign_id == campaign.id))
    db.session.flush()
    publish(
        CampaignClosed(
            occurred_at=now,
            campaign_id=campaign.id,
            territory_id=campaign.territory_id,
            actor_id=actor_id,
            caller_ids=callers,
        )
    )
    return True


def count_figures(campaign_id: int) -> dict[str, int]:
    """Return the totals of a campaign: people, not calls, so that nobody counts twice."""
    calls, people = CheckinCall, CheckinPerson

    def count_people(*where: sa.ColumnElement[bool]) -> int:
        counted = sa.select(sa.func.count(sa.distinct(calls.person_id))).where(
            calls.campaign_id == campaign_id, *where
        )
        return db.session.scalar(counted) or 0

    on_list = sa.select(sa.func.count()).select_from(people).where(people.campaign_id == campaign_id)
    tries = sa.select(sa.func.coalesce(sa.func.sum(calls.tries), 0)).where(calls.campaign_id == campaign_id)
    return {
        "people": db.session.scalar(on_list) or 0,
        "calls": int(db.session.scalar(tries) or 0),
        "reached": count_people(calls.result.in_(list(REACHED))),
        "alarms": count_people(calls.result == "alarming"),
        "needs": count_people(calls.result == "needs"),
        "callers": len(queries.list_callers(campaign_id)),
    }
