"""A call sent again because its answer was lost is done once."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Organisation
from civic.accounts.service import people
from civic.kernel.database import db
from civic.kernel.errors import Conflict
from civic.web.idempotency import Answer, KeyReused, KeyTooLong, run_once
from tests.conftest import add_person, add_town


def found(town: int) -> Answer:
    return 201, {"id": people.add_organisation(name="Amicale", territory_id=town, member_ids=[])}


def organisations() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Organisation)) or 0


def test_the_same_key_is_done_once_and_answered_alike(app_context: Flask) -> None:
    town, _ = add_town()
    ada = add_person()

    first = run_once(ada, "key-1", "print", lambda: found(town))
    again = run_once(ada, "key-1", "print", lambda: found(town))

    assert first == again
    assert organisations() == 1


def test_twenty_at_once_with_one_key_are_done_once(service_app: Flask) -> None:
    with service_app.app_context():
        town, _ = add_town()
        ada = add_person()
    answers: list[Answer] = []

    def send() -> None:
        with service_app.app_context():
            answers.append(run_once(ada, "key-1", "print", lambda: found(town)))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 20
    assert len({str(answer) for answer in answers}) == 1
    with service_app.app_context():
        assert organisations() == 1


def test_a_key_that_comes_with_another_request_is_refused(app_context: Flask) -> None:
    town, _ = add_town()
    ada = add_person()
    run_once(ada, "key-1", "print", lambda: found(town))

    with pytest.raises(KeyReused):
        run_once(ada, "key-1", "another", lambda: found(town))

    assert organisations() == 1


def test_a_refused_command_keeps_nothing_and_may_be_sent_again(app_context: Flask) -> None:
    town, _ = add_town()
    ada = add_person()

    def refuse() -> Answer:
        found(town)
        raise Conflict

    with pytest.raises(Conflict):
        run_once(ada, "key-1", "print", refuse)
    assert organisations() == 0

    assert run_once(ada, "key-1", "print", lambda: found(town))[0] == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
def test_a_key_that_is_no_key_is_refused(app_context: Flask, key: str) -> None:
    with pytest.raises(KeyTooLong):
        run_once(add_person(), key, "print", lambda: (200, None))
