"""Pages by which agents have people vote on paper in a sealed poll, then count the papers."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.voting.booth.paper_forms import labels_of, paper_forms, paper_schema, written
from civic.voting.booth.presentation import booth_questions
from civic.voting.booth.service import paper
from civic.voting.service import reading as polls
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("paper", __name__)


@blueprint.get("/<int:poll_id>/liste-electorale/<int:person_id>/papier")
def show_desk(poll_id: int, person_id: int) -> str:
    return _desk_page(Form(), poll_id, person_id)


@blueprint.post("/<int:poll_id>/liste-electorale/<int:person_id>/papier")
def mark_paper(poll_id: int, person_id: int) -> ResponseReturnValue:
    def done(_: int) -> ResponseReturnValue:
        flash(gettext("C’est noté sur la liste. Donnez maintenant le bulletin de papier."), "success")
        return redirect(url_for(".show_desk", poll_id=poll_id, person_id=person_id))

    return submit_form(
        NothingSchema,
        command=lambda _: paper.mark_paper(current_actor(), poll_id=poll_id, person_id=person_id),
        done=done,
        again=lambda form: _desk_page(form, poll_id, person_id),
    )


@blueprint.post("/<int:poll_id>/liste-electorale/<int:person_id>/papier/effacement")
def erase_paper_mark(poll_id: int, person_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("La marque est effacée. Le registre public le dit, sans nom."), "success")
        return redirect(url_for(".show_desk", poll_id=poll_id, person_id=person_id))

    return submit_form(
        NothingSchema,
        command=lambda _: paper.erase_paper_mark(current_actor(), poll_id=poll_id, person_id=person_id),
        done=done,
        again=lambda form: _desk_page(form, poll_id, person_id),
    )


def _desk_page(form: Form, poll_id: int, person_id: int) -> str:
    desk = paper.show_paper_desk(current_actor(), poll_id=poll_id, person_id=person_id)
    return render_template("voting/booth/paper_desk.html", form=form, desk=desk, poll=_summary(poll_id))


@blueprint.get("/<int:poll_id>/bulletin-papier")
def show_paper_ballot(poll_id: int) -> str:
    view, sealed = paper.show_paper_ballot(current_actor(), poll_id=poll_id)
    questions = booth_questions(view, sealed.election or "")
    return render_template(
        "voting/booth/paper_ballot.html", view=view, poll=view.summary, questions=questions
    )


# After the closing


@blueprint.get("/<int:poll_id>/urne/papier")
def show_count(poll_id: int) -> str:
    return _count_page(None, poll_id)


@blueprint.post("/<int:poll_id>/urne/papier")
def enter_count(poll_id: int) -> ResponseReturnValue:
    view = paper.show_paper(current_actor(), poll_id=poll_id)

    def command(data: dict[str, Any]) -> bool:
        return paper.enter_paper_count(current_actor(), poll_id=poll_id, count=data["count"])

    def done(is_final: bool) -> ResponseReturnValue:
        if is_final:
            flash(gettext("Les deux comptes sont les mêmes : le papier est dépouillé."), "success")
        else:
            flash(gettext("Votre compte est enregistré."), "success")
        return redirect(url_for(".show_count", poll_id=poll_id))

    return submit_form(
        paper_schema(view.plans), command=command, done=done, again=lambda form: _count_page(form, poll_id)
    )


def _count_page(form: Form | None, poll_id: int) -> str:
    view = paper.show_paper(current_actor(), poll_id=poll_id)
    forms = paper_forms(view.plans)
    return render_template(
        "voting/booth/paper_count.html",
        form=form or Form(written(view.plans, view.own)),
        view=view,
        forms=forms,
        labels=labels_of(forms),
        poll=_summary(poll_id),
        agreed=written(view.plans, view.agreed),
    )


def _summary(poll_id: int) -> Any:
    return polls.show_poll(current_actor(), poll_id=poll_id).summary
