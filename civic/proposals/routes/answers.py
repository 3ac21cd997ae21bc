"""The town hall answers proposals: drafted, read again, published."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.consultations import queries as consultations
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.text import markdown_to_html
from civic.plain_language.forms import CHECK_BUTTON, reading_of
from civic.proposals import queries
from civic.proposals.access import ProposalsAction
from civic.proposals.answers import queries as due_answers
from civic.proposals.commitments.queries import commitments_of
from civic.proposals.models import Answer, Proposal
from civic.proposals.routes.door import blueprint
from civic.proposals.rules import DECISION_NAMES, Sort
from civic.proposals.schemas import (
    LONGEST_ANSWER,
    DraftAnswerFormSchema,
    ListProposalsQuery,
)
from civic.proposals.service import answering
from civic.proposals.service.reading import (
    get_visible_proposal,
)
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, load_filters, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

NEXT_BUTTON = "next"


@blueprint.get("/propositions/<int:proposal_id>/reponse/essentiel")
def show_essential(proposal_id: int) -> str:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    view = queries.view_proposal(proposal, reader_id=None)
    return render_template("proposals/essential.html", proposal=view)


@blueprint.get("/propositions/<int:proposal_id>/reponse")
def show_answer(proposal_id: int) -> str:
    draft = queries.find_draft_answer(_answerable(proposal_id).id)
    return _answer_page(Form(_typed(draft, proposal_id)), proposal_id)


def _typed(answer: Answer | None, proposal_id: int) -> dict[str, Any]:
    written = {}
    if answer:
        written = {
            "decision": answer.decision.value,
            "body": answer.body_source,
            "plain_text": answer.plain_text,
        }
    return {**written, SEEN: answering.seen_answer(proposal_id)}


def _again(proposal_id: int) -> Callable[[Form], str]:
    """Show the form again; where somebody else wrote meanwhile, beside her draft, or what she published of it."""

    def again(form: Form) -> str:
        stored = queries.find_draft_answer(proposal_id) or queries.find_last_answer(proposal_id)
        return _answer_page(compared(form, _typed(stored, proposal_id)), proposal_id)

    return again


@blueprint.post("/propositions/<int:proposal_id>/reponse")
def draft_answer(proposal_id: int) -> ResponseReturnValue:
    if CHECK_BUTTON in request.form:
        return _answer_page(read_form(DraftAnswerFormSchema), proposal_id)
    goes_on = NEXT_BUTTON in request.form

    def done(nothing: None) -> ResponseReturnValue:
        flash(
            gettext("Le brouillon de réponse est enregistré. Personne d’autre que la mairie ne le voit."),
            "success",
        )
        return redirect(
            _next_address(proposal_id) if goes_on else url_for(".show_answer", proposal_id=proposal_id)
        )

    return submit_form(
        DraftAnswerFormSchema,
        command=lambda data: answering.draft_answer(current_actor(), proposal_id=proposal_id, **data),
        done=done,
        fill=_without_button,
        again=_again(proposal_id),
    )


def _without_button(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != NEXT_BUTTON}


def _next_address(proposal_id: int) -> str:
    """Return the page where the next answer that is due is written; the list of all, when each is."""
    consultation = consultations.get_consultation(queries.get_proposal(proposal_id).consultation_id)
    following = due_answers.find_next_owed(consultation.territory_id, after_proposal_id=proposal_id)
    return url_for(".show_answer", proposal_id=following) if following else url_for("answers.list_owed")


@blueprint.get("/propositions/<int:proposal_id>/reponse/relecture")
def show_review(proposal_id: int) -> ResponseReturnValue:
    """The page that reads an answer again is posted: its address, opened again, leads to the form."""
    return redirect(url_for(".show_answer", proposal_id=proposal_id))


@blueprint.post("/propositions/<int:proposal_id>/reponse/relecture")
def review_answer(proposal_id: int) -> ResponseReturnValue:
    """Show exactly what would be published. Nothing is written."""
    proposal = _answerable(proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    require(current_actor(), ProposalsAction.PUBLISH_ANSWER, consultation)

    def done(answer: dict[str, Any]) -> ResponseReturnValue:
        return render_template(
            "proposals/answer_review.html",
            proposal=queries.view_proposal(proposal, reader_id=None),
            decision=answer["decision"],
            body=answer["body"],
            body_html=markdown_to_html(answer["body"]),
            plain_text=answer["plain_text"],
            seen=answer[SEEN],
        )

    return submit_form(
        DraftAnswerFormSchema,
        command=lambda data: data,
        done=done,
        again=lambda form: _answer_page(form, proposal_id),
    )


@blueprint.post("/propositions/<int:proposal_id>/reponse/publication")
def publish_answer(proposal_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("La réponse est publiée."), "success")
        return redirect(
            url_for(".show_proposal", proposal_id=proposal_id, reponse="publiee", _anchor="reponse")
        )

    return submit_form(
        DraftAnswerFormSchema,
        command=lambda data: answering.publish_this_answer(current_actor(), proposal_id=proposal_id, **data),
        done=done,
        again=_again(proposal_id),
        is_sent_once=True,
    )


@blueprint.get("/consultations/<int:consultation_id>/reponses")
def list_answers(consultation_id: int) -> str:
    return _answers_page(Form(), consultation_id)


def _answers_page(form: Form, consultation_id: int) -> str:
    actor = current_actor()
    consultation = get_visible_consultation(actor, consultation_id)
    require(actor, ProposalsAction.DRAFT_ANSWER, consultation)
    filters = load_filters(ListProposalsQuery)
    page = queries.list_proposals(consultation_id, sort=Sort.MOST_SUPPORTED, number=filters["page"])
    return render_template(
        "proposals/answers.html",
        form=form,
        consultation=consultations.view_consultation(consultation, at=utc_now()),
        page=page,
        proposals=queries.view_proposals(page.items, reader_id=actor.person_id),
        drafted_ids=set(queries.list_drafted_proposal_ids(consultation_id)),
        may_publish=can(actor, ProposalsAction.PUBLISH_ANSWER, consultation),
    )


@blueprint.post("/consultations/<int:consultation_id>/reponses/publication")
def publish_answers(consultation_id: int) -> ResponseReturnValue:
    def done(count: int) -> ResponseReturnValue:
        flash(ngettext("%(num)s réponse est publiée.", "%(num)s réponses sont publiées.", count), "success")
        return redirect(url_for(".list_answers", consultation_id=consultation_id))

    return submit_form(
        NothingSchema,
        command=lambda _: answering.publish_answers(current_actor(), consultation_id=consultation_id),
        done=done,
        again=lambda form: _answers_page(form, consultation_id),
    )


def _answerable(proposal_id: int) -> Proposal:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    require(current_actor(), ProposalsAction.DRAFT_ANSWER, consultation)
    return proposal


def _answer_page(form: Form, proposal_id: int) -> str:
    proposal = _answerable(proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    return render_template(
        "proposals/answer.html",
        form=form,
        proposal=queries.view_proposal(proposal, reader_id=None),
        draft=queries.find_draft_answer(proposal_id),
        expected=due_answers.find_expected(proposal_id, at=utc_now()),
        commitments=commitments_of([proposal_id], today=town_today(), with_drafts=True).get(proposal_id, []),
        decision_options=[
            {"value": key.value, "label": gettext(name)} for key, name in DECISION_NAMES.items()
        ],
        may_publish=can(current_actor(), ProposalsAction.PUBLISH_ANSWER, consultation),
        longest_answer=LONGEST_ANSWER,
        reading=reading_of(form),
    )
