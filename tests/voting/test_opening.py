"""Preparing a poll, and opening it, after which nothing of it changes."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person, Residency, ResidencyStatus, Role
from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.voting import queries
from civic.voting.asking import ChoicePlan, QuestionPlan
from civic.voting.errors import (
    BadChoices,
    OpeningTooLate,
    PollChanged,
    PollFrozen,
    PollNotFound,
    RollEmpty,
    WindowReversed,
)
from civic.voting.models import Poll, RollEntry
from civic.voting.rules import PollState
from civic.voting.service import polls, reading
from tests.conftest import actor_of, add_person, add_town
from tests.voting.builders import NO, YES, add_draft, add_poll, make_plan, set_birth


def roll_of(poll_id: int) -> set[int | None]:
    return set(db.session.scalars(sa.select(RollEntry.person_id).filter_by(poll_id=poll_id)))


def agent_of(town: int) -> int:
    return add_person("Agnès", roles=((Role.AGENT, town),))


def test_a_councillor_prepares_what_an_agent_opens(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_person("Ada", lives_in=place)
    councillor = actor_of(add_person("Cléo", roles=((Role.COUNCILLOR, town),)))
    poll_id = polls.prepare_poll(councillor, plan=make_plan(place))

    with pytest.raises(NotAllowed):
        polls.open_poll(councillor, poll_id=poll_id)
    assert queries.get_poll(poll_id).state is PollState.DRAFT

    polls.open_poll(actor_of(agent_of(town)), poll_id=poll_id)
    assert (queries.get_poll(poll_id).state, roll_of(poll_id)) == (PollState.FROZEN, {ada})


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.ADMIN])
def test_a_resident_a_moderator_and_an_administrator_prepare_nothing(
    app_context: Flask, role: Role | None
) -> None:
    town, (place, *_) = add_town()
    actor = actor_of(add_person(lives_in=place, roles=((role, town),) if role else ()))
    poll_id = add_draft(place)

    with pytest.raises(NotAllowed):
        polls.prepare_poll(actor, plan=make_plan(place))
    with pytest.raises(PollNotFound):
        polls.change_poll(actor, poll_id=poll_id, plan=make_plan(place, question="Autre question ?"))
    with pytest.raises(PollNotFound):
        polls.open_poll(actor, poll_id=poll_id)

    assert db.session.scalar(sa.select(sa.func.count(Poll.id))) == 1
    assert queries.get_poll(poll_id).question == "Faut-il planter des tilleuls ?"


def test_an_agent_of_another_commune_changes_nothing_here(app_context: Flask) -> None:
    _town, (place, *_) = add_town()
    elsewhere, _ = add_town()
    stranger = actor_of(agent_of(elsewhere))
    poll_id = add_draft(place)

    with pytest.raises(PollNotFound):
        polls.open_poll(stranger, poll_id=poll_id)
    with pytest.raises(NotAllowed):
        own = polls.prepare_poll(stranger, plan=make_plan(elsewhere))
        polls.change_poll(stranger, poll_id=own, plan=make_plan(place))

    assert queries.get_poll(own).territory_id == elsewhere


def test_the_roll_holds_those_who_live_there_and_are_old_enough_on_the_day_of_the_opening(
    app_context: Flask,
) -> None:
    _town, (place, other, *_) = add_town()
    opens_at = datetime(2030, 6, 15, 22, 30, tzinfo=UTC)  # already 16 June on the town hall's clock
    just_sixteen, one_day_short, unknown, neighbour, gone = (
        add_person(name, lives_in=where)
        for name, where in (
            ("Just", place),
            ("Short", place),
            ("Unknown", place),
            ("Far", other),
            ("Gone", place),
        )
    )
    set_birth(just_sixteen, date(2014, 6, 16))
    set_birth(one_day_short, date(2014, 6, 17))
    declared = add_person("Declared")
    people.set_residency(person_id=declared, territory_id=place)
    with transaction():
        db.session.get_one(Person, gone).deactivated_at = utc_now()

    poll_id, _ = add_poll(place, opens_at=opens_at, closes_at=opens_at + timedelta(days=1), minimum_age=16)

    # Unknown has a verified residency; Declared has neither a birth date nor a verified one.
    assert roll_of(poll_id) == {just_sixteen, unknown}
    assert neighbour not in roll_of(poll_id)


def test_a_declared_residency_is_enough_unless_the_poll_asks_for_a_verified_one(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    verified, declared = add_person("V", lives_in=place), add_person("D")
    people.set_residency(person_id=declared, territory_id=place)

    both, _ = add_poll(place)
    strict, _ = add_poll(place, needs_verified_residency=True)

    assert roll_of(both) == {verified, declared}
    assert roll_of(strict) == {verified}


def test_a_commune_s_poll_is_open_to_its_neighbourhoods_and_counts_them(app_context: Flask) -> None:
    town, (west, east, _) = add_town()
    for where in (west, west, east, town):
        add_person(lives_in=where)

    poll_id, _ = add_poll(town)

    assert sorted(count.size for count in queries.count_roll_by_neighbourhood(poll_id)) == [1, 1, 2]


def test_after_the_opening_nothing_changes_through_the_service_nor_through_the_guarded_queries(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    add_person(lives_in=place)
    agent = actor_of(agent_of(town))
    poll_id, _ = add_poll(place)
    before = queries.rules_document(queries.get_poll(poll_id))

    with pytest.raises(PollFrozen):
        polls.change_poll(agent, poll_id=poll_id, plan=make_plan(place, question="Une autre ?"))
    with pytest.raises(PollFrozen):
        polls.delete_draft(agent, poll_id=poll_id)
    with pytest.raises(PollFrozen):
        polls.open_poll(agent, poll_id=poll_id)
    with pytest.raises(PollFrozen), transaction():
        queries.update_draft(poll_id, {"shows_turnout": False, "closes_at": utc_now() + timedelta(days=99)})
    late = add_person("Late", lives_in=place)
    db.session.expire_all()

    assert queries.rules_document(queries.get_poll(poll_id)) == before
    assert late not in roll_of(poll_id)


def test_anybody_can_compute_the_fingerprint_again(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    for _ in range(3):
        add_person(lives_in=place)
    poll_id, choices = add_poll(place, description="Avec **du gras**, et l’accent é.")
    poll = queries.get_poll(poll_id)

    document = reading.export_rules(actor_of(add_person()), poll_id=poll_id)

    assert hashlib.sha256(document.encode()).hexdigest() == poll.rules_hash
    told = json.loads(document)
    (question,) = told["questions"]
    assert [option["label"] for option in question["options"]] == [YES, NO]
    assert (question["method"], question["ballots"], len(choices)) == ("single", "choices", 2)
    assert told["tie_seed_sha256"] == hashlib.sha256((poll.tie_seed or "").encode()).hexdigest()
    assert poll.tie_seed not in document
    assert told["roll"] == {"size": 3, "sha256": poll.roll_digest}
    assert poll.roll_salt not in document
    digests = sorted(db.session.scalars(sa.select(RollEntry.digest)))
    assert hashlib.sha256("\n".join(digests).encode()).hexdigest() == poll.roll_digest
    assert document == json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("tamper", ["choice", "window", "roll"])
def test_what_is_changed_in_the_database_by_hand_shows(app_context: Flask, tamper: str) -> None:
    _, (place, *_) = add_town()
    for _ in range(2):
        add_person(lives_in=place)
    poll_id, (yes, _) = add_past_poll(place)
    anyone = actor_of(add_person())
    assert reading.show_result(anyone, poll_id=poll_id).is_intact

    statement = {
        "choice": "UPDATE choice SET label = 'Non merci' WHERE id = " + str(yes),
        "window": "UPDATE poll SET quorum_percent = 1",
        "roll": "DELETE FROM roll_entry WHERE id = (SELECT min(id) FROM roll_entry)",
    }[tamper]
    with transaction():
        db.session.execute(sa.text(statement))

    assert not reading.show_result(anyone, poll_id=poll_id).is_intact


def add_past_poll(place: int) -> tuple[int, list[int]]:
    """A poll that was opened in time, and is closed."""
    now = utc_now()
    poll_id = add_draft(place, opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    with transaction():
        polls.freeze_poll(queries.get_poll(poll_id), now=now - timedelta(days=3), actor_id=None)
    return poll_id, [choice.id for choice in queries.get_poll(poll_id).choices]


def test_an_agent_who_read_something_else_freezes_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    add_person(lives_in=place)
    agent = actor_of(agent_of(town))
    poll_id = add_draft(place)
    read = reading.preview_freeze(agent, poll_id=poll_id)
    add_person("Newcomer", lives_in=place)

    with pytest.raises(PollChanged):
        polls.open_poll(agent, poll_id=poll_id, expected_hash=read.rules_hash)
    assert queries.get_poll(poll_id).state is PollState.DRAFT
    assert roll_of(poll_id) == set()

    read = reading.preview_freeze(agent, poll_id=poll_id)
    assert polls.open_poll(agent, poll_id=poll_id, expected_hash=read.rules_hash) == read.rules_hash


def test_a_poll_that_would_be_over_or_that_nobody_could_vote_in_is_not_opened(app_context: Flask) -> None:
    town, (place, empty, _) = add_town()
    add_person(lives_in=place)
    agent = actor_of(agent_of(town))
    now = utc_now()
    over = add_draft(place, opens_at=now - timedelta(days=2), closes_at=now)
    deserted = add_draft(empty)

    with pytest.raises(OpeningTooLate):
        polls.open_poll(agent, poll_id=over)
    with pytest.raises(RollEmpty):
        polls.open_poll(agent, poll_id=deserted)

    assert {queries.get_poll(key).state for key in (over, deserted)} == {PollState.DRAFT}


def test_a_poll_that_could_not_be_understood_is_not_written(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(agent_of(town))
    plan = make_plan(place)

    with pytest.raises(WindowReversed):
        polls.prepare_poll(agent, plan=replace(plan, closes_at=plan.opens_at))
    for labels in (["Oui"], ["Oui", "OUI !"], [f"Réponse {n}" for n in range(21)]):
        with pytest.raises(BadChoices):
            polls.prepare_poll(
                agent,
                plan=replace(plan, questions=(QuestionPlan("Que faire ?", tuple(map(ChoicePlan, labels))),)),
            )

    assert db.session.scalar(sa.select(sa.func.count(Poll.id))) == 0


def test_an_agent_changes_a_draft_and_throws_it_away(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(agent_of(town))
    poll_id = polls.prepare_poll(agent, plan=make_plan(place))
    changed = make_plan(place, choices=(ChoicePlan(NO), ChoicePlan(YES), ChoicePlan("Plus tard")))

    polls.change_poll(agent, poll_id=poll_id, plan=changed)
    assert [choice.label for choice in queries.get_poll(poll_id).choices] == [NO, YES, "Plus tard"]

    polls.delete_draft(agent, poll_id=poll_id)
    with pytest.raises(PollNotFound):
        queries.get_poll(poll_id)


def test_moving_after_the_opening_takes_nobody_off_the_roll(app_context: Flask) -> None:
    _, (place, other, _) = add_town()
    ada = add_person(lives_in=place)
    poll_id, _ = add_poll(place)

    people.set_residency(person_id=ada, territory_id=other, status=ResidencyStatus.DECLARED)

    assert roll_of(poll_id) == {ada}
    assert db.session.scalars(sa.select(Residency.territory_id)).one() == other
