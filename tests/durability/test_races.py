"""Twenty calls for one place, over HTTP, at the same moment."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from flask import Flask
from requests.adapters import HTTPAdapter

from civic.accounts.models import Role
from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.models import Invitation, Match
from civic.matching.rules import InvitationState
from civic.voting.closed_ballots import open_ballot
from civic.voting.models import Ballot, RollEntry
from tests.checkins.making import accept_charter
from tests.conftest import add_person, add_town, sign_in
from tests.live import LiveServer, cookie_of
from tests.mutual_aid.making import add_request, filled_of
from tests.voting.asked import ASKED
from tests.voting.builders import add_poll

RACERS, FIFTY = 20, 50

Asked = tuple[str, str, dict[str, Any]]
"""A path of the API, the token of who asks, and the body."""


@pytest.fixture
def server(service_app: Flask, start_server: Callable[..., LiveServer]) -> LiveServer:
    """A served process, on SQLite and on PostgreSQL."""
    return start_server(service_app.config["SQLALCHEMY_DATABASE_URI"], writes_per_minute="100000")


def race(server: LiveServer, asked: list[Asked]) -> Counter[tuple[int, str | None]]:
    """Send all of it at the same moment. Returns how many had each status and code."""
    line, answers = threading.Barrier(len(asked)), []

    def run(path: str, token: str, body: dict[str, Any]) -> None:
        line.wait()
        headers = {"Authorization": f"Bearer {token}"}
        answers.append(requests.post(f"{server.url}/api/v1{path}", json=body, headers=headers, timeout=60))

    threads = [threading.Thread(target=run, args=each) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter((answer.status_code, answer.json().get("code")) for answer in answers)


def invite(request_id: int, volunteers: list[int]) -> list[int]:
    now = utc_now()
    with transaction():
        put = [
            Invitation(
                request_id=request_id,
                volunteer_id=volunteer,
                state=InvitationState.SENT,
                rank=rank,
                sent_at=now,
                expires_at=now + timedelta(minutes=10),
            )
            for rank, volunteer in enumerate(volunteers, start=1)
        ]
        db.session.add_all(put)
        db.session.flush()
        return [invitation.id for invitation in put]


def counted(model: Any, **values: Any) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model).filter_by(**values)) or 0
    db.session.rollback()
    return found


def test_of_twenty_volunteers_who_say_yes_at_once_one_has_the_place(
    app_context: Flask, server: LiveServer
) -> None:
    _, (place, *_) = add_town()
    request = add_request(add_person(lives_in=place), place, capacity=1)
    volunteers = [add_person(f"Bénévole {number}", lives_in=place) for number in range(RACERS)]
    for volunteer in volunteers:
        accept_charter(volunteer)
    tokens = [people.issue_api_token(person_id=volunteer) for volunteer in volunteers]
    invitations = invite(request, volunteers)
    paths = [f"/invitations/{invitation}/acceptance" for invitation in invitations]

    told = race(server, [(path, token, {}) for path, token in zip(paths, tokens, strict=True)])

    assert told == {(201, None): 1, (409, "taken"): RACERS - 1}
    assert counted(Match, request_id=request) == 1
    assert counted(Invitation, request_id=request, state=InvitationState.ACCEPTED) == 1
    assert counted(Invitation, request_id=request, state=InvitationState.SUPERSEDED) == RACERS - 1
    assert filled_of(request) == 1


def test_of_twenty_ballots_that_one_person_sends_at_once_one_is_in_the_box(
    app_context: Flask, server: LiveServer
) -> None:
    town, (place, *_) = add_town()
    voter = add_person(lives_in=place)
    poll, choices = add_poll(town)
    token = people.issue_api_token(person_id=voter)

    told = race(
        server,
        [
            (f"/polls/{poll}/ballot", token, {"choice_id": choices[number % len(choices)]})
            for number in range(RACERS)
        ],
    )

    assert told == {(201, None): 1, (409, "already_voted"): RACERS - 1}
    assert counted(Ballot, poll_id=poll) == 1
    assert counted(RollEntry, poll_id=poll, has_voted=True) == 1


def test_of_fifty_ballots_of_one_person_by_page_desk_and_token_one_is_in_each_box_and_the_others_are_told_why(
    app_context: Flask, server: LiveServer
) -> None:
    town, (place, *_) = add_town()
    voter = add_person(lives_in=place)
    agents = [add_person(f"Agent {number}", roles=((Role.AGENT, town),)) for number in range(2)]
    asked = (ASKED["single"], ASKED["majority-judgment"])
    poll, _ = add_poll(town, questions=tuple(one.question for one in asked))
    answers = {"answers": [one.json for one in asked]}
    boxes = {**asked[0].boxes(1), **asked[1].boxes(2)}
    own = people.issue_api_token(person_id=voter)
    desks = [people.issue_api_token(person_id=agent) for agent in agents]
    browser = requests.Session()
    name, _, value = cookie_of(sign_in(app_context, voter)).partition("=")
    browser.cookies.set(name, value, domain="127.0.0.1", path="/")
    browser.mount(server.url, HTTPAdapter(pool_maxsize=FIFTY))
    paper = f"{server.url}/scrutins/{poll}/bulletin"
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(paper, timeout=60).text)
    assert csrf

    def by_page() -> tuple[int, str | None]:
        sent = {**boxes, "csrf_token": csrf[1]}
        answer = browser.post(paper, data=sent, timeout=60, allow_redirects=False)
        if answer.status_code == 302:
            return 201, None
        return answer.status_code, "already_voted" if "chacun ne vote qu’une fois" in answer.text else None

    def by_json(path: str, token: str, body: dict[str, Any]) -> tuple[int, str | None]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(f"{server.url}/api/v1{path}", json=body, headers=headers, timeout=60)
        return answer.status_code, answer.json().get("code")

    calls: list[Callable[[], tuple[int, str | None]]] = []
    for number in range(FIFTY):
        at_desk = {**answers, "person_id": voter, "channel": ("desk", "paper")[number % 2]}
        calls.append(
            (
                by_page,
                lambda: by_json(f"/polls/{poll}/ballots", own, answers),
                lambda at_desk=at_desk, token=desks[number % 2]: by_json(  # type: ignore[misc]
                    f"/polls/{poll}/assisted-answers", token, at_desk
                ),
            )[number % 3]
        )
    line, told = threading.Barrier(FIFTY), []
    threads = [
        threading.Thread(target=lambda call=call: (line.wait(), told.append(call()))) for call in calls
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(told) == {(201, None): 1, (409, "already_voted"): FIFTY - 1}
    assert counted(RollEntry, poll_id=poll, has_voted=True) == 1
    assert counted(Ballot, poll_id=poll) == 2
    rows = db.session.scalars(sa.select(Ballot).filter_by(poll_id=poll))
    contents = {open_ballot(row.content, question_id=row.question_id) for row in rows}
    assert contents == {one.content for one in asked}
