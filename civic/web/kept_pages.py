"""Pages that strangers read are kept, and given again as long as nothing was written since, or nothing that they show.

A page is kept only where its door says so (``same_for_strangers``), for those who are not signed in and were told nothing. It is given again to who asks for the
same address in the same language and appearance while two things hold: the database is exactly what it was before the page was read from it, and the clock
stands in the same ten seconds (they begin with each minute, when phases open and close).

« Exactly » is the database's own word, never ours: on SQLite ``data_version``, which any commit of any process changes; on PostgreSQL the snapshot of the
transactions that are seen. So nothing hidden, withdrawn or changed is shown a moment longer, in whichever process it was done, and no code has to say what
it changed. Where something was written, a page that is asked for often is given again if each statement that it was read from still answers the same
(``kept_reads``), which costs a tenth of making it. What differs from one stranger to the next, the token against cross-site requests, is put in anew each time.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from flask import Flask, Response, g, request, session
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.web.appearance import COOKIE
from civic.web.kept_reads import Question, Reads, ask, begin_to_note, end_of_notes, note_statements

SLOT_SECONDS = 10
MOST_PAGES = 200
LARGEST_BYTES = 300_000
OF_A_STRANGER = {"csrf_token"}
"""All that the session of somebody who is told nothing may hold."""

View = TypeVar("View", bound=Callable[..., Any])
Key = tuple[str, ...]


def same_for_strangers(view: View) -> View:
    """Say of a page that everybody who is not signed in reads the same, but for the language and the appearance she chose."""
    view.is_same_for_strangers = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class KeptPage:
    """A page, cut where each reader's token against cross-site requests stands.

    Attributes:
        state: that of the database it was read from.
        slot: the ten seconds in which it was.
        reads: the statements it was read from; None the first time it is made, for a page that nobody asks for again is not asked for that.
    """

    state: object
    slot: int
    parts: tuple[bytes, ...]
    reads: Reads | None = None


class KeptPages:
    """The pages of one application, and how it asks its database whether anything was written."""

    def __init__(self, engine: sa.Engine) -> None:
        self._pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self._engine = engine
        self._lock = threading.Lock()
        self._watch: sqlite3.Connection | None = None
        sa.event.listen(engine, "engine_disposed", self.stop_watching)
        note_statements(engine)

    def find(self, key: Key, state: object) -> KeptPage | None:
        """Return a page that is what would be made now."""
        page = self._pages.get(key)
        if page is None or page.slot != _slot():
            return None
        if page.state == state:
            return page
        if page.reads is None or not page.reads.still_hold(self._engine):
            return None
        page = replace(page, state=state)  # the state was told before the statements were asked
        self.keep(key, page)
        return page

    def reads_of(self, key: Key, state: object, questions: tuple[Question, ...]) -> Reads | None:
        """Return what a page just made was read from, if it is asked for often and nothing was written meanwhile."""
        if key not in self._pages or not questions:
            return None
        db.session.rollback()  # the page is made: who held its connection while she asks for one more would wait for a crowd who does so too
        try:
            if self.state() != state:
                return None
            reads = Reads(questions, ask(self._engine, questions))
            return reads if self.state() == state else None
        except (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error):
            return None

    def keep(self, key: Key, page: KeptPage) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)

    def state(self) -> object:
        """Return what is the same twice only if nothing was committed between; None where the database cannot say."""
        if self._engine.dialect.name == "sqlite":
            return self._sqlite_version()
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return connection.exec_driver_sql("SELECT pg_current_snapshot()::text").scalar()

    def _sqlite_version(self) -> tuple[int, int] | None:
        """Ask on a connection of our own: what it says of others it does not say of itself, so it never writes.

        Nothing is kept where it cannot be asked: what spares work is never a reason to refuse a page.
        """
        file = self._engine.url.database
        if not file or file.startswith((":memory:", "file:")):
            return None
        try:
            with self._lock:
                if self._watch is None:
                    self._watch = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
                return id(self._watch), self._watch.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None

    def stop_watching(self, engine: sa.Engine) -> None:
        with self._lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
            self._pages.clear()


def register_kept_pages(app: Flask) -> None:
    """To be registered last: its reading of an answer comes before it is compressed."""
    with app.app_context():
        kept = app.extensions["kept_pages"] = KeptPages(db.engine)

    @app.before_request
    def give_again() -> Response | None:
        if not _is_for_any_stranger(app):
            return None
        key, state = _key_of_request(), kept.state()
        if state is None:
            return None
        page = kept.find(key, state)
        if page is None:
            g.to_be_kept = key, state, _slot()
            begin_to_note()
            return None
        body = page.parts[0] if len(page.parts) == 1 else generate_csrf().encode().join(page.parts)
        return Response(body, mimetype="text/html")

    @app.after_request
    def keep(response: Response) -> Response:
        asked, questions = g.pop("to_be_kept", None), end_of_notes()
        is_whole = response.status_code == 200 and response.mimetype == "text/html"
        if asked is None or not is_whole or response.is_streamed or not session.keys() <= OF_A_STRANGER:
            return response
        body = response.get_data()
        if len(body) <= LARGEST_BYTES and "Set-Cookie" not in response.headers:
            token = g.get("csrf_token")
            parts = body.split(token.encode()) if token else [body]
            key, state, slot = asked
            kept.keep(key, KeptPage(state, slot, tuple(parts), kept.reads_of(key, state, questions)))
        return response


def _slot() -> int:
    return int(utc_now().timestamp()) // SLOT_SECONDS


def _is_for_any_stranger(app: Flask) -> bool:
    view = app.view_functions.get(request.endpoint or "")
    return (
        request.method == "GET"
        and getattr(view, "is_same_for_strangers", False)
        and "Authorization" not in request.headers
        and "X-Live-Refresh" not in request.headers
        and request.headers.get("Accept") != "application/json"
        and session.keys() <= OF_A_STRANGER
    )


def _key_of_request() -> Key:
    return (
        request.host_url,
        request.path,
        request.query_string.decode("latin-1"),
        str(get_locale()),
        request.cookies.get(COOKIE, ""),
    )
