"""What the town hall does: opens a campaign, asks volunteers, follows what waits for it, closes."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.checkins.access import CheckinsAction
from civic.checkins.campaigns import queries
from civic.checkins.campaigns.errors import (
    CampaignOpen,
    CampaignOver,
    NobodyToCall,
    NothingToFollow,
    PlaceRefused,
    PlanNotInForce,
)
from civic.checkins.campaigns.events import (
    CallersAsked,
    CallFileSeen,
    CallFollowed,
    CampaignOpened,
)
from civic.checkins.campaigns.models import CheckinCall, CheckinCampaign, CheckinPerson, CheckinStep
from civic.checkins.campaigns.rules import (
    ENDING,
    FOR_TOWN,
    CallState,
    CampaignPlan,
    Step,
    TownStep,
    ensure_window,
    is_open,
)
from civic.checkins.campaigns.service.rounds import (
    END,
    begin_due_round,
    end_campaign,
    end_if_due,
)
from civic.checkins.register.events import RegisterListed
from civic.checkins.register.models import RegisterEntry
from civic.checkins.register.queries import get_entry, ids_in
from civic.checkins.register.service import keep_sight
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.pagination import Page
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories


def open_campaign(actor: Actor, *, town_id: int, plan: CampaignPlan, is_plan_in_force: bool) -> int:
    """Open a campaign: the list of whom to call is frozen, and its first round begins.

    Args:
        is_plan_in_force: the prefect started the plan of alert and emergency, for which alone the register may serve.

    Returns:
        The campaign's id.

    Raises:
        NotAllowed: the actor was not named to keep the register there.
        PlanNotInForce, WindowRefused, PlaceRefused.
        CampaignOpen: another one is.
        NobodyToCall: nobody of the register lives in these neighbourhoods.
    """
    now = utc_now()
    with transaction():
        require(actor, CheckinsAction.STEER_CAMPAIGN, town_id)
        if not is_plan_in_force:
            raise PlanNotInForce(fields={"is_plan_in_force": [PlanNotInForce.message]})
        ensure_window(now, plan.closes_at)
        former = queries.find_open_campaign(town_id)
        if former is not None and not end_if_due(former.id, now=now):
            raise CampaignOpen
        people = ids_in(_places(town_id, plan.place_ids))
        if not people:
            raise NobodyToCall
        campaign = _write(actor, town_id, plan, now)
        db.session.add_all(
            CheckinPerson(campaign_id=campaign.id, entry_id=entry_id, territory_id=place_id)
            for entry_id, place_id in people
        )
        db.session.flush()
        publish(
            CampaignOpened(
                occurred_at=now,
                campaign_id=campaign.id,
                territory_id=town_id,
                actor_id=actor.id,
                reason=plan.reason.value,
                count=len(people),
            )
        )
        begin_due_round(campaign.id, now=now)
        owe(END, {"campaign_id": campaign.id}, now=now, due_at=plan.closes_at)
    return campaign.id


def _places(town_id: int, place_ids: tuple[int, ...]) -> set[int]:
    within = territories.ids_within(town_id)
    if not set(place_ids) <= within:
        raise PlaceRefused(fields={"place_ids": [PlaceRefused.message]})
    return set(place_ids) or within


def _write(actor: Actor, town_id: int, plan: CampaignPlan, now: datetime) -> CheckinCampaign:
    campaign = CheckinCampaign(
        territory_id=town_id,
        reason=plan.reason,
        places=sorted(plan.place_ids),
        script=plan.script,
        every_hours=plan.every_hours,
        retry_minutes=plan.retry_minutes,
        tries=plan.tries,
        opened_at=now,
        closes_at=plan.closes_at,
        opened_by_id=actor.id,
        round=0,
        figures={},
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign


def get_steered(actor: Actor, campaign_id: int) -> CheckinCampaign:
    """Return a campaign to who steers it. Raises NotAllowed, CampaignNotFound."""
    require(actor, CheckinsAction.STEER_CAMPAIGN)
    campaign = queries.get_campaign(campaign_id)
    require(actor, CheckinsAction.STEER_CAMPAIGN, campaign.territory_id)
    return campaign


def see_board(
    actor: Actor, *, campaign: CheckinCampaign, board: str, number: int = 1
) -> Page[queries.ListedCall]:
    """List calls of a campaign by name to who steers it, and write down that the names were read. Raises NotAllowed."""
    with transaction():
        require(actor, CheckinsAction.STEER_CAMPAIGN, campaign.territory_id)
        page = queries.list_calls(campaign, board=board, number=number)
        names = sum(call.name != "" for call in page.items)
        if names:
            publish(
                RegisterListed(
                    occurred_at=utc_now(), territory_id=campaign.territory_id, actor_id=actor.id, count=names
                )
            )
        return page


def ask_volunteers(actor: Actor, *, campaign_id: int) -> int:
    """Ask the volunteers whom an agent met whether they would call; who was asked already is not asked again.

    Returns:
        How many there are.

    Raises:
        NotAllowed, CampaignNotFound, CampaignOver.
    """
    now = utc_now()
    with transaction():
        campaign = get_steered(actor, campaign_id)
        if not is_open(campaign.closes_at, campaign.closed_at, at=now):
            raise CampaignOver
        ids = queries.list_met_volunteers(campaign.territory_id, on=town_today())
        callers = {caller.person_id for caller in queries.list_callers(campaign.id)}
        asked = tuple(person_id for person_id in ids if person_id not in callers)
        publish(
            CallersAsked(
                occurred_at=now,
                campaign_id=campaign.id,
                territory_id=campaign.territory_id,
                actor_id=actor.id,
                person_ids=asked,
            )
        )
    return len(asked)


def close_campaign(actor: Actor, *, campaign_id: int) -> None:
    """Close a campaign: every call in hand ends, callers see nothing any more. Closing it twice changes nothing. Raises NotAllowed, CampaignNotFound."""
    with transaction():
        end_campaign(get_steered(actor, campaign_id), actor_id=actor.id, now=utc_now())


@dataclass(frozen=True)
class CallFile:
    """A call as the town hall reads it. ``entry`` is None once the person left the register, or all was forgotten."""

    call: CheckinCall
    campaign: CheckinCampaign
    entry: RegisterEntry | None
    steps: list[tuple[CheckinStep, int]]

    @property
    def waits_for_town(self) -> bool:
        return self.call.state in FOR_TOWN


def open_file(actor: Actor, *, call_id: int) -> CallFile:
    """Return the file of a call, and write down that it was read. Raises NotAllowed, CallNotFound."""
    now = utc_now()
    with transaction():
        call, campaign = _get_call(actor, call_id)
        person = db.session.get_one(CheckinPerson, call.person_id)
        entry = get_entry(person.entry_id) if person.entry_id is not None else None
        if entry is not None:
            keep_sight(actor, entry, mode="file")
        publish(
            CallFileSeen(
                occurred_at=now,
                campaign_id=campaign.id,
                territory_id=campaign.territory_id,
                actor_id=actor.id,
                call_id=call.id,
            )
        )
        return CallFile(call, campaign, entry, queries.list_steps_of_person(person.id))


def _get_call(actor: Actor, call_id: int) -> tuple[CheckinCall, CheckinCampaign]:
    require(actor, CheckinsAction.STEER_CAMPAIGN)
    call = queries.get_call(call_id)
    campaign = queries.get_campaign(call.campaign_id)
    require(actor, CheckinsAction.STEER_CAMPAIGN, campaign.territory_id)
    return call, campaign


def follow_call(actor: Actor, *, call_id: int, step: TownStep, note: str) -> CallState:
    """Write down what the town hall did for a person: the rescue was called, a visit was asked… and, when nothing is left to do, that it is over.

    It may be done after the campaign: an alarm does not end with the alert.

    Returns:
        Where the call stands.

    Raises:
        NotAllowed, CallNotFound.
        NothingToFollow: it does not wait for the town hall.
    """
    now = utc_now()
    with transaction():
        call, campaign = _get_call(actor, call_id)
        call = db.session.scalars(
            sa.select(CheckinCall)
            .filter_by(id=call.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if call.state not in FOR_TOWN:
            raise NothingToFollow
        db.session.add(
            CheckinStep(call_id=call.id, step=Step(step.value), note=note, author_id=actor.id, done_at=now)
        )
        if step in ENDING:
            call.state, call.ended_at = CallState.DONE, now
        db.session.flush()
        publish(
            CallFollowed(
                occurred_at=now,
                campaign_id=campaign.id,
                territory_id=campaign.territory_id,
                actor_id=actor.id,
                call_id=call.id,
                decision=step.value,
                state=call.state.value,
            )
        )
        return call.state
