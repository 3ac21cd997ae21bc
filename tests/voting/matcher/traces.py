"""Everything that a vote leaves at rest: the rows with what the database keeps beside them, its files, its write-ahead log, the logs."""

import re
import struct
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from civic.kernel.database import db
from tests.servers import PostgresServer, find_program

CONTENT = rb'closed:[\w-]+=*|\{"places":\[\["c\d+"\]\]\}'
RECEIPT = re.compile(rb"[0-9a-f]{64}")
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Written:
    """What one transaction wrote, as its log tells: digests of receipts, and ballots."""

    receipts: list[str]
    contents: list[str]


@dataclass
class Traces:
    """What was found at one moment.

    Attributes:
        rows: every row of every table; ``_place`` is where it lies, ``_xmin`` the transaction that wrote it (PostgreSQL).
        journal: transactions in their order.
        old_rows: of ballots in the files, deleted or not: (transaction, text).
        log: the lines of the server.
    """

    rows: Rows
    journal: list[Written]
    old_rows: list[tuple[str, str]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class SqliteTraces:
    """The file of a database and its ``-wal``, looked at again and again while people vote: a page is gone once it is written over."""

    name = "sqlite"
    _ROW = re.compile(rb"([0-9a-f]{32})[\x00-\xff]{0,6}?(" + CONTENT + rb")")

    def __init__(self, url: str) -> None:
        self.path = Path(url.removeprefix("sqlite:///"))
        self.journal: list[Written] = []
        self.url = url
        self._seen: set[bytes] = set()

    def comes_now(self) -> "SqliteTraces":
        """Somebody who did not look before."""
        return SqliteTraces(self.url)

    def watch(self) -> None:
        """Read what the log holds now: frames, in transactions, old ones too that a new lap has not written over."""
        data = Path(f"{self.path}-wal").read_bytes()
        if len(data) < 32:
            return
        size = struct.unpack(">I", data[8:12])[0]
        pages = b""
        for start in range(32, len(data) - size - 23, size + 24):
            pages += data[start + 24 : start + 24 + size] + b"\0" * 64
            if struct.unpack(">I", data[start + 4 : start + 8])[0]:
                self._note(pages)
                pages = b""

    def _note(self, pages: bytes) -> None:
        receipts = [each for each in dict.fromkeys(RECEIPT.findall(pages)) if each not in self._seen]
        found = {key: text for key, text in self._ROW.findall(pages) if key not in self._seen}
        self._seen.update(receipts, found)
        if receipts or found:
            self.journal.append(
                Written([each.decode() for each in receipts], [each.decode() for each in found.values()])
            )

    def gather(self, log: str) -> Traces:
        self.watch()
        rows = _all_rows()
        self.watch()
        raw = db.engine.raw_connection()
        raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        raw.close()
        data = self.path.read_bytes()
        for row in rows["ballot"]:
            row["_place"] = data.find(row["id"].hex.encode())
        for row in rows["roll_entry"]:
            row["_place"] = data.rfind((row["receipt_digest"] or "-").encode())
        old = [(key.decode(), text.decode()) for key, text in self._ROW.findall(data)]
        return Traces(rows, list(self.journal), old, log.splitlines())


class PostgresTraces:
    """The cluster's own files: numbers of transactions, dead rows, and its log read by ``pg_waldump``."""

    name = "postgresql"
    _RECORD = re.compile(r"len \(rec/tot\):\s*\d+/\s*(\d+), tx:\s*(\d+), lsn: ([0-9A-F]+)/([0-9A-F]+)")
    _SEGMENT, _PAGE = 16 * 1024 * 1024, 8192

    def __init__(self, server: PostgresServer, url: str) -> None:
        self.server, self.url = server, url.replace("+psycopg", "")
        self._keep_the_log()
        self._begin = self._ask("SELECT pg_current_wal_lsn()::text")

    def comes_now(self) -> "PostgresTraces":
        """The log is kept for a while: who comes after reads it as well."""
        return self

    def watch(self) -> None:
        """Nothing is written over meanwhile: the log is read at the end."""

    def _keep_the_log(self) -> None:
        """A checkpoint, every five minutes, takes away the log before it: a slow machine would have nothing left to read."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET wal_keep_size = '2GB'")
            connection.execute("SELECT pg_reload_conf()")

    def _ask(self, statement: str) -> str:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return str(connection.execute(statement).fetchone()[0])  # type: ignore[index]

    def gather(self, log: str) -> Traces:
        rows = _all_rows("xmin::text AS _xmin", "ctid::text AS _place")
        for row in (row for lines in rows.values() for row in lines):
            row["_place"] = tuple(map(int, re.findall(r"\d+", row["_place"])))
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        end, path = (
            self._ask("SELECT pg_current_wal_lsn()::text"),
            self._ask("SELECT pg_relation_filepath('ballot')"),
        )
        data = (self.server.data / path).read_bytes()
        return Traces(rows, self._read_journal(end), list(self._old_rows(data)), log.splitlines())

    def _old_rows(self, data: bytes) -> Iterator[tuple[str, str]]:
        """The header of a row (24 bytes), its key (16) and two numbers (8) come before the length of its text (1 or 4)."""
        for match in re.finditer(CONTENT, data):
            before = 48 + (1 if len(match[0]) < 127 else 4)
            if match.start() > before:
                yield (
                    str(struct.unpack_from("<I", data, match.start() - before)[0]),
                    match[0].decode(),
                )

    def _read_journal(self, end: str) -> list[Written]:
        wal = self.server.data / "pg_wal"
        command = [find_program("pg_waldump", "postgresql"), "--path", str(wal)]
        listed = subprocess.run(
            [*command, "--start", self._begin, "--end", end],
            check=False,  # it ends in an error where the last record is not on the disk yet
            capture_output=True,
            text=True,
            cwd=self.server.folder,
        )
        assert listed.stdout, listed.stderr
        segments = {path.name: path.read_bytes() for path in wal.iterdir() if len(path.name) == 24}
        texts: dict[str, bytes] = defaultdict(bytes)
        for total, number, high, low in self._RECORD.findall(listed.stdout):
            texts[number] += self._record(segments, int(high, 16), int(low, 16), int(total)) + b"\0"
        found = [
            Written(
                [each.decode() for each in dict.fromkeys(RECEIPT.findall(text))],
                [each.decode() for each in re.findall(CONTENT, text)],
            )
            for text in texts.values()
        ]
        return [each for each in found if each.receipts or each.contents]

    def _record(self, segments: dict[str, bytes], high: int, low: int, total: int) -> bytes:
        """Return the bytes of a record, without the headers of the pages that it crosses."""
        record, at = b"", (high << 32) + low
        while len(record) < total:
            number, offset = divmod(at, self._SEGMENT)
            name = f"00000001{number // 256:08X}{number % 256:08X}"
            if offset % self._PAGE == 0:
                at += 40 if offset == 0 else 24
                continue
            size = min(total - len(record), self._PAGE - offset % self._PAGE)
            record += segments[name][offset : offset + size]
            at += size
        return record


def _all_rows(*beside: str) -> Rows:
    """Read every table, whatever its columns."""
    db.session.rollback()
    found: Rows = {}
    for table in db.metadata.sorted_tables:
        kept = [f"{table.name}.{each}" for each in beside]
        query = sa.select(*table.columns, *map(sa.literal_column, kept))
        found[table.name] = [
            dict(zip([*table.columns.keys(), *(each.split()[-1] for each in beside)], row, strict=True))
            for row in db.session.execute(query)
        ]
    db.session.rollback()
    return found
