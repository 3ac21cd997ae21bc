"""Signing a proposal with its author: asked, accepted, left; and who wrote one without a name, for those who must know."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.proposals import queries as proposals
from civic.proposals.authors import queries, service
from civic.proposals.authors.schemas import AnswerCosigningSchema, InviteCoauthorSchema
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("coauthors", __name__)


@blueprint.get("/propositions/<int:proposal_id>/coauteurs")
def show_coauthors(proposal_id: int) -> str:
    return _coauthors_page(Form(), proposal_id)


@blueprint.post("/propositions/<int:proposal_id>/coauteurs")
def invite_coauthor(proposal_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(
            gettext(
                "C’est noté. Si un compte porte cette adresse, l’invitation attend dans son espace : prévenez la personne."
            ),
            "success",
        )
        return redirect(url_for(".show_coauthors", proposal_id=proposal_id))

    return submit_form(
        InviteCoauthorSchema,
        command=lambda data: service.invite_coauthor(current_actor(), proposal_id=proposal_id, **data),
        done=done,
        again=lambda form: _coauthors_page(form, proposal_id),
    )


@blueprint.post("/propositions/<int:proposal_id>/coauteurs/annulation")
def cancel_invitations(proposal_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Les invitations sans réponse sont annulées."), "success")
        return redirect(url_for(".show_coauthors", proposal_id=proposal_id))

    return submit_form(
        NothingSchema,
        command=lambda _: service.cancel_invitations(current_actor(), proposal_id=proposal_id),
        done=done,
        again=lambda form: _coauthors_page(form, proposal_id),
    )


def _coauthors_page(form: Form, proposal_id: int) -> str:
    proposal = service.get_own_proposal(current_actor(), proposal_id)
    return render_template(
        "proposals/coauthors.html",
        form=form,
        proposal=proposals.view_proposal(proposal, reader_id=current_actor().person_id),
        invited=queries.list_invited_emails(proposal_id),
    )


@blueprint.get("/propositions/<int:proposal_id>/signature")
def show_cosigning(proposal_id: int) -> str:
    return _cosigning_page(Form(), proposal_id)


@blueprint.post("/propositions/<int:proposal_id>/signature")
def answer_cosigning(proposal_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> bool:
        is_accepted: bool = data["is_accepted"]
        service.answer_invitation(current_actor(), proposal_id=proposal_id, is_accepted=is_accepted)
        return is_accepted

    def done(is_accepted: bool) -> ResponseReturnValue:
        said = (
            gettext("Vous signez cette proposition.")
            if is_accepted
            else gettext("C’est noté : vous ne la signez pas.")
        )
        flash(said, "success")
        return redirect(url_for("proposals.show_proposal", proposal_id=proposal_id))

    return submit_form(
        AnswerCosigningSchema,
        command=command,
        done=done,
        again=lambda form: _cosigning_page(form, proposal_id),
    )


def _cosigning_page(form: Form, proposal_id: int) -> str:
    proposal = service.get_asked(current_actor(), proposal_id)
    view = proposals.view_proposal(proposal, reader_id=current_actor().person_id)
    return render_template("proposals/cosigning.html", form=form, proposal=view)


@blueprint.post("/propositions/<int:proposal_id>/signature/retrait")
def stop_signing(proposal_id: int) -> ResponseReturnValue:
    service.stop_signing(current_actor(), proposal_id=proposal_id)
    flash(gettext("Vous ne signez plus cette proposition."), "success")
    return redirect(url_for("proposals.show_proposal", proposal_id=proposal_id))


@blueprint.post("/propositions/<int:proposal_id>/auteur")
def see_anonymous_author(proposal_id: int) -> str:
    """Shown once, in the answer: the name has no address of its own, and is kept nowhere else."""
    name = service.see_anonymous_author(current_actor(), proposal_id=proposal_id)
    proposal = proposals.get_proposal(proposal_id)
    return render_template("proposals/anonymous_author.html", name=name, proposal=proposal)
