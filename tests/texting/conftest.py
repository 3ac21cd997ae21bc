"""An application whose text messages go to a gateway on this machine."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import build, dispose
from tests.texting.local import SECRET, TOKEN, LocalGateway


@pytest.fixture
def gateway() -> Iterator[LocalGateway]:
    local = LocalGateway()
    yield local
    local.server.shutdown()
    local.server.server_close()


@pytest.fixture
def texting_app(database_url: str, gateway: LocalGateway) -> Iterator[Flask]:
    app = build(database_url, sms_url=gateway.url, sms_token=TOKEN, sms_secret=SECRET)
    yield app
    dispose(app)


@pytest.fixture
def sqlite_texting_app(sqlite_url: str, gateway: LocalGateway) -> Iterator[Flask]:
    """The same on SQLite alone, for what the two databases do alike."""
    app = build(sqlite_url, sms_url=gateway.url, sms_token=TOKEN, sms_secret=SECRET)
    yield app
    dispose(app)
