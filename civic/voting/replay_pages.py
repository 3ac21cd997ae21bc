"""The page on which an agent sees what each rule makes of the ballots of a closed poll."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.kernel.errors import N_
from civic.kernel.work import LongWork
from civic.voting import queries
from civic.voting.asking import is_budget
from civic.voting.service import reading, replaying
from civic.voting.service.replaying import REPLAY
from civic.voting.telling.methods import NAMES
from civic.voting.telling.numbers import money, share
from civic.web.identity import current_actor
from civic.web.work import WorkWords, describe_work

MOST_NAMED = 12


def show_replay(poll_id: int, position: int) -> str:
    actor = current_actor()
    replay = replaying.replay_question(actor, poll_id=poll_id, position=position)
    view = reading.show_poll(actor, poll_id=poll_id)
    told = [
        {
            "name": gettext(NAMES[one.method]),
            "is_own": one.is_own,
            "is_waiting": one.is_waiting,
            "work_id": one.work_id,
            "winners": one.winners[:MOST_NAMED],
            "more": max(0, len(one.winners) - MOST_NAMED),
            "count": len(one.winners),
            "spent": money(one.spent_cents),
            "served": share(one.share_served),
        }
        for one in replay.rules
    ]
    return render_template(
        "voting/replay.html",
        replay=replay,
        poll=view.summary,
        told=told,
        has_money=is_budget(replay.rules[0].method) if replay.rules else False,
        money_in_words=money(replay.money_cents),
    )


def start_replay(poll_id: int, position: int) -> ResponseReturnValue:
    work_id = replaying.start_replay(current_actor(), poll_id=poll_id, position=position)
    return redirect(url_for("web.show_work", work_id=work_id))


def _how_far(done: int, total: int) -> str:
    return gettext("%(percent)s %% du budget attribué", percent=done * 100 // max(total, 1))


def _outcome(finished: LongWork) -> str:
    count = (finished.result or {}).get("winners", 0)
    return ngettext("%(num)s projet serait retenu.", "%(num)s projets seraient retenus.", count)


def _next_step(finished: LongWork) -> tuple[str, str]:
    question = queries.get_question(finished.place["question_id"])
    address = url_for("voting.show_replay", poll_id=question.poll_id, position=question.position)
    return gettext("Comparer les règles"), address


def _back() -> tuple[str, str]:
    return gettext("Votes"), url_for("voting.list_polls", status="closed")


def describe() -> None:
    """Register the words of a replay that takes long."""
    describe_work(
        REPLAY,
        WorkWords(
            title=N_("Rejouer un budget à parts égales"),
            how_far=_how_far,
            outcome=_outcome,
            on_failure=N_("Rien n’est perdu : les bulletins sont dans l’urne. Reprenez, ou recommencez."),
            next_step=_next_step,
            back=_back,
        ),
    )
