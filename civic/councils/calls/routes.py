"""Pages of the calls for candidates: what everybody reads, what a candidate writes, what the town hall decides."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.councils.access import CouncilsAction
from civic.councils.calls import queries
from civic.councils.calls.models import CandidateCall
from civic.councils.calls.queries import CandidateView
from civic.councils.calls.schemas import (
    LONGEST_BODY,
    LONGEST_CANDIDACY,
    LONGEST_OUTCOME,
    ApplySchema,
    CancelCallSchema,
    DecideCallFormSchema,
    EditCallSchema,
    LinkPollSchema,
    WriteCallSchema,
)
from civic.councils.calls.service import applying, choosing, writing
from civic.councils.calls.states import CallState, Sex, Way
from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.kernel.pagination import LARGEST_PAGE, Page
from civic.territories import queries as territories
from civic.voting import queries as voting
from civic.web.editing import compared
from civic.web.forms import Form, page_number, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import form_instant
from civic.web.schemas import NothingSchema

blueprint = Blueprint("calls", __name__, url_prefix="/appels-a-candidatures")

PAGE_BUTTON, MOST_DIGITS = "go_to_page", 10
STATE_WORDS = {
    CallState.DRAFT: N_("Brouillon"),
    CallState.COMING: N_("À venir"),
    CallState.OPEN: N_("Ouvert"),
    CallState.CLOSED: N_("Fermé"),
    CallState.DECIDED: N_("Places pourvues"),
    CallState.CANCELLED: N_("Annulé"),
}
WAY_WORDS = {
    Way.DRAWN: N_("Par tirage au sort"),
    Way.ELECTED: N_("Par un vote des habitants"),
    Way.APPOINTED: N_("Par désignation"),
}
SEX_WORDS = {Sex.WOMAN: N_("Femme"), Sex.MAN: N_("Homme"), Sex.NOT_SAID: N_("Je préfère ne pas le dire")}


@blueprint.app_context_processor
def name_calls() -> dict[str, Any]:
    return {"call_state_words": STATE_WORDS, "call_way_words": WAY_WORDS}


@blueprint.app_template_global()
def open_calls_of(council_id: int) -> list[CandidateCall]:
    """Return the calls of a council that can be answered now, for its page."""
    return queries.list_open(at=utc_now(), council_id=council_id)


def _town_id() -> int | None:
    town = territories.find_town()
    return town.id if town else None


def _back(open_call_id: int, told: str) -> ResponseReturnValue:
    flash(told, "success")
    return redirect(url_for(".show_call", open_call_id=open_call_id))


@blueprint.get("")
def list_calls() -> str:
    may_write = can(current_actor(), CouncilsAction.WRITE_CALL, _town_id())
    page = queries.list_calls(with_drafts=may_write, number=page_number())
    return render_template(
        "councils/calls/list.html",
        page=page,
        may_write=may_write,
        now=utc_now(),
        counts=queries.count_candidates([call.id for call in page.items]) if may_write else {},
        places=territories.names_of({call.territory_id for call in page.items}),
    )


@blueprint.get("/<int:open_call_id>")
def show_call(open_call_id: int) -> str:
    return _call_page(open_call_id, Form())


def _call_page(open_call_id: int, form: Form) -> str:
    actor, now = current_actor(), utc_now()
    call = writing.get_visible_call(actor, open_call_id)
    own = queries.find_candidacy(open_call_id, actor.person_id)
    if own is not None and not form.values:
        form = Form({"text": own.text, "sex": own.sex.value if own.sex else "", "is_shown": own.is_shown})
    councils = {council.id: council for council in queries.list_councils()}
    return render_template(
        "councils/calls/show.html",
        call=call,
        state=call.state_at(now),
        form=form,
        own=own,
        place=territories.get_territory(call.territory_id),
        council=councils.get(call.council_id or 0),
        candidates=queries.list_shown_candidates(call, at=now, number=page_number()),
        is_held=queries.holds_candidacies(call),
        may_apply=can(actor, CouncilsAction.APPLY, call),
        may_write=can(actor, CouncilsAction.WRITE_CALL, call),
        sex_options=[{"value": sex.value, "label": gettext(words)} for sex, words in SEX_WORDS.items()],
        longest=LONGEST_CANDIDACY,
        longest_outcome=LONGEST_OUTCOME,
    )


# A candidate


@blueprint.post("/<int:open_call_id>/candidature")
def apply(open_call_id: int) -> ResponseReturnValue:
    return submit_form(
        ApplySchema,
        command=lambda data: applying.apply(current_actor(), call_id=open_call_id, **data),
        done=lambda _: _back(
            open_call_id,
            gettext("Votre candidature est enregistrée. Vous pouvez la changer ou la retirer ici."),
        ),
        again=lambda form: _call_page(open_call_id, form),
        is_sent_once=True,
    )


@blueprint.post("/<int:open_call_id>/candidature/retrait")
def withdraw(open_call_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: applying.withdraw(current_actor(), call_id=open_call_id),
        done=lambda _: _back(open_call_id, gettext("Votre candidature est retirée : il n’en reste rien.")),
        again=lambda form: _call_page(open_call_id, form),
    )


# The town hall writes


@blueprint.get("/nouveau")
def show_new_call() -> str:
    council_id = request.args.get("conseil", type=int)
    council = next((each for each in queries.list_councils() if each.id == council_id), None)
    begun = {"council_id": council.id, "territory_id": council.territory_id} if council else {}
    return _write_page(
        None, Form({"territory_id": _town_id(), "way": "drawn", "shows_candidates": True, **begun})
    )


@blueprint.get("/<int:open_call_id>/modifier")
def show_call_form(open_call_id: int) -> str:
    call = writing.get_visible_call(current_actor(), open_call_id)
    return _write_page(call, Form(_stored_call(call)))


def _stored_call(call: CandidateCall) -> dict[str, Any]:
    names = ("title", "seats", "territory_id", "council_id", "least_age", "asks_sex", "shows_candidates")
    values = {name: getattr(call, name) for name in names}
    values |= {"body": call.body_source, "way": call.way.value, "seen": call.seen}
    return values | {"opens_at": form_instant(call.opens_at), "closes_at": form_instant(call.closes_at)}


def _write_page(call: CandidateCall | None, form: Form) -> str:
    town_id = _town_id()
    require(current_actor(), CouncilsAction.WRITE_CALL, call or town_id)
    town = territories.find_town()
    places = ([town] if town else []) + list(territories.list_neighbourhoods())
    return render_template(
        "councils/calls/write.html",
        call=call,
        form=form,
        place_options=[(str(place.id), place.name) for place in places],
        council_options=[(str(council.id), council.name) for council in queries.list_councils()],
        way_options=[{"value": way.value, "label": gettext(words)} for way, words in WAY_WORDS.items()],
        longest=LONGEST_BODY,
    )


@blueprint.post("")
def write_call() -> ResponseReturnValue:
    return submit_form(
        WriteCallSchema,
        command=lambda data: writing.write_call(current_actor(), **data),
        done=lambda call_id: redirect(url_for(".show_call", open_call_id=call_id)),
        again=lambda form: _write_page(None, form),
        is_sent_once=True,
    )


@blueprint.post("/<int:open_call_id>/modifier")
def edit_call(open_call_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        call = writing.get_visible_call(current_actor(), open_call_id)
        return _write_page(call, compared(form, _stored_call(call)))

    return submit_form(
        EditCallSchema,
        command=lambda data: writing.write_call(current_actor(), call_id=open_call_id, **data),
        done=lambda _: _back(open_call_id, gettext("C’est enregistré.")),
        again=again,
        is_sent_once=True,
    )


@blueprint.post("/<int:open_call_id>/suppression")
def delete_call(open_call_id: int) -> ResponseReturnValue:
    writing.delete_call(current_actor(), call_id=open_call_id)
    flash(gettext("Le brouillon est supprimé."), "success")
    return redirect(url_for(".list_calls"))


@blueprint.post("/<int:open_call_id>/publication")
def publish_call(open_call_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: writing.publish_call(current_actor(), call_id=open_call_id),
        done=lambda _: _back(
            open_call_id, gettext("L’appel est publié : il s’ouvre et se ferme tout seul, à ses dates.")
        ),
        again=lambda form: _call_page(open_call_id, form),
    )


@blueprint.post("/<int:open_call_id>/annulation")
def cancel_call(open_call_id: int) -> ResponseReturnValue:
    return submit_form(
        CancelCallSchema,
        command=lambda data: writing.cancel_call(current_actor(), call_id=open_call_id, **data),
        done=lambda _: _back(open_call_id, gettext("L’appel est annulé. Sa page reste, avec la raison.")),
        again=lambda form: _call_page(open_call_id, form),
    )


# The town hall fills the seats


@blueprint.get("/<int:open_call_id>/candidats")
def show_candidates(open_call_id: int) -> str:
    return _candidates_page(open_call_id, Form())


def _candidates_page(open_call_id: int, form: Form, number: int | None = None) -> str:
    now = utc_now()
    page = choosing.read_candidates(current_actor(), call_id=open_call_id, number=number or page_number())
    call = queries.get_call(open_call_id)
    polls = [
        poll
        for status in choosing.LINKED
        for poll in voting.list_polls(status=status, at=now, size=LARGEST_PAGE).items
    ]
    designated = [str(each) for each in queries.list_designated(call)]
    chosen = designated if form.values.get("here") is None else form.value("chosen_ids", [])
    return render_template(
        "councils/calls/candidates.html",
        call=call,
        state=call.state_at(now),
        page=page,
        has_draw=queries.has_draw(call),
        form=form,
        options=[_option(each) for each in page.items],
        chosen=chosen,
        elsewhere=_elsewhere(call, chosen, page),
        poll_options=[(str(poll.id), poll.question) for poll in polls],
        longest=LONGEST_OUTCOME,
    )


def _whole(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < MOST_DIGITS else None


def _elsewhere(call: CandidateCall, chosen: list[str], page: Page[CandidateView]) -> dict[int, str]:
    """Return who is chosen and not on this page, so that a decision reaches candidates of every page."""
    here = {each.id for each in page.items}
    ids = {number for each in chosen if (number := _whole(each)) is not None}
    return queries.names_of_candidacies(call.id, ids - here)


def _option(candidate: CandidateView) -> dict[str, str]:
    label = candidate.name
    if candidate.accepted:
        label = gettext("%(name)s (tirage au sort : a accepté)", name=candidate.name)
    return {"value": str(candidate.id), "label": label, "help": candidate.text}


@blueprint.post("/<int:open_call_id>/tirage")
def prepare_draw(open_call_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: choosing.prepare_draw(current_actor(), call_id=open_call_id),
        done=lambda draw_id: redirect(url_for("draws.show_preparation", draw_id=draw_id)),
        again=lambda form: _candidates_page(open_call_id, form),
    )


@blueprint.post("/<int:open_call_id>/scrutin")
def link_poll(open_call_id: int) -> ResponseReturnValue:
    return submit_form(
        LinkPollSchema,
        command=lambda data: choosing.link_poll(current_actor(), call_id=open_call_id, **data),
        done=lambda _: _back(open_call_id, gettext("Le scrutin est affiché sur la page de l’appel.")),
        again=lambda form: _candidates_page(open_call_id, form),
    )


@blueprint.post("/<int:open_call_id>/decision")
def decide_call(open_call_id: int) -> ResponseReturnValue:
    """Publish the choice; or turn the page of the candidates, and keep who is ticked and what is written."""
    if PAGE_BUTTON in request.form:
        form, number = read_form(DecideCallFormSchema), _whole(request.form[PAGE_BUTTON])
        return _candidates_page(open_call_id, form, number)

    def command(data: dict[str, Any]) -> None:
        del data["here"]
        choosing.decide_call(current_actor(), call_id=open_call_id, **data)

    return submit_form(
        DecideCallFormSchema,
        command=command,
        done=lambda _: _back(open_call_id, gettext("C’est publié, et dit à tous les candidats.")),
        again=lambda form: _candidates_page(open_call_id, form, _whole(form.value("here"))),
    )
