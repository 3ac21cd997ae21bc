"""An answer that was promised is due from the support that reaches the threshold, and who is in charge is reminded."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.consultations.service import publish_consultation
from civic.kernel import outbox
from civic.kernel.clock import from_town_time, town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.notifications.rules import Kind
from civic.proposals.answers import queries, reminding
from civic.proposals.answers.errors import PromiseIsKept, UnknownPersonInCharge
from civic.proposals.answers.models import AnswerPromise, ExpectedAnswer
from civic.proposals.answers.promising import set_promise, set_town_promise
from civic.proposals.answers.rules import Promise, Wait
from civic.proposals.rules import Decision
from civic.proposals.service.answering import draft_answer, publish_answer
from civic.proposals.service.proposing import submit_proposal, withdraw_proposal
from civic.proposals.service.taking_part import support_proposal, withdraw_support
from tests.conftest import actor_of, add_person, add_town
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal, idea
from tests.proposals.promised import (
    TWO_SUPPORTS,
    add_owed,
    agent,
    councillor,
    expected,
    kept,
    move_back,
    promised,
    told,
)


def test_the_support_that_reaches_the_threshold_makes_an_answer_due_and_a_withdrawal_takes_nothing_back(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    consultation = promised(town, councillor(town))
    proposal = add_proposal(town, consultation=consultation)
    bob, cleo = (actor_of(add_person(name, lives_in=place)) for name in ("Bob", "Cleo"))

    support_proposal(bob, proposal_id=proposal)
    assert expected(proposal) is None
    support_proposal(cleo, proposal_id=proposal)
    view = queries.find_expected(proposal, at=utc_now())
    assert view is not None
    assert (view.wait, view.days_waited, (view.last_day - view.since.date()).days in (60, 61)) == (
        Wait.AWAITED, 0, True,
    )  # fmt: skip

    withdraw_support(cleo, proposal_id=proposal)
    withdraw_support(bob, proposal_id=proposal)
    support_proposal(bob, proposal_id=proposal)
    assert queries.find_expected(proposal, at=view.since) == view


def test_two_supports_at_once_make_one_answer_due(service_app: Flask) -> None:
    with service_app.app_context():
        town, (place, *_) = add_town()
        proposal = add_proposal(town, consultation=promised(town, councillor(town)))
        people = [add_person(f"P{number}", lives_in=place) for number in range(8)]

    def support(person_id: int) -> None:
        with service_app.app_context():
            support_proposal(actor_of(person_id), proposal_id=proposal)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(support, people))
    with service_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(ExpectedAnswer)) == 1
        timers = sa.select(sa.func.count()).select_from(outbox.OutboxMessage).filter_by(kind="answers.remind")
        assert db.session.scalar(timers) == 1


def test_where_each_proposal_is_answered_the_answer_is_due_from_its_publication(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    consultation = promised(town, councillor(town), Promise(threshold=0, days=30))
    ada = actor_of(add_person("Ada", lives_in=place))

    proposal = submit_proposal(ada, consultation_id=consultation, text=idea(place))

    assert expected(proposal) is not None


def test_a_consultation_promises_what_the_commune_does_from_its_publication_on(app_context: Flask) -> None:
    town, _ = add_town()
    mayor = councillor(town)
    set_town_promise(mayor, territory_id=town, promise=Promise(25, 45))
    draft = add_consultation(town, is_published=False)

    publish_consultation(mayor, consultation_id=draft)
    set_town_promise(mayor, territory_id=town, promise=Promise(99, 99))

    assert queries.find_promise(draft) == Promise(25, 45)
    assert queries.list_charge(draft) == [mayor.id]
    assert queries.find_promise(add_consultation(town)) is None


def test_two_who_set_the_promise_of_the_commune_at_once_wait_for_one_another(app_context: Flask) -> None:
    town, _ = add_town()
    mayor = councillor(town)
    db.session.rollback()
    together, failures = threading.Barrier(4), list[Exception]()

    def promise(threshold: int) -> None:
        with app_context.app_context():
            together.wait()
            try:
                set_town_promise(mayor, territory_id=town, promise=Promise(threshold, threshold))
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=promise, args=(threshold,)) for threshold in (11, 12, 13, 14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = queries.town_promise(town)
    assert (failures, kept.threshold == kept.days, kept.threshold > 10) == ([], True, True)


def test_a_stronger_promise_makes_due_what_reaches_it_and_a_weaker_one_is_refused(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    consultation = promised(town, mayor, Promise(threshold=3))
    proposal = add_owed(town, consultation, place)
    assert expected(proposal) is None
    before = kept()

    with pytest.raises(PromiseIsKept):
        set_promise(mayor, consultation_id=consultation, promise=Promise(threshold=4))
    assert kept() == before
    set_promise(mayor, consultation_id=consultation, promise=TWO_SUPPORTS)
    assert expected(proposal) is not None


def test_nobody_else_promises_and_nobody_unknown_is_in_charge(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    consultation = promised(town, mayor)
    ada = actor_of(add_person("Ada", lives_in=place))
    before = kept()

    with pytest.raises(NotAllowed):
        set_promise(ada, consultation_id=consultation, promise=Promise(1))
    with pytest.raises(NotAllowed):
        set_town_promise(ada, territory_id=town, promise=Promise(1))
    for charge in ([ada.id], [mayor.id, mayor.id]):
        with pytest.raises(UnknownPersonInCharge):
            set_promise(mayor, consultation_id=consultation, promise=TWO_SUPPORTS, in_charge_ids=charge)
    assert kept() == before


def test_an_answer_ends_the_wait_and_to_study_puts_it_off_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    consultation = promised(town, mayor)
    studied, refused, late = (add_owed(town, consultation, place, title=f"Idée {n}") for n in range(3))
    move_back(late, timedelta(days=70))
    first_due = expected(studied).due_at  # type: ignore[union-attr]
    move_back(studied, timedelta(days=20))
    for proposal, decision in ((studied, "studying"), (refused, "refused"), (late, "studying")):
        draft_answer(mayor, proposal_id=proposal, decision=Decision(decision), body="Voici")
        publish_answer(mayor, proposal_id=proposal)

    views = {each: queries.find_expected(each, at=utc_now()) for each in (studied, refused, late)}
    assert [view.wait for view in views.values() if view] == [Wait.AWAITED, Wait.IN_TIME, Wait.LATE]
    assert expected(studied).due_at == first_due  # type: ignore[union-attr]
    assert expected(studied).extended_at is not None  # type: ignore[union-attr]
    assert expected(refused).remind_at is None  # type: ignore[union-attr]

    draft_answer(mayor, proposal_id=late, decision=Decision.ACCEPTED, body="Oui, enfin")
    publish_answer(mayor, proposal_id=late)
    view = queries.find_expected(late, at=utc_now())
    assert view is not None
    assert view.wait is Wait.ANSWERED_LATE


def test_the_first_in_charge_is_reminded_twice_then_the_next_then_the_agents_once_each(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    first, second, clerk = councillor(town), councillor(town, "Bruno"), agent(town)
    consultation = promised(town, first, charge=(first.id, second.id))
    add_owed(town, consultation, place, title="Un banc")
    add_owed(town, consultation, place, title="Un arbre")
    start = from_town_time(datetime.combine(town_today(), time(12)))  # reminders leave in the morning

    seen = []
    for day in range(100):
        reminding.remind_due(now=start + timedelta(days=day))
        reminding.remind_due(now=start + timedelta(days=day))
        db.session.rollback()
        while len(seen) < len(told(Kind.ANSWERS_DUE)):
            person_id, params = told(Kind.ANSWERS_DUE)[len(seen)]
            seen.append((person_id, params["count"], params["late"]))

    assert seen == [(first.id, 2, 0), (first.id, 2, 0), (second.id, 2, 2), (clerk.id, 2, 2)]
    assert told(Kind.ANSWERS_DUE)[0][1]["lines"] == ["Un banc", "Un arbre"]


def test_nobody_is_reminded_of_what_was_answered_or_withdrawn_meanwhile(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    consultation = promised(town, mayor)
    answered, withdrawn = add_owed(town, consultation, place), add_owed(town, consultation, place)
    draft_answer(mayor, proposal_id=answered, decision=Decision.REFUSED, body="Non, parce que…")
    publish_answer(mayor, proposal_id=answered)
    author = db.session.scalar(sa.text(f"SELECT author_id FROM proposal WHERE id = {withdrawn}"))
    withdraw_proposal(actor_of(author), proposal_id=withdrawn)

    for day in range(100):
        assert reminding.remind_due(now=utc_now() + timedelta(days=day)) == 0
    assert told(Kind.ANSWERS_DUE) == []


def test_who_left_the_town_hall_is_passed_over_and_without_anybody_all_councillors_are_reminded(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    mayor, other, gone = councillor(town), councillor(town, "Bruno"), councillor(town, "Denis")
    consultation = promised(town, mayor, charge=(gone.id,))
    add_owed(town, consultation, place)
    db.session.execute(sa.text(f"DELETE FROM role_grant WHERE person_id = {gone.id}"))
    db.session.commit()

    assert reminding.remind_due(now=utc_now() + timedelta(days=60)) == 2
    assert {person for person, _ in told(Kind.ANSWERS_DUE)} == {mayor.id, other.id}


def test_the_timer_of_the_relay_reminds(app_context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    town, (place, *_) = add_town()
    mayor = councillor(town)
    proposal = add_owed(town, promised(town, mayor, charge=(mayor.id,)), place)
    deliver: Callable[..., int] = outbox.deliver_due
    assert deliver(utc_now() + timedelta(days=30), is_slow=False) >= 0
    assert told(Kind.ANSWERS_DUE) == []
    later = utc_now() + timedelta(days=61)
    monkeypatch.setattr("civic.proposals.answers.subscribers.utc_now", lambda: later)

    while deliver(later, is_slow=False):
        pass  # as the relay does: what could not be delivered at once is tried again

    assert [person for person, _ in told(Kind.ANSWERS_DUE)] == [mayor.id]
    assert expected(proposal).step == 1  # type: ignore[union-attr]


def test_a_promise_goes_with_its_consultation(app_context: Flask) -> None:
    town, _ = add_town()
    consultation = promised(town, councillor(town))
    db.session.execute(sa.text(f"DELETE FROM consultation WHERE id = {consultation}"))
    db.session.commit()
    assert db.session.get(AnswerPromise, consultation) is None
