"""The town hall reads some requests before volunteers are asked: by rules that it sets, within a time that the person knows."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import ResidencyStatus
from civic.accounts.personal_data import erase_personal_data
from civic.accounts.service import people
from civic.kernel import outbox
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.matching.service.dispatch import relaunch_search
from civic.mutual_aid import queries
from civic.mutual_aid.desk.asking_again import answer_still_needed
from civic.mutual_aid.desk.consents import record_consent, withdraw_consent
from civic.mutual_aid.errors import (
    DoubleMissing,
    ReferralMissing,
    RequestNotFound,
    WindowRefused,
    WrongTransition,
)
from civic.mutual_aid.reviewing import jobs, service
from civic.mutual_aid.reviewing.queries import find_review, get_policy, list_referrals
from civic.mutual_aid.reviewing.rules import FirstRequests, ReviewPolicy, ReviewReason, answer_by
from civic.mutual_aid.rules import Category, ConsentMode, RequestState, Urgency, Window
from civic.mutual_aid.service.requests import ask_for_another, set_request_hidden
from civic.mutual_aid.subscribers import export
from civic.mutual_aid.wishes import Language, Wish
from civic.notifications.models import Notification
from tests.conftest import Role, actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    filled_of,
    in_hours,
    invitation_of,
    invitations,
    matches,
    request_details,
    state_of,
)

READ = RequestState.IN_REVIEW


def add_newcomer(place: int) -> int:
    """Make a resident who says where she lives, and whom nobody at the town hall has seen."""
    person = add_person("Lina")
    with transaction():
        people.set_residency(person_id=person, territory_id=place, status=ResidencyStatus.DECLARED)
    return person


def add_agent(town: int) -> int:
    return add_person("Nadia", roles=((Role.AGENT, town),))


def told(person: int) -> list[str]:
    kinds = db.session.scalars(
        sa.select(Notification.kind).filter_by(person_id=person).order_by(Notification.id)
    )
    found = [kind.value for kind in kinds]
    db.session.rollback()
    return found


def test_the_first_request_of_somebody_unknown_is_read_first_and_the_next_one_is_not(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    agent, volunteer, lina = add_agent(town), add_volunteer(town, place), add_newcomer(place)

    first = add_request(lina, place)

    assert (state_of(first), invitations(first)) == (READ, {})
    assert queries.list_open_requests().items == []
    assert told(lina) == ["request_in_review"]
    assert told(agent) == ["request_to_read"]

    service.accept_request(actor_of(agent), request_id=first)
    assert invitations(first) == {volunteer: "sent"}
    assert told(lina) == ["request_in_review", "request_accepted"]

    assert state_of(add_request(lina, place)) is not READ


def test_who_was_seen_at_the_desk_or_is_heard_by_an_agent_does_not_wait(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_agent(town))

    assert state_of(add_request(add_person(lives_in=place), place)) is not READ
    heard = ask_for_another(agent, details=request_details(place), consent=ConsentMode.ORAL)
    assert state_of(heard) is not READ


def test_a_sensitive_help_and_a_person_whose_words_were_hidden_are_read_each_time(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    odette = add_person("Odette", lives_in=place)
    child = add_request(odette, place, category=Category.CHILDCARE)
    review = find_review(child)
    assert review
    assert review.reasons == (ReviewReason.SENSITIVE_CATEGORY,)

    usual = add_request(odette, place)
    set_request_hidden(request_id=usual, is_hidden=True, now=utc_now())
    reported = find_review(add_request(odette, place))

    assert reported
    assert reported.reasons == (ReviewReason.REPORTED_PERSON,)


def test_a_commune_says_what_it_reads_and_nobody_else_does(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, lina = actor_of(add_agent(town)), add_newcomer(place)
    nothing = ReviewPolicy(FirstRequests.NONE, frozenset(), reads_reported=False)

    with pytest.raises(NotAllowed):
        service.set_review_policy(actor_of(lina), territory_id=town, policy=nothing)
    assert get_policy(place) == ReviewPolicy()

    service.set_review_policy(agent, territory_id=town, policy=nothing)
    assert get_policy(place) == nothing
    assert state_of(add_request(lina, place, category=Category.CHILDCARE)) is not READ


def test_a_person_sent_to_a_service_reads_which_and_volunteers_are_let_go(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, ada, odette = add_agent(town), add_volunteer(town, place, "Ada"), add_person(lives_in=place)
    request = add_request(odette, place)
    assert invitations(request) == {ada: "sent"}

    with pytest.raises(ReferralMissing):
        service.redirect_request(actor_of(agent), request_id=request, where="")
    assert state_of(request) is RequestState.DISPATCHING
    service.redirect_request(actor_of(agent), request_id=request, where="Le CCAS\n02 41 00 00 00")

    assert (state_of(request), invitations(request)) == (RequestState.REDIRECTED, {ada: "superseded"})
    assert queries.get_request(request).redirected_to == "Le CCAS\n02 41 00 00 00"
    assert told(odette) == ["request_redirected"]


def test_the_double_of_a_request_ends_and_only_another_alike_may_be_named(app_context: Flask) -> None:
    town, (place, other_place, *_) = add_town()
    agent, odette = actor_of(add_agent(town)), add_person(lives_in=place)
    first, again = add_request(odette, place), add_request(odette, place)
    elsewhere = add_request(add_person(lives_in=other_place), other_place)

    for wrong in (again, elsewhere, 999_999):
        with pytest.raises(DoubleMissing):
            service.join_request(agent, request_id=again, to_request_id=wrong)
    assert state_of(again) is RequestState.ESCALATED
    service.join_request(agent, request_id=again, to_request_id=first)

    assert (state_of(again), state_of(first)) == (RequestState.DUPLICATE, RequestState.ESCALATED)
    assert told(odette) == ["request_duplicate"]


def test_what_is_kept_back_sends_nobody_and_goes_on_with_its_places_free(app_context: Flask) -> None:
    from civic.matching.service.invitations import accept_invitation

    town, (place, *_) = add_town()
    agent, ada, odette = add_agent(town), add_volunteer(town, place, "Ada"), add_person(lives_in=place)
    request = add_request(odette, place)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert (state_of(request), filled_of(request)) == (RequestState.FILLED, 1)

    service.suspend_request(actor_of(agent), request_id=request)

    assert (state_of(request), filled_of(request)) == (RequestState.SUSPENDED, 0)
    assert matches(request) == {ada: "released"}
    assert "match_released" in told(ada)
    assert "request_suspended" in told(odette)
    bob = add_volunteer(town, place, "Bob")
    service.accept_request(actor_of(agent), request_id=request)
    assert invitations(request)[bob] == "sent"


def test_only_an_agent_of_the_commune_decides_and_only_what_waits_is_accepted(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    far_town, _ = add_town()
    lina = add_newcomer(place)
    request = add_request(lina, place)

    for stranger in (lina, add_agent(far_town), add_person(roles=((Role.ADMIN, town),))):
        with pytest.raises(RequestNotFound):
            service.accept_request(actor_of(stranger), request_id=request)
    assert state_of(request) is READ

    agent = actor_of(add_agent(town))
    service.accept_request(agent, request_id=request)
    with pytest.raises(WrongTransition):
        service.accept_request(agent, request_id=request)


def test_a_reading_that_came_too_late_needs_another_hour_and_one_that_never_came_is_told(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    agent, lina, now = add_agent(town), add_newcomer(place), utc_now()
    request = add_request(lina, place, urgency=Urgency.URGENT, window=Window(now, now + timedelta(hours=2)))
    review = find_review(request)
    assert review is not None
    db.session.rollback()

    with time_machine.travel(review.due_at + timedelta(seconds=5), tick=False):
        outbox.deliver_due()
        assert told(agent) == ["request_to_read", "request_read_late"]
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        with pytest.raises(WindowRefused):
            service.accept_request(actor_of(agent), request_id=request)
        assert state_of(request) is READ
        assert jobs.expire_unopened(utc_now()) == 1
        assert (state_of(request), told(lina)[-1]) == (RequestState.EXPIRED, "request_expired")
        assert jobs.expire_unopened(utc_now()) == 0


@pytest.mark.parametrize(
    ("sent", "urgency", "read_before"),
    [
        ("2026-11-27T10:00", Urgency.URGENT, "2026-11-27T10:30"),
        ("2026-11-27T18:50", Urgency.URGENT, "2026-11-28T08:20"),
        ("2026-11-27T23:00", Urgency.TODAY, "2026-11-28T10:00"),
        ("2026-11-27T05:00", Urgency.TODAY, "2026-11-27T10:00"),
        ("2026-11-27T17:00", Urgency.FLEXIBLE, "2026-11-28T14:00"),
    ],
)
def test_the_time_of_a_reading_is_counted_by_day(sent: str, urgency: Urgency, read_before: str) -> None:
    found = answer_by(urgency, local_now=datetime.fromisoformat(sent))

    assert found == datetime.fromisoformat(read_before)


# Pages


@pytest.fixture
def desk(app: Flask) -> tuple[FlaskClient, int, int, int]:
    """An agent's browser, a request that waits to be read, the newcomer who made it, and the town."""
    with app.app_context():
        town, (place, *_) = add_town()
        agent, lina = add_agent(town), add_newcomer(place)
        request = add_request(lina, place)
    return sign_in(app, agent), request, lina, town


def test_an_agent_reads_why_and_lets_it_go_and_lina_reads_until_when_she_waits(
    app: Flask, desk: tuple[FlaskClient, int, int, int]
) -> None:
    agent, request, lina, _ = desk
    board = agent.get("/entraide/a-suivre?etat=to_read").get_data(as_text=True)
    assert f"/entraide/demandes/{request}" in board
    page = plain(agent.get(f"/entraide/demandes/{request}/decision").get_data(as_text=True))
    assert "C’est sa première demande" in page
    own = plain(sign_in(app, lina).get(f"/entraide/demandes/{request}").get_data(as_text=True))
    assert "relit votre demande" in own
    assert "Ce sera fait avant" in own

    late = post_form(
        agent,
        f"/entraide/demandes/{request}/acceptation",
        starts_at="2020-01-01T08:00",
        ends_at="2020-01-01T10:00",
    )
    assert (late.status_code, "field-ends_at-error" in late.get_data(as_text=True)) == (422, True)  # type: ignore[attr-defined]
    assert post_form(agent, f"/entraide/demandes/{request}/acceptation").status_code == 302  # type: ignore[attr-defined]
    with app.app_context():
        assert state_of(request) is RequestState.ESCALATED


def test_an_agent_writes_the_services_of_the_commune_and_sends_lina_to_one(
    app: Flask, desk: tuple[FlaskClient, int, int, int]
) -> None:
    agent, request, lina, town = desk
    assert "action sociale" in agent.get("/entraide/relecture").get_data(as_text=True)
    post_form(agent, "/entraide/relecture/services", name="Le CCAS", text="02 41 00 00 00")
    with app.app_context():
        (referral,) = list_referrals(town)
    post_form(
        agent, f"/entraide/demandes/{request}/orientation", service=str(referral.id), where="Demandez Mme Roy"
    )

    own = plain(sign_in(app, lina).get(f"/entraide/demandes/{request}").get_data(as_text=True))
    for said in ("Un service s’en occupe", "Le CCAS", "02 41 00 00 00", "Demandez Mme Roy"):
        assert said in own
    post_form(agent, f"/entraide/relecture/services/{referral.id}/retrait")
    with app.app_context():
        assert list_referrals(town) == []
    assert "Le CCAS" in sign_in(app, lina).get(f"/entraide/demandes/{request}").get_data(as_text=True)


def test_the_settings_come_back_as_they_were_typed(desk: tuple[FlaskClient, int, int, int]) -> None:
    agent, *_ = desk
    answer = post_form(agent, "/entraide/relecture", first_requests="none", sensitive=["visits", "childcare"])
    assert answer.status_code == 302  # type: ignore[attr-defined]

    page = agent.get("/entraide/relecture").get_data(as_text=True)

    assert page.count(" checked") == 3


def test_who_is_no_agent_sees_no_page_of_decisions(
    app: Flask, desk: tuple[FlaskClient, int, int, int]
) -> None:
    _, request, lina, _ = desk
    browser = sign_in(app, lina)

    assert browser.get(f"/entraide/demandes/{request}/decision").status_code == 404
    assert browser.get("/entraide/relecture").status_code == 403


def test_what_nobody_read_in_time_is_read_before_it_goes_on_however_it_is_asked_again(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    agent, volunteer = actor_of(add_agent(town)), add_volunteer(town, place)
    for ask_on in (relaunch, still_needed):
        lina = add_newcomer(place)
        request = expire(add_request(lina, place))
        assert state_of(request) is RequestState.EXPIRED
        assert state_of(add_request(lina, place)) is READ  # nothing of hers was ever put to volunteers

        ask_on(actor_of(lina), request)

        assert (state_of(request), invitations(request)) == (READ, {})
        assert "request_to_read" in told(agent.id)
        service.accept_request(agent, request_id=request)
        assert invitations(request) == {volunteer: "sent"}


def test_an_agent_who_searches_again_for_what_nobody_read_has_read_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, volunteer, lina = actor_of(add_agent(town)), add_volunteer(town, place), add_newcomer(place)
    request = expire(add_request(lina, place))

    relaunch(agent, request)

    assert invitations(request) == {volunteer: "sent"}
    review = find_review(request)
    assert review is not None
    assert review.decided_at is not None


def test_a_doubt_that_outlasts_the_hour_is_not_lifted_by_whom_it_is_about(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, odette = actor_of(add_agent(town)), add_person("Odette", lives_in=place)
    request = add_request(odette, place)
    service.suspend_request(agent, request_id=request)
    expire(request)
    assert state_of(request) is RequestState.EXPIRED

    relaunch(actor_of(odette), request)

    assert (state_of(request), invitations(request)) == (READ, {})


def test_whoever_never_agreed_is_asked_before_a_search_begins_again(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent, volunteer = actor_of(add_agent(town)), add_volunteer(town, place)
    for ask_on in (relaunch, still_needed):
        request = expire(ask_for_another(agent, details=request_details(place), consent=None))
        assert state_of(request) is RequestState.EXPIRED

        ask_on(agent, request)

        assert (state_of(request), invitations(request)) == (RequestState.AWAITING_CONSENT, {})
        record_consent(agent, request_id=request, mode=ConsentMode.ORAL)
        assert invitations(request) == {volunteer: "sent"}


def test_a_consent_withdrawn_is_not_gone_round_by_searching_again(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_agent(town))
    request = expire(ask_for_another(agent, details=request_details(place), consent=None))
    withdraw_consent(agent, request_id=request)

    for ask_on in (relaunch, still_needed):
        with pytest.raises(WrongTransition):
            ask_on(agent, request)

    assert state_of(request) is RequestState.EXPIRED


def expire(request: int) -> int:
    """Have the window of a request pass while it waits. Returns its id."""
    with transaction():
        found = queries.get_request(request)
        found.starts_at, found.ends_at = utc_now() - timedelta(hours=3), utc_now() - timedelta(hours=1)
    jobs.expire_unopened(utc_now())
    return request


def relaunch(actor: Actor, request: int) -> None:
    relaunch_search(actor, request_id=request, window=in_hours(0, 3))


def still_needed(actor: Actor, request: int) -> None:
    answer_still_needed(actor, request_id=request, is_needed=True, window=in_hours(0, 3))


def test_what_a_person_needs_and_was_told_is_given_to_her_and_goes_with_her(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    odette = add_person("Odette", lives_in=place)
    request = add_request(
        odette, place, wishes=frozenset({Wish.STEP_FREE}), languages=frozenset({Language.SIGNS})
    )
    service.redirect_request(actor_of(add_agent(town)), request_id=request, where="Le CCAS, pour Odette")

    given = str(export(odette))
    assert all(word in given for word in ("Le CCAS", "step_free", "signs"))

    with transaction():
        erase_personal_data(odette, utc_now())
    left = queries.get_request(request)
    assert (left.wishes, left.languages, left.redirected_to) == ([], [], None)
