"""The demonstration commune is whole, alive, and the same for the same seed."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic import demo
from civic.accounts.models import Person
from civic.accounts.passwords import ensure_strong, is_right_password
from civic.audit.models import AuditEntry
from civic.consultations.models import Consultation
from civic.consultations.rules import Status, status_of
from civic.demo import AlreadyLoaded
from civic.demo.script import read_content
from civic.kernel.clock import TOWN_TIME, from_town_time, utc_now
from civic.kernel.database import UtcDateTime, db
from civic.kernel.outbox import OutboxMessage
from civic.matching import queries
from civic.matching.models import Invitation, Match
from civic.matching.rules import InvitationState, MatchState
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.rules import OfferState, RequestState
from civic.notifications.models import DemoMail, Notification
from civic.realtime.models import PersonEvent
from civic.voting.answers import write_ballot
from civic.voting.methods.ballots import choosing
from civic.voting.models import Ballot, Poll
from civic.voting.rules import PollStatus
from civic.voting.rules import status_of as poll_status_of
from tests.conftest import build, dispose
from tests.demo.counting import assert_counts_hold, count, rows_of_all_tables

SECRET_COLUMNS = {
    "person": {"password_hash", "phone"},
    "caller": {"digest"},
    "poll": {"roll_salt", "roll_digest", "rules_hash", "tie_seed"},
    "stored_tally": {"content"},
    "inquiry": {"head"},
    "inquiry_observation": {"fingerprint", "line"},
    "sealed_poll": {"head"},
    "sealed_trustee": {"public_key"},
    "sealed_code": {"last_tracker"},
    "sealed_entry": {"name", "body", "tracker"},
    "roll_entry": {"digest", "receipt_digest"},
    "help_request": {"contact_name", "contact_phone", "contact_address"},
}
"""What chance decides, whatever the seed."""

LEFT_TO_CHANCE = {
    "ballot",
    "sealed_mark",
    "poll_register_entry",
    "poll_published_receipts",
    "audit_entry",
    "outbox_message",
}
"""Ballots have random keys, and sealed ones are drawn anew; the others hold fingerprints of what chance decided."""

TO_COME = {
    "candidate_call": {"closes_at"},
    "checkin_call": {"held_until"},
    "checkin_campaign": {"closes_at"},
    "draw": {"seed_at", "erase_at"},
    "drawn_place": {"due_at"},
    "phase": {"opens_at", "closes_at"},
    "poll": {"opens_at", "closes_at"},
    "help_request": {"starts_at", "ends_at"},
    "invitation": {"expires_at", "sent_at"},  # one waits for the end of quiet hours
    "consent": {"valid_until"},
    "request_review": {"due_at"},
    "shift": {"starts_at", "ends_at"},
    "sitting": {"starts_at"},
    "dispatch": {"next_step_at"},
    "expected_answer": {"due_at", "remind_at"},
    "petition": {"closes_at", "due_at", "remind_at"},
    "inquiry": {"closes_at"},
    "inquiry_session": {"starts_at", "ends_at"},
    "search_entry": {"dated_at", "opens_at", "closes_at"},
    "outbox_message": {"due_at"},
}
"""The only columns that may hold an instant after now."""


def test_it_loads_on_both_databases_with_every_state_and_counts_that_hold_and_again_is_refused(
    app_context: Flask,
) -> None:
    held = demo.load()

    assert all(held.values()), held
    now = utc_now()
    consultations = {
        status_of(c.state, c.phases, at=now) for c in db.session.scalars(sa.select(Consultation))
    }
    assert consultations == {Status.DRAFT, Status.OPEN, Status.FINISHED}
    polls = {poll_status_of(poll, at=now) for poll in db.session.scalars(sa.select(Poll))}
    assert polls == {PollStatus.DRAFT, PollStatus.OPEN, PollStatus.CLOSED}
    for model, states in (
        (Offer, OfferState),
        (HelpRequest, RequestState),
        (Invitation, InvitationState),
        (Match, MatchState),
    ):
        assert set(db.session.scalars(sa.select(model.state))) == set(states)
    assert_counts_hold()

    before = rows_of_all_tables()
    with pytest.raises(AlreadyLoaded):
        demo.load(seed=2)
    assert rows_of_all_tables() == before


def test_nothing_it_wrote_is_later_than_now_but_what_is_to_come(aubernay: Flask) -> None:
    with aubernay.app_context():
        now, late = utc_now(), []
        for table in db.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, UtcDateTime) and column.name not in TO_COME.get(table.name, ()):
                    latest = db.session.scalar(sa.select(sa.func.max(column, type_=UtcDateTime())))
                    late += [f"{table.name}.{column.name}"] if latest and latest > now else []

    assert late == []


def test_nobody_is_written_to_and_nothing_is_sent_live(aubernay: Flask) -> None:
    with aubernay.app_context():
        owed = set(db.session.scalars(sa.select(OutboxMessage.kind)))

        by_the_hour = {"matching.reminder", "matching.call_before"}  # none is owed for a time that is past
        assert owed - by_the_hour == {
            "answers.remind",
            "calls.forget",
            "matching.next_step",
            "inquiries.forget",
            "petitions.end",
            "petitions.forget",
            "petitions.remind",
            "mutual_aid.review_due",
            "sortition.erase",
            "opinions.count_map",
            "voting.close_sealed_box",
            "voting.mix_box",
            "voting.register_close",
            "voting.register_head",
        }
        assert (count(DemoMail), count(PersonEvent)) == (0, 0)


def test_the_voice_of_an_association_has_a_request_to_answer_in_its_name(aubernay: Flask) -> None:
    with aubernay.app_context():
        delphine = db.session.scalars(sa.select(Person.id).filter_by(name="Delphine Robineau")).one()
        waiting = queries.list_invitations_of(delphine).items

        assert [(each.state, each.organisation_name) for each in waiting] == [
            (InvitationState.SENT, "La Roue libre")
        ]
        assert queries.is_on_duty(delphine)


def test_who_signs_in_finds_something_that_waits(aubernay: Flask) -> None:
    with aubernay.app_context():
        waiting = dict(
            db.session.execute(
                sa.select(Person.email, sa.func.count())
                .join(Notification, Notification.person_id == Person.id)
                .where(Notification.read_at.is_(None))
                .group_by(Person.email)
            ).all()
        )

    by_key = {account.key: waiting.get(account.email, 0) for account in demo.demo_accounts()}
    assert all(by_key[key] for key in ("resident", "resident_verified", "volunteer", "agent")), by_key


def test_the_closed_poll_reached_its_quorum_and_says_what_the_town_hall_tells_of_it(aubernay: Flask) -> None:
    values = next(poll for poll in read_content("polls.json")["polls"] if poll["status"] == "closed")
    with aubernay.app_context():
        poll = db.session.scalars(sa.select(Poll).filter_by(question=values["question"])).one()
        total = count(Ballot, poll_id=poll.id)
        keys = {choice.label: choice.key for choice in poll.choices}

        assert total * 100 / (poll.roll_size or 0) == pytest.approx(values["turnout_percent"], abs=0.5)
        assert total * 100 / (poll.roll_size or 0) > poll.quorum_percent
        for choice in values["choices"]:
            content = "" if choice["is_blank"] else write_ballot(choosing([keys[choice["label"]]]))
            share = count(Ballot, poll_id=poll.id, content=content) * 100 / total
            assert share == pytest.approx(choice["share_percent"], abs=1)


def test_the_journal_reads_from_its_end_as_it_happened(aubernay: Flask) -> None:
    with aubernay.app_context():
        instants = list(db.session.scalars(sa.select(AuditEntry.occurred_at).order_by(AuditEntry.id)))

    assert len(instants) > 100
    assert instants == sorted(instants)


def test_every_reference_of_the_journal_and_of_the_inboxes_leads_to_a_row(aubernay: Flask) -> None:
    """Foreign keys are held by the database; these are references that it does not know."""
    with aubernay.app_context():
        persons = set(db.session.scalars(sa.select(Person.id)))
        actors = set(db.session.scalars(sa.select(AuditEntry.actor_id))) - {None}
        assert actors <= persons
        violations = db.session.execute(sa.text("PRAGMA foreign_key_check")).all()
        assert violations == []
        for entry in db.session.scalars(sa.select(AuditEntry)):
            assert_subjects_resolve(entry.subjects, persons)


def assert_subjects_resolve(subjects: dict[str, Any], persons: set[int]) -> None:
    for name, value in subjects.items():
        if name.endswith(("person_id", "author_id", "volunteer_id", "requester_id", "follower_id")):
            assert value is None or value in persons, (name, value)


def town_at(database_url: str, moment: datetime, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Load a town of its own and return its rows, without what chance decides."""
    app = build(database_url)
    with app.app_context(), time_machine.travel(moment, tick=False):
        demo.load(seed)
        town = {}
        for table in db.metadata.sorted_tables:
            if table.name in LEFT_TO_CHANCE:
                continue
            kept = [
                column for column in table.columns if column.name not in SECRET_COLUMNS.get(table.name, ())
            ]
            rows = db.session.execute(sa.select(*kept).order_by(*table.primary_key))
            town[table.name] = [dict(row) for row in rows.mappings()]
    dispose(app)
    return town


def without_instants(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if not isinstance(value, datetime)} for row in rows]


def test_the_same_seed_builds_the_same_rows_and_later_on_the_same_day_the_same_town_and_another_seed_others(
    tmp_path: Any,
) -> None:
    morning, evening = (datetime(2026, 12, 1, hour, 30, tzinfo=UTC) for hour in (8, 19))
    asked = {"first": (morning, 7), "second": (morning, 7), "later": (evening, 7), "other": (morning, 8)}

    first, second, later, other = (
        town_at(f"sqlite:///{tmp_path / name}", *moment_and_seed) for name, moment_and_seed in asked.items()
    )

    for name, rows in first.items():
        assert rows == second[name], name
    assert all(first[name] != other[name] for name in ("person", "support", "reaction"))
    for name in ("person", "residency", "support", "participant", "reaction", "roll_entry", "match_message"):
        assert without_instants(first[name]) == without_instants(later[name]), name


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 3, 28, 1, 59),  # a minute before the clocks go forward
        datetime(2027, 3, 28, 3, 0),
        datetime(2027, 3, 29, 2, 30),
        datetime(2026, 10, 25, 2, 30),  # comes twice
        datetime(2026, 12, 31, 23, 59),
        datetime(2028, 2, 29, 0, 1),
    ],
)
def test_it_loads_and_is_alive_on_the_nights_that_break_calendars(app: Flask, moment: datetime) -> None:
    with app.app_context(), time_machine.travel(from_town_time(moment), tick=False):
        demo.load()

        now = utc_now()
        assert now.astimezone(TOWN_TIME).replace(tzinfo=None) == moment
        assert_counts_hold()
        polls = {poll_status_of(poll, at=now) for poll in db.session.scalars(sa.select(Poll))}
        assert PollStatus.OPEN in polls
        seeking = sa.select(HelpRequest.ends_at).where(
            HelpRequest.state.in_(["open", "dispatching", "escalated"])
        )
        assert all(ends_at > now for ends_at in db.session.scalars(seeking))
        waiting = sa.select(Invitation.expires_at).where(Invitation.state == InvitationState.SENT)
        assert all(expires_at > now for expires_at in db.session.scalars(waiting))
        assert all(born < date(2020, 1, 1) for born in db.session.scalars(sa.select(Person.born_on)) if born)


def test_the_command_prints_what_it_made_and_the_accounts(app: Flask) -> None:
    runner = app.test_cli_runner()

    told = runner.invoke(args=["demo", "load"])
    again = runner.invoke(args=["demo", "load"])
    accounts = runner.invoke(args=["demo", "accounts"]).stdout

    assert json.loads(told.stdout)["territory"] == 7
    assert (again.exit_code, "already" in again.stderr) == (1, True)
    for account in demo.demo_accounts():
        assert account.email in accounts
        assert account.password in accounts
        assert account.role_in_english in accounts


def test_the_password_of_the_accounts_is_right_and_not_a_weak_one(aubernay: Flask) -> None:
    with aubernay.app_context():
        for account in demo.demo_accounts():
            person = db.session.scalars(sa.select(Person).filter_by(email=account.email)).one()
            ensure_strong(account.password, name=person.name, email=account.email)
            assert is_right_password(person.password_hash, account.password)
        assert count(Person) - count(Person, password_hash=None) == len(demo.demo_accounts()) == 9


def test_outside_a_demonstration_nobody_gets_a_password_that_everybody_may_read(sqlite_url: str) -> None:
    app = build(sqlite_url, is_demo=False, smtp_url="smtp://localhost:25")
    runner = app.test_cli_runner()

    told = runner.invoke(args=["demo", "load"])
    accounts = runner.invoke(args=["demo", "accounts"])

    assert json.loads(told.stdout)["person"] > 1000
    assert "CIVIC_DEMO=1" in told.stderr
    assert (accounts.exit_code, "CIVIC_DEMO=1" in accounts.stderr) == (1, True)
    with app.app_context():
        assert count(Person, password_hash=None) == count(Person)
    page = app.test_client().get("/compte/connexion").get_data(as_text=True)
    assert demo.demo_accounts()[0].email not in page
    dispose(app)
