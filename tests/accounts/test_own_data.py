"""Somebody takes a copy of her data: at once, or made beside the requests when there is much; nobody else can."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.personal_data import parts_of_personal_data
from civic.accounts.readable_data import PARTS
from civic.accounts.service import own_data
from civic.kernel import work
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from civic.relay import do_all_work
from tests.conftest import add_person, post_form, sign_in
from tests.voting.builders import set_birth

PAGE, AT_ONCE = "/compte/donnees", "/compte/donnees/mes-donnees.json"


@pytest.fixture
def ada(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody who received five messages, where four are many."""
    monkeypatch.setattr(own_data, "MOST_ROWS_AT_ONCE", 4)
    with app.app_context():
        person = add_person("Ada")
        with transaction():
            for number in range(5):
                kind = next(iter(Kind))
                db.session.add(
                    Notification(
                        person_id=person,
                        kind=kind,
                        params={},
                        path="/",
                        key=f"k{number}",
                        created_at=utc_now(),
                    )
                )
        return sign_in(app, person)


def test_a_long_copy_is_made_beside_the_requests_and_given_to_her_session_alone(
    app: Flask, ada: FlaskClient
) -> None:
    assert ada.get(AT_ONCE).location == PAGE
    assert "Préparer la copie de mes données" in ada.get(PAGE).get_data(as_text=True)

    started = post_form(ada, "/compte/donnees/copie")
    again = post_form(ada, "/compte/donnees/copie")
    assert started.location == again.location
    copy = f"/compte/donnees/copie/{started.location.rsplit('/', 1)[1]}/mes-donnees.json"
    assert ada.get(copy).status_code == 404  # not ready
    do_all_work(app)

    page = ada.get(started.location).get_data(as_text=True)
    assert copy in page
    taken = ada.get(copy)
    assert (taken.status_code, taken.headers["Cache-Control"]) == (200, "no-store")
    assert len(taken.json["notifications"]["inbox"]) == 5
    assert {"account", "matching", "mutual_aid", "proposals", "opinions", "voting"} <= set(taken.json)
    with app.app_context():
        other = sign_in(app, add_person("Bob"))
        assert (
            b"Ada"
            not in str(
                db.session.connection().exec_driver_sql("SELECT product FROM long_work").all()
            ).encode()
        )
    assert other.get(copy).status_code == 404
    assert app.test_client().get(copy).status_code == 302


def test_a_short_copy_is_given_at_once(app: Flask) -> None:
    with app.app_context():
        bob = sign_in(app, add_person("Bob"))

    assert AT_ONCE in bob.get(PAGE).get_data(as_text=True)
    assert bob.get(AT_ONCE).json["account"]["name"] == "Bob"


def test_a_short_copy_is_not_made_beside_the_requests_and_nothing_is_written(app: Flask) -> None:
    with app.app_context():
        bob = sign_in(app, add_person("Bob"))

    assert post_form(bob, "/compte/donnees/copie").status_code == 409

    with app.app_context():
        assert works_kept() == []


def test_a_new_copy_takes_the_place_of_the_one_before(app: Flask, ada: FlaskClient) -> None:
    for _ in range(3):
        post_form(ada, "/compte/donnees/copie")
        do_all_work(app)

    with app.app_context():
        assert works_kept() == [work.WorkState.DONE]


def works_kept() -> list[work.WorkState]:
    return list(db.session.scalars(sa.select(work.LongWork.state)))


def test_who_reads_no_json_reads_the_same_things_in_words(app: Flask) -> None:
    with app.app_context():
        person = add_person("Odette")
        set_birth(person, date(1941, 2, 17))
    page = sign_in(app, person).get("/compte/donnees/lire").get_data(as_text=True)

    assert "Odette" in page
    assert "lundi 17 février 1941" in page
    assert "Vos votes (jamais votre choix)" in page
    assert app.test_client().get("/compte/donnees/lire").status_code == 302


def test_every_part_that_a_feature_gives_has_a_title_in_words(app: Flask) -> None:
    assert set(parts_of_personal_data()) <= set(PARTS)
