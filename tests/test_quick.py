"""What the tests pay once serves what is served without it."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from civic.accounts.models import Person
from civic.app import create_app
from civic.kernel.database import db
from civic.web.application import PageEnvironment
from civic.web.kept_components import KeptComponents
from config import ROOT
from tests import quick
from tests.conftest import SECRET, add_person, build, csrf_of, dispose, make_settings, post_form
from tests.servers import PostgresServer


def test_addresses_compiled_once_are_those_that_each_application_would_compile(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {(rule.rule, rule.endpoint): rule for rule in app.url_map.iter_rules()}
    monkeypatch.setattr(Rule, "_compile_builder", quick.SERVED_BUILDER)

    alone = create_app(make_settings(app.config["SQLALCHEMY_DATABASE_URI"]))

    built = {(rule.rule, rule.endpoint): rule for rule in alone.url_map.iter_rules()}
    assert kept.keys() == built.keys()
    for key, rule in built.items():
        values = dict.fromkeys(rule.arguments, 7) | dict.fromkeys(rule.defaults or (), 7)
        assert kept[key].build(values) == rule.build(values), key
    assert len(built) > 200


def test_components_read_once_are_kept_where_each_application_would_keep_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted((ROOT / "templates" / "components").rglob("*.html"))
    kept = [_components_of(app)._reads_nothing_else(str(file)) for file in files]
    monkeypatch.setattr(KeptComponents, "_read", quick.SERVED_READER)

    alone = _components_of(create_app(make_settings(app.config["SQLALCHEMY_DATABASE_URI"])))

    assert kept == [alone._reads_nothing_else(str(file)) for file in files]
    assert {True, False} <= set(kept)


def _components_of(app: Flask) -> KeptComponents:
    environment = app.jinja_env
    assert isinstance(environment, PageEnvironment)
    return environment.kept_components


def test_a_werkzeug_without_the_function_that_is_kept_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Rule, "_compile_builder")

    quick.build_addresses_once()

    assert not hasattr(Rule, "_compile_builder")


def test_a_statement_written_once_asks_the_database_of_each_application(
    sqlite_tables: Path, tmp_path: Path
) -> None:
    names = []
    for name in ("Ada", "Rose"):
        app = build(f"sqlite:///{shutil.copy(sqlite_tables, tmp_path / name)}")
        with app.app_context():
            add_person(name)
            names.append(list(db.session.scalars(sa.select(Person.name))))
            assert db.engine.dialect is quick._spoken["sqlite"][0]
        dispose(app)

    assert names == [["Ada"], ["Rose"]]


def test_an_emptied_database_has_no_row_left_and_begins_its_numbers_again(
    postgres_server: PostgresServer, postgres_tables: str
) -> None:
    for name in ("Ada", "Rose"):
        app = build(postgres_tables)
        with app.app_context():
            assert add_person(name) == 1
        dispose(app)
        postgres_server.empty_database(postgres_tables)
        with app.app_context():
            for table in db.metadata.sorted_tables:
                assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0, table
        dispose(app)


def test_a_token_made_without_a_page_is_that_of_the_pages_and_a_form_without_it_is_refused(
    app: Flask,
) -> None:
    client = app.test_client()
    page = client.get("/").get_data(as_text=True)
    shown = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    read = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").loads

    assert read(csrf_of(client)) == read(shown)
    assert client.post("/apparence", data={"apparence": "sombre"}).status_code == 400
    assert post_form(client, "/apparence", apparence="sombre").status_code == 303
    assert post_form(app.test_client(), "/apparence", apparence="sombre").status_code == 303
