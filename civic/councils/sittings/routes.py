"""Pages of a sitting that is prepared, called, followed live and led."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.councils import queries as councils
from civic.councils.motions import USUAL_QUORUM_PERCENT
from civic.councils.rules import SeatRole
from civic.councils.sittings import asking, leading, minutes_routes, preparing_routes, queries
from civic.councils.sittings.drafting import quorum_words
from civic.councils.sittings.finding import get_visible_item
from civic.councils.sittings.recording import get_held_sitting
from civic.councils.sittings.rules import TOP_QUESTIONS, MemberAnswer, Presence, QuestionState
from civic.councils.sittings.schemas import (
    AskQuestionSchema,
    CallRollSchema,
    OpenSittingSchema,
    SettleQuestionSchema,
)
from civic.councils.sittings.showing import Quorum, SittingView, show_sitting
from civic.councils.sittings.showing import show_questions as questions_of
from civic.councils.sittings.telling import vote_in_words
from civic.kernel.access import Actor
from civic.kernel.errors import N_
from civic.web.forms import Form, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link
from civic.web.schemas import NothingSchema

blueprint = Blueprint("sittings", __name__, url_prefix="/conseils-de-quartier")

PRESENCE_WORDS = {
    Presence.PRESENT: N_("Présent"),
    Presence.EXCUSED: N_("Excusé"),
    Presence.ABSENT: N_("Absent"),
}
SETTLING_WORDS = {
    QuestionState.ANSWERED: (N_("On y a répondu"), N_("La réponse en une phrase, si vous voulez.")),
    QuestionState.SET_ASIDE: (N_("Elle est écartée"), N_("Dites pourquoi : tout le monde le lira.")),
}


def register(app: Flask) -> None:
    app.register_blueprint(preparing_routes.blueprint)
    app.register_blueprint(minutes_routes.blueprint)


@blueprint.app_template_global()
def quorum_in_words(quorum: Quorum) -> str:
    return quorum_words(quorum.present, quorum.seats, quorum.needed)


# Following


@blueprint.get("/seances/<int:sitting_id>/direct")
def show_live(sitting_id: int) -> str:
    return _live_page(sitting_id, Form())


def _live_page(sitting_id: int, form: Form) -> str:
    view = show_sitting(current_actor(), sitting_id=sitting_id)
    return render_template(
        "councils/sittings/live.html",
        view=view,
        sitting=view.sitting,
        council=view.council,
        form=form,
        vote=vote_in_words(view.voting),
    )


@blueprint.get("/seances/<int:sitting_id>/projection")
def show_projection(sitting_id: int) -> str:
    """What the room sees on its wall: nothing to press, nothing of who is signed in on the computer that shows it."""
    view = show_sitting(current_actor(), sitting_id=sitting_id)
    return render_template(
        "councils/sittings/projection.html",
        view=view,
        vote=vote_in_words(_projected_vote(view)),
        states=QuestionState,
        top=TOP_QUESTIONS,
        link=printed_link(url_for("sittings.show_live", sitting_id=sitting_id)),
        live_seq=None,
    )


def _projected_vote(view: SittingView) -> Any:
    """The vote that is under way; else the last of the item that is open, with its result."""
    if view.voting is not None:
        return view.voting
    return view.current.votes[-1] if view.current and view.current.votes else None


# Leading


@blueprint.get("/seances/<int:sitting_id>/ouverture")
def show_opening(sitting_id: int) -> str:
    return _roll_page(sitting_id, Form())


@blueprint.post("/seances/<int:sitting_id>/ouverture")
def open_sitting(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        OpenSittingSchema,
        command=lambda data: leading.open_sitting(current_actor(), sitting_id=sitting_id, **data),
        done=lambda _: _told(sitting_id, gettext("La séance est ouverte. Ouvrez le premier point.")),
        again=lambda form: _roll_page(sitting_id, form),
    )


@blueprint.post("/seances/<int:sitting_id>/appel")
def call_roll(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        CallRollSchema,
        command=lambda data: leading.call_roll(current_actor(), sitting_id=sitting_id, **data),
        done=lambda _: _told(sitting_id, gettext("L’appel est à jour.")),
        again=lambda form: _roll_page(sitting_id, form),
    )


def _roll_page(sitting_id: int, form: Form) -> str:
    sitting, council = get_held_sitting(current_actor(), sitting_id)
    live = queries.find_live(sitting_id)
    held = [each for each in councils.list_seats(council.id) if each.name]
    known = {each.seat_id: each.latest.value for each in queries.list_presences(sitting_id)}
    answers = queries.answers_of_seats(sitting_id)
    said = {each.seat.id: known.get(each.seat.id) or _expected(answers.get(each.seat.id)) for each in held}
    chair = next((each.seat.id for each in held if each.seat.role is SeatRole.CHAIR), "")
    return render_template(
        "councils/sittings/roll.html",
        sitting=sitting,
        council=council,
        live=live,
        form=form,
        seats=held,
        said=said,
        chair=chair,
        quorum=USUAL_QUORUM_PERCENT,
        places=[(each.value, gettext(words)) for each, words in PRESENCE_WORDS.items()],
    )


def _expected(answer: MemberAnswer | None) -> str:
    """What the roll call proposes, from what each answered to the convocation: nobody is there before she is seen."""
    return (Presence.EXCUSED if answer is MemberAnswer.EXCUSED else Presence.ABSENT).value


@blueprint.post("/seances/<int:sitting_id>/suspension")
def suspend_sitting(sitting_id: int) -> ResponseReturnValue:
    words = gettext("La séance est suspendue.")
    return _lead(sitting_id, lambda actor: leading.suspend_sitting(actor, sitting_id=sitting_id), words)


@blueprint.post("/seances/<int:sitting_id>/reprise")
def resume_sitting(sitting_id: int) -> ResponseReturnValue:
    words = gettext("La séance reprend.")
    return _lead(sitting_id, lambda actor: leading.resume_sitting(actor, sitting_id=sitting_id), words)


@blueprint.post("/seances/<int:sitting_id>/cloture")
def close_sitting(sitting_id: int) -> ResponseReturnValue:
    words = gettext("La séance est close. Le compte rendu peut s’écrire.")
    return _lead(sitting_id, lambda actor: leading.close_sitting(actor, sitting_id=sitting_id), words)


@blueprint.post("/points/<int:item_id>/ouverture")
def open_item(item_id: int) -> ResponseReturnValue:
    sitting_id = get_visible_item(current_actor(), item_id).sitting_id
    return _lead(sitting_id, lambda actor: leading.open_item(actor, item_id=item_id))


@blueprint.post("/points/<int:item_id>/fermeture")
def close_item(item_id: int) -> ResponseReturnValue:
    sitting_id = get_visible_item(current_actor(), item_id).sitting_id
    return _lead(sitting_id, lambda actor: leading.close_item(actor, item_id=item_id))


@blueprint.post("/points/<int:item_id>/suivant")
def pass_on(item_id: int) -> ResponseReturnValue:
    sitting_id = get_visible_item(current_actor(), item_id).sitting_id
    return _lead(sitting_id, lambda actor: leading.pass_on(actor, item_id=item_id))


def _lead(sitting_id: int, command: Callable[[Actor], object], words: str = "") -> ResponseReturnValue:
    """Do it, and come back to where the sitting is followed; what was refused is said there, beside what happened meanwhile."""
    return submit_form(
        NothingSchema,
        command=lambda _: command(current_actor()),
        done=lambda _: _told(sitting_id, words) if words else _to_live(sitting_id),
        again=lambda form: _live_page(sitting_id, form),
    )


# Questions


@blueprint.get("/points/<int:item_id>/questions")
def show_questions(item_id: int) -> str:
    view = questions_of(current_actor(), item_id=item_id, number=page_number())
    return render_template(
        "councils/sittings/questions.html", view=view, sitting=view.sitting, council=view.council
    )


@blueprint.post("/points/<int:item_id>/questions")
def ask_question(item_id: int) -> ResponseReturnValue:
    sitting_id = get_visible_item(current_actor(), item_id).sitting_id
    return submit_form(
        AskQuestionSchema,
        command=lambda data: asking.ask_question(current_actor(), item_id=item_id, **data),
        done=_asked,
        again=lambda form: _live_page(sitting_id, form),
        is_sent_once=True,
    )


def _asked(question_id: int) -> ResponseReturnValue:
    flash(gettext("La question est posée : tout le monde la voit."), "success")
    return _to_question(question_id)


def _to_question(question_id: int) -> ResponseReturnValue:
    return redirect(queries.path_of_question(queries.get_question(question_id)))


@blueprint.post("/questions/<int:question_id>/soutien")
def support_question(question_id: int) -> ResponseReturnValue:
    sitting_id = asking.sitting_of(question_id)
    return _support(sitting_id, question_id, asking.support_question)


@blueprint.post("/questions/<int:question_id>/soutien/retrait")
def withdraw_support(question_id: int) -> ResponseReturnValue:
    sitting_id = asking.sitting_of(question_id)
    return _support(sitting_id, question_id, asking.withdraw_support)


def _support(sitting_id: int, question_id: int, command: Callable[..., int]) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: command(current_actor(), question_id=question_id),
        done=lambda _: _to_question(question_id),
        again=lambda form: _live_page(sitting_id, form),
    )


@blueprint.get("/questions/<int:question_id>")
def show_question(question_id: int) -> str:
    return _question_page(question_id, Form())


@blueprint.post("/questions/<int:question_id>")
def settle_question(question_id: int) -> ResponseReturnValue:
    return submit_form(
        SettleQuestionSchema,
        command=lambda data: asking.settle_question(current_actor(), question_id=question_id, **data),
        done=_to_live,
        again=lambda form: _question_page(question_id, form),
    )


def _question_page(question_id: int, form: Form) -> str:
    question = queries.get_question(question_id)
    sitting, council = get_held_sitting(current_actor(), question.sitting_id)
    return render_template(
        "councils/sittings/question.html",
        question=question,
        sitting=sitting,
        council=council,
        form=form,
        states=[
            {"value": state.value, "label": gettext(label), "help": gettext(help_words)}
            for state, (label, help_words) in SETTLING_WORDS.items()
        ],
    )


def _told(sitting_id: int, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return _to_live(sitting_id)


def _to_live(sitting_id: int) -> ResponseReturnValue:
    return redirect(url_for("sittings.show_live", sitting_id=sitting_id))
