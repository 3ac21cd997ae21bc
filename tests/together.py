"""Commands that begin at the same moment, as several persons who press at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask, has_app_context

from civic.kernel.database import db
from civic.kernel.errors import Refusal


def all_at_once(app: Flask, commands: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run commands in threads that begin together; return what each answered, or its refusal. An error that is no refusal is raised."""
    if has_app_context():
        db.session.rollback()  # what the test read must keep nobody waiting
    start = Barrier(len(commands))

    def run(command: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            try:
                return command()
            except Refusal as refusal:
                return refusal
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def outcomes_at_once(app: Flask, commands: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Run commands together; return how often each outcome came: ``ok``, or the refusal's code."""
    answers = all_at_once(app, commands)
    return Counter(answer.code if isinstance(answer, Refusal) else "ok" for answer in answers)
