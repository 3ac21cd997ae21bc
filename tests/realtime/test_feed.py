"""What a person is told is numbered, kept, and given again: nothing is lost, nothing doubled."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from socketio.exceptions import ConnectionError as Refused

from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.jobs import run_hourly_jobs
from civic.kernel.transaction import transaction
from civic.realtime import feed, queries
from civic.realtime.jobs import erase_events
from civic.realtime.models import PersonEvent, PersonFeed
from tests.conftest import add_person
from tests.live import LiveClient, LiveServer, StartServer
from tests.realtime.test_door import token_of
from tests.servers import wait_until

NewClient = Callable[[], LiveClient]


def tell(person_id: int, number: int) -> None:
    with transaction():
        feed.tell_person(person_id, "test:said", {"number": number}, now=utc_now())


def seqs_of(person_id: int) -> list[int]:
    return list(
        db.session.scalars(
            sa.select(PersonEvent.seq).filter_by(person_id=person_id).order_by(PersonEvent.seq)
        )
    )


def test_the_events_of_a_person_are_numbered_from_one_each_by_one(app_context: Flask) -> None:
    ada, bob = add_person("Ada"), add_person("Bob")

    for number in range(3):
        tell(ada, number)
    tell(bob, 0)

    assert (seqs_of(ada), seqs_of(bob)) == ([1, 2, 3], [1])
    assert db.session.scalar(sa.select(PersonFeed.last_seq).filter_by(person_id=ada)) == 3


def test_many_told_by_one_command_have_each_her_next_numbers_in_the_order_of_what_was_said(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_AT_ONCE", 2)
    people = [add_person(f"Personne {number}") for number in range(5)]
    tell(people[1], 0)

    with transaction():
        for number in (1, 2):
            for person in people[number - 1 :]:
                feed.tell_person(person, "test:said", {"number": number}, now=utc_now())

    assert [seqs_of(person) for person in people] == [[1], [1, 2, 3], [1, 2], [1, 2], [1, 2]]
    said = sa.select(PersonEvent.payload).filter_by(person_id=people[1]).order_by(PersonEvent.seq)
    assert [payload["number"] for payload in db.session.scalars(said)] == [0, 1, 2]


def test_a_crowd_is_told_by_a_few_messages_and_each_once(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_IN_A_MESSAGE", 3)
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(feed.socketio, "emit", lambda name, payload, to: sent.append((to, payload["seq"])))
    people = [add_person(f"Personne {number}") for number in range(7)]
    with transaction():
        for person in people:
            feed.tell_person(person, "test:said", {}, now=utc_now())
    owed = sa.select(sa.func.count()).select_from(outbox.OutboxMessage)
    assert db.session.scalar(owed) == 3
    with transaction():
        erase_events(people[0], utc_now())

    outbox.deliver_due()

    assert sent == [(f"person:{person}", 1) for person in people[1:]]
    assert db.session.scalar(owed) == 0


def test_what_the_version_before_owed_is_still_told(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(feed.socketio, "emit", lambda name, payload, to: sent.append(to))
    ada = add_person("Ada")
    tell(ada, 1)
    with transaction():
        db.session.execute(sa.delete(outbox.OutboxMessage))
        outbox.owe("live.person", {"person_id": ada, "seq": 1}, now=utc_now())

    outbox.deliver_due()

    assert sent == [f"person:{ada}"]


def test_what_is_told_in_a_command_that_fails_takes_no_number(app_context: Flask) -> None:
    ada = add_person("Ada")
    with pytest.raises(ZeroDivisionError), transaction():
        feed.tell_person(ada, "test:said", {}, now=utc_now())
        raise ZeroDivisionError

    tell(ada, 1)

    assert seqs_of(ada) == [1]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(outbox.OutboxMessage)) == 1


def test_persons_told_by_many_at_once_in_any_order_get_every_number_once(app_context: Flask) -> None:
    people = [add_person(f"P{index}") for index in range(4)]
    failures: list[BaseException] = []

    def tell_everybody(seed: int) -> None:
        order = random.Random(seed)
        try:
            with app_context.app_context():
                for number in range(5):
                    with transaction():
                        for person_id in order.sample(people, len(people)):
                            feed.tell_person(person_id, "test:said", {"number": number}, now=utc_now())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=tell_everybody, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    for person_id in people:
        assert seqs_of(person_id) == list(range(1, 41))


def test_who_was_away_for_long_is_given_what_was_missed_in_several_times(app_context: Flask) -> None:
    ada = add_person("Ada")
    with transaction():
        for number in range(450):
            feed.tell_person(ada, "test:said", {"number": number}, now=utc_now())

    given, after, rounds = [], 0, 0
    while True:
        missed = queries.list_events_after(ada, after)
        given += [event.payload["number"] for event in missed.events]
        rounds += 1
        if not missed.has_more:
            break
        after = missed.events[-1].seq

    assert (given, rounds, missed.last_seq) == (list(range(450)), 3, 450)


def test_a_cut_connection_loses_nothing_and_doubles_nothing_under_fifty_events(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    """The client keeps what a good client keeps: the number of the last event, and what it already has."""
    with app.app_context():
        ada = add_person("Ada")
    token = token_of(app, ada)
    seen: dict[int, int] = {}

    def follow_until(count: int) -> None:
        client = new_client().connect(live_server.url, token=token)
        answer = client.ask("feed:resume", after=max(seen, default=0))["data"]
        for event in answer["events"]:
            assert event["payload"]["seq"] not in seen
            seen[event["payload"]["seq"]] = event["payload"]["number"]
        wait_until(
            lambda: len(seen.keys() | {e["seq"] for e in client.of("test:said")}) >= count, what="events"
        )
        client.close()
        seen.update({event["seq"]: event["number"] for event in client.of("test:said")})

    def say_fifty() -> None:
        with app.app_context():
            for number in range(1, 51):
                tell(ada, number)

    teller = threading.Thread(target=say_fifty)
    teller.start()
    for count in (8, 16, 24, 32, 40, 50):
        follow_until(count)
    teller.join()

    assert sorted(seen) == list(range(1, 51))
    assert all(seen[seq] == seq for seq in seen)


def test_the_events_come_in_order_and_once_to_who_stays(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    with app.app_context():
        ada, bob = add_person("Ada"), add_person("Bob")
        hers = new_client().connect(live_server.url, token=token_of(app, ada))
        his = new_client().connect(live_server.url, token=token_of(app, bob))
        for number in range(1, 31):
            tell(ada, number)

    hers.wait_for("test:said", count=30)

    assert [event["seq"] for event in hers.of("test:said")] == list(range(1, 31))
    assert his.events == []


def test_pages_and_live_channel_in_two_processes_share_what_is_owed(
    app: Flask, start_server: StartServer, new_client: NewClient
) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    web, live = start_server(process="web"), start_server(process="live")
    with app.app_context():
        ada = add_person("Ada")
    token = token_of(app, ada)
    client = new_client().connect(live.url, token=token)

    with app.app_context():
        tell(ada, 1)

    assert client.wait_for("test:said") == [{"number": 1, "seq": 1}]
    with pytest.raises(Refused):
        new_client().connect(web.url, token=token)
    with urlopen(web.url) as page:
        assert page.status == 200
    with pytest.raises(HTTPError) as refused:
        urlopen(live.url)
    assert refused.value.code == 404


def test_two_live_processes_share_events_and_farewells_through_redis(
    app: Flask, redis_url: str, start_server: StartServer, new_client: NewClient
) -> None:
    from civic.accounts.models import Role
    from civic.accounts.service import people
    from tests.conftest import add_town

    servers = [start_server(process="live", redis_url=redis_url) for _ in range(2)]
    with app.app_context():
        town, _ = add_town()
        ada = add_person("Ada")
    clients = [new_client().connect(server.url, token=token_of(app, ada)) for server in servers]

    with app.app_context():
        for number in range(1, 11):
            tell(ada, number)
    for client in clients:
        client.wait_for("test:said", count=10)
        assert sorted(event["seq"] for event in client.of("test:said")) == list(range(1, 11))

    with app.app_context():
        people.assign_role(person_id=ada, role=Role.AGENT, territory_id=town)
    wait_until(lambda: not any(client.is_connected for client in clients), seconds=5, what="the farewell")


def test_what_was_owed_when_the_server_was_killed_comes_when_it_is_back(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    with app.app_context():
        ada = add_person("Ada")
    live_server.stop(brutally=True)
    with app.app_context():
        tell(ada, 1)

    live_server.start_again()
    client = new_client().connect(live_server.url, token=token_of(app, ada))

    wait_until(lambda: resumed(client) == [1], what="the event")


def resumed(client: LiveClient) -> list[int]:
    return [event["payload"]["number"] for event in client.ask("feed:resume", after=0)["data"]["events"]]


def test_events_are_forgotten_after_a_month_and_their_numbers_are_not_given_again(app_context: Flask) -> None:
    ada = add_person("Ada")
    tell(ada, 1)

    run_hourly_jobs(utc_now() + timedelta(days=29))
    assert seqs_of(ada) == [1]
    run_hourly_jobs(utc_now() + timedelta(days=31))
    tell(ada, 2)

    assert seqs_of(ada) == [2]


def test_what_a_person_was_told_leaves_with_her(app_context: Flask) -> None:
    ada = add_person("Ada")
    tell(ada, 1)

    with transaction():
        erase_events(ada, utc_now())

    assert (seqs_of(ada), queries.find_last_seq(ada)) == ([], 0)
