"""The three towns that the audit visits: the full demonstration, a commune without anything yet, and no commune at all."""

import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
import structlog
from flask import Flask

from civic import demo
from civic.accounts import queries as accounts
from civic.accounts.models import Person, Role
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.opinions.models import OpinionMap
from civic.opinions.service.mapping import count_map
from tests.conftest import add_person, add_town, dispose, sign_in
from tests.conftest import build as build_app
from tests.live import LiveServer, cookie_of

DEMO, EMPTY, BARE = "demo", "empty", "bare"

EMPTY_ROLES: dict[str, tuple[Role, ...]] = {
    "resident_verified": (),
    "councillor": (Role.COUNCILLOR,),
    "agent": (Role.AGENT, Role.REGISTER_KEEPER),
    "moderator": (Role.MODERATOR,),
    "safeguarding": (Role.SAFEGUARDING,),
    "admin": (Role.ADMIN,),
}


@dataclass
class Town:
    """A database, the application in this process that reads it, and the server that the browser visits.

    Attributes:
        people: the id of who plays each role.
    """

    name: str
    path: Path
    app: Flask
    people: dict[str, int]
    server: LiveServer | None = None

    @property
    def roles(self) -> list[str | None]:
        return [None, *self.people]

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    def cookie(self, role: str | None) -> str | None:
        """Open a session for who plays a role, and return the value of her cookie."""
        if role is None:
            return None
        return cookie_of(sign_in(self.app, self.people[role])).partition("=")[2]

    def serve(self) -> None:
        self.server = LiveServer(f"sqlite:///{self.path}", writes_per_minute="100000")
        self.server.start()

    def close(self) -> None:
        if self.server is not None:
            self.server.close()
        dispose(self.app)


def build(path: Path) -> Flask:
    """Build the application of a town, which logs its troubles alone."""
    app = build_app(f"sqlite:///{path}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    return app


@contextmanager
def open_towns(folder: Path) -> Iterator[dict[str, Town]]:
    """Build the three towns in a folder. They are not served yet."""
    makers = {DEMO: _load_demo, EMPTY: _found_commune, BARE: lambda app: {}}
    towns = {}
    try:
        for name, make in makers.items():
            path = folder / f"{name}.sqlite3"
            app = build(path)
            with app.app_context():
                people = make(app)
            towns[name] = Town(name, path, app, people)
        yield towns
    finally:
        for town in towns.values():
            town.close()


@contextmanager
def open_copy(town: Town) -> Iterator[Town]:
    """Copy a town, to try there what may write."""
    path = town.path.with_suffix(".copy.sqlite3")
    with town.app.app_context():
        db.session.remove()
        db.session.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
    shutil.copyfile(town.path, path)
    copy = Town(town.name, path, build(path), town.people)
    try:
        yield copy
    finally:
        copy.close()


def _load_demo(_: Flask) -> dict[str, int]:
    demo.load(seed=1)
    for asked in db.session.scalars(sa.select(OpinionMap)).all():
        count_map(consultation_id=asked.consultation_id)  # as the relay does in the first seconds
    people = {}
    for account in demo.demo_accounts():
        person = accounts.find_person_by_email(account.email)
        assert person is not None
        people[account.key] = person.id
    return people


def _found_commune(_: Flask) -> dict[str, int]:
    """Found a commune of two neighbourhoods, whose agents arrive for the first time."""
    town, (place, _other) = add_town(neighbourhoods=2)
    people = {
        key: add_person(key.capitalize(), lives_in=place, roles=tuple((role, town) for role in roles))
        for key, roles in EMPTY_ROLES.items()
    }
    with transaction():  # plausible names: they are read, and measured
        for number, name in enumerate(("Ada", "Blanche", "Camille", "Denise", "Émile")):
            db.session.get_one(Person, list(people.values())[number]).name = f"{name} Roux"
    return people


def tags_of(html: str) -> set[str]:
    """Return what a page is made of: each tag with its classes and roles, whatever the words and the numbers."""
    shape = set()
    for tag, attributes in re.findall(r"<([a-z][a-z0-9-]*)([^>]*)>", html):
        kept = re.findall(r'\b(class|role|type|aria-[a-z]+)="([^"]*)"', attributes)
        words = [name if name.startswith("aria-") else f"{name}={value}" for name, value in kept]
        shape.add(" ".join([tag, *sorted(words)]))
    return shape
