"""A Socket.IO client that speaks WebSocket itself, on asyncio, so that thousands of it cost less than the server that they measure."""

import asyncio
import base64
import json
import os
import struct
from typing import Any

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Wire:
    """One connection to ``host:port``."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def __init__(self, address: str):
        self.host, _, port = address.partition(":")
        self.port = int(port)

    async def enter(self, auth: dict[str, str] | None = None) -> None:
        """Connect, as nobody or as who shows this. Raises ConnectionError: the server refused; or what asyncio's streams raise."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = await self.reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(answer.splitlines()[0].decode())
        await self.until("0")
        self.send("40" + (json.dumps(auth) if auth else ""))
        entered = await self.until("4")
        if not entered.startswith("40"):
            raise ConnectionError(entered)

    def ask(self, name: str, payload: dict[str, Any]) -> None:
        """Send an event whose acknowledgement is to begin with ``430``."""
        self.send("420" + json.dumps([name, payload]))

    async def until(self, start: str) -> str:
        """Return the next text that begins so, and leave those before it."""
        while not (text := await self.next()).startswith(start):
            pass
        return text

    async def next(self) -> str:
        """Return the next text that is not a heartbeat, which is answered."""
        while True:
            first, second = await self.reader.readexactly(2)
            size = second & 127
            if size == 126:
                (size,) = struct.unpack(">H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", await self.reader.readexactly(8))
            payload = await self.reader.readexactly(size)
            if first & 15 == CLOSE:
                raise ConnectionError("closed")
            if first & 15 == PING:
                self.send(payload.decode(), PONG)
            elif payload == b"2":
                self.send("3")
            else:
                return payload.decode()

    def send(self, text: str, opcode: int = TEXT) -> None:
        """Write one frame of less than 64 KiB. The mask is zero: nothing here is to be hidden from a proxy."""
        payload = text.encode()
        size = (
            bytes([128 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
        )
        self.writer.write(bytes([128 | opcode]) + size + bytes(4) + payload)
