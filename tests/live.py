"""The platform in processes of its own, served as a town hall serves it, on the database of the test.

`live_server` is one process with everything. `start_server(process="web")` starts others, or one on another database. A server can be
killed brutally and started again on its port: what it acknowledged must still be there.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import socketio
from flask import Flask
from flask.testing import FlaskClient

from config import ROOT
from tests.conftest import SECRET
from tests.servers import LOOPBACK, LocalServer, wait_until

GUNICORN = str(Path(sys.executable).with_name("gunicorn"))

StartServer = Callable[..., "LiveServer"]


class LiveServer(LocalServer):
    """A serving process.

    Args:
        database_url: a database whose tables exist.
        settings: other `CIVIC_*` variables, in lower case and without their prefix, as ``process="web"``.
    """

    name = "platform"

    def __init__(self, database_url: str, **settings: str) -> None:
        super().__init__()
        self.database_url = database_url
        self.settings = settings

    @property
    def url(self) -> str:
        """The address that people would type."""
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> list[str]:
        """Return the command that `make run` ends with."""
        address = f"{LOOPBACK}:{self.port}"
        return [GUNICORN, "--config", "python:civic.server", "--bind", address, "wsgi:app"]

    def account(self) -> dict[str, Any]:
        """Return the environment of the process: nothing of the settings of who runs the tests."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # let the modules be compiled once, not by each process
        settings = {
            "database_url": self.database_url,
            "secret_key": SECRET,
            "public_url": self.url,
            "demo": "1",
            **self.settings,
        }
        ours = {f"CIVIC_{name.upper()}": value for name, value in settings.items()}
        return {"env": {**kept, **ours, "PYTHONPATH": str(ROOT)}}

    def is_ready(self) -> bool:
        """Tell whether the process answers."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def start_again(self) -> None:
        """Start on the same port, after a `stop`, so that the clients of before find it again."""
        if not self._starts():
            raise TimeoutError(f"the server did not start again:\n{self.log()[-2000:]}")

    def log(self) -> str:
        """Return what the process wrote."""
        return (self.folder / "log").read_text(errors="replace")


class LiveClient:
    """A Socket.IO client that notes, in their order, the events that it receives.

    Attributes:
        events: (name, payload) of each event.
        refusal: what the server said when it refused the connection.
    """

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.refusal: Any = None
        self._client = socketio.Client(reconnection=False)
        self._client.on("*", self._note)
        self._client.on("connect_error", self._note_refusal)

    def _note(self, name: str, payload: Any = None) -> None:
        self.events.append((name, payload))

    def _note_refusal(self, refusal: Any) -> None:
        self.refusal = refusal

    def connect(
        self, url: str, *, token: str | None = None, cookie: str | None = None, **headers: str
    ) -> "LiveClient":
        """Connect by WebSocket, with an API token, a session cookie or nothing.

        Raises:
            socketio.exceptions.ConnectionError: the server refused; `refusal` says why.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if cookie:
            sent["Cookie"] = cookie
        auth = {"token": token} if token else None
        try:
            self._client.connect(url, headers=sent, auth=auth, transports=["websocket"], wait_timeout=10)
        except ValueError as error:  # what its parser makes of a connection that is closed before a word
            raise socketio.exceptions.ConnectionError("closed without a word") from error
        return self

    def ask(self, name: str, **payload: Any) -> Any:
        """Send an event and return what the server acknowledges."""
        return self._client.call(name, payload, timeout=10)

    def of(self, name: str) -> list[Any]:
        """Return the payloads received under a name."""
        return [payload for received, payload in list(self.events) if received == name]

    def wait_for(self, name: str, *, count: int = 1, seconds: float = 10) -> list[Any]:
        """Return the payloads of a name once there are so many.

        Raises:
            TimeoutError: they had not come after so many seconds.
        """
        wait_until(lambda: len(self.of(name)) >= count, seconds=seconds, what=f"{count} {name}")
        return self.of(name)

    @property
    def is_connected(self) -> bool:
        return bool(self._client.connected)

    def close(self) -> None:
        """Leave. A closed client can connect again, and keeps its notes."""
        self._client.disconnect()


def cookie_of(client: FlaskClient) -> str:
    """Return the `Cookie` header of a browser of Flask's, to open a socket as that browser would."""
    cookie = client.get_cookie("session")
    assert cookie is not None, "this browser has no session"
    return f"session={cookie.value}"


@pytest.fixture
def start_server(app: Flask) -> Iterator[StartServer]:
    """Start processes on the database of `app`; they are stopped after the test."""
    started: list[LiveServer] = []

    def start(database_url: str | None = None, **settings: str) -> LiveServer:
        server = LiveServer(database_url or app.config["SQLALCHEMY_DATABASE_URI"], **settings)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.close()


@pytest.fixture
def live_server(start_server: StartServer) -> LiveServer:
    """One process that serves everything, on the database of `app`, in whose context the test adds its persons."""
    return start_server()


@pytest.fixture
def new_client() -> Iterator[Callable[[], LiveClient]]:
    """Make Socket.IO clients, which are disconnected after the test."""
    made: list[LiveClient] = []

    def make() -> LiveClient:
        made.append(LiveClient())
        return made[-1]

    yield make
    for client in made:
        client.close()
