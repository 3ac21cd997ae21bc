"""Who may open a live connection, from where, how many, and what closes it. On a real server."""

import json
import time
from collections.abc import Callable

import pytest
import websocket
from flask import Flask
from socketio.exceptions import ConnectionError as Refused

from civic.accounts.models import Role
from civic.accounts.service import people
from civic.accounts.service import sign_in as sessions
from tests.conftest import add_person, add_town, sign_in
from tests.live import LiveClient, LiveServer, StartServer, cookie_of
from tests.servers import wait_until

NewClient = Callable[[], LiveClient]


def token_of(app: Flask, person_id: int) -> str:
    with app.app_context():
        return people.issue_api_token(person_id=person_id)


def someone(app: Flask, name: str = "Ada") -> int:
    with app.app_context():
        return add_person(name)


def raw_socket(server: LiveServer, **options: object) -> websocket.WebSocket:
    """Open a WebSocket without a Socket.IO client, to send what such a client never would."""
    address = f"{server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    return websocket.create_connection(address, timeout=5, **options)


def is_closed(wire: websocket.WebSocket) -> bool:
    """Tell whether the server ends this connection within the time of a read."""
    try:
        while wire.recv():
            pass
    except websocket.WebSocketTimeoutException:
        return False
    except (websocket.WebSocketException, OSError):
        return True
    return True


def test_a_person_connects_by_her_token_or_by_her_cookie(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    ada = someone(app)
    by_token = new_client().connect(live_server.url, token=token_of(app, ada))
    by_cookie = new_client().connect(live_server.url, cookie=cookie_of(sign_in(app, ada)))

    for client in (by_token, by_cookie):
        assert client.ask("feed:resume", after=0) == {
            "ok": True,
            "data": {"events": [], "last_seq": 0, "has_more": False},
        }


def test_a_stranger_connects_and_has_no_feed(live_server: LiveServer, new_client: NewClient) -> None:
    stranger = new_client().connect(live_server.url)

    answer = stranger.ask("feed:resume", after=0)

    assert (answer["ok"], answer["error"]["code"]) == (False, "not_signed_in")


def test_a_wrong_token_is_refused_with_a_sentence_even_beside_a_good_cookie(
    app: Flask, live_server: LiveServer
) -> None:
    cookie = cookie_of(sign_in(app, someone(app)))
    for auth in ({"token": "wrong"}, {"token": 7}, {"token": "x" * 300}, "wrong", [1]):
        wire = raw_socket(live_server, cookie=cookie)
        wire.recv()
        wire.send("40" + json.dumps(auth))

        refused = wire.recv()

        assert refused.startswith("44"), (auth, refused)
        told = json.loads(refused[2:])
        assert told["data"] == {"code": "wrong_token"}
        assert "jeton" in told["message"]
        wire.close()


def test_another_site_cannot_open_a_connection_with_the_cookie_of_its_visitor(
    app: Flask, live_server: LiveServer
) -> None:
    cookie = cookie_of(sign_in(app, someone(app)))
    forwarded = ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"]
    for origin, header in (
        ("https://evil.example", []),
        ("https://evil.example", forwarded),
        ("null", []),
        (f"{live_server.url}.evil.example", []),
        ("http://127.0.0.1:1", []),
    ):
        assert not opens(live_server, cookie=cookie, origin=origin, header=header), origin
    assert opens(live_server, cookie=cookie, origin=live_server.url)


def opens(server: LiveServer, **options: object) -> bool:
    try:
        return raw_socket(server, **options).recv().startswith("0{")
    except (websocket.WebSocketException, OSError):
        return False


def test_signing_out_closes_the_sockets_of_that_session_and_no_other(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    ada = someone(app)
    here, elsewhere = sign_in(app, ada), sign_in(app, ada)
    first = new_client().connect(live_server.url, cookie=cookie_of(here))
    second = new_client().connect(live_server.url, cookie=cookie_of(elsewhere))
    with here.session_transaction() as session:
        token = session["_user_id"]

    with app.app_context():
        sessions.sign_out(token=token)

    wait_until(lambda: not first.is_connected, seconds=5, what="the end of the socket")
    assert second.ask("feed:resume", after=0)["ok"]
    again = new_client().connect(live_server.url, cookie=cookie_of(here))
    assert again.ask("feed:resume", after=0)["error"]["code"] == "not_signed_in"


def test_a_change_of_role_makes_every_socket_of_the_person_come_back(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    with app.app_context():
        town, _ = add_town()
        ada = add_person("Ada")
    client = new_client().connect(live_server.url, token=token_of(app, ada))

    with app.app_context():
        people.assign_role(person_id=ada, role=Role.AGENT, territory_id=town)

    wait_until(lambda: not client.is_connected, seconds=5, what="the end of the socket")


def test_a_person_holds_five_sockets_and_no_sixth(
    app: Flask, live_server: LiveServer, new_client: NewClient
) -> None:
    token = token_of(app, someone(app))
    held = [new_client().connect(live_server.url, token=token) for _ in range(5)]
    sixth = new_client()

    with pytest.raises(Refused):
        sixth.connect(live_server.url, token=token)
    assert sixth.refusal["data"] == {"code": "too_many_sockets"}

    held[0].close()
    wait_until(lambda: can_connect(new_client, live_server, token), what="a place")


def can_connect(new_client: NewClient, server: LiveServer, token: str) -> bool:
    try:
        new_client().connect(server.url, token=token)
    except Refused:
        return False
    return True


def test_an_address_holds_as_many_sockets_as_the_town_hall_says(
    start_server: StartServer, new_client: NewClient
) -> None:
    server = start_server(sockets_per_address="3")
    held = [new_client().connect(server.url) for _ in range(3)]

    with pytest.raises(Refused):
        new_client().connect(server.url)
    assert all(client.is_connected for client in held)


UNREADABLE = {
    "binary": '451000000-["feed:resume",{"_placeholder":true,"num":0}]',
    "binary answer": "461-[]",
    "not a list": '42"text"',
    "empty": "42[]",
    "cut": '42["a"',
    "deep": "42" + "[" * 5000,
    "nothing": "4",
    "unknown": "49",
}


def test_a_packet_that_no_client_of_ours_sends_ends_its_sender_and_disturbs_nobody(
    live_server: LiveServer, new_client: NewClient
) -> None:
    neighbour = new_client().connect(live_server.url)
    for name, packet in UNREADABLE.items():
        wire = raw_socket(live_server)
        wire.recv()
        wire.send("40")
        wire.recv()

        wire.send(packet)
        wire.send('421["feed:resume",{"after":0}]')

        assert not is_answered(wire), name
        wire.close()
    assert neighbour.ask("feed:resume", after=0)["error"]["code"] == "not_signed_in"
    assert "Traceback" not in live_server.log()


def is_answered(wire: websocket.WebSocket) -> bool:
    wire.settimeout(0.7)
    try:
        return "43" in wire.recv()
    except (websocket.WebSocketException, OSError):
        return False


def test_a_frame_that_announces_a_gigabyte_is_not_awaited(live_server: LiveServer) -> None:
    wire = raw_socket(live_server)
    wire.recv()

    wire.sock.sendall(bytes([0x81, 0xFF]) + (2**30).to_bytes(8, "big") + b"mask" + b"x" * 70_000)

    assert is_closed(wire)


def test_a_message_in_many_frames_is_bounded_too(live_server: LiveServer) -> None:
    wire = raw_socket(live_server)
    wire.recv()
    part = "x" * 20_000

    with pytest.raises((websocket.WebSocketException, OSError)):
        wire.send_frame(websocket.ABNF(0, 0, 0, 0, websocket.ABNF.OPCODE_TEXT, 1, part))
        for _ in range(30):
            wire.send_frame(websocket.ABNF(0, 0, 0, 0, websocket.ABNF.OPCODE_CONT, 1, part))
            time.sleep(0.02)
        raise AssertionError("a message without an end was read")


def test_a_client_that_asks_too_fast_is_told_so(live_server: LiveServer, new_client: NewClient) -> None:
    client = new_client().connect(live_server.url)

    answers = [client.ask("feed:resume", after=0)["error"]["code"] for _ in range(60)]

    assert answers.count("too_many_requests") > 5
