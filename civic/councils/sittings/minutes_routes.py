"""The page on which minutes are drafted, corrected, approved, published and added to; and the published text itself."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.councils.sittings import queries, recording
from civic.councils.sittings.drafting import draft_of, vote_words
from civic.councils.sittings.models import SittingMinutes
from civic.councils.sittings.rules import Approval, SittingState, state_of
from civic.councils.sittings.schemas import ApproveMinutesSchema, CorrectionSchema, EditMinutesSchema
from civic.kernel.access import Actor
from civic.kernel.clock import town_today
from civic.kernel.errors import N_
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import short_day
from civic.web.schemas import NothingSchema

blueprint = Blueprint("sitting_minutes", __name__, url_prefix="/conseils-de-quartier")

APPROVAL_WORDS = {
    Approval.CHAIR: N_("Par la présidence du conseil"),
    Approval.SITTING: N_("Par le conseil, à une séance suivante"),
}


@blueprint.get("/seances/<int:sitting_id>/compte-rendu")
def show_minutes(sitting_id: int) -> str:
    return _page(sitting_id)


def _page(sitting_id: int, **forms: Form) -> str:
    sitting, council = recording.get_held_sitting(current_actor(), sitting_id)
    minutes, live = queries.find_minutes(sitting_id), queries.find_live(sitting_id)
    is_draft = minutes is not None and minutes.approved_on is None
    later = recording.list_later_sittings(sitting)
    return render_template(
        "councils/sittings/minutes.html",
        sitting=sitting,
        council=council,
        minutes=minutes,
        is_closed=live is not None
        and state_of(live.opened_at, live.suspended_at, live.closed_at) is SittingState.CLOSED,
        results=recording.list_result_words(sitting_id, vote_words) if is_draft else [],
        additions=queries.list_additions(sitting_id),
        approved_at=_approved_at(minutes, later),
        later=[(str(each.id), f"{each.title}, {short_day(each.starts_at)}") for each in later],
        approvals=_approvals(has_later=bool(later)),
        today=town_today().isoformat(),
        refused=forms.get("refused") or Form(),
        edit_form=forms.get("edit_form") or Form(_typed(minutes)),
        approve_form=forms.get("approve_form") or Form(),
        correct_form=forms.get("correct_form") or Form(),
    )


def _typed(minutes: SittingMinutes | None) -> dict[str, Any]:
    return {"text": minutes.source, "version": minutes.version} if minutes else {}


def _approvals(*, has_later: bool) -> list[dict[str, str]]:
    return [
        {"value": each.value, "label": gettext(words)}
        for each, words in APPROVAL_WORDS.items()
        if each is Approval.CHAIR or has_later
    ]


def _approved_at(minutes: SittingMinutes | None, later: list[Any]) -> Any:
    return next((each for each in later if minutes and each.id == minutes.approved_at_id), None)


@blueprint.post("/seances/<int:sitting_id>/compte-rendu/brouillon")
def draft_minutes(sitting_id: int) -> ResponseReturnValue:
    return _do(
        sitting_id,
        lambda actor: recording.draft_minutes(actor, sitting_id=sitting_id, words=draft_of),
        gettext("Le brouillon est écrit. Relisez-le, corrigez-le."),
    )


@blueprint.post("/seances/<int:sitting_id>/compte-rendu")
def edit_minutes(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        EditMinutesSchema,
        command=lambda data: recording.edit_minutes(
            current_actor(), sitting_id=sitting_id, words=vote_words, **data
        ),
        done=lambda _: _done(sitting_id, gettext("C’est enregistré.")),
        again=lambda form: _page(sitting_id, edit_form=_with_present_version(sitting_id, form)),
    )


def _with_present_version(sitting_id: int, form: Form) -> Form:
    """A form that was late is sent again over what is there now, which the page shows above it."""
    minutes = queries.find_minutes(sitting_id)
    return Form({**form.values, "version": minutes.version if minutes else ""}, form.errors)


@blueprint.post("/seances/<int:sitting_id>/compte-rendu/approbation")
def approve_minutes(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        ApproveMinutesSchema,
        command=lambda data: recording.approve_minutes(current_actor(), sitting_id=sitting_id, **data),
        done=lambda _: _done(
            sitting_id, gettext("L’approbation est notée. Le compte rendu peut être publié.")
        ),
        again=lambda form: _page(sitting_id, approve_form=_with_version_read(sitting_id, form)),
    )


def _with_version_read(sitting_id: int, form: Form) -> Form:
    """Who is told that the text changed reads it on the page that tells her; a date that is corrected approves what was read before."""
    return _with_present_version(sitting_id, form) if "_form" in form.errors else form


@blueprint.post("/seances/<int:sitting_id>/compte-rendu/approbation/retrait")
def withdraw_approval(sitting_id: int) -> ResponseReturnValue:
    return _do(
        sitting_id,
        lambda actor: recording.withdraw_approval(actor, sitting_id=sitting_id),
        gettext("L’approbation est retirée : le texte peut être corrigé."),
    )


@blueprint.post("/seances/<int:sitting_id>/compte-rendu/publication")
def publish_minutes(sitting_id: int) -> ResponseReturnValue:
    return _do(
        sitting_id,
        lambda actor: recording.publish_minutes(actor, sitting_id=sitting_id),
        gettext("Le compte rendu est publié. Il ne change plus."),
    )


def _do(sitting_id: int, command: Callable[[Actor], object], words: str) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: command(current_actor()),
        done=lambda _: _done(sitting_id, words),
        again=lambda form: _page(sitting_id, refused=form),
    )


@blueprint.post("/seances/<int:sitting_id>/compte-rendu/rectifications")
def add_correction(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        CorrectionSchema,
        command=lambda data: recording.add_correction(current_actor(), sitting_id=sitting_id, **data),
        done=lambda _: _done(sitting_id, gettext("La rectification est publiée, avec sa date.")),
        again=lambda form: _page(sitting_id, correct_form=form),
        is_sent_once=True,
    )


@blueprint.get("/seances/<int:sitting_id>/compte-rendu.txt")
def download_minutes(sitting_id: int) -> Response:
    """The very bytes that the fingerprint is of."""
    minutes = recording.get_published_minutes(current_actor(), sitting_id)
    response = Response(minutes.source.encode(), mimetype="text/plain")
    response.headers["Content-Disposition"] = f'attachment; filename="compte-rendu-{sitting_id}.txt"'
    return response


def _done(sitting_id: int, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("sitting_minutes.show_minutes", sitting_id=sitting_id))
