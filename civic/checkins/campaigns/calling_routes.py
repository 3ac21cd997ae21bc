"""Pages of who calls, for an old telephone: one call at a time, and what to do when something is wrong. Looking takes nothing."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.checkins.access import CheckinsAction
from civic.checkins.campaigns import queries
from civic.checkins.campaigns.door import blueprint
from civic.checkins.campaigns.models import CheckinCampaign
from civic.checkins.campaigns.rules import CallState, Result, is_open, may_wake
from civic.checkins.campaigns.schemas import AnswerCallSchema, JoinCallersSchema
from civic.checkins.campaigns.service import calling
from civic.kernel.access import can
from civic.kernel.clock import town_today, utc_now
from civic.kernel.errors import Conflict
from civic.territories import queries as territories
from civic.web.errors import message_of
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema


@blueprint.get("/appels-de-veille")
def show_calling() -> str:
    return _calling_page(Form())


def _calling_page(form: Form, late_call_id: int | None = None) -> str:
    """``late_call_id``: a call that she had too long, of which she may still say that it is alarming."""
    actor, now = current_actor(), utc_now()
    campaign = queries.find_open_campaign(territories.get_town().id)
    if campaign is None or not is_open(campaign.closes_at, campaign.closed_at, at=now):
        return render_template("checkins/calling.html", campaign=None, form=form)
    standing = queries.standing_of(campaign, actor.id, on=town_today())
    may_call = can(actor, CheckinsAction.CALL_PEOPLE, standing)
    return render_template(
        "checkins/calling.html",
        form=form,
        campaign=campaign,
        late_call_id=late_call_id,
        alarming=Result.ALARMING,
        may_join=can(actor, CheckinsAction.JOIN_CALLERS, standing),
        may_call=may_call,
        has_said_yes=standing.has_said_yes,
        has_call=queries.find_held_call(campaign.id, actor.id, at=now) is not None,
        made=queries.count_steps_by(campaign.id, actor.id),
        next_at=queries.when_next_call(campaign) if may_call else None,
        may_wake=may_wake(now),
        now=now,
    )


@blueprint.post("/appels-de-veille/<int:campaign_id>/oui")
def join_callers(campaign_id: int) -> ResponseReturnValue:
    return submit_form(
        JoinCallersSchema,
        command=lambda data: calling.join_callers(current_actor(), campaign_id=campaign_id, **data),
        done=lambda _: _back(gettext("Merci ! Vous pouvez prendre un premier appel.")),
        again=_calling_page,
    )


def _back(said: str, tone: str = "success") -> ResponseReturnValue:
    flash(said, tone)
    return redirect(url_for("campaigns.show_calling"))


@blueprint.post("/appels-de-veille/<int:campaign_id>/fin")
def leave_callers(campaign_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: calling.leave_callers(current_actor(), campaign_id=campaign_id),
        done=lambda _: _back(gettext("Merci pour votre aide. On ne vous confie plus d’appel.")),
        again=_calling_page,
    )


@blueprint.post("/appels-de-veille/<int:campaign_id>/appel")
def take_call(campaign_id: int) -> ResponseReturnValue:
    def done(call_id: int | None) -> ResponseReturnValue:
        if call_id is None:
            return _back(gettext("Personne n’est à appeler en ce moment. Revenez un peu plus tard."), "info")
        return redirect(url_for("campaigns.show_held_call", campaign_id=campaign_id))

    return submit_form(
        NothingSchema,
        command=lambda _: calling.take_call(current_actor(), campaign_id=campaign_id),
        done=done,
        again=_calling_page,
    )


@blueprint.get("/appels-de-veille/<int:campaign_id>/appel")
def show_held_call(campaign_id: int) -> ResponseReturnValue:
    return _held_page(campaign_id, Form())


def _held_page(campaign_id: int, form: Form) -> Any:
    try:
        call = calling.see_call(current_actor(), campaign_id=campaign_id)
    except Conflict as refusal:
        return _back(message_of(refusal), "info")
    if call is None:
        return _back(gettext("Vous n’avez pas d’appel en main. Prenez-en un autre."), "info")
    return _call_page(queries.get_campaign(campaign_id), call, form)


def _call_page(campaign: CheckinCampaign, call: calling.CallInHand, form: Form) -> str:
    return render_template(
        "checkins/calling_call.html", campaign=campaign, call=call, form=form, results=list(Result)
    )


@blueprint.post("/appels-de-veille/appels/<int:checkin_id>/resultat")
def answer_call(checkin_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        actor = current_actor()
        campaign = calling.find_open_campaign_of(actor, call_id=checkin_id)
        if campaign is None:
            return _calling_page(form)
        call = calling.see_call(actor, campaign_id=campaign.id)
        if call is not None and call.call_id == checkin_id:
            return _call_page(campaign, call, form)
        return _calling_page(form, checkin_id if queries.has_taken(checkin_id, actor.id) else None)

    def done(state: CallState) -> ResponseReturnValue:
        if state is CallState.ALARM:
            campaign_id = queries.get_call(checkin_id).campaign_id
            return redirect(url_for("campaigns.show_alarm", campaign_id=campaign_id))
        return _back(_thanks(state))

    return submit_form(
        AnswerCallSchema,
        command=lambda data: calling.answer_call(current_actor(), call_id=checkin_id, **data),
        done=done,
        again=again,
    )


def _thanks(state: CallState) -> str:
    if state is CallState.WAITING:
        return gettext("C’est noté : l’appel reviendra plus tard.")
    if state is CallState.UNREACHED:
        return gettext("C’est noté : après plusieurs essais sans réponse, la mairie prend le relais.")
    if state is CallState.NEEDS:
        return gettext("C’est noté : la mairie la rappelle pour ce besoin. Merci.")
    return gettext("C’est noté. Merci. Vous pouvez prendre l’appel suivant.")


@blueprint.post("/appels-de-veille/appels/<int:checkin_id>/rendre")
def give_back_call(checkin_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: calling.give_back_call(current_actor(), call_id=checkin_id),
        done=lambda _: _back(gettext("L’appel est rendu : quelqu’un d’autre le passera.")),
        again=_calling_page,
    )


@blueprint.get("/appels-de-veille/<int:campaign_id>/inquietant")
def show_alarm(campaign_id: int) -> str:
    """What to do now: it says nothing of anybody, and is read by whoever is signed in."""
    return render_template("checkins/alarm.html", campaign=queries.get_campaign(campaign_id))
