"""Real servers for the tests: PostgreSQL, Redis, SMTP. One of each a test process, started when first asked for.

A server that is not on the machine fails the test that asks for it: a skipped test would be a promise not kept.
"""

import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from aiosmtpd.controller import Controller
from psycopg import sql

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
PORT_TRIES = 5


EMPTY = """
DO $$
DECLARE each record; is_used boolean;
BEGIN
    SET LOCAL session_replication_role = replica;  -- no order among the tables
    FOR each IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', each.name) INTO is_used;
        IF is_used THEN EXECUTE format('DELETE FROM %I', each.name); END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename), start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""Said in one go: a question and an answer for each table and each number cost ten times as much."""


class ServerMissing(Exception):
    """A server that the tests need is not installed, or did not start."""


def free_port() -> int:
    """Return a TCP port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_ready: Callable[[], bool], *, seconds: float = 10, what: str = "it") -> None:
    """Wait for something to become true.

    Raises:
        TimeoutError: it was still false after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} seconds")
        time.sleep(0.02)


def find_program(name: str, package: str) -> str:
    """Return the path of a program; Debian keeps PostgreSQL's out of PATH.

    Raises:
        ServerMissing: the program is not on the machine.
    """
    outside = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)
    path = shutil.which(name) or next(iter(outside), None)
    if path is None:
        raise ServerMissing(f"{name} is not installed: `make test` installs it (Debian package {package}).")
    return path


class LocalServer:
    """A program with a folder of its own and a port of the loopback interface."""

    name = "server"

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"civic-{self.name}-"))
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Return the command that serves on `self.port`."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Tell whether the server answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start, on another port if somebody took the first one meanwhile.

        Raises:
            ServerMissing: it did not start; the message holds its log.
        """
        for _ in range(PORT_TRIES):
            self.port = free_port()
            if self._starts():
                return
        log = (self.folder / "log").read_text(errors="replace")
        self.close()
        raise ServerMissing(f"{self.name} did not start:\n{log[-2000:]}")

    def _starts(self) -> bool:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd=self.folder, **self.account()
            )
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            if self.is_ready():
                return True
            time.sleep(0.05)
        self.stop()
        return False

    def account(self) -> dict[str, Any]:
        """Return the arguments of Popen that choose the account of the server."""
        return {}

    def stop(self, *, brutally: bool = False) -> None:
        """Stop the server; brutally, as a power cut would."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL if brutally else signal.SIGINT)
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def close(self) -> None:
        """Stop the server and forget what it kept."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresServer(LocalServer):
    """A PostgreSQL cluster of its own.

    Args:
        durable: Write to the disk before answering, as a town hall's server does. Slower; for tests of what survives.
    """

    name = "postgresql"

    def __init__(self, *, durable: bool = False) -> None:
        initdb = find_program("initdb", "postgresql")
        super().__init__()
        self.durable = durable
        self.data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        options = ["--auth=trust", "--username=civic", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [initdb, "--pgdata", str(self.data), *options],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **self.account(),
        )

    def account(self) -> dict[str, Any]:
        """PostgreSQL refuses to be root."""
        return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}

    def command(self) -> list[str]:
        """Return the command of the server: TCP on the loopback interface, no socket file."""
        settings = ["listen_addresses=" + LOOPBACK, f"port={self.port}", "unix_socket_directories="]
        settings += ["max_connections=200", "shared_buffers=64MB"]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options = [word for setting in settings for word in ("-c", setting)]
        return [find_program("postgres", "postgresql"), "-D", str(self.data), *options]

    def is_ready(self) -> bool:
        """Tell whether the cluster takes connections."""
        try:
            self._administer("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, *, like: str | None = None) -> str:
        """Create a database, empty or the copy of another one of the cluster.

        Args:
            like: The URL of the database to copy; nobody may be connected to it.

        Returns:
            Its URL, for SQLAlchemy and psycopg.
        """
        name = f"civic_{uuid.uuid4().hex[:12]}"
        template = like.rsplit("/", 1)[1] if like else "template0"
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, template)
        return f"postgresql+psycopg://civic@{LOOPBACK}:{self.port}/{name}"

    def empty_database(self, url: str) -> None:
        """Take every row out of a database and begin its numbers again, whoever is still connected to it: far quicker than another one."""
        name = url.rsplit("/", 1)[1]
        with psycopg.connect(self._address(name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )
            connection.execute(EMPTY)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rsplit("/", 1)[1])

    def _administer(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _address(self, name: str) -> str:
        return f"postgresql://civic@{LOOPBACK}:{self.port}/{name}?connect_timeout=5"


class RedisServer(LocalServer):
    """A Redis server that keeps nothing on the disk."""

    name = "redis"

    def __init__(self) -> None:
        self._program = find_program("redis-server", "redis-server")
        super().__init__()

    @property
    def url(self) -> str:
        """The address of the server's first database."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    def command(self) -> list[str]:
        """Return the command of the server."""
        memory_only = ["--save", "", "--appendonly", "no"]
        return [self._program, "--bind", LOOPBACK, "--port", str(self.port), *memory_only]

    def is_ready(self) -> bool:
        """Tell whether the server answers."""
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def empty(self) -> None:
        """Forget every key."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


class SmtpServer:
    """An SMTP server that keeps what it is given.

    Attributes:
        messages: The letters, in the order of their arrival.
        refusal: What to answer instead of taking a letter, such as "451 Try again later".
        unknown: The addresses of nobody: their letters are refused for good.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusal: str | None = None
        self.unknown: set[str] = set()
        self._arrivals = threading.Condition()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address of the server."""
        assert self._controller is not None, "the server is not started"
        return f"smtp://{LOOPBACK}:{self._controller.port}"

    def start(self) -> None:
        """Start in a thread."""
        self._controller = Controller(self, hostname=LOOPBACK, port=free_port())
        self._controller.start()

    def stop(self) -> None:
        """Stop; whoever writes then is refused a connection."""
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    def empty(self) -> None:
        """Forget the letters, the refusal and the unknown addresses."""
        self.messages.clear()
        self.refusal = None
        self.unknown.clear()

    def to(self, address: str) -> list[EmailMessage]:
        """Return the letters that an address received."""
        return [message for message in self.messages if address in message["X-Received-For"].split(", ")]

    def wait_for(self, address: str, *, count: int = 1, seconds: float = 10) -> list[EmailMessage]:
        """Return the letters of an address, once it has received so many.

        Raises:
            TimeoutError: they had not come after so many seconds.
        """
        with self._arrivals:
            if not self._arrivals.wait_for(lambda: len(self.to(address)) >= count, timeout=seconds):
                raise TimeoutError(f"{address} received {len(self.to(address))} letters of {count}")
        return self.to(address)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Say whether somebody has this address."""
        if address in self.unknown:
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # the name is aiosmtpd’s
        """Take a letter; its true recipients are noted, for a blind copy names nobody in its headers."""
        if self.refusal is not None:
            return self.refusal
        message = message_from_bytes(envelope.content, policy=policy.default)
        message["X-Received-For"] = ", ".join(envelope.rcpt_tos)
        with self._arrivals:
            self.messages.append(message)
            self._arrivals.notify_all()
        return "250 Taken"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test process, quick and not durable."""
    server = PostgresServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def new_postgres_url(postgres_server: PostgresServer) -> Iterator[Callable[..., str]]:
    """Create databases, dropped after the test: `new_postgres_url()`, or `new_postgres_url(like=URL)` for a copy."""
    created: list[str] = []

    def create(*, like: str | None = None) -> str:
        created.append(postgres_server.create_database(like=like))
        return created[-1]

    yield create
    for url in created:
        postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The Redis of this test process."""
    server = RedisServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of an empty Redis."""
    redis_server.empty()
    return redis_server.url


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_server(_smtp_server: SmtpServer) -> SmtpServer:
    """An SMTP server without any letter yet: `.url`, `.messages`, `.wait_for(address)`, `.refusal`."""
    _smtp_server.empty()
    return _smtp_server
