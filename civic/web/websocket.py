"""Bounds on what one WebSocket client may have us read at once. Used under gunicorn's gevent worker alone."""

from typing import Any

from geventwebsocket import handler as websocket_handler
from geventwebsocket.exceptions import ProtocolError
from geventwebsocket.websocket import Stream, WebSocket

from civic.web.live import LARGEST_MESSAGE_BYTES


class BoundedStream(Stream):
    """Reads no more at once than the largest message: a frame that announces a gigabyte is refused, not awaited."""

    def __init__(self, handler: Any):
        super().__init__(handler)
        read: Any = handler.rfile.read

        def read_a_little(size: int) -> bytes:
            if size > LARGEST_MESSAGE_BYTES:
                raise ProtocolError("too large")
            return bytes(read(size))

        self.read = read_a_little


class BoundedWebSocket(WebSocket):
    """Bounds a message that comes in many frames."""

    __slots__ = ("received",)

    def read_message(self) -> Any:
        self.received = 0
        return super().read_message()

    def read_frame(self) -> Any:
        header, payload = super().read_frame()
        self.received += len(payload)
        if self.received > LARGEST_MESSAGE_BYTES:
            raise ProtocolError("too large")
        return header, payload


def bound_websockets() -> None:
    """Have gevent-websocket, which reads whatever is announced, read no more than our largest message."""
    websocket_handler.WebSocket, websocket_handler.Stream = BoundedWebSocket, BoundedStream
