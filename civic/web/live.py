"""The Socket.IO server, with the bounds that it lacks: what one address may open, what a client may send, what may wait for it."""

from collections import Counter
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from socketio import Manager, RedisManager
from socketio.packet import ACK, CONNECT, DISCONNECT, EVENT, Packet

from civic.web.network import network_of

MOST_WAITING_PACKETS = 256
"""Beyond so many packets not yet taken, a client that does not read is cut off; it resumes by its sequence when it comes back."""

LARGEST_MESSAGE_BYTES = 32 * 1024
NAMESPACE = "/"
READABLE = (CONNECT, DISCONNECT, EVENT, ACK)


class TextPacket(Packet):
    """A packet of text alone. A client that sends another one, or one that cannot be read, is taken to be leaving.

    An announced number of binary parts would otherwise be kept in memory until they all come, which may be never.
    """

    uses_binary_events = False
    packet_type: Any

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if kwargs.get("encoded_packet") == "":
            self._take_for_farewell()

    def decode(self, encoded_packet: Any) -> int:
        try:
            attachments = super().decode(encoded_packet)
            is_readable = self.packet_type in READABLE and not attachments
        except (ValueError, TypeError, IndexError, RecursionError):
            is_readable = False
        if not is_readable or not self._is_well_formed():
            self._take_for_farewell()
        return 0

    def _take_for_farewell(self) -> None:
        self.packet_type, self.data, self.namespace, self.id = DISCONNECT, None, None, None

    def _is_well_formed(self) -> bool:
        """An event is a list that begins with its name."""
        data: Any = self.data
        if self.packet_type != EVENT:
            return True
        return isinstance(data, list) and len(data) > 0 and isinstance(data[0], str)


class _ClosesRooms:
    """Closing a room disconnects who is in it, in every process that shares the queue."""

    def basic_close_room(self, room: str, namespace: str) -> None:
        for sid, _ in list(self.get_participants(namespace, room)):  # type: ignore[attr-defined]
            self.server.disconnect(sid, namespace, ignore_queue=True)  # type: ignore[attr-defined]


class LocalRooms(_ClosesRooms, Manager):
    """Rooms of one process."""


class SharedRooms(_ClosesRooms, RedisManager):
    """Rooms of several processes, through Redis."""


def make_rooms(redis_url: str) -> Manager:
    """Return the rooms of this process, shared with others where there is a Redis."""
    return SharedRooms(redis_url, channel="civic-live") if redis_url else LocalRooms()


def guard_server(socketio: SocketIO, app: Flask) -> None:
    """Bound what one address may open, and what may wait for a client that does not read."""
    server = socketio.server
    opened: Counter[str] = Counter()
    addresses: dict[str, str] = {}

    def on_open(sid: str, environ: dict[str, Any]) -> bool | None:
        address = network_of(environ.get("REMOTE_ADDR", ""))
        if opened[address] >= app.config["SOCKETS_PER_ADDRESS"]:
            return False
        opened[address] += 1
        addresses[sid] = address
        server._handle_eio_connect(sid, environ)
        return None

    def on_close(sid: str, reason: str) -> None:
        address = addresses.pop(sid, None)
        if address is not None:
            opened[address] -= 1
            if not opened[address]:
                del opened[address]
        server._handle_eio_disconnect(sid, reason)

    server.eio.on("connect", on_open)
    server.eio.on("disconnect", on_close)
    _bound_what_waits(server)


def _bound_what_waits(server: Any) -> None:
    send = server._send_eio_packet

    def send_or_cut(eio_sid: str, packet: Any) -> None:
        socket = server.eio.sockets.get(eio_sid)
        if socket is not None and socket.queue.qsize() > MOST_WAITING_PACKETS:
            socket.close(wait=False, abort=True)  # waiting for it to read would stop everybody
        else:
            send(eio_sid, packet)

    server._send_eio_packet = send_or_cut
