"""A line between the browser and the server that can be cut: before the request leaves, or after the server committed and before its answer came."""

import contextlib
import socket
import threading

from tests.servers import LOOPBACK, free_port

ROOM = 65_536


class Line:
    """Carry connections to a server's port, until told otherwise.

    Attributes:
        loses_answers_to: the start of a request (method and path) whose answer is read from the server and thrown away.
    """

    def __init__(self, server_port: int | None = None) -> None:
        self.port = free_port()
        self.server_port = server_port
        self.loses_answers_to: bytes | None = None
        self._lost: set[socket.socket] = set()
        self._door = socket.create_server((LOOPBACK, self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def close(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(browser,), daemon=True).start()

    def _carry(self, browser: socket.socket) -> None:
        with browser:
            try:
                server = socket.create_connection((LOOPBACK, self.server_port or 0))
            except OSError:
                return
            with server:
                back = threading.Thread(target=self._answer, args=(server, browser), daemon=True)
                back.start()
                self._ask(browser, server)
                back.join()

    def _ask(self, browser: socket.socket, server: socket.socket) -> None:
        try:
            while chunk := browser.recv(ROOM):
                if self.loses_answers_to and chunk.startswith(self.loses_answers_to):
                    self._lost.add(server)  # before it leaves: the server may answer at once
                server.sendall(chunk)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _answer(self, server: socket.socket, browser: socket.socket) -> None:
        try:
            while chunk := server.recv(ROOM):
                if server in self._lost:  # answered, hence committed; the browser sees the line cut
                    break
                browser.sendall(chunk)
        except OSError:
            pass
        finally:
            for end in (browser, server):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
