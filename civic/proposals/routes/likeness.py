"""Proposals that say nearly what somebody is writing: shown while she types, or, without a script, once before they are published."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from civic.consultations.models import Consultation
from civic.consultations.rules import Activity
from civic.consultations.service import get_visible_consultation
from civic.kernel.clock import utc_now
from civic.proposals import queries
from civic.proposals.access import ProposalsAction
from civic.proposals.errors import LikeOnesFirst
from civic.proposals.likeness.queries import find_like
from civic.proposals.likeness.service import own_dictionary
from civic.proposals.queries import ProposalView
from civic.proposals.routes.door import blueprint
from civic.proposals.schemas import LikenessSchema, PostProposalSchema
from civic.proposals.service.reading import can_take_part
from civic.web.errors import is_api_request
from civic.web.forms import Form, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.sending import SENT_LATER, ensure_same_hand, was_sent

SEEN = "has_seen_like"


def like_views(title: str, body: str) -> list[ProposalView]:
    """Return the shown proposals that say nearly the same, the nearest first."""
    found = [like.proposal_id for like in find_like(title, body, words=own_dictionary())]
    shown = {each.id: each for each in queries.list_shown(found)}
    in_order = [shown[proposal_id] for proposal_id in found if proposal_id in shown]
    return queries.view_proposals(in_order, reader_id=current_actor().person_id)


@blueprint.post("/consultations/<int:consultation_id>/propositions/semblables")
def list_like(consultation_id: int) -> ResponseReturnValue:
    """A part of a page, for the script of the form: empty when nothing is near."""
    get_visible_consultation(current_actor(), consultation_id)

    def done(like: list[ProposalView]) -> ResponseReturnValue:
        return render_template("proposals/_like.html", like=like, consultation_id=consultation_id)

    return submit_form(
        LikenessSchema,
        command=lambda data: like_views(data["title"], data["body"]),
        done=done,
        again=lambda form: "",
    )


def show_like_first(
    consultation_id: int, again: Callable[[Form, Consultation, list[Any]], str]
) -> ResponseReturnValue | None:
    """Return the form as it was typed, with the proposals that say nearly the same; None when there is none, or they were shown.

    What was kept on the device while the line was cut is sent later with nobody there to be shown anything: it is published as it is.

    Raises:
        LikeOnesFirst: a script asks, to which no page can be shown.
    """
    if request.form.get(SEEN) or SENT_LATER in request.headers:
        return None
    ensure_same_hand()
    actor, consultation = current_actor(), get_visible_consultation(current_actor(), consultation_id)
    if not can_take_part(
        actor, ProposalsAction.SUBMIT_PROPOSAL, Activity.PROPOSE, consultation, at=utc_now()
    ):
        return None  # who may not is refused by the command, with her text given back
    form = read_form(PostProposalSchema)
    like = like_views(str(form.value("title")), str(form.value("body")))
    if not like or was_sent():  # asked after what is like: a form that comes twice may well be like itself
        return None
    if is_api_request():
        raise LikeOnesFirst
    return again(form, consultation, like)
