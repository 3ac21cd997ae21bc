"""The page of a long work: how far it is, for its owner alone, whatever the feature that asked for it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.kernel import work
from civic.kernel.errors import Sentence
from civic.kernel.work import LongWork
from civic.web.errors import in_words
from civic.web.identity import current_actor
from civic.web.languages import whole_number

MINUTE_SECONDS = 60
SHORT_SECONDS = 20
LEAST_DONE_SHARE = 0.02
"""Below, nothing can be told of the time left."""


@dataclass(frozen=True)
class WorkWords:
    """What a kind of work is called.

    Attributes:
        title: French source text.
        how_far: « 3 200 adresses sur 9 845 », from what is done and the total.
        outcome: what it did, in one sentence.
        on_failure: French source text: what was kept, and what to do.
        next_step: label and address of what comes after, once it is done.
        back: label and address of the page that it was asked from.
    """

    title: str
    how_far: Callable[[int, int], str]
    outcome: Callable[[LongWork], str]
    on_failure: str
    next_step: Callable[[LongWork], tuple[str, str]]
    back: Callable[[], tuple[str, str]]


_words: dict[str, WorkWords] = {}


def describe_work(kind: str, words: WorkWords) -> None:
    """Register the words of a kind of work."""
    _words[kind] = words


def time_left_in_words(running: LongWork) -> str:
    """« encore 4 minutes environ »; nothing as long as too little is done to tell."""
    if running.done < max(1, running.total * LEAST_DONE_SHARE) or not running.worked_seconds:
        return ""
    left = (running.total - running.done) * running.worked_seconds / running.done
    if left < SHORT_SECONDS:
        return gettext("encore quelques secondes")
    minutes = max(1, round(left / MINUTE_SECONDS))
    return ngettext("encore une minute environ", "encore %(num)s minutes environ", minutes)


def work_in_words(running: LongWork) -> str:
    """Say, in one sentence, how far a work is, or how it ended."""
    words = _words[running.kind]
    if running.state is work.WorkState.WAITING:
        return gettext("Commence dans un instant")
    if running.state is work.WorkState.DONE:
        return words.outcome(running)
    if running.state is work.WorkState.FAILED:
        return gettext("Ce travail s’est arrêté")
    how_far = words.how_far(running.done, running.total)
    left = time_left_in_words(running)
    return gettext("%(how_far)s, %(left)s", how_far=how_far, left=left) if left else how_far


def work_title(running: LongWork) -> str:
    return gettext(_words[running.kind].title)


def register_work(app: Flask) -> None:
    """Serve the page of a long work, and the words that lists of them use."""
    for helper in (work_in_words, work_title):
        app.jinja_env.globals[helper.__name__] = helper

    @app.get("/travaux/<int:work_id>", endpoint="web.show_work")
    def show_work(work_id: int) -> str:
        running = work.get_own_work(current_actor(), work_id)
        words = _words[running.kind]
        problem = running.problem or {}
        sentence = Sentence(problem["message"], problem["values"]) if problem else None
        return render_template(
            "web/work.html",
            work=running,
            back=words.back(),
            next_step=words.next_step(running),
            problem=in_words(sentence) if sentence else "",
            advice=gettext(words.on_failure),
        )

    @app.post("/travaux/<int:work_id>/reprise", endpoint="web.resume_work")
    def resume_work(work_id: int) -> ResponseReturnValue:
        work.resume_work(current_actor(), work_id=work_id)
        return redirect(url_for("web.show_work", work_id=work_id))


def count_in_words(done: int, total: int) -> dict[str, str]:
    """Return what fills « %(done)s sur %(total)s »."""
    return {"done": whole_number(done), "total": whole_number(total)}
