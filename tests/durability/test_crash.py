"""Killed twenty times under eight clients, the server lost nothing that it acknowledged, and doubled nothing."""

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.database import db
from tests.durability.checker import Outcome, find_faults
from tests.durability.crash import CrashServer, build_town, crash_under_load

KILLS = 20


@pytest.fixture
def server(app: Flask) -> Iterator[CrashServer]:
    server = CrashServer(app.config["SQLALCHEMY_DATABASE_URI"], writes_per_minute="1000000")
    server.start()
    yield server
    server.close()


@pytest.fixture
def engine(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(
    app: Flask, server: CrashServer, engine: sa.Engine
) -> None:
    town = build_town(app)

    history = crash_under_load(server, town, kills=KILLS, seed=1)

    told = Counter((outcome.kind, outcome.word) for outcome in history)
    assert {kind for kind, word in told if word == "ok"} == {"ballot", "offer", "message"}
    assert {word for _, word in told} <= {"ok", "unknown"}, told
    assert find_faults(history, engine) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("DELETE FROM offer WHERE id = (SELECT max(id) FROM offer)", "is lost"),
        ("DELETE FROM match_message WHERE id = (SELECT max(id) FROM match_message)", "is lost"),
        ("UPDATE match_message SET client_id = (SELECT min(client_id) FROM match_message), author_id = CASE WHEN author_id > 2 THEN author_id - 1 ELSE author_id + 1 END "
         "WHERE id = (SELECT max(id) FROM match_message)", "times"),
        ("INSERT INTO ballot SELECT lower(hex(randomblob(16))), poll_id, choice_id FROM ballot LIMIT 1", "ballots"),
        ("DELETE FROM person_event WHERE id = (SELECT min(id) FROM person_event)", "do not run"),
    ],
)  # fmt: skip
def test_the_checker_sees_a_loss_a_double_and_an_event_that_is_missing(
    app: Flask, server: CrashServer, engine: sa.Engine, fault: str, told: str
) -> None:
    history = crash_under_load(server, build_town(app), kills=0, seed=2)
    assert find_faults(history, engine) == []

    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(fault)
        connection.connection.driver_connection.commit()

    assert any(told in found for found in find_faults(history, engine))


def test_the_checker_sees_what_was_refused_and_is_there(
    app: Flask, server: CrashServer, engine: sa.Engine
) -> None:
    history = crash_under_load(server, build_town(app), kills=0, seed=3)
    offer = next(outcome for outcome in history if outcome.kind == "offer")

    assert find_faults([Outcome("offer", offer.key, "refused")], engine) == [
        f"offer {offer.key} was refused and is there"
    ]
