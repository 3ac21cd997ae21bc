"""Pages of amendments: their list, the writing of one and its difference, the page of one and its answer; the texts that a proposal had."""

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.rules import Activity, permits
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.amendments import queries, service
from civic.proposals.amendments.differences import Piece, compare
from civic.proposals.amendments.queries import AmendmentView, text_of
from civic.proposals.amendments.rules import STATE_NAMES, AmendmentState, Text, merge
from civic.proposals.amendments.schemas import (
    LONGEST_REASON,
    STATES,
    AcceptAmendmentSchema,
    AmendmentsShownQuery,
    PostAmendmentSchema,
    RefuseAmendmentSchema,
)
from civic.proposals.amendments.service import Change
from civic.proposals.models import Proposal
from civic.proposals.schemas import LONGEST_BODY, LONGEST_TITLE
from civic.proposals.service.reading import get_visible_proposal
from civic.web.forms import Form, load_filters, read_form, read_part, submit_form
from civic.web.identity import current_actor
from civic.web.kept_pages import same_for_strangers
from civic.web.schemas import NothingSchema

blueprint = Blueprint("amendments", __name__)

LIMITS = {"title": LONGEST_TITLE, "body": LONGEST_BODY, "reason": LONGEST_REASON}


@dataclass(frozen=True)
class Difference:
    """Two texts as a page shows what differs. ``title`` has one piece where it is the same."""

    title: tuple[Piece, ...]
    body: tuple[Piece, ...]

    @classmethod
    def between(cls, before: Text, after: Text) -> "Difference":
        return cls(compare(before.title, after.title), compare(before.body, after.body))


@blueprint.app_context_processor
def name_states() -> dict[str, Any]:
    return {"amendment_states": STATE_NAMES}


def _common(proposal: Proposal) -> dict[str, Any]:
    """Return what every page shows of the proposal and of its consultation."""
    consultation = consultations.get_consultation(proposal.consultation_id)
    now = utc_now()
    return {
        "proposal": proposals.view_proposal(proposal, reader_id=current_actor().person_id),
        "consultation": consultations.view_consultation(consultation, at=now),
        "may_amend": service.may_amend(current_actor(), proposal, at=now),
        "is_open": permits(consultation.phases, Activity.AMEND, at=now),
        "standing": queries.read_standing(proposal.id),
    }


@blueprint.get("/propositions/<int:proposal_id>/amendements")
@same_for_strangers
def list_amendments(proposal_id: int) -> str:
    actor, asked = current_actor(), load_filters(AmendmentsShownQuery)
    proposal = get_visible_proposal(actor, proposal_id)
    page = queries.list_amendments(
        proposal_id, reader_id=actor.person_id, state=STATES[asked["etat"]], number=asked["page"]
    )
    return render_template(
        "amendments/list.html",
        **_common(proposal),
        page=page,
        asked=asked["etat"],
        page_address=lambda number: url_for(
            ".list_amendments", proposal_id=proposal_id, etat=asked["etat"] or None, page=number
        ),
    )


# Written


@blueprint.get("/propositions/<int:proposal_id>/amendements/nouveau")
def show_new_amendment(proposal_id: int) -> str:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    service.ensure_may_amend(current_actor(), proposal, at=utc_now())
    text = text_of(proposal)
    return _write_page(
        Form({"title": text.title, "body": text.body, "version": proposal.text_version}), proposal_id
    )


@blueprint.post("/propositions/<int:proposal_id>/amendements/nouveau")
def propose_amendment(proposal_id: int) -> ResponseReturnValue:
    """Nothing is sent before its difference was shown: the first time that a text comes, the page comes back with it."""

    def done(amendment_id: int) -> ResponseReturnValue:
        flash(
            gettext("Votre amendement est envoyé. L’auteur est prévenu, et tout le monde peut le lire."),
            "success",
        )
        return redirect(url_for(".show_amendment", amendment_id=amendment_id, envoye=1))

    def command(data: dict[str, Any]) -> int:
        change = Change(Text(data["title"], data["body"]), data["reason"], data["version"])
        return service.propose_amendment(current_actor(), proposal_id=proposal_id, change=change)

    form = read_form(PostAmendmentSchema)
    data, _ = read_part(PostAmendmentSchema(), form.values)
    if data and data["seen"] != _digest(data):
        proposal = get_visible_proposal(current_actor(), proposal_id)
        if (
            service.may_amend(current_actor(), proposal, at=utc_now())  # else the command says why not
            and text_of(proposal) != Text(data["title"], data["body"])
            and data["version"] == proposal.text_version
        ):
            form.values["seen"] = _digest(data)
            return _write_page(form, proposal_id, shown=Text(data["title"], data["body"]))
    return submit_form(
        PostAmendmentSchema,
        command=command,
        done=done,
        again=lambda form: _write_page(_renewed(form, proposal_id), proposal_id),
        is_sent_once=True,
    )


def _digest(data: dict[str, Any]) -> str:
    """Return what names a text whose difference is shown, to be sent with it."""
    said = "\n".join([str(data["version"]), data["title"], data["body"]])
    return hashlib.sha256(said.encode()).hexdigest()


def _renewed(form: Form, proposal_id: int) -> Form:
    """Where the text moved meanwhile, what was typed is compared with the one that is there now."""
    form.values |= {"version": proposals.get_proposal(proposal_id).text_version, "seen": ""}
    return form


def _write_page(form: Form, proposal_id: int, *, shown: Text | None = None) -> str:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    return render_template(
        "amendments/write.html",
        **_common(proposal),
        form=form,
        limits=LIMITS,
        present=text_of(proposal),
        has_moved=bool(form.errors) and text_of(proposal) != Text(form.value("title"), form.value("body")),
        difference=Difference.between(text_of(proposal), shown) if shown else None,
    )


# Read and decided


@blueprint.get("/propositions/amendements/<int:amendment_id>")
@same_for_strangers
def show_amendment(amendment_id: int) -> str:
    return _amendment_page(Form(), amendment_id)


def _amendment_page(form: Form, amendment_id: int) -> str:
    actor = current_actor()
    amendment = service.get_visible_amendment(actor, amendment_id)
    proposal = get_visible_proposal(actor, amendment.proposal_id)
    view = queries.view_amendment(amendment_id, reader_id=actor.person_id)
    is_waiting = view.state is AmendmentState.PROPOSED
    decides = is_waiting and not view.is_hidden and can(actor, ProposalsAction.DECIDE_AMENDMENT, proposal)
    return render_template(
        "amendments/show.html",
        **_common(proposal),
        form=form,
        limits=LIMITS,
        amendment=view,
        difference=Difference.between(view.base, view.text),
        version=proposal.text_version,
        decides=decides,
        is_answered=decides and proposals.is_answered(proposal.id),
        moved=_moved(view, proposal) if is_waiting and view.version != proposal.text_version else None,
    )


def _moved(view: AmendmentView, proposal: Proposal) -> dict[str, Any]:
    """Return what helps who decides, where the text changed since: what changed, and what both give together, if they do."""
    present = text_of(proposal)
    merged = merge(view.base, present, view.text)
    return {
        "meanwhile": Difference.between(view.base, present),
        "merged": Difference.between(present, merged) if merged else None,
        "suggested": merged or present,
    }


@blueprint.post("/propositions/amendements/<int:amendment_id>/acceptation")
def accept_amendment(amendment_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        service.accept_amendment(
            current_actor(),
            amendment_id=amendment_id,
            version=data["version"],
            settled=Text.of(data["title"], data["body"]),
        )

    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est accepté : le texte de la proposition est changé."), "success")
        proposal_id = queries.get_amendment(amendment_id).proposal_id
        return redirect(url_for(".list_versions", proposal_id=proposal_id))

    return submit_form(
        AcceptAmendmentSchema,
        command=command,
        done=done,
        again=lambda form: _amendment_page(form, amendment_id),
    )


@blueprint.post("/propositions/amendements/<int:amendment_id>/refus")
def refuse_amendment(amendment_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est refusé, et votre raison est publiée."), "success")
        return redirect(url_for(".show_amendment", amendment_id=amendment_id))

    return submit_form(
        RefuseAmendmentSchema,
        command=lambda data: service.refuse_amendment(current_actor(), amendment_id=amendment_id, **data),
        done=done,
        again=lambda form: _amendment_page(form, amendment_id),
    )


@blueprint.post("/propositions/amendements/<int:amendment_id>/retrait")
def withdraw_amendment(amendment_id: int) -> ResponseReturnValue:
    def done(proposal_id: int) -> ResponseReturnValue:
        flash(gettext("Votre amendement est retiré, et effacé."), "success")
        return redirect(url_for(".list_amendments", proposal_id=proposal_id))

    return submit_form(
        NothingSchema,
        command=lambda _: service.withdraw_amendment(current_actor(), amendment_id=amendment_id),
        done=done,
        again=lambda form: _amendment_page(form, amendment_id),
    )


@blueprint.get("/propositions/<int:proposal_id>/versions")
@same_for_strangers
def list_versions(proposal_id: int) -> str:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    page = queries.list_versions(proposal_id, number=load_filters(AmendmentsShownQuery)["page"])
    return render_template(
        "amendments/versions.html",
        **_common(proposal),
        page=page,
        differences=[
            Difference.between(each.before, each.text) if each.before else None for each in page.items
        ],
        page_address=lambda number: url_for(".list_versions", proposal_id=proposal_id, page=number),
    )
