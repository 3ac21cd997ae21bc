"""What is written in the register of a poll, by whom it is seen, and what nobody can do to it."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.personal_data import erase_personal_data
from civic.kernel.access import Actor
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import OutboxMessage, deliver_due
from civic.kernel.signing import public_key
from civic.kernel.transaction import transaction
from civic.voting import queries as voting
from civic.voting.errors import (
    NoReceiptsYet,
    NotFrozenYet,
    OpeningTooLate,
    PollFrozen,
    PollNotFound,
    ResultNotPublished,
)
from civic.voting.models import Poll, RollEntry
from civic.voting.register import checking, following, queries, writing
from civic.voting.register.chain import (
    Change,
    Damage,
    Line,
    LineKind,
    read_register,
    sealed_turnout,
    sha256,
)
from civic.voting.register.models import PublishedReceipts, RegisterEntry, RegisterFollower
from civic.voting.service import ballots, polls
from civic.voting.service.closing import count_poll
from civic.voting.service.results import list_recount_files
from tests.conftest import actor_of, add_person, add_town
from tests.voting.booth.making import make_open as make_sealed
from tests.voting.builders import add_draft, add_poll, cast_ballot, make_plan

NOBODY = Actor()


def lines_of(poll_id: int) -> list[Line]:
    return read_register(checking.export_register(NOBODY, poll_id=poll_id))


def kinds_of(poll_id: int) -> list[str]:
    return [line.kind for line in lines_of(poll_id)]


def vote(person_id: int, poll_id: int, choice_id: int | None = None) -> ballots.CastReceipt:
    return cast_ballot(actor_of(person_id), poll_id=poll_id, choice_id=choice_id)


def run_timers(until: datetime) -> None:
    with time_machine.travel(until, tick=False):
        while deliver_due(is_slow=False):
            pass


@pytest.fixture
def town(app_context: Flask) -> dict[str, Any]:
    """A town with an agent, a councillor, and four residents."""
    commune, (place, *_) = add_town()
    people = [add_person(f"Habitant {number}", lives_in=place) for number in range(4)]
    return {
        "id": commune,
        "place": place,
        "people": people,
        "agent": add_person("Agnès", roles=((Role.AGENT, commune),)),
        "councillor": add_person("Chloé", roles=((Role.COUNCILLOR, commune),)),
    }


def test_opening_a_poll_writes_what_was_frozen_and_the_key_of_its_receipts(town: dict[str, Any]) -> None:
    poll_id = add_draft(town["place"])
    with pytest.raises(NotFrozenYet):
        checking.show_register(actor_of(town["agent"]), poll_id=poll_id)

    rules_hash = polls.open_poll(actor_of(town["agent"]), poll_id=poll_id)

    (first,) = lines_of(poll_id)
    poll = voting.get_poll(poll_id)
    assert first.kind == LineKind.FROZEN
    assert first.content["rules"] == rules_hash
    assert first.content["roll"] == {"size": 4, "sha256": poll.roll_digest}
    assert first.content["receipt_key"] == public_key()
    assert checking.show_register(NOBODY, poll_id=poll_id).is_sound


def test_a_poll_that_was_not_opened_leaves_no_line(town: dict[str, Any]) -> None:
    now = utc_now()
    poll_id = add_draft(town["place"], opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    with pytest.raises(OpeningTooLate):
        polls.open_poll(actor_of(town["agent"]), poll_id=poll_id)

    assert queries.find_last_line(poll_id) is None


def test_a_register_of_a_draft_is_not_told_from_what_does_not_exist(town: dict[str, Any]) -> None:
    with pytest.raises(PollNotFound):
        checking.export_register(NOBODY, poll_id=add_draft(town["place"]))


def test_ballots_write_nothing_and_the_hour_writes_how_many_with_the_list_of_receipts(
    town: dict[str, Any],
) -> None:
    poll_id, (yes, _) = add_poll(town["place"])
    receipts = [vote(person, poll_id, yes).receipt for person in town["people"][:3]]
    assert kinds_of(poll_id) == ["frozen"]
    with pytest.raises(NoReceiptsYet):
        checking.export_receipts(NOBODY, poll_id=poll_id)

    run_timers(utc_now() + timedelta(hours=1))

    head = lines_of(poll_id)[-1]
    published = checking.export_receipts(NOBODY, poll_id=poll_id)
    assert head.kind == LineKind.HEAD
    assert head.content["turnout"] == head.content["receipts"]["size"] == 3
    assert head.content["receipts"]["sha256"] == sha256(published)
    expected = {queries.receipt_entry(voting.receipt_digest(receipt)) for receipt in receipts}
    assert published.splitlines() == sorted(expected)


def test_each_hour_is_written_once_however_often_its_timer_runs(town: dict[str, Any]) -> None:
    poll_id, _ = add_poll(town["place"])
    later = utc_now() + timedelta(hours=5)
    with time_machine.travel(later, tick=False):
        writing.take_head(poll_id=poll_id)
        writing.take_head(poll_id=poll_id)

    _, head = lines_of(poll_id)
    assert head.content["hour"] == iso_utc(later.replace(minute=0, second=0, microsecond=0))


def test_heads_follow_one_another_until_the_closing_and_a_late_relay_doubles_none(
    town: dict[str, Any],
) -> None:
    opens_at = utc_now() - timedelta(minutes=5)
    poll_id, _ = add_poll(town["place"], opens_at=opens_at, closes_at=opens_at + timedelta(hours=4))
    for hours in (1, 2):
        run_timers(opens_at + timedelta(hours=hours, minutes=10))
    run_timers(opens_at + timedelta(hours=9))
    run_timers(opens_at + timedelta(hours=10))

    assert kinds_of(poll_id) == ["frozen", "head", "head", "closed", "mixed", "counted"]


def test_a_hidden_turnout_is_sealed_each_hour_and_revealed_by_the_closing(town: dict[str, Any]) -> None:
    opens_at = utc_now()
    closes_at = opens_at + timedelta(hours=2)
    poll_id, (yes, _) = add_poll(town["place"], shows_turnout=False, opens_at=opens_at, closes_at=closes_at)
    vote(town["people"][0], poll_id, yes)
    run_timers(opens_at + timedelta(hours=1))

    head = lines_of(poll_id)[-1]
    assert set(head.content) == {"hour", "sealed_turnout"}
    assert all(head.content["sealed_turnout"] != sealed_turnout("", count) for count in range(5))
    assert db.session.get(PublishedReceipts, poll_id) is None
    with pytest.raises(NoReceiptsYet):
        checking.export_receipts(NOBODY, poll_id=poll_id)

    vote(town["people"][1], poll_id, yes)
    run_timers(closes_at + timedelta(minutes=1))

    closed = next(line for line in lines_of(poll_id) if line.kind == LineKind.CLOSED)
    ((height, nonce, turnout),) = closed.content["seals"]
    assert (height, turnout, closed.content["turnout"]) == (head.height, 1, 2)
    assert sealed_turnout(nonce, turnout) == head.content["sealed_turnout"]


def test_two_boxes_with_the_ballots_swapped_give_the_same_register_until_the_mixing(
    town: dict[str, Any],
) -> None:
    poll_id, (yes, no) = add_poll(town["place"])
    other_id, (other_yes, other_no) = add_poll(town["place"])
    ada, bob, *_ = town["people"]
    vote(ada, poll_id, yes)
    vote(bob, poll_id, no)
    vote(ada, other_id, other_no)
    vote(bob, other_id, other_yes)
    run_timers(utc_now() + timedelta(hours=1))

    sizes = [len(checking.export_register(NOBODY, poll_id=each)) for each in (poll_id, other_id)]
    assert sizes[0] == sizes[1]
    assert kinds_of(poll_id) == kinds_of(other_id) == ["frozen", "head"]


def test_mixing_the_box_closes_the_register_and_says_what_the_box_held(town: dict[str, Any]) -> None:
    poll_id, (yes, no) = add_poll(town["place"])
    for person, choice in zip(town["people"], (yes, no, None, yes), strict=True):
        vote(person, poll_id, choice)
    with time_machine.travel(voting.get_poll(poll_id).closes_at, tick=False):
        ballots.mix_box(poll_id=poll_id)
        ballots.mix_box(poll_id=poll_id)

    _, closed, mixed = lines_of(poll_id)
    assert (closed.kind, closed.content["turnout"]) == (LineKind.CLOSED, 4)
    assert (mixed.kind, mixed.content["ballots"]) == (LineKind.MIXED, 4)


def test_the_count_is_written_once_with_the_digest_of_what_is_published(town: dict[str, Any]) -> None:
    poll_id, (yes, _) = add_poll(town["place"])
    vote(town["people"][0], poll_id, yes)
    with time_machine.travel(voting.get_poll(poll_id).closes_at, tick=False):
        ballots.mix_box(poll_id=poll_id)
        count_poll(poll_id)
        count_poll(poll_id)

        counted = lines_of(poll_id)[-1]
        files = list_recount_files(NOBODY, poll_id=poll_id, position=1)
    assert kinds_of(poll_id) == ["frozen", "closed", "mixed", "counted"]
    expected = {
        "question": 1,
        "result_sha256": files.result.sha256,
        "ballots_sha256": files.ballots.sha256,
    }
    assert counted.content == {"results": [expected]}


def test_the_register_is_not_closed_while_the_poll_is_open(town: dict[str, Any]) -> None:
    poll_id, _ = add_poll(town["place"])
    with pytest.raises(ResultNotPublished):
        writing.close_register(poll_id=poll_id)

    assert kinds_of(poll_id) == ["frozen"]


# What is refused is written


@pytest.mark.parametrize("who", ["agent", "councillor"])
def test_whoever_prepares_polls_is_refused_any_change_after_the_freeze_and_the_register_says_so(
    town: dict[str, Any], who: str
) -> None:
    poll_id, _ = add_poll(town["place"])
    before = voting.plan_of(voting.get_poll(poll_id))
    actor = actor_of(town[who])
    with pytest.raises(PollFrozen):
        polls.change_poll(actor, poll_id=poll_id, plan=make_plan(town["place"], question="Autre chose ?"))
    with pytest.raises(PollFrozen):
        polls.delete_draft(actor, poll_id=poll_id)
    if who == "agent":
        with pytest.raises(PollFrozen):
            polls.open_poll(actor, poll_id=poll_id)

    refused = [line.content for line in lines_of(poll_id) if line.kind == LineKind.REFUSED]
    acts = ["change", "delete", "open"] if who == "agent" else ["change", "delete"]
    assert refused == [{"act": act, "by": who, "door": "web"} for act in acts]
    assert voting.plan_of(voting.get_poll(poll_id)) == before
    assert checking.show_register(NOBODY, poll_id=poll_id).is_sound


def test_a_resident_who_tries_is_refused_and_written_once_an_hour_without_her_name(
    town: dict[str, Any],
) -> None:
    poll_id, _ = add_poll(town["place"])
    plan = make_plan(town["place"])
    for _ in range(3):
        with pytest.raises(NotAllowed):
            polls.change_poll(actor_of(town["people"][0]), poll_id=poll_id, plan=plan)

    refused = [line for line in lines_of(poll_id) if line.kind == LineKind.REFUSED]
    assert [line.content for line in refused] == [{"act": "change", "by": "person", "door": "web"}]
    assert "Habitant" not in checking.export_register(NOBODY, poll_id=poll_id)


def test_a_refusal_on_a_draft_is_nobodys_business(town: dict[str, Any]) -> None:
    poll_id = add_draft(town["place"])
    with pytest.raises(PollNotFound):
        polls.delete_draft(actor_of(town["people"][0]), poll_id=poll_id)

    assert queries.find_last_line(poll_id) is None


# Altering it


def test_a_line_altered_in_the_database_is_seen_on_the_page_and_by_who_kept_a_copy(
    town: dict[str, Any],
) -> None:
    poll_id, (yes, _) = add_poll(town["place"])
    vote(town["people"][0], poll_id, yes)
    run_timers(utc_now() + timedelta(hours=1))
    kept = checking.export_register(NOBODY, poll_id=poll_id)
    head = db.session.get_one(RegisterEntry, (poll_id, 1))
    forged = json.dumps(
        {**json.loads(head.line), "content": {**json.loads(head.line)["content"], "turnout": 9}},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    _by_sql(sa.update(RegisterEntry).where(RegisterEntry.hash == head.hash).values(line=forged))

    assert checking.show_register(NOBODY, poll_id=poll_id).damage is Damage.ALTERED

    _by_sql(sa.update(RegisterEntry).where(RegisterEntry.line == forged).values(hash=sha256(forged)))
    assert checking.show_register(
        NOBODY, poll_id=poll_id
    ).is_sound  # the last line was made again, hash and all

    found = checking.compare_copy(NOBODY, poll_id=poll_id, copy=kept)
    assert found.comparison is not None
    assert (found.comparison.change, found.comparison.line) == (Change.REWRITTEN, 2)


def test_a_rule_altered_in_the_database_after_the_freeze_is_seen(town: dict[str, Any]) -> None:
    poll_id, _ = add_poll(town["place"])
    _by_sql(sa.update(Poll).where(Poll.id == poll_id).values(quorum_percent=50))

    assert checking.show_register(NOBODY, poll_id=poll_id).damage is Damage.ALTERED


def test_a_person_added_to_the_roll_behind_its_back_is_seen(town: dict[str, Any]) -> None:
    poll_id, _ = add_poll(town["place"])
    intruder = add_person("Intruse", lives_in=town["place"])
    with transaction():
        db.session.add(
            RollEntry(poll_id=poll_id, person_id=intruder, territory_id=town["place"], digest="d" * 64)
        )

    assert checking.show_register(NOBODY, poll_id=poll_id).damage is Damage.ALTERED


def test_the_code_itself_can_neither_change_nor_take_away_a_line(town: dict[str, Any]) -> None:
    poll_id, _ = add_poll(town["place"])
    kept = checking.export_register(NOBODY, poll_id=poll_id)
    with pytest.raises(RuntimeError), transaction():
        db.session.get_one(RegisterEntry, (poll_id, 0)).kind = "head"
        db.session.flush()
    with pytest.raises(RuntimeError), transaction():
        db.session.delete(db.session.get_one(RegisterEntry, (poll_id, 0)))
        db.session.flush()

    assert checking.export_register(NOBODY, poll_id=poll_id) == kept


def test_a_poll_opened_before_registers_gets_its_first_line_at_the_next_act(town: dict[str, Any]) -> None:
    poll_id, (yes, _) = add_poll(town["place"])
    _by_sql(sa.delete(RegisterEntry))
    assert checking.show_register(NOBODY, poll_id=poll_id).head is None

    vote(town["people"][0], poll_id, yes)

    assert kinds_of(poll_id) == ["frozen"]


def _by_sql(statement: Any) -> None:
    with transaction():
        db.session.execute(statement.execution_options(synchronize_session=False))


# Following it


def owed_mails() -> list[dict[str, Any]]:
    query = sa.select(OutboxMessage.payload).filter_by(kind=following.HEAD_MAIL).order_by(OutboxMessage.id)
    return list(db.session.scalars(query))


def test_who_follows_a_register_is_mailed_its_head_once_a_day_at_most(town: dict[str, Any]) -> None:
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False):
        poll_id, _ = add_poll(town["place"])
        follower = actor_of(town["councillor"])
        following.follow_register(follower, poll_id=poll_id, follows=True)
        following.follow_register(follower, poll_id=poll_id, follows=True)
    for hour in ("16:30", "17:00", "17:01", "18:00", "19:00"):  # 17:00 UTC is 18:00 at the town hall
        with time_machine.travel(f"2026-11-23T{hour}:00Z", tick=False):
            while deliver_due(is_slow=False):
                pass
            if hour > "17":
                following.mail_heads(poll_id=poll_id)

    (mail,) = owed_mails()
    assert mail["person_id"] == follower.id
    assert mail["head"] == lines_of(poll_id)[mail["height"]].hash


def test_who_no_longer_follows_or_left_is_mailed_nothing(town: dict[str, Any]) -> None:
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False):
        poll_id, _ = add_poll(town["place"])
        for person in town["people"][:2]:
            following.follow_register(actor_of(person), poll_id=poll_id, follows=True)
        following.follow_register(actor_of(town["people"][0]), poll_id=poll_id, follows=False)
        with transaction():
            erase_personal_data(town["people"][1], utc_now())
    run_timers(datetime.fromisoformat("2026-11-23T17:05:00+00:00"))

    assert owed_mails() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RegisterFollower)) == 0


def test_a_sealed_poll_writes_its_turnout_and_publishes_no_list_of_receipts(app_context: Flask) -> None:
    made = make_sealed()
    with time_machine.travel(voting.get_poll(made.poll_id).closes_at, tick=False):
        writing.close_register(poll_id=made.poll_id)
        ballots.mix_box(poll_id=made.poll_id)

    frozen, _, closed = read_register(queries.published_lines(made.poll_id))
    assert (frozen.kind, closed.kind) == (LineKind.FROZEN, LineKind.CLOSED)
    assert closed.content["turnout"] == 0
    assert "receipts" not in closed.content
    assert db.session.get(PublishedReceipts, made.poll_id) is None
