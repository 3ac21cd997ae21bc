"""The sealed polls of the demonstration: what is counted is proved, and who tries them can vote and go on preparing."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from civic import demo
from civic.accounts import queries as accounts
from civic.demo.script import read_content
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.database import db
from civic.voting.booth import queries
from civic.voting.booth.service import casting, preparing, reading
from civic.voting.booth.service.reading import SealedStage
from civic.voting.models import Poll
from civic.voting.sealed.ballots import make_ballot
from civic.voting.sealed.election import read_sealed_election
from civic.voting.sealed.verify import verify_archive
from civic.voting.service import results
from civic.voting.service.polls import open_poll
from civic.voting.service.reading import show_poll
from tests.conftest import build, dispose
from tests.demonstration import CopyDemo
from tests.voting.belenios import verify

SEALED = {
    "awaiting" if "trustees_done" in values["sealed"] else values["status"]: values
    for values in read_content("polls.json")["polls"]
    if "sealed" in values
}


def poll_of(status: str) -> int:
    found = sa.select(Poll.id).filter_by(question=SEALED[status]["question"])
    return db.session.scalars(found).one()


def actor_of(key: str) -> Actor:
    email = next(account.email for account in demo.demo_accounts() if account.key == key)
    person = accounts.find_person_by_email(email)
    assert person is not None
    return accounts.get_actor(person.id)


@pytest.mark.parametrize("status", ["open", "awaiting", "closed"])
def test_two_verifiers_accept_the_archives(aubernay: Flask, tmp_path: Path, status: str) -> None:
    with aubernay.app_context():
        name, content = reading.write_archive(ANONYMOUS, poll_id=poll_of(status))
        archive = b"".join(content)
    (tmp_path / name).write_bytes(archive)

    assert verify_archive(archive).is_valid
    verify(tmp_path)


def test_the_box_of_the_closed_poll_is_open_and_holds_what_was_voted(aubernay: Flask) -> None:
    with aubernay.app_context():
        sealed = reading.show_sealed(ANONYMOUS, poll_id=poll_of("closed"))

    assert sealed.stage is SealedStage.OPENED
    assert sealed.voters == sum(ballot["count"] for ballot in SEALED["closed"]["sealed"]["ballots"])


def test_papers_join_what_was_sealed_in_the_result_of_the_closed_poll(aubernay: Flask) -> None:
    with aubernay.app_context():
        sealed, grades = results.show_poll_result(ANONYMOUS, poll_id=poll_of("closed")).questions

    assert sealed.roads is not None
    assert (sealed.roads.sealed.ballots, sealed.roads.papers, sealed.roads.marked) == (14, 3, 3)
    assert sealed.roads.total.rows == ((11, 9, 7, 2),)
    assert grades.count is not None
    assert (grades.count.tally.turnout, grades.count.tally.blank) == (17, 2)


def test_one_poll_awaits_its_second_trustee(aubernay: Flask) -> None:
    with aubernay.app_context():
        sealed = reading.show_sealed(ANONYMOUS, poll_id=poll_of("awaiting"))

    assert sealed.stage is SealedStage.AWAITING_TRUSTEES
    assert [trustee.has_decrypted for trustee in sealed.trustees] == [True, False]
    assert sealed.missing == 1


def test_who_tries_it_votes_with_the_code_that_the_poll_tells_and_an_agent_opens_the_draft(
    copy_demo: CopyDemo,
    tmp_path: Path,
) -> None:
    app = build(copy_demo(tmp_path))
    with app.app_context():
        poll_id, nadia, agent = poll_of("open"), actor_of("resident_verified"), actor_of("agent")
        code = SEALED["open"]["sealed"]["codes"]["nadia-benhaddou"]
        assert code in show_poll(nadia, poll_id=poll_id).plan.description
        before = reading.show_sealed(nadia, poll_id=poll_id).voters
        election = read_sealed_election(queries.get_sealed(poll_id).election or "")

        casting.cast_sealed_ballot(nadia, poll_id=poll_id, ballot=make_ballot(election, code, [[0, 1, 0]]))

        assert reading.show_sealed(nadia, poll_id=poll_id).voters == before + 1
        draft = poll_of("draft")
        preview = preparing.preview_codes(agent, poll_id=draft)
        assert preview.count == preview.voters
        preparing.confirm_codes(agent, poll_id=draft, digest=preview.digest)
        open_poll(agent, poll_id=draft)
    dispose(app)
