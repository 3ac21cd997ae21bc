"""Guessing is slowed down, in French, without telling who has an account."""

import pytest
from flask import Flask

from civic.accounts.service import people
from civic.web.network import network_of
from tests.conftest import post_form

PASSWORD = "une petite phrase sans histoire"


def guess(app: Flask, email: str, times: int) -> list[tuple[int, str]]:
    answers = []
    for number in range(times):
        client = app.test_client()
        answer = post_form(client, "/compte/connexion", email=email, password=f"wrong {number}")
        answers.append((answer.status_code, answer.get_data(as_text=True)))
    return answers


def test_the_eleventh_wrong_password_waits_whether_or_not_there_is_an_account(app: Flask) -> None:
    with app.app_context():
        people.create_person(name="Ada", email="ada@example.org", password=PASSWORD)

    known, unknown = guess(app, "ada@example.org", 11), guess(app, "nobody@example.org", 11)

    assert [status for status, _ in known] == [422] * 10 + [429]
    assert [status for status, _ in unknown] == [422] * 10 + [429]
    assert "Trop de tentatives" in known[-1][1]
    assert 'value="ada@example.org"' in known[-1][1]
    assert "wrong" not in known[-1][1]
    locked = post_form(app.test_client(), "/compte/connexion", email="ada@example.org", password=PASSWORD)
    assert locked.status_code == 429


def test_signing_in_rightly_is_not_counted(app: Flask) -> None:
    with app.app_context():
        people.create_person(name="Ada", email="ada@example.org", password=PASSWORD)

    for _ in range(12):
        answer = post_form(app.test_client(), "/compte/connexion", email="ada@example.org", password=PASSWORD)
        assert answer.status_code == 302


def test_asking_for_a_link_again_and_again_waits(app: Flask) -> None:
    statuses = [
        post_form(app.test_client(), "/compte/mot-de-passe/oublie", email="ada@example.org").status_code
        for _ in range(6)
    ]

    assert statuses == [302] * 5 + [429]


def test_an_email_written_otherwise_is_still_the_same_account(app: Flask) -> None:
    with app.app_context():
        people.create_person(name="Ada", email="ada@example.org", password=PASSWORD)
    guess(app, "ada@example.org", 10)

    for email in (
        " ada@example.org",
        "ADA@example.org",
        "ada@\u200bexample.org",
        "a\u2060da@exam\u00adple.org",
    ):
        assert guess(app, email, 1)[0][0] == 429
    decoy = ["decoy@example.org", "ada@example.org"]
    answer = post_form(app.test_client(), "/compte/connexion", email=decoy, password=PASSWORD)
    assert answer.status_code == 429


def test_links_to_one_mailbox_are_limited_however_it_is_written(app: Flask) -> None:
    written = ["ada@example.org", *(f"ada@{chr(0x2060) * number}example.org" for number in range(1, 5))]
    statuses = [
        post_form(
            app.test_client(), "/compte/mot-de-passe/oublie", email=[f"decoy{number}@example.org", email]
        ).status_code
        for number, email in enumerate([*written, "ada@example.org"])
    ]

    assert statuses == [302] * 5 + [429]


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_line_is_counted_as_one_whatever_address_it_takes(address: str, line: str) -> None:
    assert network_of(address) == line


def test_somebody_who_changes_address_within_her_line_is_still_slowed_down(app: Flask) -> None:
    statuses = []
    for number in range(31):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number:x}"
        email = f"person{number}@example.org"
        statuses.append(post_form(client, "/compte/connexion", email=email, password="x").status_code)

    assert statuses == [422] * 30 + [429]
