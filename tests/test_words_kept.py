"""What a person was writing was deleted, published or closed meanwhile: she is told so, and what she typed is on the page that tells it."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.web.kept_words import is_worded
from tests.conftest import plain, post_form, sign_in
from tests.test_two_writers import FORMS, Place, page_of, sendable, town

__all__ = ["town"]

HERS = "Le texte que la seconde personne\ntapait depuis une heure"
GONE = "La page où vous écriviez n’est plus là"

TABLES = {
    "council": "council", "sitting": "sitting", "minutes": "sitting", "seat": "seat", "agenda item": "agenda_item", "call": "candidate_call",
    "draw": "draw", "record": "municipal_record", "guide": "guide", "register entry": "register_entry", "poll": "poll",
    "option of a poll": "poll", "answer": "proposal", "commitment": "commitment", "step of a commitment": "commitment",
    "inquiry": "inquiry", "commissioner": "inquiry", "theme of a synthesis": "theme", "third party of a sealed poll": "poll",
}  # fmt: skip
"""Where the row of each form is. Those that are left out are settings of the commune, which nobody deletes."""

SINCE = "2026-01-04 10:00:00.000000"
FROZEN = {
    "state": "frozen",
    "frozen_at": SINCE,
    "rules_hash": "0" * 64,
    "roll_digest": "0" * 64,
    "roll_size": 1,
}
MOVED: dict[str, dict[str, Any]] = {
    "call": {"published_at": SINCE},
    "draw": {"frozen_at": SINCE},
    "commitment": {"published_at": SINCE},
    "step of a commitment": {"published_at": SINCE},
    "poll": FROZEN,
    "option of a poll": FROZEN,
    "third party of a sealed poll": FROZEN,
    "answer": {"withdrawn_at": SINCE},
    "inquiry": {"announced_at": SINCE, "step": "reported", "reported_at": SINCE},
    "commissioner": {"announced_at": SINCE, "step": "reported", "reported_at": SINCE},
}
"""What a colleague did meanwhile, after which the form is no longer taken."""


@pytest.fixture
def service_app(app: Flask) -> Flask:
    return app  # what is tried is a page: one database is enough


def delete(table: str, row: int) -> None:
    """Have a row gone, whatever belongs to it."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.execute(sa.text(f"DELETE FROM {table} WHERE id = :id"), {"id": row})
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def change(table: str, row: int, values: dict[str, Any]) -> None:
    with transaction():
        told = ", ".join(f"{name} = :{name}" for name in values)
        db.session.execute(sa.text(f"UPDATE {table} SET {told} WHERE id = :id"), {"id": row, **values})


def number_in(path: str) -> int:
    return int([part for part in path.replace("=", "/").split("/") if part.isdigit()][-1])


def refused(client: FlaskClient, door: str, values: dict[str, str], field: str) -> tuple[int, str]:
    answer = post_form(client, door, **{**values, field: HERS})
    return answer.status_code, answer.get_data(as_text=True)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", TABLES)
def test_who_writes_what_a_colleague_deleted_meanwhile_reads_so_and_keeps_her_text(
    service_app: Flask, town: Place, kind: str
) -> None:
    make, field = FORMS[kind]
    with service_app.app_context():
        path = make(town)
    client = sign_in(service_app, town.second)
    page = page_of(client, path, field)
    with service_app.app_context():
        delete(TABLES[kind], number_in(path))

    status, said = refused(client, page.action or path, sendable(page.values), field)
    assert status == 404
    assert GONE in plain(said)
    assert HERS in said


@pytest.mark.parametrize("kind", MOVED)
def test_who_writes_what_a_colleague_published_or_closed_meanwhile_keeps_her_text(
    service_app: Flask, town: Place, kind: str
) -> None:
    make, field = FORMS[kind]
    with service_app.app_context():
        path = make(town)
    client = sign_in(service_app, town.second)
    page = page_of(client, path, field)
    with service_app.app_context():
        change(TABLES[kind], number_in(path), MOVED[kind])

    status, said = refused(client, page.action or path, sendable(page.values), field)
    assert 400 <= status < 500
    assert HERS in said


def test_no_secret_and_no_choice_comes_back_on_a_page_that_refuses(service_app: Flask, town: Place) -> None:
    client, door = sign_in(service_app, town.second), "/conseils-de-quartier/99999/modifier"
    sent = {"title": HERS, "code": "Un code secret", "vote_words": "Pour, bien sûr", "state": "published"}
    _, said = refused(client, door, sent, "title")
    assert said.count("readonly") == 1
    assert [value for name, value in sent.items() if name not in ("title", "state") and value in said] == []

    _, said = refused(client, door, {**sent, "present_password": "un mot de passe"}, "title")
    assert (HERS in said, "un mot de passe" in said) == (False, False)


def test_what_somebody_else_wrote_on_the_same_device_is_not_shown(service_app: Flask, town: Place) -> None:
    client, door = sign_in(service_app, town.second), "/conseils-de-quartier/99999/modifier"
    told = [refused(client, door, {"written_by": str(who)}, "title")[1] for who in (town.first, town.second)]
    assert [HERS in said for said in told] == [False, True]


def test_another_site_cannot_have_a_page_say_what_it_wants(service_app: Flask, town: Place) -> None:
    client = sign_in(service_app, town.second)
    forged = client.post("/conseils-de-quartier/99999/modifier", data={"title": HERS})
    assert (forged.status_code, HERS in forged.get_data(as_text=True)) == (400, False)


def test_what_somebody_wrote_is_told_from_what_she_chose() -> None:
    written = ("Un préau", "Préau", "Appelez-moi", "une place", "{Note} sans suite", "a@b.example")
    chosen = (
        "",
        "accepted",
        "2-morning",
        "true",
        "12",
        "06 12",
        "2027-03-12T18:30",
        "#A0B1C2",
        '{"type":"Point"}',
    )
    assert [value for value in (*written, *chosen) if is_worded(value)] == list(written)
