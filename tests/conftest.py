"""Shared fixtures. The ``app`` fixture pushes no application context (a held one leaks the signed-in person between clients)."""

import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import expect

from civic.accounts import queries as account_queries
from civic.accounts.models import ResidencyStatus, Role
from civic.accounts.service import people
from civic.app import create_app
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.territories.models import Territory, TerritoryKind
from config import Settings
from tests import quick

if TYPE_CHECKING:
    from tests.servers import PostgresServer  # pytest itself imports it, below, to rewrite its assertions

pytest_plugins = ["tests.servers", "tests.live", "tests.demonstration"]

expect.set_options(timeout=20_000)
"""A page is waited for as long as it may take where everything runs at once: what fails is what never comes."""

LONGEST = (
    "browser/test_every_page.py",
    "durability/test_kills.py",
    "durability/test_planted_faults.py",
    "journeys/test_journeys.py",
    "test_api_inputs.py",
    "realtime/test_door.py",
    "browser/test_offline.py",
    "demo/test_demo.py",
    "demo/test_pages.py",
)
"""The files that take longest begin first, so that the processes end together."""

SECRET = "a secret of forty characters for the tests"
PUBLIC_URL = "http://localhost"

_numbers = count(1)


def make_settings(database_url: str, **changes: object) -> Settings:
    values = {
        "database_url": database_url,
        "secret_key": SECRET,
        "public_url": PUBLIC_URL,
        "is_demo": True,
        "finds_by_meaning": False,  # a model of 125 MB, for the tests that ask for it
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="run in full the tests marked long, in minutes: `make long`"
    )
    parser.addoption(
        "--clock",
        help="begin at another moment, as 2026-11-28T02:10+01:00: to find what an hour or a date breaks",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: `make test` runs it short, and `make long` in full")
    if moment := config.getoption(
        "--clock"
    ):  # servers and browsers, processes of their own, keep the true hour
        time_machine.travel(datetime.fromisoformat(moment)).start()
    quick.build_addresses_once()
    quick.hash_quickly()
    quick.keep_statements()
    quick.read_components_once()


@pytest.fixture(scope="session")
def is_in_full(request: pytest.FixtureRequest) -> bool:
    """Whether a test marked long is to do everything, and not the part of it that takes seconds."""
    return bool(request.config.getoption("--long"))


def pytest_collection_finish() -> None:
    quick.spare_the_collector()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: rank for rank, name in enumerate(LONGEST)}

    def rank_of(item: pytest.Item) -> int:
        name = item.path.relative_to(Path(__file__).parent).as_posix()
        return ranks.get(name, len(LONGEST))

    items.sort(key=rank_of)


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and no row, to be copied: quicker than to make them for each test."""
    path = tmp_path_factory.mktemp("tables") / "civic.sqlite3"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: "PostgresServer") -> str:
    """The database that tests use one after the other, emptied between them."""
    url = postgres_server.create_database()
    make_tables(url)
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_tables: Path) -> str:
    """A database on SQLite, with tables and no row."""
    return f"sqlite:///{shutil.copy(sqlite_tables, tmp_path)}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with tables and no row, on SQLite and on PostgreSQL: a test of a service runs on both."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server, url = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_tables")
    yield url
    server.empty_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'civic.sqlite3'}"
    fresh: Callable[[], str] = request.getfixturevalue("new_postgres_url")
    return fresh()


def make_tables(url: str) -> None:
    app = create_app(make_settings(url))
    with app.app_context():
        db.create_all()
    dispose(app)
    if url.startswith("sqlite"):
        empty_journal(url)


def empty_journal(url: str) -> None:
    """Put what is in the journal of a database on SQLite into its file, which can then be copied alone."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def build(url: str, **changes: object) -> Flask:
    """Build an application for tests, and the tables that its database lacks."""
    app = create_app(make_settings(url, **changes))
    app.config.update(TESTING=True, RATELIMIT_ENABLED=False)
    quick.keep_templates(app)
    with app.app_context():
        quick.write_without_waiting(db.engine)
        if not sa.inspect(db.engine).has_table("person"):
            db.create_all()
    return app


def dispose(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def service_app(database_url: str) -> Iterator[Flask]:
    """An application on each of the two databases, for tests of services."""
    app = build(database_url)
    yield app
    dispose(app)


@pytest.fixture
def app_context(service_app: Flask) -> Iterator[Flask]:
    """An application context on each of the two databases, for tests that call services directly."""
    with service_app.app_context():
        yield service_app


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    """An application on SQLite, for tests of pages, of the API and of sockets."""
    app = build(sqlite_url)
    yield app
    dispose(app)


SQUARE = 0.01
"""Side of a made-up neighbourhood, in degrees."""


def square(longitude: float, latitude: float, side: float = SQUARE) -> dict[str, object]:
    east, north = longitude + side, latitude + side
    ring = [[longitude, latitude], [east, latitude], [east, north], [longitude, north], [longitude, latitude]]
    return {"type": "Polygon", "coordinates": [ring]}


def add_town(neighbourhoods: int = 3) -> tuple[int, list[int]]:
    """Make a commune of neighbourhoods side by side, from west to east. Returns its id and theirs (a context is needed)."""
    number = next(_numbers)
    with transaction():
        town = Territory(
            kind=TerritoryKind.COMMUNE, code=f"C{number}", name=f"Commune {number}", created_at=utc_now()
        )
        db.session.add(town)
        db.session.flush()
        places = []
        for index in range(neighbourhoods):
            west = -0.3 + index * SQUARE
            places.append(
                Territory(
                    kind=TerritoryKind.NEIGHBOURHOOD,
                    code=f"C{number}-{index}",
                    name=f"Quartier {index}",
                    parent_id=town.id,
                    boundary=square(west, 47.2),
                    longitude=west + SQUARE / 2,
                    latitude=47.2 + SQUARE / 2,
                    households=500,
                    created_at=utc_now(),
                )
            )
        db.session.add_all(places)
        db.session.flush()
        return town.id, [place.id for place in places]


def add_person(
    name: str = "Ada",
    *,
    lives_in: int | None = None,
    roles: tuple[tuple[Role, int], ...] = (),
    password: str | None = None,
) -> int:
    """Make a confirmed account, verified where it lives. Without a password it cannot sign in by form. Returns its id."""
    from civic.accounts.models import Person

    number = next(_numbers)
    with transaction():
        if password:
            person_id = people.create_person(name=name, email=f"p{number}@example.org", password=password)
        else:
            now = utc_now()
            person = Person(name=name, email=f"p{number}@example.org", email_confirmed_at=now, created_at=now)
            db.session.add(person)
            db.session.flush()
            person_id = person.id
        if lives_in is not None:
            people.set_residency(person_id=person_id, territory_id=lives_in, status=ResidencyStatus.VERIFIED)
        for role, territory_id in roles:
            people.assign_role(person_id=person_id, role=role, territory_id=territory_id)
    return person_id


def actor_of(person_id: int) -> Actor:
    """Return the actor that this person is now (a context is needed)."""
    return account_queries.get_actor(person_id)


def plain(text: str) -> str:
    """Return a French text with plain spaces where its typography has no-break ones: as one types it."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def bearer(app: Flask, person_id: int) -> dict[str, str]:
    """Return the headers that sign a person in to the API."""
    with app.app_context():
        return {"Authorization": f"Bearer {people.issue_api_token(person_id=person_id)}"}


def sign_in(app: Flask, person_id: int) -> FlaskClient:
    """Return a browser, as Flask's test client, in which this person is signed in, as the sign-in page would."""
    from civic.accounts.service import sign_in as service

    with app.app_context():
        token = service.open_session(person_id=person_id, device="test")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


def post_form(client: FlaskClient, path: str, **values: object) -> object:
    """Post a form as a page would, with the token against cross-site requests."""
    return client.post(path, data={"csrf_token": csrf_of(client), **values})


def csrf_of(client: FlaskClient) -> str:
    """Return a token against cross-site requests that the pages of this browser could hold, without opening one for it."""
    with client.session_transaction() as session:
        secret = session.setdefault("csrf_token", secrets.token_hex(20))
    return str(URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token").dumps(secret))
