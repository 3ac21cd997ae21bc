"""A database made by the migrations is the one that the models describe, on SQLite and on PostgreSQL."""

from flask import Flask
from flask_migrate import check, downgrade, upgrade

from civic.app import create_app
from civic.kernel.database import db
from civic.web.health import find_problem
from tests.conftest import dispose, make_settings


def test_migrations_make_what_the_models_describe_and_can_be_undone(bare_database_url: str) -> None:
    app: Flask = create_app(make_settings(bare_database_url))
    with app.app_context():
        upgrade()
        check()  # exits when a model and its table differ
        assert find_problem() is None

        downgrade(revision="base")
        assert "person" not in db.inspect(db.engine).get_table_names()
        assert find_problem() is not None
        upgrade()
        check()
    dispose(app)
