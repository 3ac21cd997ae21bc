"""The demonstration commune is whole, alive, and the same for the same seed."""

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic import demo
from civic.consultations.models import Consultation
from civic.consultations.rules import Status, status_of
from civic.demo import AlreadyLoaded
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.matching.models import Match
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import RequestState
from civic.opinions import queries as opinions
from civic.opinions.models import Statement
from civic.proposals.models import Argument, Proposal, Support
from civic.voting.models import Ballot, Poll, RollEntry
from civic.voting.rules import PollStatus
from civic.voting.rules import status_of as poll_status_of


def test_it_loads_on_both_databases_with_every_state_and_counts_that_hold(app_context: Flask) -> None:
    held = demo.load()

    assert all(count for count in held.values()), held
    now = utc_now()
    assert {status_of(c.state, c.phases, at=now) for c in db.session.scalars(sa.select(Consultation))} >= {
        Status.DRAFT,
        Status.OPEN,
        Status.FINISHED,
    }
    assert {poll_status_of(poll, at=now) for poll in db.session.scalars(sa.select(Poll))} >= {
        PollStatus.DRAFT,
        PollStatus.OPEN,
        PollStatus.CLOSED,
    }
    states = {request.state for request in db.session.scalars(sa.select(HelpRequest))}
    assert states >= set(RequestState) - {RequestState.DONE_CLAIMED}
    assert_counts_hold()


def assert_counts_hold() -> None:
    supports = dict(
        db.session.execute(
            sa.select(Support.proposal_id, sa.func.count()).group_by(Support.proposal_id)
        ).all()
    )
    shown = (
        sa.select(Argument.proposal_id, sa.func.count())
        .where(Argument.hidden_at.is_(None))
        .group_by(Argument.proposal_id)
    )
    arguments = dict(db.session.execute(shown).all())
    for proposal in db.session.scalars(sa.select(Proposal)):
        assert (proposal.support_count, proposal.argument_count) == (
            supports.get(proposal.id, 0),
            arguments.get(proposal.id, 0),
        )
    for statement in db.session.scalars(sa.select(Statement)):
        counts = opinions.recount(statement.consultation_id)[statement.id]
        assert (statement.agree_count, statement.disagree_count, statement.pass_count) == (
            counts.agree,
            counts.disagree,
            counts.passed,
        )
    for poll in db.session.scalars(sa.select(Poll)):
        voted = sa.select(sa.func.count()).select_from(RollEntry).filter_by(poll_id=poll.id, has_voted=True)
        ballots = sa.select(sa.func.count()).select_from(Ballot).filter_by(poll_id=poll.id)
        assert db.session.scalar(voted) == db.session.scalar(ballots)
    for request in db.session.scalars(sa.select(HelpRequest)):
        matches = sa.select(sa.func.count()).select_from(Match).filter_by(request_id=request.id)
        assert request.filled == db.session.scalar(matches)


def test_loading_it_again_is_refused_and_changes_nothing(app_context: Flask) -> None:
    demo.load()
    people = db.session.scalar(sa.text("SELECT count(*) FROM person"))

    with pytest.raises(AlreadyLoaded):
        demo.load()

    assert db.session.scalar(sa.text("SELECT count(*) FROM person")) == people


def test_the_same_seed_at_the_same_moment_builds_the_same_town(app: Flask) -> None:
    towns = []
    for seed in (7, 7, 8):
        with app.app_context(), time_machine.travel(datetime(2026, 12, 1, 10, tzinfo=UTC), tick=False):
            db.drop_all()
            db.create_all()
            demo.load(seed)
            rows = [
                db.session.execute(sa.text(f"SELECT {columns} FROM {table} ORDER BY 1")).all()
                for table, columns in (
                    ("person", "id, name, born_on"),
                    ("support", "id, person_id, created_at"),
                    ("reaction", "*"),
                )
            ]
            towns.append(repr(rows))
            db.session.remove()

    assert towns[0] == towns[1]
    assert towns[0] != towns[2]


@pytest.mark.parametrize(
    "moment", [datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)]
)
def test_it_loads_on_the_nights_that_break_calendars(app: Flask, moment: datetime) -> None:
    with app.app_context(), time_machine.travel(moment, tick=False):
        demo.load()
        assert_counts_hold()


def test_the_command_prints_what_it_made_and_the_accounts_can_be_used(app: Flask) -> None:
    runner = app.test_cli_runner()

    told = runner.invoke(args=["demo", "load"])
    again = runner.invoke(args=["demo", "load"])

    assert json.loads(told.stdout)["territory"] == 7
    assert again.exit_code != 0
    assert len(demo.demo_accounts()) == 8
    assert demo.demo_accounts()[0].email in runner.invoke(args=["demo", "accounts"]).stdout
