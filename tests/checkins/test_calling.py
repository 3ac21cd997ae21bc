"""A call is one caller's, for a while; she sees a first name and a number; what she hears goes where it must."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.personal_data import erase_personal_data
from civic.accounts.service.desk import deactivate_person
from civic.checkins.campaigns import queries
from civic.checkins.campaigns.errors import (
    CallNotFound,
    CallNotHeld,
    CampaignOver,
    ConsentBeside,
    SecretNotAccepted,
)
from civic.checkins.campaigns.models import (
    CheckinCall,
    CheckinCaller,
    CheckinCampaign,
    CheckinPerson,
    CheckinStep,
)
from civic.checkins.campaigns.rules import LEASE, CallState, Result
from civic.checkins.campaigns.service import calling, rounds, steering
from civic.checkins.register.models import RegisterSight
from civic.checkins.register.rules import Leaving
from civic.checkins.register.service import remove_entry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, Refusal
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.realtime.models import PersonEvent
from civic.safeguarding.models import Block, Suspension, VettingProof
from tests.checkins.making import ADDRESS, FAMILY_NAME, Alert, accept_charter, add_met_volunteer, meet
from tests.conftest import actor_of, add_person
from tests.mutual_aid.test_same_moment import locks_waited_for
from tests.servers import wait_until


@pytest.fixture
def alert(app_context: Flask) -> Alert:
    return Alert()


def state_of(call_id: int) -> CallState:
    db.session.rollback()
    found = db.session.scalars(sa.select(CheckinCall.state).filter_by(id=call_id)).one()
    db.session.rollback()
    return found


def count(model: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model))
    db.session.rollback()
    return int(found or 0)


def told(person: int) -> list[str]:
    found = [
        kind.value for kind in db.session.scalars(sa.select(Notification.kind).filter_by(person_id=person))
    ]
    db.session.rollback()
    return found


def lapse(call_id: int) -> None:
    with transaction():
        past = utc_now() - timedelta(seconds=1)
        db.session.execute(sa.update(CheckinCall).where(CheckinCall.id == call_id).values(held_until=past))


def come_due() -> None:
    with transaction():
        db.session.execute(sa.update(CheckinCall).values(due_at=utc_now()))


def answer(alert: Alert, person: int, result: Result, **more: object) -> CallState:
    call_id = alert.take(person)
    assert call_id is not None
    return calling.answer_call(actor_of(person), call_id=call_id, result=result, **more)  # type: ignore[arg-type]


def test_two_callers_who_ask_at_the_same_moment_get_two_people(alert: Alert, app_context: Flask) -> None:
    callers = [alert.ada, alert.ben]
    for name in ("Cléo", "Dan", "Eve"):
        person = add_met_volunteer(alert.place, name)
        alert.join(person)
        callers.append(person)
    actors = [actor_of(person) for person in callers]
    db.session.rollback()
    start, taken = threading.Barrier(len(actors) * 2), []

    def run(actor: object) -> None:
        with app_context.app_context():
            start.wait()
            taken.append((actor, calling.take_call(actor, campaign_id=alert.campaign)))  # type: ignore[arg-type]
            db.session.remove()

    threads = [threading.Thread(target=run, args=(actor,)) for actor in actors for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    held = db.session.scalars(sa.select(CheckinCall).filter_by(state=CallState.HELD)).all()
    assert len(held) == 3 == len({call.person_id for call in held}) == len({call.caller_id for call in held})
    assert len(taken) == len(threads)
    per_caller = {actor.person_id: {call for each, call in taken if each == actor} for actor in actors}
    assert all(len(calls - {None}) <= 1 for calls in per_caller.values())


def test_a_caller_sees_a_first_name_and_a_number_and_nothing_else(alert: Alert) -> None:
    call_id = alert.take(alert.ada)

    seen = calling.see_call(actor_of(alert.ada), campaign_id=alert.campaign)

    assert seen is not None
    assert (seen.call_id, seen.first_name) == (call_id, "Prénom0")
    assert FAMILY_NAME not in repr(seen)
    assert ADDRESS not in repr(seen)
    assert "1938" not in repr(seen)
    assert [sight.viewer_id for sight in db.session.scalars(sa.select(RegisterSight))] == [alert.ada]


def test_a_call_whose_time_is_over_goes_to_somebody_else_and_its_caller_may_still_cry_alarm(
    alert: Alert,
) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    calling.see_call(actor_of(alert.ada), campaign_id=alert.campaign)
    assert alert.take(alert.ada) == call_id
    lapse(call_id)
    assert calling.see_call(actor_of(alert.ada), campaign_id=alert.campaign) is None
    assert alert.take(alert.ben) == call_id
    ada = actor_of(alert.ada)

    with pytest.raises(CallNotHeld):
        calling.answer_call(ada, call_id=call_id, result=Result.WELL)
    assert (state_of(call_id), count(CheckinStep)) == (CallState.HELD, 0)
    calling.answer_call(ada, call_id=call_id, result=Result.ALARMING, note="Très faible")

    assert state_of(call_id) is CallState.ALARM
    assert "checkin_alarm" in told(alert.ines)


def test_what_a_caller_says_late_is_taken_while_nobody_else_has_the_call(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    lapse(call_id)

    assert calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.WELL) is CallState.DONE


def test_a_call_given_back_goes_to_another_caller_and_never_to_the_same(alert: Alert) -> None:
    first = alert.take(alert.ada)
    assert first is not None

    calling.give_back_call(actor_of(alert.ada), call_id=first)

    assert state_of(first) is CallState.WAITING
    seen = {first}
    while (call_id := alert.take(alert.ada)) is not None:
        assert call_id != first
        seen.add(call_id)
        calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.WELL)
    assert len(seen) == 3
    assert alert.take(alert.ben) == first


def test_nobody_calls_herself_nor_somebody_from_whom_a_block_keeps_her(alert: Alert) -> None:
    rose = add_person("Rose")
    with transaction():
        people = db.session.scalars(sa.select(CheckinPerson.entry_id).order_by(CheckinPerson.id)).all()
        from civic.checkins.register.models import RegisterEntry

        for entry_id, person_id in zip(people, (alert.ada, rose), strict=False):
            db.session.execute(
                sa.update(RegisterEntry).where(RegisterEntry.id == entry_id).values(person_id=person_id)
            )
        db.session.add(Block(blocker_id=rose, blocked_id=alert.ada, created_at=utc_now()))

    answer(alert, alert.ada, Result.WELL)

    assert alert.take(alert.ada) is None
    assert alert.take(alert.ben) is not None


def test_somebody_whom_no_agent_met_or_who_is_suspended_neither_joins_nor_calls(alert: Alert) -> None:
    stranger = add_person("Paul", lives_in=alert.place)
    accept_charter(stranger)
    without_charter = add_person("Rémi", lives_in=alert.place)
    meet(without_charter)
    for person in (stranger, without_charter):
        with pytest.raises(NotAllowed):
            alert.join(person)
        with pytest.raises(NotAllowed):
            alert.take(person)
    assert count(CheckinCaller) == 2

    call_id = alert.take(alert.ada)
    assert call_id is not None
    ada = actor_of(alert.ada)
    with transaction():
        db.session.add(
            Suspension(person_id=alert.ada, begun_at=utc_now(), told="Une plainte", decided_by_id=None)
        )
        db.session.execute(sa.delete(VettingProof).where(VettingProof.person_id == alert.ben))
    for person in (alert.ada, alert.ben):
        with pytest.raises(NotAllowed):
            alert.take(person)
    with pytest.raises(NotAllowed):
        calling.see_call(ada, campaign_id=alert.campaign)
    assert state_of(call_id) is CallState.HELD  # until its time is over
    assert count(RegisterSight) == 0


def test_who_does_not_promise_the_secret_does_not_call_and_an_agent_promises_too(alert: Alert) -> None:
    omar = add_person("Omar", roles=((Role.AGENT, alert.town),))

    with pytest.raises(SecretNotAccepted):
        calling.join_callers(actor_of(omar), campaign_id=alert.campaign, accepts_secret=False)
    with pytest.raises(NotAllowed):
        alert.take(omar)
    alert.join(omar)
    alert.join(omar)

    assert alert.take(omar) is not None
    assert count(CheckinCaller) == 3


def test_without_an_answer_the_call_comes_back_later_then_goes_to_the_town_hall(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    assert (
        calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.NO_ANSWER)
        is CallState.WAITING
    )
    others = [alert.take(alert.ada), alert.take(alert.ben)]
    assert call_id not in others
    for person in (alert.ada, alert.ben):
        calling.leave_callers(actor_of(person), campaign_id=alert.campaign)
        alert.join(person)
    come_due()
    with transaction():  # the others were called already
        others_done = sa.update(CheckinCall).where(CheckinCall.id != call_id)
        db.session.execute(others_done.values(state=CallState.DONE))

    assert answer(alert, alert.ben, Result.NO_ANSWER) is CallState.UNREACHED

    assert "checkin_unreached" in told(alert.ines)
    assert alert.take(alert.ada) is None


def test_an_alarm_is_told_at_once_on_the_page_and_by_mail_and_names_nobody(alert: Alert) -> None:
    from civic.kernel.outbox import OutboxMessage

    assert answer(alert, alert.ada, Result.ALARMING, note="Elle est tombée") is CallState.ALARM

    events = db.session.scalars(sa.select(PersonEvent).filter_by(person_id=alert.ines)).all()
    assert "checkin:alarm" in [event.name for event in events]
    mails = db.session.scalars(sa.select(OutboxMessage).filter_by(kind="mail")).all()
    assert [mail.due_at <= utc_now() for mail in mails] == [True]
    everything = str([event.payload for event in events]) + str([mail.payload for mail in mails])
    notices = db.session.scalars(sa.select(Notification).filter_by(person_id=alert.ines)).all()
    everything += str([(notice.params, notice.path) for notice in notices])
    for secret in ("Prénom", FAMILY_NAME, "tombée"):
        assert secret not in everything
    db.session.rollback()
    assert told(alert.ada) == []
    stored = db.session.execute(sa.text("SELECT note FROM checkin_step")).scalar_one()
    assert "tombée".encode() not in bytes(stored)


def test_an_alarm_reaches_the_administrators_when_nobody_keeps_the_register_any_more(alert: Alert) -> None:
    from civic.accounts.models import RoleGrant

    lea = add_person("Léa", roles=((Role.ADMIN, alert.town),))
    with transaction():
        db.session.execute(sa.delete(RoleGrant).where(RoleGrant.person_id == alert.ines))

    answer(alert, alert.ada, Result.ALARMING)

    assert told(lea) == ["checkin_alarm"]


def test_who_does_not_want_to_be_called_is_not_called_in_the_next_round(alert: Alert) -> None:
    answer(alert, alert.ada, Result.REFUSES)

    with transaction():
        campaign = queries.get_campaign(alert.campaign)
        later = campaign.opened_at + timedelta(hours=25)
    assert rounds.begin_due_round(alert.campaign, now=later)
    assert not rounds.begin_due_round(alert.campaign, now=later)

    second = db.session.scalars(sa.select(CheckinCall).filter_by(round=2)).all()
    assert len(second) == 2
    missed = db.session.scalars(sa.select(CheckinCall).filter_by(round=1, state=CallState.MISSED)).all()
    assert len(missed) == 2


def test_a_need_becomes_nothing_by_itself_and_its_consent_goes_with_a_need_alone(alert: Alert) -> None:
    from civic.mutual_aid.models import HelpRequest

    call_id = alert.take(alert.ada)
    assert call_id is not None
    ada = actor_of(alert.ada)
    with pytest.raises(ConsentBeside):
        calling.answer_call(ada, call_id=call_id, result=Result.WELL, agrees_to_help=True)
    assert state_of(call_id) is CallState.HELD

    calling.answer_call(ada, call_id=call_id, result=Result.NEEDS, note="Du pain", agrees_to_help=True)

    assert (state_of(call_id), count(HelpRequest)) == (CallState.NEEDS, 0)


def test_a_call_is_answered_by_its_caller_alone_and_once(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    with pytest.raises(CallNotFound):
        calling.answer_call(actor_of(alert.ben), call_id=call_id, result=Result.ALARMING)
    with pytest.raises(CallNotFound):
        calling.give_back_call(actor_of(alert.ben), call_id=call_id)
    assert (state_of(call_id), count(CheckinStep)) == (CallState.HELD, 0)

    calling.see_call(actor_of(alert.ada), campaign_id=alert.campaign)
    calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.WELL)
    with pytest.raises(CallNotHeld):
        calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.WELL)

    assert (state_of(call_id), count(CheckinStep)) == (CallState.DONE, 1)


def test_closing_ends_every_call_in_hand_and_hides_everything_from_callers(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    ada = actor_of(alert.ada)

    steering.close_campaign(actor_of(alert.ines), campaign_id=alert.campaign)
    steering.close_campaign(actor_of(alert.ines), campaign_id=alert.campaign)

    for command in (
        lambda: calling.see_call(ada, campaign_id=alert.campaign),
        lambda: calling.take_call(ada, campaign_id=alert.campaign),
        lambda: calling.answer_call(ada, call_id=call_id, result=Result.ALARMING),
        lambda: alert.join(alert.ada),
    ):
        with pytest.raises(CampaignOver):
            command()
    assert state_of(call_id) is CallState.MISSED
    assert (count(CheckinCaller), count(CheckinStep)) == (0, 0)
    assert told(alert.ada) == ["checkin_calls_over"]


def test_a_campaign_whose_end_has_come_is_over_though_nothing_has_run(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    with transaction():
        campaign = queries.get_campaign(alert.campaign)
        campaign.opened_at = utc_now() - timedelta(days=2)
        campaign.closes_at = utc_now() - timedelta(seconds=1)

    with pytest.raises(CampaignOver):
        calling.see_call(actor_of(alert.ada), campaign_id=alert.campaign)
    with pytest.raises(CampaignOver):
        calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.WELL)

    assert count(RegisterSight) == 0
    assert rounds.end_if_due(alert.campaign, now=utc_now())
    assert not rounds.end_if_due(alert.campaign, now=utc_now())
    assert state_of(call_id) is CallState.MISSED


def test_who_leaves_the_register_in_an_alert_is_called_no_more_and_what_was_written_of_her_goes(
    alert: Alert,
) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.NO_ANSWER, note="Répondeur")
    entry_id = alert.people[0]

    remove_entry(actor_of(alert.ines), entry_id=entry_id, reason=Leaving.ASKED)

    assert (state_of(call_id), count(CheckinStep)) == (CallState.DROPPED, 0)
    later = utc_now() + timedelta(hours=25)
    rounds.begin_due_round(alert.campaign, now=later)
    assert len(db.session.scalars(sa.select(CheckinCall).filter_by(round=2)).all()) == 2


def test_what_a_caller_writes_while_she_leaves_the_register_goes_with_her(
    alert: Alert, app_context: Flask
) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    ada, ines = actor_of(alert.ada), actor_of(alert.ines)
    db.session.rollback()

    def leave() -> None:
        with app_context.app_context():
            remove_entry(ines, entry_id=alert.people[0], reason=Leaving.ASKED)
            db.session.remove()

    leaving = threading.Thread(target=leave)
    with transaction():
        calling.answer_call(ada, call_id=call_id, result=Result.NEEDS, note="Parle de sa fille")
        leaving.start()
        if db.engine.dialect.name != "sqlite":
            wait_until(lambda: locks_waited_for() >= 1, what="the removal to wait for the answer")
    leaving.join()

    assert (state_of(call_id), count(CheckinStep)) == (CallState.DROPPED, 0)


def test_a_caller_who_leaves_the_site_gives_back_her_call_and_leaves_no_row(alert: Alert) -> None:
    from tests.accounts.test_erasure import rows_of

    answer(alert, alert.ada, Result.WELL)
    call_id = alert.take(alert.ada)
    assert call_id is not None

    with transaction():
        erase_personal_data(alert.ada, utc_now())

    assert state_of(call_id) is CallState.WAITING
    assert {name: rows for name, rows in rows_of(alert.ada).items() if rows} == {}
    assert count(CheckinStep) == 1
    assert alert.take(alert.ben) is not None


def test_a_hold_lasts_twenty_minutes(alert: Alert) -> None:
    before = utc_now()
    call_id = alert.take(alert.ada)
    held = db.session.get_one(CheckinCall, call_id).held_until
    assert held is not None
    assert timedelta(0) <= held - before - LEASE < timedelta(seconds=30)


def test_who_does_not_call_is_not_told_that_a_call_exists_during_the_alert_nor_after(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    curious = actor_of(add_person("Curieux", lives_in=alert.place))

    def refused(number: int) -> list[str]:
        said = []
        for command in (
            lambda: calling.answer_call(curious, call_id=number, result=Result.WELL),
            lambda: calling.give_back_call(curious, call_id=number),
        ):
            with pytest.raises(Refusal) as refusal:
                command()
            said.append(refusal.value.code)
            db.session.rollback()
        return said

    assert refused(call_id) == refused(999_999) == ["checkin_call_not_found"] * 2
    steering.close_campaign(actor_of(alert.ines), campaign_id=alert.campaign)
    assert refused(call_id) == refused(999_999) == ["checkin_call_not_found"] * 2
    assert count(CheckinStep) == 0


def test_who_leaves_while_she_takes_a_call_keeps_none(alert: Alert, app_context: Flask) -> None:
    def leave() -> None:
        with app_context.app_context():
            calling.leave_callers(ada, campaign_id=alert.campaign)
            db.session.remove()

    ada, leaving = actor_of(alert.ada), threading.Thread(target=leave)
    db.session.rollback()
    with transaction():
        call_id = calling.take_call(ada, campaign_id=alert.campaign)
        leaving.start()
        if db.engine.dialect.name != "sqlite":
            wait_until(lambda: locks_waited_for() >= 1, what="the departure to wait for the call")
    leaving.join()

    assert call_id is not None
    assert (state_of(call_id), count(CheckinCaller)) == (CallState.WAITING, 1)
    with pytest.raises(NotAllowed):
        calling.take_call(actor_of(alert.ada), campaign_id=alert.campaign)


def test_a_call_in_hand_when_the_next_round_begins_and_that_nobody_answers_goes_to_the_town_hall(
    alert: Alert,
) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    with transaction():
        campaign = db.session.get_one(CheckinCampaign, alert.campaign)
        campaign.opened_at -= timedelta(hours=campaign.every_hours)
    assert rounds.begin_due_round(alert.campaign, now=utc_now())

    state = calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.NO_ANSWER)

    assert state is CallState.UNREACHED
    assert db.session.get_one(CheckinCall, call_id).ended_at is not None


def test_a_caller_whose_account_is_closed_keeps_nobody_waiting(alert: Alert) -> None:
    admin = add_person("Anne", roles=((Role.ADMIN, alert.town),))
    call_id = alert.take(alert.ada)
    assert call_id is not None

    deactivate_person(actor_of(admin), person_id=alert.ada)

    assert state_of(call_id) is CallState.WAITING
