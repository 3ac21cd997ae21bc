"""Connections that are cut at any moment, thousands of times: nobody misses anything, and nobody is shown anything twice.

`make test` cuts some, `make long` two thousand of fifty clients.
"""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.transaction import transaction
from civic.realtime import feed, queries
from tests.conftest import add_person
from tests.live import LiveServer, StartServer
from tests.realtime.reconnecting import Client, catch_up, reconnect_all
from tests.realtime.test_door import token_of

pytestmark = pytest.mark.long

PAUSE_SECONDS = 0.05


class Teller:
    """Says something to some of them, again and again, until it is asked to stop."""

    def __init__(self, app: Flask, people: list[int]):
        self.app, self.people = app, people
        self.told: Counter[int] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tell)

    def __enter__(self) -> "Teller":
        self._thread.start()
        return self

    def __exit__(self, *rest: object) -> None:
        self._stop.set()
        self._thread.join()

    def _tell(self) -> None:
        draw = random.Random(1)
        with self.app.app_context():
            while not self._stop.wait(PAUSE_SECONDS):
                some = draw.sample(self.people, draw.randint(1, len(self.people)))
                with transaction():
                    for person in some:
                        self.told[person] += 1
                        feed.tell_person(person, "test:said", {"number": self.told[person]}, now=utc_now())


def run(clients: Coroutine[Any, Any, None]) -> None:
    """Run them in a thread of their own: where a browser was driven before, this one has its loop already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, clients).result()


def test_whoever_comes_back_at_any_moment_is_shown_each_event_once_and_in_order(
    app: Flask, start_server: StartServer, is_in_full: bool
) -> None:
    count, times = (50, 40) if is_in_full else (8, 5)
    server: LiveServer = start_server(sockets_per_address="1000")
    with app.app_context():
        people = [add_person(f"Personne {number}") for number in range(count)]
    tokens = [token_of(app, person) for person in people]
    address = urlsplit(server.url).netloc
    clients = [Client(address, token, random.Random(number)) for number, token in enumerate(tokens)]

    with Teller(app, people) as teller:
        run(reconnect_all(clients, times))
    with app.app_context():
        last = {token: queries.find_last_seq(person) for person, token in zip(people, tokens, strict=True)}
    run(catch_up(clients, last))

    for person, client in zip(people, clients, strict=True):
        told = teller.told[person]
        assert last[client.token] == told
        assert client.shown == [(number, number) for number in range(1, told + 1)]
    came = sum((client.came for client in clients), start=Counter[str]())
    cut = sum((client.cut for client in clients), start=Counter[str]())
    print({"reconnections": cut.total() - count, **cut, **came})
    assert cut.total() == count * (times + 1)
    assert cut["opening"] > 0, "no connection was cut while it was being opened"
    assert came["live"] > cut.total() / 6, (
        "a third of the connections stay until they were told something live"
    )
    assert came["resumed"] > cut.total() / 6
