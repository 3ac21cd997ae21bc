"""What an agent does before she opens a poll: its rehearsal, and a roll brought as a file."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.kernel.errors import N_
from civic.voting.errors import RollRefused
from civic.voting.explain.count import Count
from civic.voting.explain.merit import explain_merit
from civic.voting.given_roll import service as given_roll
from civic.voting.given_roll.rules import MOST_PROBLEMS, Problem
from civic.voting.given_roll.schemas import ConfirmRollSchema, RollMode, SendRollSchema
from civic.voting.methods.ballots import Tally
from civic.voting.service import reading, rehearsing
from civic.voting.telling.headlines import tell_headline
from civic.voting.telling.merit import grade_name
from civic.voting.telling.methods import tell_rule
from civic.voting.telling.numbers import score
from civic.voting.telling.options import list_lines
from civic.web.errors import in_words
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor

blueprint = Blueprint("voting_opening", __name__, url_prefix="/scrutins")
MOST_LINES = 40
MODES = {
    RollMode.REPLACE: N_("Remplacer la liste de ce scrutin"),
    RollMode.ADD: N_("Ajouter à la liste de ce scrutin"),
}


@blueprint.get("/<int:poll_id>/repetition")
def show_rehearsal(poll_id: int) -> Response:
    """Nothing is kept: reading the page again draws other ballots."""
    actor = current_actor()
    rehearsal = rehearsing.rehearse_poll(actor, poll_id=poll_id)
    view = reading.show_poll(actor, poll_id=poll_id)
    page = render_template(
        "voting/rehearsal.html",
        view=view,
        poll=view.summary,
        rehearsal=rehearsal,
        questions=[
            {"text": question.text, **_told(tally)}
            for question, tally in zip(rehearsal.questions, rehearsal.tallies, strict=True)
        ],
    )
    return _unkept(page)


@blueprint.get("/<int:poll_id>/liste-fournie")
def show_given_roll(poll_id: int) -> Response:
    return _unkept(_given_page(poll_id, Form()))


@blueprint.post("/<int:poll_id>/liste-fournie")
def send_roll(poll_id: int) -> ResponseReturnValue:
    problems: list[Problem] = []

    def command(data: dict[str, Any]) -> None:
        file = request.files.get("file")
        content = file.read() if file and file.filename else b""
        is_addition = data["mode"] is RollMode.ADD
        try:
            given_roll.send_roll(current_actor(), poll_id=poll_id, content=content, is_addition=is_addition)
        except RollRefused as refused:
            problems.extend(refused.problems)
            raise

    return submit_form(
        SendRollSchema,
        command=command,
        done=lambda _: redirect(url_for(".show_given_roll", poll_id=poll_id, _anchor="attente")),
        again=lambda form: _given_page(poll_id, form, problems),
    )


@blueprint.post("/<int:poll_id>/liste-fournie/confirmation")
def confirm_roll(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return given_roll.confirm_roll(current_actor(), poll_id=poll_id, digest=data["digest"])

    def done(size: int) -> ResponseReturnValue:
        flash(
            ngettext(
                "La liste est reprise : %(num)s personne y figure.",
                "La liste est reprise : %(num)s personnes y figurent.",
                size,
            ),
            "success",
        )
        return redirect(url_for(".show_given_roll", poll_id=poll_id))

    return submit_form(
        ConfirmRollSchema, command=command, done=done, again=lambda form: _given_page(poll_id, form)
    )


@blueprint.post("/<int:poll_id>/liste-fournie/abandon")
def drop_roll(poll_id: int) -> ResponseReturnValue:
    given_roll.drop_roll(current_actor(), poll_id=poll_id)
    flash(
        gettext("La liste fournie est oubliée. Les habitants voteront, selon les règles du scrutin."),
        "success",
    )
    return redirect(url_for(".show_given_roll", poll_id=poll_id))


def _given_page(poll_id: int, form: Form, problems: Sequence[Problem] = ()) -> str:
    actor = current_actor()
    given = given_roll.see_given_roll(actor, poll_id=poll_id)
    view = reading.show_poll(actor, poll_id=poll_id)
    return render_template(
        "voting/given_roll.html",
        form=form,
        view=view,
        poll=view.summary,
        given=given,
        problems=[(problem.line, in_words(problem.sentence)) for problem in problems],
        modes=[{"value": mode.value, "label": gettext(words)} for mode, words in MODES.items()],
        most=MOST_PROBLEMS,
    )


def _unkept(page: str) -> Response:
    return Response(page, headers={"Cache-Control": "no-store"})


def _told(tally: Tally) -> dict[str, Any]:
    count = Count(tally)
    lines = list_lines(count)
    return {
        "rule": tell_rule(count),
        "headline": tell_headline(count),
        "blank": tally.blank,
        "lines": [
            {
                "place": line.place,
                "label": line.label,
                "is_winner": line.is_winner,
                "score": _score(count, line.option, line.score),
            }
            for line in lines[:MOST_LINES]
        ],
        "more": max(0, len(lines) - MOST_LINES),
    }


def _score(count: Count, option: str, value: Any) -> str:
    if value is not None:
        return score(count, value)
    if count.method != "majority-judgment":
        return ""
    facts = explain_merit(count, option)
    return grade_name(facts.median, len(facts.profile)) if facts else ""
