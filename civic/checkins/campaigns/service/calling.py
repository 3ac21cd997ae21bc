"""What a caller does: says yes, takes one call, gives it back, says how it went. She sees a first name and a number, one at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.checkins.access import CheckinsAction
from civic.checkins.campaigns import queries
from civic.checkins.campaigns.errors import (
    CallNotFound,
    CallNotHeld,
    CampaignOver,
    ConsentBeside,
    SecretNotAccepted,
)
from civic.checkins.campaigns.events import (
    CallAnswered,
    CallerJoined,
    CallerLeft,
    CallGivenBack,
    CallTaken,
)
from civic.checkins.campaigns.models import (
    CheckinCall,
    CheckinCaller,
    CheckinCampaign,
    CheckinPerson,
    CheckinStep,
)
from civic.checkins.campaigns.rules import (
    AFTER_RESULT,
    LEASE,
    LIVE,
    CallState,
    Result,
    Step,
    after_no_answer,
    after_round,
    is_open,
)
from civic.checkins.campaigns.service.rounds import begin_due_round
from civic.checkins.register.queries import get_entry
from civic.checkins.register.service import keep_sight
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.transaction import publish, transaction


@dataclass(frozen=True)
class CallInHand:
    """All that a caller sees of a person: not her name, nor her address, nor her age, nor why she is in the register."""

    call_id: int
    first_name: str
    phone: str
    tries: int
    held_until: datetime


def get_open_campaign(campaign_id: int, *, at: datetime, is_locked: bool = False) -> CheckinCampaign:
    """Return a campaign in which people are called. Raises CampaignNotFound, CampaignOver.

    Args:
        is_locked: hold it open until the end of the transaction: who closes it waits, and whoever comes after finds it closed.
    """
    campaign = queries.get_campaign(campaign_id)
    if is_locked:
        campaign = _hold_open(campaign_id)
    if not is_open(campaign.closes_at, campaign.closed_at, at=at):
        raise CampaignOver
    return campaign


def _hold_open(campaign_id: int) -> CheckinCampaign:
    query = sa.select(CheckinCampaign).filter_by(id=campaign_id).with_for_update(read=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def join_callers(actor: Actor, *, campaign_id: int, accepts_secret: bool) -> None:
    """Say yes to calling for a campaign, and that what is heard stays secret. Saying it again changes nothing.

    Raises:
        CampaignNotFound.
        NotAllowed: the actor is neither of the town hall, nor a volunteer whom an agent met.
        CampaignOver, SecretNotAccepted.
    """
    now = utc_now()
    with transaction():
        campaign = queries.get_campaign(campaign_id)
        standing = queries.standing_of(campaign, actor.id, on=town_today())
        require(actor, CheckinsAction.JOIN_CALLERS, standing)
        get_open_campaign(campaign_id, at=now, is_locked=True)
        if not accepts_secret:
            raise SecretNotAccepted(fields={"accepts_secret": [SecretNotAccepted.message]})
        if standing.has_said_yes:
            return
        db.session.add(CheckinCaller(campaign_id=campaign.id, person_id=actor.id, said_yes_at=now))
        db.session.flush()
        publish(CallerJoined(**_told(campaign, actor, now)))


def leave_callers(actor: Actor, *, campaign_id: int) -> None:
    """Stop calling for a campaign: the call in hand goes to somebody else. Doing it twice changes nothing. Raises NotSignedIn, CampaignNotFound."""
    now = utc_now()
    with transaction():
        campaign = queries.get_campaign(campaign_id)
        _hold_open(campaign.id)  # before her row, as who takes a call does
        caller = _lock_caller(campaign.id, actor.id)
        if caller is None:
            return
        free_calls_of(actor.id, now=now)
        db.session.delete(caller)
        db.session.flush()
        publish(CallerLeft(**_told(campaign, actor, now)))


def free_calls_of(person_id: int, *, now: datetime) -> None:
    """Give back whatever somebody holds, inside a transaction."""
    db.session.execute(
        sa.update(CheckinCall)
        .where(CheckinCall.caller_id == person_id, CheckinCall.state == CallState.HELD)
        .values(state=CallState.WAITING, held_until=None, caller_id=None, due_at=now)
        .execution_options(synchronize_session=False)
    )


def take_call(actor: Actor, *, campaign_id: int) -> int | None:
    """Take the call that waits longest, for twenty minutes; the one in hand, if there is one. The database decides whose it is.

    Returns:
        The call's id; None when nobody is to be called now.

    Raises:
        CampaignNotFound.
        NotAllowed: she did not say yes, or is no longer a volunteer whom an agent met.
        CampaignOver.
    """
    now = utc_now()
    with transaction():
        campaign = _require_caller(actor, campaign_id)
        begin_due_round(campaign_id, now=now)
        campaign = get_open_campaign(campaign_id, at=now, is_locked=True)
        if _lock_caller(campaign.id, actor.id) is None:
            raise NotAllowed  # she left by another window at this very moment
        held = queries.find_held_call(campaign.id, actor.id, at=now)
        if held is not None:
            return held.id
        free_calls_of(actor.id, now=now)
        _free_lapsed(campaign, now)
        call_id = queries.next_free_call(campaign, actor.id, at=now)
        if call_id is None or not _hold(call_id, actor.id, now):
            return None
        publish(CallTaken(**_told(campaign, actor, now), call_id=call_id))
        return call_id


def _require_caller(actor: Actor, campaign_id: int) -> CheckinCampaign:
    campaign = queries.get_campaign(campaign_id)
    if campaign.closed_at is not None:
        raise CampaignOver
    require(actor, CheckinsAction.CALL_PEOPLE, queries.standing_of(campaign, actor.id, on=town_today()))
    return campaign


def _lock_caller(campaign_id: int, person_id: int) -> CheckinCaller | None:
    """Two windows of one caller take their turn, so that she holds one call, and none once she left. None: she does not call."""
    query = sa.select(CheckinCaller).filter_by(campaign_id=campaign_id, person_id=person_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _free_lapsed(campaign: CheckinCampaign, now: datetime) -> None:
    """A call whose time is over goes to somebody else. Its caller is kept: what she says is still taken, until another one has it."""
    for call in queries.list_lapsed_calls(campaign.id, at=now):
        is_former = call.round < campaign.round
        call.state = after_round(CallState.HELD, call.tries) if is_former else CallState.WAITING
        call.held_until, call.ended_at = None, now if is_former else None
    db.session.flush()


def _hold(call_id: int, caller_id: int, now: datetime) -> bool:
    taken = db.session.execute(
        sa.update(CheckinCall)
        .where(CheckinCall.id == call_id, CheckinCall.state == CallState.WAITING)
        .values(state=CallState.HELD, caller_id=caller_id, held_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def see_call(actor: Actor, *, campaign_id: int) -> CallInHand | None:
    """Return the call in hand, and write down that the number was seen; None when there is none. Raises as ``take_call``."""
    now = utc_now()
    with transaction():
        campaign = _require_caller(actor, campaign_id)
        get_open_campaign(campaign.id, at=now)
        call = queries.find_held_call(campaign.id, actor.id, at=now)
        if call is None or call.held_until is None:
            return None
        person = db.session.get_one(CheckinPerson, call.person_id)
        if person.entry_id is None:
            return None
        entry = get_entry(person.entry_id)
        keep_sight(actor, entry, mode="call")
        return CallInHand(call.id, entry.first_names.split()[0], entry.phone, call.tries, call.held_until)


def give_back_call(actor: Actor, *, call_id: int) -> None:
    """Give back the call in hand: she knows the person, or has no time. It is not offered to her again. Raises CallNotFound, CampaignOver."""
    now = utc_now()
    with transaction():
        call = _get_call(actor, call_id)
        campaign = get_open_campaign(call.campaign_id, at=now, is_locked=True)
        call = _lock_call(call_id)
        if call.state is not CallState.HELD or call.caller_id != actor.id:
            raise CallNotFound
        call.state, call.held_until, call.caller_id = CallState.WAITING, None, None
        call.given_back_by_id, call.due_at = actor.id, now
        _write_step(call, Step.GIVEN_BACK, "", actor, now)
        publish(CallGivenBack(**_told(campaign, actor, now), call_id=call.id))


def answer_call(
    actor: Actor, *, call_id: int, result: Result, note: str = "", agrees_to_help: bool = False
) -> CallState:
    """Say how the call went. Nobody answered: it comes back later, and after so many times goes to the town hall. Alarming: it goes there at once,
    even when the time for the call was over and somebody else has it.

    Args:
        agrees_to_help: she agrees that the town hall looks for a volunteer; nothing is asked for her before an agent does.

    Returns:
        Where the call goes.

    Raises:
        CallNotFound: there is none, it was never hers, or she may not call.
        NotSignedIn, CampaignOver, ConsentBeside.
        CallNotHeld: its time was over, and somebody else took it.
    """
    now = utc_now()
    with transaction():
        call = _get_call(actor, call_id)
        campaign = get_open_campaign(call.campaign_id, at=now, is_locked=True)
        call = _lock_call(call_id)
        if agrees_to_help and result is not Result.NEEDS:
            raise ConsentBeside(fields={"agrees_to_help": [ConsentBeside.message]})
        is_hers = call.state in LIVE and call.caller_id == actor.id
        if not is_hers and not (result is Result.ALARMING and queries.has_taken(call.id, actor.id)):
            raise CallNotHeld if queries.has_taken(call.id, actor.id) else CallNotFound
        _write_result(call, campaign, result, agrees_to_help, now)
        _write_step(call, Step(result.value), note, actor, now)
        publish(
            CallAnswered(
                **_told(campaign, actor, now),
                call_id=call.id,
                decision=result.value,
                state=call.state.value,
            )
        )
        return call.state


def _get_call(actor: Actor, call_id: int) -> CheckinCall:
    """A call of which nothing is told to who does not call, not even that there is one: their numbers would tell how many people there are."""
    if not actor.is_signed_in:
        raise NotSignedIn
    call = queries.get_call(call_id)
    campaign = queries.get_campaign(call.campaign_id)
    if campaign.closed_at is not None:
        was_hers = call.caller_id == actor.id or queries.has_taken(call.id, actor.id)
        raise CampaignOver if was_hers else CallNotFound
    standing = queries.standing_of(campaign, actor.id, on=town_today())
    if not can(actor, CheckinsAction.CALL_PEOPLE, standing):
        raise CallNotFound
    return call


def find_open_campaign_of(actor: Actor, *, call_id: int) -> CheckinCampaign | None:
    """Return the campaign of a call, while people are called, to who calls; None to everybody else."""
    try:
        return get_open_campaign(_get_call(actor, call_id).campaign_id, at=utc_now())
    except (CallNotFound, CampaignOver):
        return None


def _lock_call(call_id: int) -> CheckinCall:
    query = sa.select(CheckinCall).filter_by(id=call_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _write_result(
    call: CheckinCall, campaign: CheckinCampaign, result: Result, agrees_to_help: bool, now: datetime
) -> None:
    call.tries += 1
    call.result, call.agrees_to_help = result, agrees_to_help
    call.held_until, call.caller_id = None, None
    if result is Result.NO_ANSWER:
        call.state = after_no_answer(call.tries, campaign.tries)
        call.due_at = now + timedelta(minutes=campaign.retry_minutes)
        if call.round < campaign.round:  # it was in hand when the next round began: nobody takes it again
            call.state = after_round(call.state, call.tries)
    else:
        call.state = AFTER_RESULT[result]
    if call.state is not CallState.WAITING:
        call.ended_at = now
    if result is Result.REFUSES:
        db.session.get_one(CheckinPerson, call.person_id).refused_at = now
    db.session.flush()


def _write_step(call: CheckinCall, step: Step, note: str, actor: Actor, now: datetime) -> None:
    db.session.add(CheckinStep(call_id=call.id, step=step, note=note, author_id=actor.id, done_at=now))
    db.session.flush()


def _told(campaign: CheckinCampaign, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "occurred_at": now,
        "campaign_id": campaign.id,
        "territory_id": campaign.territory_id,
        "actor_id": actor.id,
    }
