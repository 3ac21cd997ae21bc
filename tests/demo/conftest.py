"""The demonstration commune, loaded once for all the tests that only read it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from civic import demo
from tests.conftest import build, dispose


@pytest.fixture(scope="module")
def aubernay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on SQLite that holds the demonstration commune. No test of the module writes in it."""
    app = build(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'civic.sqlite3'}")
    with app.app_context():
        demo.load()
    yield app
    dispose(app)
