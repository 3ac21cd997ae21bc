"""The list of proposals on a consultation's page, the page of one, its writing, its arguments."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.models import Consultation
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import Activity, Status, hidden_until
from civic.kernel.access import can
from civic.kernel.clock import town_today, utc_now
from civic.kernel.pagination import PAGE_SIZE
from civic.proposals import queries
from civic.proposals.access import ProposalsAction
from civic.proposals.amendments import queries as amendments
from civic.proposals.amendments import service as amending
from civic.proposals.answers import queries as due_answers
from civic.proposals.arguing import queries as arguing
from civic.proposals.arguing.queries import Reader
from civic.proposals.arguing.rules import FEW_READERS, ORDER_NAMES, ORDER_WORDS, Order
from civic.proposals.arguing.schemas import ArgumentsShownQuery
from civic.proposals.authors.queries import is_coauthor
from civic.proposals.commitments.queries import commitments_of
from civic.proposals.models import Proposal
from civic.proposals.routes.choices import draw_places, mark, place_options
from civic.proposals.routes.door import blueprint
from civic.proposals.schemas import (
    LONGEST_ARGUMENT,
    ListProposalsQuery,
    PublishArgumentSchema,
)
from civic.proposals.service import proposing, taking_part
from civic.proposals.service.limiting import find_allowance
from civic.proposals.service.reading import (
    can_take_part,
    get_visible_proposal,
    may_be_supported_already,
)
from civic.web.forms import Form, flash_undoable, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.kept_pages import same_for_strangers
from civic.web.schemas import NothingSchema

ARGUMENTS_A_PAGE = 18
"""Six of each side."""


@consultation_panel(order=20)
def show_proposals(consultation: ConsultationView) -> Panel | None:
    """The proposals of a consultation, on its page; nothing where there are none and none are asked for any more."""
    total = queries.count_proposals(consultation.id)
    if not total and not consultation.proposing:
        return None
    actor, now = current_actor(), utc_now()
    phases = [phase.plan for phase in consultation.phases]
    filters = load_filters(ListProposalsQuery)
    page = queries.list_proposals(
        consultation.id,
        sort=filters["sort"],
        category=filters["category"],
        topic=filters["topic"],
        territory_id=filters["territory_id"],
        number=filters["page"],
        size=PAGE_SIZE,
        total=total,
    )
    stored = consultations.get_consultation(consultation.id)
    values = {
        "page": page,
        "proposals": queries.view_proposals(page.items, reader_id=actor.person_id),
        "expected": due_answers.expected_of([each.id for each in page.items], at=now),
        "total": total,
        "allowance": find_allowance(consultation.id, actor.person_id),
        "hides_supports": hidden_until(phases, at=now) is not None,
        "filters": filters,
        "place_options": place_options(stored),
        "may_answer": consultation.status is not Status.DRAFT
        and can(actor, ProposalsAction.DRAFT_ANSWER, stored),
        "page_address": lambda number: _list_address(consultation.id, filters, number),
    }
    return Panel("proposals/_list_panel.html", values, anchor="propositions")


def _list_address(consultation_id: int, filters: dict[str, Any], number: int) -> str:
    kept = {name: filters[name] for name in ("sort", "category", "topic", "territory_id") if filters[name]}
    return url_for(
        "consultations.show_consultation",
        consultation_id=consultation_id,
        **kept,
        page=number,
        _anchor="propositions",
    )


@blueprint.get("/propositions/<int:proposal_id>")
@same_for_strangers
def show_proposal(proposal_id: int) -> str:
    return _proposal_page(Form(), proposal_id)


def _proposal_page(form: Form, proposal_id: int) -> str:
    actor, now = current_actor(), utc_now()
    proposal = get_visible_proposal(actor, proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    may_answer = can(actor, ProposalsAction.DRAFT_ANSWER, consultation)
    is_editable = _may_edit(proposal, consultation)
    view = queries.view_proposal(proposal, reader_id=actor.person_id)
    outline = draw_places(consultation) if view.point else None
    amended = amendments.read_standing(proposal_id)
    return render_template(
        "proposals/show.html",
        form=form,
        proposal=view,
        outline=outline,
        marker=mark(outline, view.point, gettext("L’endroit de la proposition"))
        if outline and view.point
        else None,
        consultation=consultations.view_consultation(consultation, at=now),
        **_arguments_shown(proposal_id, is_told=view.support_count is not None),
        may_support=can_take_part(
            actor, ProposalsAction.SUPPORT_PROPOSAL, Activity.SUPPORT, consultation, at=now
        ),
        amendments=amended,
        has_versions=view.text_version > 1 and amendments.has_kept_texts(proposal_id),
        may_amend=amending.may_amend(actor, proposal, at=now),
        changed_since=view.is_supported and _has_changed_since_support(proposal_id, amended.amended_at),
        allowance=find_allowance(consultation.id, actor.person_id),
        may_argue=can_take_part(actor, ProposalsAction.ARGUE, Activity.ARGUE, consultation, at=now),
        is_author=can(actor, ProposalsAction.WITHDRAW_PROPOSAL, proposal),
        is_editable=is_editable,
        signs=is_coauthor(proposal_id, actor.person_id),
        may_see_author=can(actor, ProposalsAction.SEE_ANONYMOUS_AUTHOR, consultation),
        may_answer=may_answer,
        expected=due_answers.find_expected(proposal_id, at=now),
        commitments=commitments_of([proposal_id], today=town_today(), with_drafts=may_answer).get(
            proposal_id, []
        ),
        has_draft_answer=may_answer and queries.find_draft_answer(proposal_id) is not None,
        longest_argument=LONGEST_ARGUMENT,
    )


def _may_edit(proposal: Proposal, consultation: Consultation) -> bool:
    actor, now = current_actor(), utc_now()
    return (
        can(actor, ProposalsAction.EDIT_PROPOSAL, proposal)
        and can_take_part(actor, ProposalsAction.SUBMIT_PROPOSAL, Activity.PROPOSE, consultation, at=now)
        and not may_be_supported_already(proposal, consultation, at=now)
        and not queries.has_arguments(proposal.id)
    )


def _has_changed_since_support(proposal_id: int, amended_at: datetime | None) -> bool:
    if amended_at is None:
        return False
    since = amendments.supported_at(proposal_id, current_actor().id)
    return since is not None and since < amended_at


def _arguments_shown(proposal_id: int, *, is_told: bool) -> dict[str, Any]:
    """Return what the page shows of its arguments, in the order that its address asks for."""
    asked, actor = load_filters(ArgumentsShownQuery), current_actor()
    reader = Reader(actor.person_id, is_told=is_told)
    page = arguing.list_arguments(
        proposal_id, reader=reader, order=asked["order"], number=asked["page"], size=ARGUMENTS_A_PAGE
    )
    given = arguing.find_argument(asked["donne"]) if asked["donne"] and actor.is_signed_in else None
    is_own = given is not None and given.author_id == actor.person_id and given.proposal_id == proposal_id
    return {
        "arguments": page,
        "order": asked["order"],
        "order_words": ORDER_WORDS,
        "order_names": ORDER_NAMES,
        "few_readers": FEW_READERS,
        "given": given if is_own else None,
        "opposite": arguing.find_opposite(given, reader=reader) if given and is_own else None,
        "arguments_address": lambda number: _arguments_address(proposal_id, asked["order"], number),
    }


def _arguments_address(proposal_id: int, order: Order, number: int = 1) -> str:
    """Return the address of a page of arguments; what is usual is not said in it."""
    return url_for(
        ".show_proposal",
        proposal_id=proposal_id,
        ordre=ORDER_WORDS[order] if order is not Order.BALANCED else None,
        page=number if number > 1 else None,
        _anchor="arguments",
    )


@blueprint.post("/propositions/<int:proposal_id>/retrait")
def withdraw_proposal(proposal_id: int) -> ResponseReturnValue:
    proposing.withdraw_proposal(current_actor(), proposal_id=proposal_id)
    flash_undoable(
        gettext("Votre proposition est retirée : personne d’autre que vous ne la voit."),
        undo_url=url_for(".restore_proposal", proposal_id=proposal_id),
        undo_label=gettext("La remettre en ligne"),
    )
    return redirect(url_for(".show_proposal", proposal_id=proposal_id))


@blueprint.post("/propositions/<int:proposal_id>/retrait/annulation")
def restore_proposal(proposal_id: int) -> ResponseReturnValue:
    proposing.restore_proposal(current_actor(), proposal_id=proposal_id)
    flash(gettext("Votre proposition est de nouveau en ligne."), "success")
    return redirect(url_for(".show_proposal", proposal_id=proposal_id))


@blueprint.post("/propositions/<int:proposal_id>/soutien")
def support_proposal(proposal_id: int) -> ResponseReturnValue:
    def done(_: object) -> ResponseReturnValue:
        flash(gettext("Votre soutien est compté. Merci !"), "success")
        return redirect(url_for(".show_proposal", proposal_id=proposal_id))

    return submit_form(
        NothingSchema,
        command=lambda _: taking_part.support_proposal(current_actor(), proposal_id=proposal_id),
        done=done,
        again=lambda form: _proposal_page(form, proposal_id),
        is_sent_once=True,
    )


@blueprint.post("/propositions/<int:proposal_id>/soutien/retrait")
def withdraw_support(proposal_id: int) -> ResponseReturnValue:
    taking_part.withdraw_support(current_actor(), proposal_id=proposal_id)
    flash(gettext("Votre soutien est retiré."), "success")
    return redirect(url_for(".show_proposal", proposal_id=proposal_id))


def _has_opposite(proposal_id: int, argument_id: int) -> bool:
    """Tell whether the page will show something of the other side to who has just argued."""
    reader = Reader(current_actor().person_id, is_told=False)
    return arguing.find_opposite(arguing.get_argument(argument_id), reader=reader) is not None


@blueprint.post("/propositions/<int:proposal_id>/arguments")
def publish_argument(proposal_id: int) -> ResponseReturnValue:
    def done(argument_id: int) -> ResponseReturnValue:
        flash(gettext("Votre argument est publié."), "success")
        anchor = "en-face" if _has_opposite(proposal_id, argument_id) else f"argument-{argument_id}"
        return redirect(url_for(".show_proposal", proposal_id=proposal_id, donne=argument_id, _anchor=anchor))

    return submit_form(
        PublishArgumentSchema,
        command=lambda data: taking_part.publish_argument(current_actor(), proposal_id=proposal_id, **data),
        done=done,
        again=lambda form: _proposal_page(form, proposal_id),
        is_sent_once=True,
    )
