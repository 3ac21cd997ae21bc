"""Voting on paper in a sealed poll: nobody votes by two roads, and two agents count the urn before the sealed box is opened."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Role
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, Refusal
from civic.pages.queries.desk import count_polls
from civic.territories import queries as territories
from civic.voting import queries as polls
from civic.voting.booth import queries
from civic.voting.booth.errors import (
    NobodyOnPaper,
    NotOnPaper,
    PaperCounted,
    PaperDoesNotAddUp,
    PaperFirst,
    PaperUnexplained,
    SealedBallotInBox,
    VotesOnPaper,
)
from civic.voting.booth.models import SealedPaperEntry
from civic.voting.booth.paper import PaperCount, PaperQuestion, read_paper
from civic.voting.booth.service import paper
from civic.voting.booth.service.paper import PaperStage
from civic.voting.errors import AlreadyVoted, NotOnRoll, OwnBallotAtDesk, PollNotOpen, ResultNotPublished
from civic.voting.register.chain import LineKind, read_register
from civic.voting.register.queries import list_lines, published_lines
from civic.voting.rules import BallotChannel
from civic.voting.sealed.verify import verify_archive
from civic.voting.service import counting, results
from civic.voting.service.reading import Standing, show_poll
from tests.conftest import actor_of, add_person, plain, post_form, sign_in
from tests.voting.booth.making import BLANK, NO, YES, Made, make_open, relay
from tests.voting.booth.story import NAMES, SEVERAL, YES_NO


def second_agent() -> Actor:
    town = territories.find_town()
    assert town is not None
    return actor_of(add_person("Bruno", roles=((Role.AGENT, town.id),)))


def mark(made: Made, voter: int) -> int:
    return paper.mark_paper(made.agent, poll_id=made.poll_id, person_id=made.voters[voter].id)


def found(papers: int, *rows: int, blank: int = 0, void: int = 0, why: str = "") -> PaperCount:
    return PaperCount(papers, (PaperQuestion(blank, void, (rows,)),), why)


def enter(made: Made, agent: Actor, count: PaperCount) -> bool:
    return paper.enter_paper_count(agent, poll_id=made.poll_id, count=count)


def acts(made: Made, kind: LineKind) -> list[dict[str, Any]]:
    return [line.content for line in reversed(list_lines(made.poll_id).items) if line.kind == kind]


def after_closing() -> Any:
    return time_machine.travel(utc_now() + timedelta(days=8), tick=False)


# While the vote is open


def test_who_is_noted_on_paper_puts_no_online_ballot_in_the_box(app_context: Flask) -> None:
    made = make_open()
    ballot = made.ballot(0)

    assert mark(made, 0) == 1
    before = made.everything()
    with pytest.raises(VotesOnPaper):
        made.cast(0, ballot)
    with pytest.raises(AlreadyVoted):
        mark(made, 0)

    assert made.everything() == before
    assert polls.count_turnout(made.poll_id) == 1
    assert show_poll(made.voters[0], poll_id=made.poll_id).standing is Standing.VOTES_ON_PAPER


def test_who_voted_online_and_comes_to_the_desk_is_refused_and_her_ballot_stays(app_context: Flask) -> None:
    made = make_open()
    made.vote(0)
    before = made.everything()

    with pytest.raises(SealedBallotInBox):
        mark(made, 0)

    assert made.everything() == before
    assert made.vote(0, NO).is_replacing


def test_only_the_desk_marks_and_never_itself_nor_a_stranger_nor_outside_the_window(
    app_context: Flask,
) -> None:
    made = make_open()
    stranger = add_person("Stranger")
    before = made.everything()

    with pytest.raises(NotAllowed):
        paper.mark_paper(made.voters[1], poll_id=made.poll_id, person_id=made.voters[1].id)
    with pytest.raises(OwnBallotAtDesk):
        paper.mark_paper(made.agent, poll_id=made.poll_id, person_id=made.agent.id)
    with pytest.raises(NotOnRoll):
        paper.mark_paper(made.agent, poll_id=made.poll_id, person_id=stranger)
    with after_closing(), pytest.raises(PollNotOpen):
        mark(made, 0)
    with pytest.raises(NotOnPaper):
        paper.erase_paper_mark(made.agent, poll_id=made.poll_id, person_id=made.voters[0].id)

    assert made.everything() == before


def test_a_mark_made_by_mistake_is_taken_back_and_the_register_says_so_and_still_holds(
    app_context: Flask,
) -> None:
    made = make_open()
    with time_machine.travel(utc_now() + timedelta(hours=2), tick=False):
        mark(made, 0)
        relay()
    assert acts(made, LineKind.HEAD)[-1]["papers"] == 1

    with time_machine.travel(utc_now() + timedelta(hours=3), tick=False):
        paper.erase_paper_mark(made.agent, poll_id=made.poll_id, person_id=made.voters[0].id)
        relay()

    assert acts(made, LineKind.HEAD)[-1] | {"hour": ""} == {"hour": "", "turnout": 0, "papers": 0}
    assert acts(made, LineKind.PAPER) == [{"act": "erased"}]
    read_register(published_lines(made.poll_id))
    assert made.vote(0).turnout == 1


def test_desk_and_booth_at_once_make_one_road(service_app: Flask) -> None:
    with service_app.app_context():
        made = make_open(voters=6)
        sent = [(voter, made.ballot(voter)) for voter in range(6)]
    start = threading.Barrier(12)

    def at_once(act: Callable[[], Any]) -> str:
        start.wait()
        with service_app.app_context():
            try:
                act()
            except Refusal as refused:
                return refused.code
        return "done"

    with ThreadPoolExecutor(12) as threads:
        online = [threads.submit(at_once, lambda one=one: made.cast(*one)) for one in sent]
        desk = [threads.submit(at_once, lambda one=one: mark(made, one[0])) for one in sent]
        told = [(one.result(), other.result()) for one, other in zip(online, desk, strict=True)]

    with service_app.app_context():
        assert set(told) <= {("done", "sealed_ballot_in_box"), ("votes_on_paper", "done")}
        by_channel = polls.count_by_channel(made.poll_id)
        online_count = told.count(("done", "sealed_ballot_in_box"))
        assert by_channel.get(BallotChannel.WEB, 0) == queries.count_voters(made.poll_id) == online_count
        assert by_channel.get(BallotChannel.PAPER, 0) == 6 - online_count
        assert verify_archive(made.archive()).is_valid


# After the closing


def test_two_agents_count_the_same_and_the_result_adds_both_roads(app_context: Flask) -> None:
    made = make_open(voters=6)
    made.vote(0, YES)
    made.vote(1, BLANK)
    for voter in (2, 3, 4):
        mark(made, voter)
    other = second_agent()
    with pytest.raises(ResultNotPublished):
        enter(made, made.agent, found(3, 1, 2))

    with after_closing():
        relay()
        with pytest.raises(PaperFirst):
            made.give(1, made.part(1))
        assert enter(made, made.agent, found(3, 0, 2, void=1)) is False
        assert (
            enter(made, made.agent, found(3, 0, 2, blank=1)) is False
        )  # the same agent: never twice one count
        assert paper.show_paper(made.agent, poll_id=made.poll_id).stage is PaperStage.AWAITS_ANOTHER
        assert enter(made, other, found(3, 1, 2)) is False
        seen = paper.show_paper(other, poll_id=made.poll_id)
        assert (seen.stage, seen.differing) == (PaperStage.DIFFERS, (1,))
        with pytest.raises(PaperFirst):
            made.give(1, made.part(1))
        assert enter(made, other, found(3, 0, 2, blank=1)) is True

        for trustee in (1, 2):
            made.give(trustee, made.part(trustee))
        tally = counting.tally_of(made.agent, made.poll_id, 1)
        assert (tally.winners[0], tally.turnout, tally.blank) == ("c2", 5, 2)
        told = results.show_poll_result(ANONYMOUS, poll_id=made.poll_id)
        roads = told.questions[0].roads
        assert roads is not None
        assert roads.paper is not None
        assert (roads.sealed.rows, roads.paper.rows, roads.total.rows) == (((1, 0),), ((0, 2),), ((1, 2),))
        assert told.turnout == 5
        assert told.by_channel == {BallotChannel.WEB: 2, BallotChannel.PAPER: 3}
        assert json.loads(queries.get_sealed(made.poll_id).sums or "")["result"] == [[1, 1, 0]]
        assert verify_archive(made.archive()).is_valid
    assert acts(made, LineKind.PAPER)[-1]["questions"] == [{"blank": 1, "void": 0, "rows": [[0, 2]]}]
    read_register(published_lines(made.poll_id))


def test_a_count_that_is_final_does_not_change_and_who_tries_is_in_the_register(app_context: Flask) -> None:
    made = make_open()
    mark(made, 0)
    other = second_agent()
    with after_closing():
        relay()
        enter(made, made.agent, found(1, 1, 0))
        enter(made, other, found(1, 1, 0))
        before = (
            queries.get_sealed(made.poll_id).paper,
            db.session.scalars(sa.select(SealedPaperEntry.content)).all(),
        )

        with pytest.raises(PaperCounted):
            enter(made, other, found(1, 0, 1))
        with pytest.raises(NotAllowed):
            enter(made, made.voters[0], found(1, 0, 1))

        after = (
            queries.get_sealed(made.poll_id).paper,
            db.session.scalars(sa.select(SealedPaperEntry.content)).all(),
        )
        assert after == before
    assert [(line["act"], line["by"]) for line in acts(made, LineKind.REFUSED)] == [
        ("paper", "agent"),
        ("paper", "person"),
    ]


def test_papers_and_marks_that_differ_are_explained_and_both_agents_words_are_published(
    app_context: Flask,
) -> None:
    made = make_open(voters=3)
    mark(made, 0)
    mark(made, 1)
    other = second_agent()
    with after_closing():
        relay()
        with pytest.raises(PaperUnexplained):
            enter(made, made.agent, found(1, 1, 0))
        assert queries.list_paper_entries(made.poll_id) == []

        enter(made, made.agent, found(1, 1, 0, why="Une personne est partie avec son bulletin."))
        assert enter(made, other, found(1, 1, 0, why="Vu par tous à 16 h.")) is True

        kept = read_paper(queries.get_sealed(made.poll_id).paper or "")
        assert kept.explanation == "Une personne est partie avec son bulletin.\n\nVu par tous à 16 h."
        line = acts(made, LineKind.PAPER)[-1]
        assert (line["papers"], line["marked"]) == (1, 2)
        assert "partie" not in published_lines(made.poll_id)


def test_the_desk_says_that_papers_wait_until_two_agents_found_the_same(app_context: Flask) -> None:
    made = make_open()
    mark(made, 0)
    other = second_agent()
    places = [polls.get_poll(made.poll_id).territory_id]

    assert count_polls(places, at=utc_now()).papers == 0, "the vote is open"
    with after_closing():
        relay()
        assert count_polls(places, at=utc_now()).papers == 1
        enter(made, made.agent, found(1, 1, 0))
        assert count_polls(places, at=utc_now()).papers == 1
        enter(made, other, found(1, 1, 0))
        assert count_polls(places, at=utc_now()).papers == 0


def test_where_nobody_votes_on_paper_there_is_nothing_to_count(app_context: Flask) -> None:
    made = make_open()
    with after_closing():
        relay()
        with pytest.raises(NobodyOnPaper):
            enter(made, made.agent, found(1, 1, 0, why="Un papier trouvé."))
        made.give(1, made.part(1))
        assert made.give(2, made.part(2)) is True


WRONG: list[tuple[Any, PaperCount]] = [
    (YES_NO, found(2, 1, 0)),
    (YES_NO, found(2, 1, 1, blank=1)),
    (YES_NO, found(2, 0, 0, blank=2, void=1)),
    (SEVERAL, found(2, 3, 0, 0)),
    (SEVERAL, found(2, 2, 2, 1)),
    (SEVERAL, found(2, 1, 0, 0)),
    (NAMES, PaperCount(2, (PaperQuestion(0, 0, ((1, 1, 0), (1, 0, 0))),))),
]


def test_numbers_that_no_papers_can_say_are_refused_beside_their_question(app_context: Flask) -> None:
    for question, count in WRONG:
        made = make_open(questions=(question,))
        mark(made, 0)
        mark(made, 1)
        with after_closing():
            with pytest.raises(PaperDoesNotAddUp) as refused:
                enter(made, made.agent, count)
            assert list(refused.value.fields) == ["q1"]
            assert str(refused.value) % refused.value.values
            assert queries.list_paper_entries(made.poll_id) == []


def test_grades_on_paper_join_those_that_were_sealed(app_context: Flask) -> None:
    made = make_open(voters=4, questions=(NAMES,))
    made.vote(0, [[0, 1, 0, 0], [0, 0, 0, 1]])
    made.vote(1, [[1, 0, 0, 0], [1, 0, 0, 0]])
    mark(made, 2)
    mark(made, 3)
    other = second_agent()
    count = PaperCount(2, (PaperQuestion(0, 1, ((0, 0, 1), (1, 0, 0))),))
    with after_closing():
        relay()
        enter(made, made.agent, count)
        enter(made, other, count)
        for trustee in (1, 2):
            made.give(trustee, made.part(trustee))
        tally = counting.tally_of(made.agent, made.poll_id, 1)
        profiles = {step["option"]: step["profile"] for step in tally.steps if step["kind"] == "merit"}

    assert (tally.turnout, tally.blank) == (3, 1)  # the void one is told beside the count
    assert profiles == {"c1": {"3": 1, "2": 0, "1": 1}, "c2": {"3": 1, "2": 0, "1": 1}}


# The pages


def test_from_the_desk_to_the_result_through_the_pages(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        made = make_open(voters=3)
        made.vote(0, YES)
        agents = [sign_in(app, made.agent.id), sign_in(app, second_agent().id)]
        ids = [voter.id for voter in made.voters]
    page = f"/scrutins/{made.poll_id}"
    read = lambda path, client=agents[0]: plain(client.get(page + path).get_data(as_text=True))  # noqa: E731

    assert read("/liste-electorale").count("Faire voter sur papier") == 2
    assert "a déjà voté en ligne" in read(f"/liste-electorale/{ids[0]}/papier")
    assert post_form(agents[0], f"{page}/liste-electorale/{ids[0]}/papier").status_code == 409
    assert post_form(agents[0], f"{page}/liste-electorale/{ids[1]}/papier").status_code == 302
    assert "C’est noté : cette personne vote sur papier" in read(f"/liste-electorale/{ids[1]}/papier")
    sheet = read("/bulletin-papier")
    assert "Fermer la rue des Lilas" in sheet
    assert "Vote blanc" in sheet
    assert sign_in(app, ids[2]).get(f"{page}/bulletin-papier").status_code == 403
    voter = sign_in(app, ids[1])
    assert "Vous votez sur papier" in read("/isoloir", voter)
    assert "data-booth" not in read("/isoloir", voter)
    assert "Le vote n’est pas clos" in read("/urne/papier")

    with after_closing():
        with app.app_context():
            relay()
        assert "Le papier d’abord" in read("/urne")
        assert "Dépouillez d’abord le papier" in read("/urne/ouverture")
        wrong = post_form(agents[0], f"{page}/urne/papier", papers="1", **{"q1-0-0": "2", "q1-0-1": ""})
        assert wrong.status_code == 422
        assert 'value="2"' in wrong.get_data(as_text=True)
        for number, agent in enumerate(agents):
            assert agent.get(f"{page}/urne/papier").status_code == 200
            entered = post_form(agent, f"{page}/urne/papier", papers="1", **{"q1-0-1": "1"})
            assert entered.status_code == 302
            assert ("Votre compte est enregistré" in read("/urne/papier", agent)) is (number == 0)
        assert "Le papier est dépouillé" in read("/urne/papier")
        with app.app_context():
            for trustee in (1, 2):
                made.give(trustee, made.part(trustee))
        told = read("/resultat", app.test_client())
        assert "En ligne et sur papier" in told
        assert "on recompte les bulletins de l’urne de papier" in told
        archive = app.test_cli_runner().invoke(
            args=["voting", "archive", str(made.poll_id), "--out", str(tmp_path / "archive")]
        )
        assert archive.exit_code == 0, archive.output
        verified = app.test_cli_runner().invoke(args=["voting", "verify", str(tmp_path / "archive")])
        assert verified.exit_code == 0, verified.output
        assert "on recompte l’urne de papier" in verified.output
