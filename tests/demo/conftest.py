"""The demonstration commune, loaded once for all the tests that only read it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import build, dispose
from tests.demonstration import CopyDemo


@pytest.fixture(scope="module")
def aubernay(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on SQLite that holds the demonstration commune. No test of the module writes in it."""
    app = build(copy_demo(tmp_path_factory.mktemp("demo")))
    yield app
    dispose(app)
