"""Twenty calls for one place, over HTTP, at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from flask import Flask

from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.models import Invitation, Match
from civic.matching.rules import InvitationState
from civic.voting.models import Ballot, RollEntry
from tests.conftest import add_person, add_town
from tests.live import LiveServer
from tests.mutual_aid.making import add_request, filled_of
from tests.voting.builders import add_poll

RACERS = 20

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
