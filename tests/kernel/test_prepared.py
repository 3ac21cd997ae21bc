"""What PostgreSQL prepared for a connection outlives the end of a request that only read."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts import queries
from civic.kernel.database import db
from tests.conftest import add_person, build, dispose


@pytest.fixture
def app(postgres_server: object, postgres_tables: str) -> Iterator[Flask]:
    app = build(postgres_tables)
    with app.app_context():
        yield app
    dispose(app)
    postgres_server.empty_database(postgres_tables)  # type: ignore[attr-defined]


PREPARED = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM person%'")


def ask(times: int) -> None:
    """Ask for names in so many requests, each of which reads and rolls back."""
    for _ in range(times):
        assert queries.names_of({0}) == {}
        db.session.rollback()


def count_prepared() -> int:
    prepared = db.session.scalar(PREPARED)
    db.session.rollback()
    return int(prepared or 0)


def test_what_requests_ask_often_is_planned_once(app: Flask) -> None:
    ask(10)
    assert count_prepared() == 1
    ask(10)
    assert count_prepared() == 1


def test_after_a_statement_that_failed_all_is_prepared_anew_and_read_as_it_is(app: Flask) -> None:
    ask(10)
    with pytest.raises(sa.exc.ProgrammingError):
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))
    db.session.rollback()

    assert count_prepared() == 0
    ada = add_person("Ada")
    for _ in range(10):
        assert queries.names_of({ada}) == {ada: "Ada"}
        db.session.rollback()
    assert count_prepared() >= 1


def test_a_table_made_again_within_a_connection_is_read_as_it_is_now(app: Flask) -> None:
    for kind, value in (("integer", 1), ("text", "1")):
        db.session.execute(sa.text(f"CREATE TEMPORARY TABLE passing AS SELECT CAST('1' AS {kind}) AS value"))
        read = [db.session.scalar(sa.text("SELECT value FROM passing")) for _ in range(8)]
        assert read == [value] * 8
        db.session.rollback()
