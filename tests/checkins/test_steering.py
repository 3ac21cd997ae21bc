"""The town hall opens a campaign under the law, follows what waits for it, and keeps totals alone."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.audit.models import AuditEntry
from civic.checkins.campaigns import queries
from civic.checkins.campaigns.errors import (
    CampaignOpen,
    NobodyToCall,
    NothingToFollow,
    PlaceRefused,
    PlanNotInForce,
    WindowRefused,
)
from civic.checkins.campaigns.jobs import KEPT_FOR, end_what_is_over, forget_what_was_said
from civic.checkins.campaigns.models import CheckinCall, CheckinCampaign, CheckinPerson, CheckinStep
from civic.checkins.campaigns.rules import CallState, CampaignPlan, Reason, Result, TownStep
from civic.checkins.campaigns.service import calling, rounds, steering
from civic.checkins.register.service import see_entry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import deliver_due
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from tests.checkins.making import ADDRESS, PHONE, SCRIPT, Alert, add_met_volunteer
from tests.conftest import actor_of, add_person, plain, post_form, sign_in


@pytest.fixture
def alert(app_context: Flask) -> Alert:
    return Alert()


def count(model: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model))
    db.session.rollback()
    return int(found or 0)


def plan(**changes: object) -> CampaignPlan:
    values = {
        "reason": Reason.COLD,
        "closes_at": utc_now() + timedelta(days=2),
        "script": SCRIPT,
        **changes,
    }
    return CampaignPlan(**values)  # type: ignore[arg-type]


def test_the_register_serves_only_while_the_prefect_s_plan_is_in_force(alert: Alert) -> None:
    ines = actor_of(alert.ines)
    steering.close_campaign(ines, campaign_id=alert.campaign)

    def refuse(error: type[Exception], **changes: object) -> None:
        in_force = bool(changes.pop("in_force", True))
        with pytest.raises(error):
            steering.open_campaign(ines, town_id=alert.town, plan=plan(**changes), is_plan_in_force=in_force)

    refuse(PlanNotInForce, in_force=False)
    refuse(WindowRefused, closes_at=utc_now() - timedelta(minutes=1))
    refuse(PlaceRefused, place_ids=(999_999,))
    refuse(NobodyToCall, place_ids=(alert.other_place,))

    assert count(CheckinCampaign) == 1


def test_one_campaign_at_a_time_opened_by_whom_the_mayor_named_alone(alert: Alert) -> None:
    omar = actor_of(add_person("Omar", roles=((Role.AGENT, alert.town), (Role.ADMIN, alert.town))))

    with pytest.raises(CampaignOpen):
        alert.open()
    for command in (
        lambda: steering.open_campaign(omar, town_id=alert.town, plan=plan(), is_plan_in_force=True),
        lambda: steering.close_campaign(omar, campaign_id=alert.campaign),
        lambda: steering.ask_volunteers(omar, campaign_id=alert.campaign),
        lambda: steering.open_file(omar, call_id=1),
        lambda: steering.follow_call(omar, call_id=1, step=TownStep.SPOKEN, note=""),
    ):
        with pytest.raises(NotAllowed):
            command()

    assert count(CheckinCampaign) == 1


def test_the_list_is_frozen_at_the_opening_and_keeps_to_the_neighbourhoods(alert: Alert) -> None:
    alert.register("Tardive")
    assert count(CheckinPerson) == 3

    steering.close_campaign(actor_of(alert.ines), campaign_id=alert.campaign)
    alert.register("Ailleurs", territory_id=alert.other_place)
    alert.open(place_ids=(alert.other_place,))

    assert count(CheckinPerson) == 4
    assert count(CheckinCall) == 4


def test_the_volunteers_whom_an_agent_met_are_asked_once_and_no_other(alert: Alert) -> None:
    cleo = add_met_volunteer(alert.place, "Cléo")
    stranger = add_person("Paul", lives_in=alert.place)
    ines = actor_of(alert.ines)

    assert steering.ask_volunteers(ines, campaign_id=alert.campaign) == 1
    steering.ask_volunteers(ines, campaign_id=alert.campaign)

    asked = db.session.execute(sa.select(Notification.person_id, Notification.kind)).all()
    assert [(row.person_id, row.kind.value) for row in asked] == [(cleo, "checkin_calls_offered")]
    assert stranger not in [row.person_id for row in asked]


def test_an_alarm_is_followed_until_it_is_over_and_each_step_is_kept(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    ines = actor_of(alert.ines)
    with pytest.raises(NothingToFollow):
        steering.follow_call(ines, call_id=call_id, step=TownStep.SPOKEN, note="")
    calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.ALARMING, note="Confuse")

    file = steering.open_file(ines, call_id=call_id)
    assert file.entry is not None
    assert (file.entry.address, [step.note for step, _ in file.steps]) == (ADDRESS, ["Confuse"])
    assert (
        steering.follow_call(ines, call_id=call_id, step=TownStep.RESCUE_CALLED, note="15") is CallState.ALARM
    )
    assert (
        steering.follow_call(ines, call_id=call_id, step=TownStep.VISITED, note="Va mieux") is CallState.DONE
    )
    with pytest.raises(NothingToFollow):
        steering.follow_call(ines, call_id=call_id, step=TownStep.CLOSED, note="")

    kept = [step.step.value for step, _ in steering.open_file(ines, call_id=call_id).steps]
    assert kept == ["visited", "rescue_called", "alarming"]
    journal = str(db.session.execute(sa.select(AuditEntry.fact, AuditEntry.subjects)).all())
    assert "CallFileSeen" in journal
    assert "Confuse" not in journal


def test_figures_tell_where_the_round_stands_in_each_neighbourhood(app_context: Flask) -> None:
    alert = Alert(people=5)
    for result in (Result.WELL, Result.NEEDS, Result.NO_ANSWER, Result.ALARMING):
        call_id = alert.take(alert.ada)
        assert call_id is not None
        calling.answer_call(actor_of(alert.ada), call_id=call_id, result=result)

    *places, total = queries.figures_by_place(queries.get_campaign(alert.campaign), at=utc_now())

    assert [place.territory_id for place in places] == [alert.place]
    shown = (total.people, total.reached, total.to_call, total.no_answer, total.needs, total.alarms)
    assert shown == (5, 3, 1, 1, 1, 1)


def test_after_a_month_the_totals_alone_are_left(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.WELL, note="Contente")
    steering.close_campaign(actor_of(alert.ines), campaign_id=alert.campaign)
    closed = utc_now()

    assert forget_what_was_said(closed + KEPT_FOR - timedelta(hours=1)) == 0
    assert count(CheckinStep) == 1
    assert forget_what_was_said(closed + KEPT_FOR + timedelta(hours=1)) == 1
    assert forget_what_was_said(closed + KEPT_FOR + timedelta(hours=1)) == 0

    assert (count(CheckinStep), count(CheckinCall), count(CheckinPerson)) == (0, 0, 0)
    figures = queries.get_campaign(alert.campaign).figures
    assert figures == {"people": 3, "calls": 1, "reached": 1, "alarms": 0, "needs": 0, "callers": 2}
    assert see_entry(actor_of(alert.ines), entry_id=alert.people[0]).phone == PHONE


def test_what_a_round_left_is_told_in_one_line_to_each_keeper(app_context: Flask) -> None:
    alert = Alert(people=4)
    for result in (Result.NO_ANSWER, Result.WELL, Result.NO_ANSWER):
        call_id = alert.take(alert.ada)
        assert call_id is not None
        calling.answer_call(actor_of(alert.ada), call_id=call_id, result=result)

    with time_machine.travel(utc_now() + timedelta(hours=24, minutes=1)):
        rounds.begin_due_round(alert.campaign, now=utc_now())

    assert round_lines(alert.ines) == [{"unreached": 2, "missed": 1}]
    assert round_lines(alert.ada) == []
    with time_machine.travel(utc_now() + timedelta(days=4)):
        end_what_is_over(utc_now())
    assert round_lines(alert.ines)[1:] == [{"unreached": 0, "missed": 4}]


def round_lines(person: int) -> list[dict[str, int]]:
    told = sa.select(Notification.params).filter_by(person_id=person, kind=Kind.CHECKIN_ROUND_OVER)
    found = list(db.session.scalars(told.order_by(Notification.id)))
    db.session.rollback()
    return found


def test_timers_begin_the_next_round_and_end_the_campaign(alert: Alert) -> None:
    with transaction():
        campaign = queries.get_campaign(alert.campaign)
        campaign.opened_at = utc_now() - timedelta(hours=25)
    deliver_due(utc_now() + timedelta(hours=24, minutes=5))
    db.session.expire_all()
    assert queries.get_campaign(alert.campaign).round == 2
    db.session.rollback()

    with transaction():
        queries.get_campaign(alert.campaign).closes_at = utc_now() - timedelta(seconds=1)
    assert end_what_is_over(utc_now()) == 1
    db.session.expire_all()
    assert queries.get_campaign(alert.campaign).closed_at is not None


# Pages


@pytest.fixture
def served(app: Flask) -> tuple[Flask, Alert]:
    with app.app_context():
        return app, Alert(people=6)


def test_the_whole_of_a_call_without_javascript(served: tuple[Flask, Alert]) -> None:
    app, alert = served
    caller, keeper = sign_in(app, alert.ada), sign_in(app, alert.ines)
    base = f"/appels-de-veille/{alert.campaign}"

    assert "Prendre un appel" in caller.get("/appels-de-veille").get_data(as_text=True)
    assert caller.get(f"{base}/appel").status_code == 302
    with app.app_context():
        assert db.session.scalars(sa.select(CheckinCall).filter_by(state=CallState.HELD)).all() == []
    where = post_form(caller, f"{base}/appel").headers["Location"]
    page = plain(caller.get(where).get_data(as_text=True))
    assert "Appeler Prénom0" in page
    assert SCRIPT in page
    assert "15 (Samu)" in page
    assert ADDRESS not in page
    with app.app_context():
        call_id = db.session.scalars(sa.select(CheckinCall.id).filter_by(state=CallState.HELD)).one()

    refused = post_form(caller, f"/appels-de-veille/appels/{call_id}/resultat", note="Ma note")
    assert refused.status_code == 422
    assert "Ma note" in refused.get_data(as_text=True)
    answered = post_form(caller, f"/appels-de-veille/appels/{call_id}/resultat", result="alarming")
    assert "tel:15" in caller.get(answered.headers["Location"]).get_data(as_text=True)

    board = plain(keeper.get(f"/bureau/registre/campagnes/{alert.campaign}").get_data(as_text=True))
    assert "1 appel inquiétant" in board
    file = keeper.get(f"/bureau/registre/appels/{call_id}").get_data(as_text=True)
    assert ADDRESS in plain(file)
    assert "appel inquiétant" in plain(keeper.get("/bureau").get_data(as_text=True))
    followed = post_form(keeper, f"/bureau/registre/appels/{call_id}/suites", step="visited", note="Vue")
    assert followed.status_code == 302
    assert caller.get(f"/bureau/registre/appels/{call_id}").status_code == 403

    assert post_form(keeper, f"/bureau/registre/campagnes/{alert.campaign}/fin").status_code == 302
    after = caller.get(f"{base}/appel", follow_redirects=True).get_data(as_text=True)
    assert "Prénom" not in after
    assert "Aucune alerte en ce moment" in plain(after)


def test_the_names_on_the_board_are_read_in_the_journal(served: tuple[Flask, Alert]) -> None:
    app, alert = served
    keeper, where = sign_in(app, alert.ines), f"/bureau/registre/campagnes/{alert.campaign}"

    def listed() -> list[int]:
        with app.app_context():
            entries = db.session.scalars(sa.select(AuditEntry).filter_by(fact="RegisterListed"))
            return [entry.subjects["count"] for entry in entries]

    assert keeper.get(where).status_code == 200
    assert listed() == []
    assert "Prénom0" in keeper.get(f"{where}?board=under_way").get_data(as_text=True)

    assert listed() == [6]


def test_a_campaign_is_opened_from_its_form_and_a_refusal_comes_back_filled_in(
    served: tuple[Flask, Alert],
) -> None:
    app, alert = served
    keeper = sign_in(app, alert.ines)
    with app.app_context():
        steering.close_campaign(actor_of(alert.ines), campaign_id=alert.campaign)
    assert "Bonjour" in keeper.get("/bureau/registre/campagnes/nouvelle").get_data(as_text=True)
    typed = {
        "reason": "cold",
        "closes_at": (utc_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "every_hours": "24",
        "retry_minutes": "60",
        "tries": "3",
        "script": "Bonjour, c’est la mairie, comment ça va ?",
    }

    refused = post_form(keeper, "/bureau/registre/campagnes", **typed)
    assert refused.status_code == 422
    assert "comment ça va" in refused.get_data(as_text=True)
    opened = post_form(keeper, "/bureau/registre/campagnes", **typed, is_plan_in_force="true")
    assert opened.status_code == 302
    page = plain(keeper.get(opened.headers["Location"]).get_data(as_text=True))
    assert "Grand froid" in page


def test_the_public_reads_totals_and_never_of_fewer_than_five(served: tuple[Flask, Alert]) -> None:
    app, alert = served
    with app.app_context():
        for _ in range(3):
            call_id = calling.take_call(actor_of(alert.ada), campaign_id=alert.campaign)
            assert call_id is not None
            calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.WELL)
        steering.close_campaign(actor_of(alert.ines), campaign_id=alert.campaign)

    page = plain(app.test_client().get("/registre-nominatif").get_data(as_text=True))

    assert "Canicule" in page
    assert ">6<" in "".join(page.split())
    assert "moins de 5" in page


def test_somebody_whom_no_agent_met_reads_how_to_be(served: tuple[Flask, Alert]) -> None:
    app, alert = served
    with app.app_context():
        paul = add_person("Paul", lives_in=alert.place)
    page = plain(sign_in(app, paul).get("/appels-de-veille").get_data(as_text=True))

    assert "des bénévoles que la mairie a rencontrés" in page
    assert "Je veux bien appeler" not in page
    answer = post_form(sign_in(app, paul), f"/appels-de-veille/{alert.campaign}/oui", accepts_secret="true")
    assert answer.status_code == 403


def test_a_need_leads_to_the_telephone_desk_with_her_consent_alone_and_carries_no_name(
    served: tuple[Flask, Alert],
) -> None:
    app, alert = served
    keeper = sign_in(app, alert.ines)
    pages = []
    for agrees in (True, False):
        with app.app_context():
            call_id = calling.take_call(actor_of(alert.ada), campaign_id=alert.campaign)
            assert call_id is not None
            calling.answer_call(
                actor_of(alert.ada), call_id=call_id, result=Result.NEEDS, agrees_to_help=agrees
            )
        pages.append(keeper.get(f"/bureau/registre/appels/{call_id}").get_data(as_text=True))

    with_consent, without = pages
    assert 'href="/entraide/demande-par-telephone?category=shopping"' in with_consent
    assert "/entraide/demande-par-telephone" not in without


def test_an_alarm_stays_on_the_desk_when_the_alert_ends_until_somebody_followed_it(alert: Alert) -> None:
    call_id = alert.take(alert.ada)
    assert call_id is not None
    calling.answer_call(actor_of(alert.ada), call_id=call_id, result=Result.ALARMING)
    ines = actor_of(alert.ines)
    steering.close_campaign(ines, campaign_id=alert.campaign)

    assert queries.count_for_town({alert.town}) == {CallState.ALARM: 1}
    steering.follow_call(ines, call_id=call_id, step=TownStep.VISITED, note="Vue")

    assert queries.count_for_town({alert.town}) == {}


def test_a_caller_who_is_too_late_is_given_what_it_takes_to_cry_alarm_with_what_she_wrote(
    served: tuple[Flask, Alert],
) -> None:
    app, alert = served
    with app.app_context():
        call_id = alert.take(alert.ada)
        assert call_id is not None
        calling.see_call(actor_of(alert.ada), campaign_id=alert.campaign)
        with transaction():
            db.session.get_one(CheckinCall, call_id).held_until = utc_now() - timedelta(seconds=1)
        assert alert.take(alert.ben) == call_id
    caller, where = sign_in(app, alert.ada), f"/appels-de-veille/appels/{call_id}/resultat"

    late = post_form(caller, where, result="well", note="Voix faible")
    page = late.get_data(as_text=True)
    assert (late.status_code, where in page, "Voix faible" in page) == (409, True, True)
    assert 'name="result" value="alarming"' in page
    post_form(caller, where, result="alarming", note="Voix faible")

    with app.app_context():
        assert db.session.get_one(CheckinCall, call_id).state is CallState.ALARM
