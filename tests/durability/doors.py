"""The two doors by which a client calls: the JSON API and Socket.IO. Either may be torn off its hinges in the middle of a call."""

import threading
import time
from typing import Any

import requests
import socketio

from tests.durability.history import OK, REFUSED

ANSWER_SECONDS = 15
CONNECT_SECONDS = 3

Answer = tuple[str, dict[str, Any]]


class Unanswered(Exception):
    """No answer came: what was asked may be done, or not."""


class HttpDoor:
    """One kept connection to the JSON API."""

    def __init__(self, url: str):
        self._url = f"{url}/api/v1"
        self._session = requests.Session()

    def get(self, path: str, token: str) -> dict[str, Any]:
        """Return what is read there. Raises Unanswered."""
        answer = self._send("GET", path, token)
        if not answer.ok:
            raise Unanswered
        body: dict[str, Any] = answer.json()
        return body

    def post(self, path: str, token: str, body: dict[str, Any], key: str) -> Answer:
        """Raises Unanswered."""
        answer = self._send("POST", path, token, json=body, headers={"Idempotency-Key": key})
        try:
            said = answer.json()
        except ValueError as error:
            raise Unanswered from error
        if answer.ok:
            return OK, {"id": said.get("id")}
        return REFUSED, {"status": answer.status_code, "code": said.get("code")}

    def _send(
        self, method: str, path: str, token: str, *, headers: dict[str, str] | None = None, json: Any = None
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        try:
            return self._session.request(
                method, self._url + path, json=json, headers=sent, timeout=ANSWER_SECONDS
            )
        except requests.RequestException as error:
            raise Unanswered from error


class SocketDoor:
    """The Socket.IO connection of one person, opened when it is first needed, and again after each loss."""

    def __init__(self, url: str, token: str):
        self._url, self._token = url, token
        self._client: socketio.Client | None = None

    def ask(self, event: str, payload: dict[str, Any]) -> Answer:
        """Raises Unanswered: as soon as the connection is lost, not at the end of the time for an answer."""
        client = self._connected()
        came, said = threading.Event(), []
        try:
            client.emit(event, payload, callback=lambda answer: (said.append(answer), came.set()))
        except socketio.exceptions.SocketIOError as error:
            raise Unanswered from error
        deadline = time.monotonic() + ANSWER_SECONDS
        while not came.wait(0.02):
            if not client.connected or time.monotonic() > deadline:
                self.close()
                raise Unanswered
        if said[0]["ok"]:
            return OK, {"id": said[0]["data"]["id"]}
        return REFUSED, {"code": said[0]["error"]["code"]}

    def close(self) -> None:
        if self._client is not None:
            self._client.disconnect()
        self._client = None

    def _connected(self) -> socketio.Client:
        if self._client is not None and self._client.connected:
            return self._client
        self.close()
        client = socketio.Client(reconnection=False)
        try:
            client.connect(
                self._url, auth={"token": self._token}, transports=["websocket"], wait_timeout=CONNECT_SECONDS
            )
        except (
            socketio.exceptions.ConnectionError,
            ValueError,
        ) as error:  # ValueError: closed without a word
            raise Unanswered from error
        self._client = client
        return client
