"""The process that serves: stopped gently, started again, asked how it is."""

import time
from collections.abc import Callable
from pathlib import Path

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
        ({"CIVIC_TRUSTED_PROXIES": "²"}, "whole number"),
        ({"CIVIC_TRUSTED_PROXIES": "10"}, "9 at most"),
        ({"CIVIC_WRITES_PER_MINUTE": "0"}, "1 or more"),
        ({"CIVIC_SOCKETS_PER_ADDRESS": "0"}, "1 or more"),
        ({"CIVIC_DEMO": "oui"}, "CIVIC_DEMO must be 0"),
        ({"CIVIC_MEANING": "false"}, "CIVIC_MEANING must be 0"),
        ({"CIVIC_SMTP_ULR": "smtp://localhost"}, "Did you mean CIVIC_SMTP_URL"),
        ({"CIVIC_COLOUR": "blue"}, "docs/operator.md"),
        ({"PORT": "http"}, "PORT must be a whole number"),
        ({"PORT": "99999"}, "65535"),
        ({"CIVIC_SECRET_KEY": "… (python3 -c 'import secrets; …')"}, "example of the documentation"),
        ({"CIVIC_DATABASE_URL": "sqlite:///var/lib/civic.sqlite3"}, "four slashes"),
        ({"CIVIC_DATABASE_URL": "postgresql://civic:pa#ss@localhost/civic"}, "%23 for #"),
        ({"CIVIC_REDIS_URL": "redis://localhost:none"}, "CIVIC_REDIS_URL cannot be read"),
        ({"CIVIC_SMTP_URL": "smtp://"}, "names no mail server"),
        ({"CIVIC_SMTP_URL": "smtp://mail.example.org:mail"}, "a whole number"),
        ({"CIVIC_SMTP_URL": "smtp://mail.example.org:465465"}, "up to 65535"),
        ({"CIVIC_SMTP_URL": "smtps://civic:12/ab@mail.example.org:465"}, "%2F for /"),
        ({"CIVIC_MAIL_FROM": ""}, "one address alone"),
        ({"CIVIC_MAIL_FROM": "mairie"}, "one address alone"),
        ({"CIVIC_MAIL_FROM": "Mairie <mairie@example.fr>"}, "one address alone"),
        ({"CIVIC_PUBLIC_URL": "https://participez.fr:port"}, "the site's address"),
        ({"CIVIC_PUBLIC_URL": "https://participez.fr?ville=1"}, "the site's address"),
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


def test_a_password_of_signs_is_written_by_their_numbers() -> None:
    settings = Settings.from_environment(
        {
            "CIVIC_SECRET_KEY": SECRET,
            "CIVIC_SMTP_URL": "smtps://participez%40example.fr:p%2F%23%3A@mail.example.fr:465",
            "CIVIC_MAIL_FROM": "participez@example.fr",
            "CIVIC_DATABASE_URL": "postgresql://civic:p%2F%23@localhost/civic",
            "CIVIC_REDIS_URL": "redis://localhost:6379/0",
        }
    )

    assert settings.smtp_url.endswith("@mail.example.fr:465")


def test_a_database_that_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path) -> None:
    app = create_app(make_settings(f"sqlite:///{tmp_path / 'nowhere' / 'civic.sqlite3'}"))

    told = app.test_cli_runner().invoke(args=["serve"])

    dispose(app)
    assert told.exit_code == 1
    assert "CIVIC_DATABASE_URL cannot be opened: unable to open database file. The folder" in told.output
    assert not list(tmp_path.iterdir())


def test_what_is_said_of_a_wrong_setting_shows_no_password() -> None:
    with pytest.raises(SettingsError) as told:
        Settings.from_environment(
            {"CIVIC_SECRET_KEY": SECRET, "CIVIC_SMTP_URL": "smtp://civic:very-secret#1@mail.example.fr:587"}
        )

    assert "very-secret" not in str(told.value)


def test_sqlite_keeps_what_it_acknowledges(sqlite_url: str) -> None:
    app = create_app(make_settings(sqlite_url))  # as it is served: `build` would not wait for the disk
    with app.app_context():
        pragmas = {
            name: db.session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }

    dispose(app)
    assert pragmas == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}  # 2 is FULL
