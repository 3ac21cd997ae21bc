"""What an agent sees before she opens a poll: its rehearsal."""

from typing import Any

from flask import Blueprint, Response, render_template

from civic.voting.explain.count import Count
from civic.voting.explain.merit import explain_merit
from civic.voting.methods.ballots import Tally
from civic.voting.service import reading, rehearsing
from civic.voting.telling.headlines import tell_headline
from civic.voting.telling.merit import grade_name
from civic.voting.telling.methods import tell_rule
from civic.voting.telling.numbers import score
from civic.voting.telling.options import list_lines
from civic.web.identity import current_actor

blueprint = Blueprint("voting_opening", __name__, url_prefix="/scrutins")
MOST_LINES = 40


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
