"""Counts again, from the rows, what the demonstration says that it holds."""

from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.matching.models import Match
from civic.matching.rules import MatchState
from civic.mutual_aid.models import HelpRequest
from civic.opinions import queries as opinions
from civic.opinions.models import Statement
from civic.proposals.arguing.models import ArgumentMark
from civic.proposals.models import Argument, Proposal, Support
from civic.voting.booth.queries import count_marked, count_voters, find_sealed
from civic.voting.models import Ballot, Poll, RollEntry


def assert_counts_hold() -> None:
    assert_proposals_count()
    assert_statements_count()
    for poll in db.session.scalars(sa.select(Poll)):
        assert count(RollEntry, poll_id=poll.id) == (poll.roll_size or 0)
        voters, sealed = count(RollEntry, poll_id=poll.id, has_voted=True), find_sealed(poll.id)
        assert voters * len(poll.questions) * (not sealed) == count(Ballot, poll_id=poll.id)
        assert not sealed or voters == count_voters(poll.id) + count_marked(poll.id)
    for request in db.session.scalars(sa.select(HelpRequest)):
        given_back = sum(count(Match, request_id=request.id, state=state) for state in GIVEN_BACK)
        assert request.filled == count(Match, request_id=request.id) - given_back


GIVEN_BACK = (MatchState.WITHDRAWN, MatchState.NO_SHOW, MatchState.DISPUTED)
"""Whoever did not come leaves her place."""


def assert_proposals_count() -> None:
    for proposal in db.session.scalars(sa.select(Proposal)):
        assert proposal.support_count == count(Support, proposal_id=proposal.id)
        assert proposal.argument_count == count(
            Argument, proposal_id=proposal.id, hidden_at=None, withdrawn_at=None, parent_id=None
        )

    for argument in db.session.scalars(sa.select(Argument)):
        assert argument.useful_count == count(ArgumentMark, argument_id=argument.id)


def assert_statements_count() -> None:
    for statement in db.session.scalars(sa.select(Statement)):
        counts = opinions.recount(statement.consultation_id)[statement.id]
        shown = (statement.agree_count, statement.disagree_count, statement.pass_count)
        assert shown == (counts.agree, counts.disagree, counts.passed)


def count(model: type[Any], **wanted: object) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).filter_by(**wanted)) or 0


def rows_of_all_tables() -> dict[str, int]:
    """Return how many rows each table holds."""
    return {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }
