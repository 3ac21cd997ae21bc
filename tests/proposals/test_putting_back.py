"""A withdrawal taken back by its author, for some minutes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotFound
from civic.kernel.transaction import transaction
from civic.kernel.undo import UNDO_LASTS, TooLateToUndo
from civic.proposals.models import Proposal
from civic.proposals.service.proposing import restore_proposal, withdraw_proposal
from civic.proposals.service.taking_part import support_proposal
from tests.conftest import actor_of, add_person, add_town
from tests.proposals.making import add_proposal


def withdrawn_at(proposal: int) -> object:
    found = db.session.scalars(sa.select(Proposal.withdrawn_at).filter_by(id=proposal)).one()
    db.session.rollback()
    return found


def test_an_author_puts_her_proposal_back_with_its_supports(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = add_person("Ada", lives_in=place), add_person("Bob", lives_in=place)
    proposal = add_proposal(town, author=ada, place=place)
    support_proposal(actor_of(bob), proposal_id=proposal)
    withdraw_proposal(actor_of(ada), proposal_id=proposal)

    restore_proposal(actor_of(ada), proposal_id=proposal)
    restore_proposal(actor_of(ada), proposal_id=proposal)

    assert withdrawn_at(proposal) is None
    assert db.session.get_one(Proposal, proposal).support_count == 1


def test_after_some_minutes_a_withdrawal_is_for_good(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = add_person("Ada", lives_in=place)
    proposal = add_proposal(town, author=ada, place=place)
    withdraw_proposal(actor_of(ada), proposal_id=proposal)
    with transaction():
        long_ago = utc_now() - UNDO_LASTS - timedelta(minutes=1)
        db.session.execute(sa.update(Proposal).filter_by(id=proposal).values(withdrawn_at=long_ago))

    with pytest.raises(TooLateToUndo):
        restore_proposal(actor_of(ada), proposal_id=proposal)

    assert withdrawn_at(proposal) is not None


def test_nobody_puts_back_the_proposal_of_another(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = add_person("Ada", lives_in=place), add_person("Bob", lives_in=place)
    proposal = add_proposal(town, author=ada, place=place)
    withdraw_proposal(actor_of(ada), proposal_id=proposal)

    with pytest.raises(NotFound):
        restore_proposal(actor_of(bob), proposal_id=proposal)

    assert withdrawn_at(proposal) is not None
