"""Pages of commitments: their list, the page of one, its writing and its news; what became of a consultation; the town's record."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import Status
from civic.kernel.access import can, require
from civic.kernel.clock import town_today
from civic.proposals import queries as proposals
from civic.proposals.access import ProposalsAction
from civic.proposals.commitments import queries, record, record_pages, service, showing
from civic.proposals.commitments.models import Commitment
from civic.proposals.commitments.rules import MOST_MILESTONES, OVER
from civic.proposals.commitments.schemas import (
    LONGEST_DESCRIPTION,
    LONGEST_DETAILS,
    LONGEST_IN_CHARGE,
    LONGEST_NEWS,
    LONGEST_STEP,
    LONGEST_TITLE,
    AddMilestoneSchema,
    AddPhotographSchema,
    CommitmentFormSchema,
    CompleteMilestoneSchema,
    DropCommitmentSchema,
    EditCommitmentFormSchema,
    GiveNewsSchema,
    ListCommitmentsQuery,
    step_rows,
)
from civic.proposals.models import Proposal
from civic.proposals.service.reading import get_visible_proposal
from civic.voting.rules import PollStatus
from civic.voting.service import reading as polls
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, flash_undoable, load_filters, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema
from civic.web.sent_files import image_response

blueprint = Blueprint("commitments", __name__)

ADD_STEP = "add_step"
LEAST_ROWS = 3
LIMITS = {
    "title": LONGEST_TITLE,
    "details": LONGEST_DETAILS,
    "in_charge": LONGEST_IN_CHARGE,
    "step": LONGEST_STEP,
    "steps": MOST_MILESTONES,
    "news": LONGEST_NEWS,
    "description": LONGEST_DESCRIPTION,
}


# What became of a consultation


@consultation_panel(order=90)
def show_outcome(view: ConsultationView) -> Panel | None:
    """What was decided, promised and done of a consultation: from its first answer, and always once it is over."""
    decisions = proposals.count_decisions(view.id)
    every = polls.list_polls_about("consultation", view.id)
    about = [poll for poll in every if poll.status is PollStatus.CLOSED]
    if view.status is not Status.FINISHED and not decisions and not about:
        return None
    today = town_today()
    values = {
        "decisions": decisions,
        "kept": record.count_kept(view.id, today=today),
        "commitments": queries.list_commitments(today=today, consultation_id=view.id).items,
        "polls": about,
        "proposals": proposals.count_proposals(view.id),
    }
    return Panel("commitments/_outcome_panel.html", values, anchor="devenue")


# Reading


@blueprint.get("/engagements")
def list_commitments() -> str:
    filters = load_filters(ListCommitmentsQuery)
    return render_template(
        "commitments/list.html",
        page=queries.list_commitments(today=town_today(), state=filters["state"], number=filters["page"]),
        state=filters["state"],
    )


@blueprint.get("/engagements/<int:commitment_id>")
def show_commitment(commitment_id: int) -> str:
    return _commitment_page(commitment_id)


def _commitment_page(commitment_id: int, form: Form | None = None, *, which: str = "") -> str:
    """``which``: the form of the page that was refused."""
    actor = current_actor()
    commitment = service.get_visible_commitment(actor, commitment_id)
    proposal = proposals.get_proposal(commitment.proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    view = queries.view_commitment(commitment, today=town_today())
    may_write = can(actor, ProposalsAction.WRITE_COMMITMENT, consultation)
    may_publish = can(actor, ProposalsAction.PUBLISH_ANSWER, consultation)
    is_left = view.published_at is None and service.is_retained(proposal)
    return render_template(
        "commitments/show.html",
        commitment=view,
        proposal=proposal,
        consultation=consultation,
        form=form or Form(),
        which=which,
        may_write=may_write,
        may_change=may_write and view.published_at is not None and view.state not in OVER,
        may_drop=may_publish,
        may_make=may_publish and is_left,
        is_left=is_left,
        today=town_today(),
        limits=LIMITS,
    )


# Writing


@blueprint.get("/propositions/<int:proposal_id>/engagements/nouveau")
def show_new_commitment(proposal_id: int) -> str:
    return _write_page(Form(), _writable(proposal_id))


@blueprint.post("/propositions/<int:proposal_id>/engagements/nouveau")
def draft_commitment(proposal_id: int) -> ResponseReturnValue:
    if ADD_STEP in request.form:
        return _write_page(read_form(CommitmentFormSchema), _writable(proposal_id))
    return submit_form(
        CommitmentFormSchema,
        command=lambda data: service.draft_commitment(current_actor(), proposal_id=proposal_id, **data),
        done=_saved,
        again=lambda form: _write_page(form, _writable(proposal_id)),
        is_sent_once=True,
    )


@blueprint.get("/engagements/<int:commitment_id>/modifier")
def show_edit_commitment(commitment_id: int) -> ResponseReturnValue:
    """What residents read is not written again: its page says what can still be done."""
    commitment = _editable(commitment_id)
    if commitment.published_at is not None:
        return redirect(url_for(".show_commitment", commitment_id=commitment_id))
    return _write_page(
        Form({**_typed(commitment), SEEN: commitment.seen}), _writable(commitment.proposal_id), commitment
    )


@blueprint.post("/engagements/<int:commitment_id>/modifier")
def revise_commitment(commitment_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        commitment = _editable(commitment_id)
        emptied = {name: "" for name in form.values if name.startswith("steps-")}
        stored = {**emptied, **_typed(commitment), SEEN: commitment.seen}
        return _write_page(compared(form, stored), _writable(commitment.proposal_id), commitment)

    def command(data: dict[str, Any]) -> int:
        service.revise_commitment(current_actor(), commitment_id=commitment_id, **data)
        return commitment_id

    if ADD_STEP in request.form:
        return again(read_form(EditCommitmentFormSchema))
    return submit_form(EditCommitmentFormSchema, command=command, done=_saved, again=again, is_sent_once=True)


@blueprint.post("/engagements/<int:commitment_id>/suppression")
def delete_commitment_draft(commitment_id: int) -> ResponseReturnValue:
    def done(proposal_id: int) -> ResponseReturnValue:
        flash(gettext("Le brouillon d’engagement est supprimé."), "success")
        return redirect(url_for("proposals.show_answer", proposal_id=proposal_id))

    return submit_form(
        NothingSchema,
        command=lambda _: service.delete_commitment_draft(current_actor(), commitment_id=commitment_id),
        done=done,
        again=lambda form: _commitment_page(commitment_id, form),
    )


def _writable(proposal_id: int) -> Proposal:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    consultation = consultations.get_consultation(proposal.consultation_id)
    require(current_actor(), ProposalsAction.WRITE_COMMITMENT, consultation)
    return proposal


def _editable(commitment_id: int) -> Commitment:
    commitment = service.get_visible_commitment(current_actor(), commitment_id)
    _writable(commitment.proposal_id)
    return commitment


def _typed(commitment: Commitment) -> dict[str, Any]:
    cents = commitment.budget_cents
    values: dict[str, Any] = {
        "title": commitment.title,
        "details": commitment.details,
        "in_charge": commitment.in_charge,
        "budget_cents": "" if cents is None else f"{cents // 100},{cents % 100:02}".removesuffix(",00"),
    }
    for number, step in enumerate(commitment.steps):
        values |= {f"steps-{number}-title": step.title, f"steps-{number}-due_on": step.due_on.isoformat()}
    return values


def _write_page(form: Form, proposal: Proposal, commitment: Commitment | None = None) -> str:
    rows = step_rows(form.values)
    wanted = min(MOST_MILESTONES, max(LEAST_ROWS, len(rows) + (ADD_STEP in request.form)))
    return render_template(
        "commitments/write.html",
        form=form,
        proposal=proposal,
        commitment=commitment,
        rows=rows + [{} for _ in range(wanted - len(rows))],
        may_add=wanted < MOST_MILESTONES,
        limits=LIMITS,
    )


def _saved(commitment_id: int) -> ResponseReturnValue:
    flash(gettext("L’engagement est enregistré. Les habitants le liront quand il sera publié."), "success")
    return redirect(url_for(".show_commitment", commitment_id=commitment_id))


# What moves


@blueprint.post("/engagements/<int:commitment_id>/publication")
def make_commitment(commitment_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.make_commitment(current_actor(), commitment_id=commitment_id),
        done=lambda _: _moved(commitment_id, gettext("L’engagement est publié.")),
        again=lambda form: _commitment_page(commitment_id, form),
    )


@blueprint.post("/engagements/<int:commitment_id>/etapes")
def add_milestone(commitment_id: int) -> ResponseReturnValue:
    return submit_form(
        AddMilestoneSchema,
        command=lambda data: service.add_milestone(current_actor(), commitment_id=commitment_id, **data),
        done=lambda _: _moved(commitment_id, gettext("L’étape est ajoutée.")),
        again=lambda form: _commitment_page(commitment_id, form, which="step"),
        is_sent_once=True,
    )


@blueprint.post("/engagements/<int:commitment_id>/etapes/<int:milestone_id>")
def complete_milestone(commitment_id: int, milestone_id: int) -> ResponseReturnValue:
    def done(nothing: object) -> ResponseReturnValue:
        flash_undoable(
            gettext(
                "L’étape est notée comme faite. Les personnes qui suivent la proposition l’apprendront ce soir."
            ),
            undo_url=url_for(".reopen_milestone", commitment_id=commitment_id, milestone_id=milestone_id),
            undo_label=gettext("Elle n’est pas faite"),
        )
        return redirect(url_for(".show_commitment", commitment_id=commitment_id))

    return submit_form(
        CompleteMilestoneSchema,
        command=lambda data: service.complete_milestone(current_actor(), milestone_id=milestone_id, **data),
        done=done,
        again=lambda form: _commitment_page(commitment_id, form, which=f"done-{milestone_id}"),
    )


@blueprint.post("/engagements/<int:commitment_id>/etapes/<int:milestone_id>/annulation")
def reopen_milestone(commitment_id: int, milestone_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: service.reopen_milestone(current_actor(), milestone_id=milestone_id),
        done=lambda _: _moved(commitment_id, gettext("L’étape est de nouveau à faire.")),
        again=lambda form: _commitment_page(commitment_id, form),
    )


@blueprint.post("/engagements/<int:commitment_id>/nouvelles")
def give_news(commitment_id: int) -> ResponseReturnValue:
    return submit_form(
        GiveNewsSchema,
        command=lambda data: service.give_news(current_actor(), commitment_id=commitment_id, **data),
        done=lambda _: _moved(
            commitment_id,
            gettext("C’est publié. Les personnes qui suivent la proposition l’apprendront ce soir."),
        ),
        again=lambda form: _commitment_page(commitment_id, form, which="news"),
        is_sent_once=True,
    )


@blueprint.post("/engagements/<int:commitment_id>/abandon")
def drop_commitment(commitment_id: int) -> ResponseReturnValue:
    return submit_form(
        DropCommitmentSchema,
        command=lambda data: service.drop_commitment(current_actor(), commitment_id=commitment_id, **data),
        done=lambda _: _moved(
            commitment_id, gettext("L’engagement est abandonné, et votre raison est publiée.")
        ),
        again=lambda form: _commitment_page(commitment_id, form, which="drop"),
    )


@blueprint.post("/engagements/<int:commitment_id>/photos")
def add_photograph(commitment_id: int) -> ResponseReturnValue:
    file = request.files.get("photograph")
    return submit_form(
        AddPhotographSchema,
        command=lambda data: showing.add_photograph(
            current_actor(), commitment_id=commitment_id, file=file.read() if file else b"", **data
        ),
        done=lambda _: _moved(
            commitment_id, gettext("La photo est publiée, sans le lieu ni la date de la prise.")
        ),
        again=lambda form: _commitment_page(commitment_id, form, which="photograph"),
    )


@blueprint.post("/engagements/<int:commitment_id>/photos/<int:photograph_id>/retrait")
def remove_photograph(commitment_id: int, photograph_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: showing.remove_photograph(
            current_actor(), commitment_id=commitment_id, photograph_id=photograph_id
        ),
        done=lambda _: _moved(commitment_id, gettext("La photo est retirée.")),
        again=lambda form: _commitment_page(commitment_id, form),
    )


@blueprint.get("/engagements/photos/<int:photograph_id>")
def show_photograph(photograph_id: int) -> Response:
    return image_response(*showing.read_photograph(current_actor(), photograph_id))


def _moved(commitment_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for(".show_commitment", commitment_id=commitment_id))


# The town's record

blueprint.add_url_rule("/bilan", view_func=record_pages.show_record)
blueprint.add_url_rule("/bilan.csv", view_func=record_pages.download_record)
