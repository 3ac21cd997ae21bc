"""Pages on which a poll is prepared, then opened."""

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations.rules import Activity, call_for
from civic.consultations.service import get_visible_consultation
from civic.consultations.templates import BUDGET
from civic.kernel.access import require
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.plain_language.forms import CHECK_BUTTON, reading_of
from civic.plain_language.schemas import LONGEST_PLAIN_TEXT
from civic.territories import queries as territories
from civic.voting.access import VotingAction
from civic.voting.asking import FEWEST_CHOICES, JUDGMENT, most_choices
from civic.voting.ballot_papers import asked_by
from civic.voting.poll_compared import compared_drafts, questions_told
from civic.voting.poll_form import (
    USUAL_GRADES,
    YES_NO,
    PollFormSchema,
    ReadPoll,
    form_values,
    labels_of_boxes,
    question_rows,
    without_question,
)
from civic.voting.prefilling import prefill_for
from civic.voting.question_schemas import LONGEST_ENVELOPE, LONGEST_LABEL, LONGEST_QUESTION, LONGEST_TEXT
from civic.voting.rules import MOST_QUESTIONS, PollStatus
from civic.voting.schemas import LONGEST_DESCRIPTION, OpenPollSchema
from civic.voting.service import polls, reading
from civic.voting.service.reading import PollView
from civic.web.editing import SEEN
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import form_instant

ADD_CHOICES, ADD_QUESTION, REMOVE_QUESTION = "add_choices", "add_question", "remove_question"
SHOWN_AGAIN = {ADD_CHOICES, ADD_QUESTION, REMOVE_QUESTION, CHECK_BUTTON}
"""Buttons of the form that save nothing, and work without a script."""
ROWS_ADDED = 2
BUDGET_METHOD = "budget-equal-shares"
"""How the projects of a participatory budget are chosen, unless somebody chooses otherwise."""
FEWEST_ROWS = 3

LIMITS = {
    "question": LONGEST_QUESTION,
    "description": LONGEST_DESCRIPTION,
    "plain_text": LONGEST_PLAIN_TEXT,
    "label": LONGEST_LABEL,
    "text": LONGEST_TEXT,
    "envelope": LONGEST_ENVELOPE,
}


@dataclass(frozen=True)
class Way:
    """A way of answering, as an agent chooses it: what it is called, and what choosing it means (French source texts)."""

    value: str
    label: str
    help: str


WAYS: tuple[tuple[str, tuple[Way, ...]], ...] = (
    (
        N_("Choisir"),
        (
            Way(YES_NO, N_("Oui ou non"), N_("On répond par oui, par non, ou blanc.")),
            Way(
                "single",
                N_("Une seule réponse"),
                N_(
                    "La plus choisie l’emporte, même sans majorité. Deux réponses proches se prennent des voix l’une à l’autre."
                ),
            ),
            Way(
                "k-of-n",
                N_("Quelques réponses"),
                N_("On coche des réponses, jusqu’au nombre que vous fixez. Les plus cochées l’emportent."),
            ),
            Way(
                "approval",
                N_("Autant de réponses que l’on veut"),
                N_("On coche tout ce qui convient. Les plus cochées l’emportent."),
            ),
        ),
    ),
    (
        N_("Comparer des réponses"),
        (
            Way(
                "majority-judgment",
                N_("Une mention pour chaque réponse"),
                N_(
                    "Conseillé dès qu’il y a trois réponses. De « Très bien » à « À rejeter » : celle que la moitié des votants juge le mieux l’emporte (jugement majoritaire)."
                ),
            ),
            Way(
                "schulze",
                N_("Un classement, compté par duels"),
                N_("Celle qui bat chaque autre l’emporte (méthode de Schulze)."),
            ),
            Way(
                "irv",
                N_("Un classement, par éliminations"),
                N_("La dernière est éliminée à chaque tour, jusqu’à la majorité (vote alternatif)."),
            ),
            Way(
                "stv",
                N_("Un classement, pour élire plusieurs personnes"),
                N_("Chaque groupe de votants obtient sa part des sièges (vote unique transférable)."),
            ),
            Way("points", N_("Un classement, par points"), N_("La première place vaut le plus de points.")),
        ),
    ),
    (
        N_("Répartir un budget entre des projets"),
        (
            Way(
                "budget-greedy",
                N_("Les plus choisis d’abord"),
                N_(
                    "On prend les projets par nombre de voix. Celui qui est trop cher pour ce qui reste est passé, on continue."
                ),
            ),
            Way(
                "budget-greedy-stop",
                N_("Les plus choisis, jusqu’au premier trop cher"),
                N_("On s’arrête au premier projet que le reste ne peut pas payer."),
            ),
            Way(
                "budget-threshold",
                N_("Les plus choisis, au-dessus d’un seuil"),
                N_("Un projet qui n’a pas assez de voix n’est pas retenu, même s’il reste de l’argent."),
            ),
            Way(
                "budget-points",
                N_("Un classement de projets"),
                N_("On classe quelques projets ; chaque place vaut des points."),
            ),
            Way(
                "budget-cumulative",
                N_("Des points à répartir"),
                N_("Chacun répartit ses points entre les projets, comme il veut."),
            ),
            Way(
                "budget-equal-shares",
                N_("À parts égales"),
                N_(
                    "Chaque votant dispose de la même part du budget, qui paie les projets qu’il a choisis. Plus de votants obtiennent quelque chose, et plus de quartiers."
                ),
            ),
        ),
    ),
)


def show_new_poll() -> str:
    """An empty form, or one that is filled in for the vote that a consultation provides (``?consultation=``), or for another thing (``?pour=``)."""
    _require_preparer()
    asked = request.args.get("consultation", type=int)
    begun = _asked_by(asked) if asked else prefill_for(request.args.get("pour", ""))
    return _edit_page(Form({"shows_turnout": "true", **begun}), None)


def _asked_by(consultation_id: int) -> dict[str, str]:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    call = call_for(Activity.VOTE, consultation.phases, at=utc_now())
    places = consultation.neighbourhood_ids
    return {
        "consultation_id": str(consultation.id),
        "question": consultation.title[:LONGEST_QUESTION],
        "territory_id": str(places[0] if len(places) == 1 else consultation.territory_id),
        "opens_at": form_instant(call.opens_at if call else None),
        "closes_at": form_instant(call.closes_at if call else None),
        "q1-method": BUDGET_METHOD if consultation.template == BUDGET else JUDGMENT,
    }


def prepare_poll() -> ResponseReturnValue:
    _require_preparer()
    if SHOWN_AGAIN & request.form.keys():
        return _edit_page(_pressed(read_form(PollFormSchema)), None)

    def command(data: Any) -> int:
        read: ReadPoll = data
        plan = read.plan
        if plan.subject_id is not None:
            get_visible_consultation(current_actor(), plan.subject_id)
        return polls.prepare_poll(current_actor(), plan=plan)

    return submit_form(
        PollFormSchema, command=command, done=_saved, again=lambda form: _edit_page(form, None)
    )


def show_edit_poll(poll_id: int) -> str:
    view = _draft(poll_id)
    return _edit_page(Form({**form_values(view.plan), SEEN: view.seen}), poll_id)


def change_poll(poll_id: int) -> ResponseReturnValue:
    view = reading.show_poll(current_actor(), poll_id=poll_id)
    if SHOWN_AGAIN & request.form.keys():
        return _edit_page(_pressed(read_form(PollFormSchema)), poll_id)

    def command(data: Any) -> int:
        read: ReadPoll = data
        plan = replace(read.plan, subject_kind=view.plan.subject_kind, subject_id=view.plan.subject_id)
        polls.change_poll(current_actor(), poll_id=poll_id, plan=plan, seen=read.seen)
        return poll_id

    def again(form: Form) -> str:
        stored = _draft(poll_id)
        return _edit_page(compared_drafts(form, stored.plan, seen=stored.seen, ways=_way_names()), poll_id)

    return submit_form(PollFormSchema, command=command, done=_saved, again=again)


def _way_names() -> dict[str, str]:
    return {way.value: gettext(way.label) for _, offered in WAYS for way in offered}


def delete_draft(poll_id: int) -> ResponseReturnValue:
    polls.delete_draft(current_actor(), poll_id=poll_id)
    flash(gettext("Le brouillon est supprimé."), "success")
    return redirect(url_for(".list_polls", status=PollStatus.DRAFT.value))


def show_opening(poll_id: int) -> str:
    return _opening_page(Form(), poll_id)


def open_poll(poll_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> str:
        return polls.open_poll(current_actor(), poll_id=poll_id, expected_hash=data["rules_hash"])

    def done(rules_hash: str) -> ResponseReturnValue:
        flash(
            gettext("Le scrutin est figé et publié. Le vote ouvre et ferme de lui-même à ses heures."),
            "success",
        )
        return redirect(url_for(".show_poll", poll_id=poll_id))

    return submit_form(
        OpenPollSchema, command=command, done=done, again=lambda form: _opening_page(form, poll_id)
    )


def _draft(poll_id: int) -> PollView:
    view = reading.show_poll(current_actor(), poll_id=poll_id)
    require(current_actor(), VotingAction.PREPARE_POLL, view.summary.territory_id)
    return view


def _require_preparer() -> None:
    """Whoever prepares polls somewhere sees the form; the service asks for the territory that she chooses."""
    town = territories.find_town()
    actor = current_actor()
    if not reading.preparable_ids(actor):
        require(actor, VotingAction.PREPARE_POLL, town.id if town else 0)


def _saved(poll_id: int) -> ResponseReturnValue:
    flash(gettext("Le brouillon est enregistré. Relisez-le, puis ouvrez le scrutin."), "success")
    return redirect(url_for(".show_poll", poll_id=poll_id))


def _pressed(form: Form) -> Form:
    """Return the form as the button that was pressed changes it."""
    values = {
        name: value
        for name, value in form.values.items()
        if name not in (ADD_CHOICES, ADD_QUESTION, REMOVE_QUESTION)
    }
    removed = request.form.get(REMOVE_QUESTION, "")
    if removed.isdecimal() and len(removed) < 4 and len(question_rows(values)) > 1:
        values = without_question(values, int(removed))
    if ADD_QUESTION in request.form and (count := len(question_rows(values))) < MOST_QUESTIONS:
        values[f"q{count + 1}-method"] = "majority-judgment"
    return Form(values, form.errors)


def _edit_page(form: Form, poll_id: int | None) -> str:
    view = _draft(poll_id) if poll_id else None
    ids = reading.preparable_ids(current_actor())
    typed = question_rows(form.values)
    boxes_of_both = labels_of_boxes(typed, at_least=questions_told(form.theirs))
    questions = [_shown(number, boxes) for number, boxes in enumerate(typed, start=1)]
    return render_template(
        "voting/edit.html",
        form=form,
        view=view,
        places=[(place.id, place.name) for place in territories.list_territories() if place.id in ids],
        questions=questions,
        labels=boxes_of_both,
        ways=WAYS,
        can_add_question=len(questions) < MOST_QUESTIONS,
        is_adding_question=ADD_QUESTION in request.form,
        reading=reading_of(form),
        limits=LIMITS,
    )


def _shown(number: int, boxes: dict[str, Any]) -> dict[str, Any]:
    """Return a question as the form shows it: what was typed, and empty rows for more options."""
    method = boxes.get("method", "majority-judgment")
    is_adding = request.form.get(ADD_CHOICES) == str(number)
    rows, most = boxes["rows"], most_choices(method)
    count = min(most, max(FEWEST_CHOICES + 1, len(rows), FEWEST_ROWS) + (ROWS_ADDED if is_adding else 0))
    return {
        "number": number,
        "method": method,
        "boxes": {"grades": str(USUAL_GRADES), **boxes},
        "rows": [*rows, *[{}] * (count - len(rows))],
        "first_added": count - ROWS_ADDED if is_adding else None,
        "can_add": count < most,
    }


def _opening_page(form: Form, poll_id: int) -> str:
    view = reading.show_poll(current_actor(), poll_id=poll_id)
    preview = reading.preview_freeze(current_actor(), poll_id=poll_id)
    return render_template(
        "voting/opening.html", form=form, view=view, poll=view.summary, preview=preview, asked=asked_by(view)
    )
