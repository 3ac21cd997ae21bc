"""What a page was read from: the statements that were asked for it, and what each answered.

A page of strangers is made from the answers of the database, the address that is asked, the language and the instant, and from nothing else. While the first are the
same answer for answer, so is the page: the same code, given the same answer to its first statement, asks the same second one, and so on. Nothing has to say what a
write changes, and nothing can forget to.
"""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa

MOST_STATEMENTS = 80
ONLY_READS = re.compile(r"SELECT\b(?!.*\bFOR UPDATE\b)|WITH\b(?!.*\b(INSERT|UPDATE|DELETE)\b)", re.DOTALL)

Question = tuple[str, Any]
Answers = list[list[Any]]

_asked: ContextVar[list[Question] | None] = ContextVar("asked_for_a_page", default=None)


@dataclass(frozen=True)
class Reads:
    """Statements with their values, in their order, and the rows of each."""

    questions: tuple[Question, ...]
    answers: Answers

    def still_hold(self, engine: sa.Engine) -> bool:
        """Tell whether each statement answers the same now. What cannot be asked does not hold."""
        try:
            return ask(engine, self.questions) == self.answers
        except (sa.exc.SQLAlchemyError, sqlite3.Error, psycopg.Error):
            return False


def begin_to_note() -> None:
    """Note the statements of the request at hand from here on."""
    _asked.set([])


def end_of_notes() -> tuple[Question, ...]:
    """Return the statements noted since, and note no more; none where one of them cannot be asked again."""
    asked = _asked.get() or []
    _asked.set(None)
    is_repeatable = len(asked) <= MOST_STATEMENTS and all(ONLY_READS.match(text) for text, _ in asked)
    return tuple(asked) if is_repeatable else ()


def note_statements(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(conn: Any, cursor: Any, statement: str, values: Any, context: Any, is_many: bool) -> None:
        asked = _asked.get()
        if asked is None or statement == "BEGIN" or len(asked) > MOST_STATEMENTS:
            return
        if (statement, values) not in asked:  # two parts of a page may ask the same
            asked.append((statement, values))


def ask(engine: sa.Engine, questions: Sequence[Question]) -> Answers:
    """Ask the statements again, as they are, and return the rows of each: on SQLite of one same instant, on PostgreSQL all in one way there and back."""
    with closing(engine.raw_connection()) as pooled:  # given back, what was begun is rolled back
        connection: Any = pooled.dbapi_connection
        if isinstance(connection, sqlite3.Connection):
            connection.execute("BEGIN")
            return [connection.execute(*question).fetchall() for question in questions]
        with connection.pipeline():
            cursors = [connection.execute(*question) for question in questions]
            return [cursor.fetchall() for cursor in cursors]
