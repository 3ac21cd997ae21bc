"""The process that serves: stopped gently, started again, asked how it is."""

import time
from collections.abc import Callable

import pytest
import requests
import sqlalchemy as sa
from flask import Flask

from civic.app import create_app
from civic.kernel.database import db
from config import Settings, SettingsError
from tests.conftest import SECRET, dispose, make_settings
from tests.live import LiveClient, LiveServer

LONGEST_STOP_SECONDS = 10


def test_asked_to_stop_it_closes_live_connections_and_ends(
    live_server: LiveServer, new_client: Callable[[], LiveClient]
) -> None:
    client = new_client().connect(live_server.url)
    began = time.monotonic()

    process = live_server._process
    assert process is not None
    process.terminate()

    assert process.wait(timeout=30) == 0
    assert time.monotonic() - began < LONGEST_STOP_SECONDS
    assert not client.is_connected


def test_it_is_alive_and_says_what_keeps_it_from_serving(app: Flask, live_server: LiveServer) -> None:
    assert requests.get(f"{live_server.url}/healthz", timeout=5).status_code == 200
    unready = requests.get(f"{live_server.url}/readyz", timeout=5)  # the tables were made without migrations

    assert unready.status_code == 503
    assert "flask db upgrade" in unready.json()["problem"]


def test_figures_are_for_this_machine_or_a_bearer_alone(start_server: Callable[..., LiveServer]) -> None:
    guarded = start_server(metrics_token="a-token-for-figures")

    assert requests.get(f"{guarded.url}/metrics", timeout=5).status_code == 404
    figures = requests.get(
        f"{guarded.url}/metrics", headers={"Authorization": "Bearer a-token-for-figures"}, timeout=5
    )
    assert "flask_http_request" in figures.text


def test_figures_are_not_for_who_comes_through_a_proxy_that_nobody_told_of(app: Flask) -> None:
    reader = app.test_client()

    assert reader.get("/metrics").status_code == 200
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
        assert reader.get("/metrics", headers={header: "203.0.113.7"}).status_code == 404


def test_logs_are_json_lines_without_personal_data(live_server: LiveServer) -> None:
    requests.get(
        f"{live_server.url}/recherche?q=Jeanne+Martin",
        headers={"X-Request-Id": "abcdefgh12345678"},
        timeout=5,
    )

    log = live_server.log()
    assert '"request_id": "abcdefgh12345678"' in log
    assert "Jeanne" not in log


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"CIVIC_DEMO": "0"}, "CIVIC_SMTP_URL is missing"),
        ({"CIVIC_SECRET_KEY": "short"}, "at least 32 characters"),
        ({"CIVIC_DATABASE_URL": "mysql://x"}, "sqlite:/// or postgresql://"),
        ({"CIVIC_SMTP_URL": "mail.example.org"}, "smtp://"),
        ({"CIVIC_PUBLIC_URL": "participez.fr"}, "https://participez.example.fr"),
        ({"CIVIC_REDIS_URL": "localhost"}, "redis://"),
        ({"CIVIC_PROCESS": "some"}, "all, web or live"),
        ({"CIVIC_TRUSTED_PROXIES": "one"}, "whole number"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_write(changes: dict[str, str], told: str) -> None:
    good = {
        "CIVIC_DEMO": "1",
        "CIVIC_SECRET_KEY": SECRET,
        "CIVIC_DATABASE_URL": "sqlite:////nowhere/x.sqlite3",
    }

    with pytest.raises(SettingsError, match=told):
        Settings.from_environment({**good, **changes})


def test_sqlite_keeps_what_it_acknowledges(sqlite_url: str) -> None:
    app = create_app(make_settings(sqlite_url))  # as it is served: `build` would not wait for the disk
    with app.app_context():
        pragmas = {
            name: db.session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }

    dispose(app)
    assert pragmas == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}  # 2 is FULL
