"""The thread of an argument: its answers, and the buttons of arguments."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.rules import Activity
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.arguing import queries, service
from civic.proposals.arguing.queries import AnswerView, Reader
from civic.proposals.arguing.schemas import AnswerArgumentSchema, MarkSchema, ThreadQuery
from civic.proposals.models import Argument
from civic.proposals.schemas import LONGEST_ARGUMENT
from civic.proposals.service.reading import can_take_part, get_visible_proposal
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.kept_pages import same_for_strangers
from civic.web.schemas import NothingSchema

blueprint = Blueprint("arguing", __name__)


@blueprint.get("/propositions/arguments/<int:argument_id>")
@same_for_strangers
def show_thread(argument_id: int) -> ResponseReturnValue:
    """An answer has no page of its own: it is shown in the thread that it is in."""
    alone = service.find_answer_left_alone(current_actor(), argument_id)
    if alone is not None:
        return _alone_page(Form(), alone)
    argument = service.get_visible_argument(current_actor(), argument_id)
    if argument.parent_id is not None:
        return redirect(_address_in_thread(argument))
    return _thread_page(Form(), argument)


def _alone_page(form: Form, answer: Argument) -> str:
    """Her own answer, where moderation hid what it answers."""
    proposal = get_visible_proposal(current_actor(), answer.proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    return render_template(
        "proposals/answer_alone.html", form=form, answer=answer, proposal=proposal, consultation=consultation
    )


def _address_in_thread(answer: Argument) -> str:
    """Return where an answer is shown: the page of its thread that holds it."""
    page = queries.page_of_answer(answer)
    return url_for(
        ".show_thread",
        argument_id=answer.parent_id,
        page=page if page > 1 else None,
        _anchor=f"argument-{answer.id}",
    )


def _thread_page(form: Form, argument: Argument) -> str:
    actor, now, asked = current_actor(), utc_now(), load_filters(ThreadQuery)
    proposal = get_visible_proposal(actor, argument.proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    reader = Reader(actor.person_id, is_told=not proposals.hides_supports(consultation.id))
    answers: Page[AnswerView] = queries.list_answers(argument.id, reader=reader, number=asked["page"])
    named = asked["a"]
    return render_template(
        "proposals/thread.html",
        form=form,
        proposal=proposals.view_proposal(proposal, reader_id=actor.person_id),
        consultation=consultations.view_consultation(consultation, at=now),
        argument=queries.view_arguments([argument.id], reader=reader, with_answers=False)[0],
        answers=answers,
        answered=next((each for each in answers.items if each.id == named and not each.is_withdrawn), None),
        may_argue=can_take_part(actor, ProposalsAction.ARGUE, Activity.ARGUE, consultation, at=now),
        longest_argument=LONGEST_ARGUMENT,
        page_address=lambda number: url_for(
            ".show_thread", argument_id=argument.id, page=number, _anchor="reponses"
        ),
    )


@blueprint.post("/propositions/arguments/<int:argument_id>/reponses")
def answer_argument(argument_id: int) -> ResponseReturnValue:
    def done(answer_id: int) -> ResponseReturnValue:
        flash(gettext("Votre réponse est publiée."), "success")
        return redirect(_address_in_thread(queries.get_argument(answer_id)))

    def again(form: Form) -> str:
        answered = service.get_visible_argument(current_actor(), argument_id)
        return _thread_page(form, queries.get_argument(answered.parent_id or answered.id))

    return submit_form(
        AnswerArgumentSchema,
        command=lambda data: service.answer_argument(current_actor(), argument_id=argument_id, **data),
        done=done,
        again=again,
        is_sent_once=True,
    )


@blueprint.post("/propositions/arguments/<int:argument_id>/utile")
def mark_argument(argument_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> dict[str, Any]:
        service.mark_argument(current_actor(), argument_id=argument_id)
        return data

    return _submit_mark(argument_id, command)


@blueprint.post("/propositions/arguments/<int:argument_id>/utile/retrait")
def unmark_argument(argument_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> dict[str, Any]:
        service.unmark_argument(current_actor(), argument_id=argument_id)
        return data

    return _submit_mark(argument_id, command)


def _submit_mark(argument_id: int, command: Any) -> ResponseReturnValue:
    """Come back to where the button was: the argument itself, in the list as it was ordered, or in its thread."""

    def done(data: dict[str, Any]) -> ResponseReturnValue:
        anchor = f"argument-{argument_id}"
        if data["in_thread"]:
            return redirect(url_for(".show_thread", argument_id=argument_id, _anchor=anchor))
        kept = {name: data[name] for name in ("ordre",) if data[name]}
        kept |= {"page": data["page"]} if data["page"] > 1 else {}
        proposal_id = queries.get_argument(argument_id).proposal_id
        return redirect(url_for("proposals.show_proposal", proposal_id=proposal_id, **kept, _anchor=anchor))

    def again(form: Form) -> str:
        return _thread_page(form, service.get_visible_argument(current_actor(), argument_id))

    return submit_form(MarkSchema, command=command, done=done, again=again)


@blueprint.post("/propositions/arguments/<int:argument_id>/retrait")
def withdraw_argument(argument_id: int) -> ResponseReturnValue:
    alone = service.find_answer_left_alone(current_actor(), argument_id)

    def done(argument: Argument) -> ResponseReturnValue:
        flash(gettext("Votre texte est retiré, et effacé."), "success")
        if argument.parent_id is not None and alone is None:
            return redirect(_address_in_thread(argument))
        return redirect(
            url_for("proposals.show_proposal", proposal_id=argument.proposal_id, _anchor="arguments")
        )

    def again(form: Form) -> str:
        if alone is not None:
            return _alone_page(form, alone)
        argument = service.get_visible_argument(current_actor(), argument_id)
        return _thread_page(form, queries.get_argument(argument.parent_id or argument.id))

    return submit_form(
        NothingSchema,
        command=lambda _: service.withdraw_argument(current_actor(), argument_id=argument_id),
        done=done,
        again=again,
    )
