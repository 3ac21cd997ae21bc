"""The page on which an agent sees what each rule makes of the ballots of a closed poll."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.kernel.access import require
from civic.kernel.errors import N_
from civic.kernel.work import LongWork
from civic.voting import queries
from civic.voting.access import VotingAction
from civic.voting.asking import is_budget
from civic.voting.errors import BallotFileRefused
from civic.voting.formats.reading import SUFFIXES
from civic.voting.methods.ballots import BallotKind
from civic.voting.schemas import ReplayFileSchema
from civic.voting.service import reading, replaying, replaying_files
from civic.voting.service.replaying import REPLAY, Replayed
from civic.voting.service.replaying_files import REPLAY_FILE, FileReplay
from civic.voting.telling.methods import NAMES
from civic.voting.telling.numbers import money, share
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.work import WorkWords, describe_work

MOST_NAMED = 12
CELLS = {
    BallotKind.CHOICES: N_("Un choix : 1 pour ce qui est coché"),
    BallotKind.RANKING: N_("Un rang : 1 pour le préféré"),
    BallotKind.POINTS: N_("Des points ou une note : le plus haut est le meilleur"),
}
"""What the cells of a table say."""


def show_replay(poll_id: int, position: int) -> str:
    actor = current_actor()
    replay = replaying.replay_question(actor, poll_id=poll_id, position=position)
    view = reading.show_poll(actor, poll_id=poll_id)
    return render_template(
        "voting/replay.html",
        replay=replay,
        poll=view.summary,
        told=[_tell(one) for one in replay.rules],
        has_money=is_budget(replay.rules[0].method) if replay.rules else False,
        money_in_words=money(replay.money_cents),
    )


def _tell(one: Replayed) -> dict[str, Any]:
    return {
        "name": gettext(NAMES[one.method]),
        "is_own": one.is_own,
        "is_budget": is_budget(one.method),
        "is_waiting": one.is_waiting,
        "work_id": one.work_id,
        "winners": one.winners[:MOST_NAMED],
        "more": max(0, len(one.winners) - MOST_NAMED),
        "count": len(one.winners),
        "spent": money(one.spent_cents),
        "served": share(one.share_served),
    }


def show_replay_file() -> str:
    require(current_actor(), VotingAction.PREPARE_POLL)
    return _file_page(Form())


def replay_file() -> ResponseReturnValue:
    """Answer with the comparison itself: nothing is kept that another address could show."""

    def command(data: dict[str, Any]) -> FileReplay:
        sent = request.files.get("file")
        name, content = (sent.filename or "", sent.read()) if sent else ("", b"")
        if not name:
            raise BallotFileRefused(BallotFileRefused.none, fields={"file": [BallotFileRefused.none]})
        return replaying_files.replay_file(current_actor(), name=name, content=content, **data)

    return submit_form(
        ReplayFileSchema, command=command, done=lambda found: _file_page(Form(), found), again=_file_page
    )


def show_file_replayed(work_id: int) -> str:
    name, replayed = replaying_files.show_file_replayed(current_actor(), work_id=work_id)
    return render_template("voting/replayed_file.html", name=name, one=_tell(replayed))


def _file_page(form: Form, found: FileReplay | None = None) -> str:
    return render_template(
        "voting/replay_file.html",
        form=form,
        found=found,
        told=[_tell(one) for one in found.rules] if found else [],
        kinds=[{"value": kind.value, "label": gettext(words)} for kind, words in CELLS.items()],
        accepted=",".join(SUFFIXES),
        money_in_words=money(found.money_cents) if found else "",
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


def _next_of_file(finished: LongWork) -> tuple[str, str]:
    return gettext("Voir les projets retenus"), url_for("voting.show_file_replayed", work_id=finished.id)


def _outcome_of_file(finished: LongWork) -> str:
    count = len((finished.result or {}).get("winners", ()))
    return ngettext("%(num)s projet serait retenu.", "%(num)s projets seraient retenus.", count)


def _back_to_file() -> tuple[str, str]:
    return gettext("Rejouer un fichier"), url_for("voting.show_replay_file")


def describe() -> None:
    """Register the words of replays that take long."""
    describe_work(
        REPLAY_FILE,
        WorkWords(
            title=N_("Compter un fichier à parts égales"),
            how_far=_how_far,
            outcome=_outcome_of_file,
            on_failure=N_("Le fichier est gardé un jour : reprenez, ou envoyez-le de nouveau."),
            next_step=_next_of_file,
            back=_back_to_file,
        ),
    )
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
