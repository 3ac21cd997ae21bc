"""Guessing is slowed down, in French, without telling who has an account."""

from flask import Flask

from civic.accounts.service import people
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
