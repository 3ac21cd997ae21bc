"""What persons and rooms are told of what happens: once, to who it concerns, without what would find somebody at home."""

import ast
import json
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.service.roles import withdraw_role
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.matching.service.conversation import say
from civic.matching.service.invitations import accept_invitation, decline_invitation
from civic.matching.service.matches import see_contact
from civic.mutual_aid.rules import ConsentMode
from civic.mutual_aid.service.requests import ask_for_another
from civic.realtime import checkins, queries
from civic.realtime.resuming import NEEDS, WITHHELD, resume
from civic.voting.events import BallotCast
from tests.checkins.making import Alert
from tests.conftest import actor_of, add_person, add_town
from tests.live import LiveClient, LiveServer
from tests.mutual_aid.making import (
    ADDRESS,
    NAME,
    PHONE,
    add_request,
    add_volunteer,
    invitation_of,
    request_details,
)
from tests.realtime.test_door import token_of

NewClient = Callable[[], LiveClient]


def deliver_everything() -> None:
    while outbox.deliver_due():
        pass


def events_of(person_id: int) -> list[tuple[str, dict]]:
    missed = queries.list_events_after(person_id, 0)
    payloads = queries.complete_events(missed.events)
    return [(event.name, payload) for event, payload in zip(missed.events, payloads, strict=True)]


def names_of(person_id: int) -> list[str]:
    return [name for name, _ in events_of(person_id)]


def test_a_volunteer_learns_of_a_request_what_others_may_know_of_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    volunteer = add_volunteer(town, place)
    request_id = add_request(add_person("Odette", lives_in=place), place)
    deliver_everything()

    ((name, payload),) = events_of(volunteer)

    assert (name, payload["seq"]) == ("invitation:sent", 1)
    assert payload["request"]["id"] == request_id
    assert payload["request"]["neighbourhood"] == "Quartier 0"
    assert set(payload["request"]) == {
        "id",
        "category",
        "title",
        "text",
        "neighbourhood",
        "window",
        "urgency",
    }
    assert set(payload["request"]["window"]) == {"starts_at", "ends_at"}


def test_from_the_request_to_the_conversation_everybody_concerned_is_told_live(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        first, second = add_volunteer(town, place, "Bob"), add_volunteer(town, place, "Chloé")
        odette = add_person("Odette", lives_in=place)
    clients = {
        who: new_client().connect(live_server.url, token=token_of(app, who))
        for who in (first, second, odette)
    }

    with app.app_context():
        add_request(odette, place)
    invited = {who: clients[who].wait_for("invitation:sent")[0] for who in (first, second)}
    accepted = clients[first].ask("invitation:accept", invitation_id=invited[first]["invitation_id"])
    assert accepted["ok"], accepted
    match_id = clients[first].wait_for("match:created")[0]["match_id"]
    assert clients[odette].wait_for("match:created")[0]["match_id"] == match_id
    assert clients[second].wait_for("invitation:superseded")[0]["reason"] == "taken"
    said = clients[first].ask("match:say", match_id=match_id, text="<b>Bonjour</b>", client_id="one")
    assert said["ok"], said

    with app.app_context():
        see_contact(actor_of(first), match_id=match_id)
    assert clients[odette].wait_for("contact:seen")[0]["request_id"] == invited[first]["request_id"]

    heard = clients[odette].wait_for("match:message")[0]
    assert (heard["text"], heard["author_id"], heard["client_id"]) == ("<b>Bonjour</b>", first, "one")
    clients[first].wait_for("match:message")
    assert "filled" in [event["state"] for event in clients[odette].of("request:changed")]
    everything = json.dumps([client.events for client in clients.values()])
    for secret in (ADDRESS, PHONE, PHONE.replace(" ", ""), NAME):
        assert secret not in everything
    for client in clients.values():
        seqs = [payload["seq"] for _, payload in client.events]
        assert seqs == list(range(1, len(seqs) + 1))


def resumed(person_id: int) -> list[str]:
    given = resume(actor_of(person_id), after=0)
    db.session.rollback()
    assert [event["payload"]["seq"] for event in given["events"]] == list(range(1, given["last_seq"] + 1))
    return [event["name"] for event in given["events"]]


def test_an_agent_whose_role_has_ended_reads_nothing_again_of_what_she_followed(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = add_person("Claire", roles=((Role.AGENT, town),))
    ada = add_volunteer(town, place, "Ada")
    admin = add_person("Anne", roles=((Role.ADMIN, town),))
    request = ask_for_another(actor_of(agent), details=request_details(place), consent=ConsentMode.ORAL)
    match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    say(actor_of(ada), match_id=match, text="Je sonne à dix heures", client_id="a")
    see_contact(actor_of(agent), match_id=match)
    told = names_of(agent)
    hers = names_of(ada)
    db.session.rollback()
    assert {"match:created", "match:message", "request:changed"} <= set(told)
    assert (resumed(agent), resumed(ada)) == (told, hers)
    assert {"invitation:sent", "contact:seen"} <= set(hers)

    withdraw_role(actor_of(admin), person_id=agent, role=Role.AGENT, territory_id=town)

    assert set(resumed(agent)) == {WITHHELD}
    assert "dix heures" not in str(resume(actor_of(agent), after=0))
    assert resumed(ada) == hers


def test_who_said_no_or_came_too_late_reads_the_words_of_a_request_no_more(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    odette = add_person("Odette", lives_in=place)
    ada, bob, cleo = (add_volunteer(town, place, name) for name in ("Ada", "Bob", "Cleo"))
    request = add_request(odette, place)

    def words(person_id: int) -> list[object]:
        return [
            each["payload"]["request"]["title"] if each["payload"]["request"] else None
            for each in resume(actor_of(person_id), after=0)["events"]
            if each["name"] == "invitation:sent"
        ]

    known = words(ada)
    assert known != [None]
    assert words(bob) == words(cleo) == known
    decline_invitation(actor_of(bob), invitation_id=invitation_of(request, bob))
    assert (words(ada), words(bob), words(cleo)) == (known, [None], known)
    accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    assert (words(ada), words(bob), words(cleo)) == (known, [None], [None])


def test_who_keeps_the_register_no_more_reads_nothing_again_of_its_calls(app_context: Flask) -> None:
    alert = Alert(people=1)
    admin = add_person("Anne", roles=((Role.ADMIN, alert.town),))
    alert.take(alert.ada)
    assert set(resumed(alert.ines)) == {"checkin:changed"}

    withdraw_role(actor_of(admin), person_id=alert.ines, role=Role.REGISTER_KEEPER, territory_id=alert.town)

    assert set(resumed(alert.ines)) == {WITHHELD}


def test_every_event_told_to_a_person_says_what_reading_it_again_asks_for() -> None:
    """An invitation is put to her alone; whatever else is told has its right, so that no new one is forgotten."""
    told = set()
    for path in Path(checkins.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tell_person", "_tell_each"):
                name = node.args[1]
                told.add(name.value if isinstance(name, ast.Constant) else getattr(checkins, name.id, None))

    assert told - {None} == {"invitation:sent", "invitation:superseded", *NEEDS}


def test_a_turnout_is_told_to_the_room_of_a_poll_that_shows_it_alone(app_context: Flask) -> None:
    for poll_id, is_public in ((7, True), (8, False)):
        with transaction():
            publish(
                BallotCast(
                    occurred_at=utc_now(),
                    poll_id=poll_id,
                    turnout=3,
                    roll_size=9,
                    is_turnout_public=is_public,
                )
            )

    owed = db.session.scalars(sa.select(outbox.OutboxMessage.payload).filter_by(kind="live.room")).all()

    assert owed == [
        {"room": "poll:7", "name": "poll:turnout", "payload": {"poll_id": 7, "turnout": 3, "roll_size": 9}}
    ]


def test_a_stranger_follows_a_published_consultation_and_not_a_draft(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    stranger = new_client().connect(live_server.url)

    answer = stranger.ask("consultation:follow", consultation_id=4)

    assert (answer["ok"], answer["error"]["code"]) == (False, "consultation_not_found")
