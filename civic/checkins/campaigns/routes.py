"""Pages of who steers a campaign: opening, figures, what waits for the town hall, closing."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.accounts import queries as accounts
from civic.checkins.access import CheckinsAction
from civic.checkins.campaigns import calling_routes as _calling_routes  # noqa: F401  registers the pages of who calls
from civic.checkins.campaigns import queries
from civic.checkins.campaigns.door import blueprint
from civic.checkins.campaigns.models import CheckinCampaign
from civic.checkins.campaigns.rules import CampaignPlan, Reason, TownStep, is_open, round_begins_at
from civic.checkins.campaigns.schemas import BoardQuery, FollowCallSchema, OpenCampaignSchema
from civic.checkins.campaigns.service import steering
from civic.checkins.campaigns.words import script_in_words
from civic.checkins.register.queries import count_by_place
from civic.kernel.access import require
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.web.forms import Form, load_filters, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.languages import form_instant
from civic.web.schemas import NothingSchema

USUAL_LENGTH = timedelta(days=4)


@blueprint.get("/bureau/registre/campagnes")
def list_campaigns() -> str:
    town = territories.get_town()
    require(current_actor(), CheckinsAction.STEER_CAMPAIGN, town.id)
    now = utc_now()
    page = queries.list_campaigns(town.id, number=page_number())
    return render_template(
        "checkins/campaigns.html",
        page=page,
        open_ids={each.id for each in page.items if is_open(each.closes_at, each.closed_at, at=now)},
    )


@blueprint.get("/bureau/registre/campagnes/nouvelle")
def show_new_campaign() -> str:
    reason = request.args.get("reason", Reason.HEAT.value)
    known = Reason(reason) if reason in set(Reason) else None
    return _campaign_form(
        Form(
            {
                "reason": reason,
                "closes_at": form_instant(utc_now() + USUAL_LENGTH),
                "every_hours": "24",
                "retry_minutes": "60",
                "tries": "3",
                "script": script_in_words(known),
            }
        )
    )


def _campaign_form(form: Form) -> str:
    town = territories.get_town()
    require(current_actor(), CheckinsAction.STEER_CAMPAIGN, town.id)
    return render_template(
        "checkins/campaign_form.html",
        form=form,
        reasons=list(Reason),
        places=territories.list_places(),
        people=count_by_place(town.id),
    )


@blueprint.post("/bureau/registre/campagnes")
def open_campaign() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        is_in_force = data.pop("is_plan_in_force")
        plan = CampaignPlan(**{**data, "place_ids": tuple(data["place_ids"])})
        return steering.open_campaign(
            current_actor(), town_id=territories.get_town().id, plan=plan, is_plan_in_force=is_in_force
        )

    return submit_form(
        OpenCampaignSchema,
        command=command,
        done=lambda campaign_id: _said(
            campaign_id, gettext("La campagne est ouverte. Invitez maintenant ceux qui appelleront.")
        ),
        again=_campaign_form,
    )


def _said(campaign_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("campaigns.show_campaign", campaign_id=campaign_id))


@blueprint.get("/bureau/registre/campagnes/<int:campaign_id>")
def show_campaign(campaign_id: int) -> str:
    return _campaign_page(campaign_id)


def _campaign_page(campaign_id: int) -> str:
    campaign = steering.get_steered(current_actor(), campaign_id)
    filters, now = load_filters(BoardQuery), utc_now()
    board = filters["board"] if filters["board"] in queries.BOARD else "for_town"
    figures = queries.figures_by_place(campaign, at=now)
    page = steering.see_board(current_actor(), campaign=campaign, board=board, number=filters["page"])
    place_ids = {each.territory_id for each in figures if each.territory_id} | {
        call.territory_id for call in page.items
    }
    return render_template(
        "checkins/campaign.html",
        campaign=campaign,
        is_open=is_open(campaign.closes_at, campaign.closed_at, at=now),
        next_round_at=_next_round_at(campaign),
        figures=figures[:-1],
        total=figures[-1],
        board=board,
        page=page,
        counts=queries.count_by_board(campaign),
        places=territories.names_of(place_ids | set(campaign.places)),
        callers=accounts.names_of({caller.person_id for caller in queries.list_callers(campaign.id)}),
    )


def _next_round_at(campaign: CheckinCampaign) -> Any:
    begins = round_begins_at(campaign.opened_at, campaign.every_hours, campaign.round + 1)
    return begins if begins < campaign.closes_at else None


@blueprint.post("/bureau/registre/campagnes/<int:campaign_id>/benevoles")
def ask_volunteers(campaign_id: int) -> ResponseReturnValue:
    def done(count: int) -> ResponseReturnValue:
        said = ngettext(
            "%(num)s bénévole rencontré est invité à appeler.",
            "%(num)s bénévoles rencontrés sont invités à appeler.",
            count,
        )
        return _said(
            campaign_id, said if count else gettext("Aucun autre bénévole n’a été rencontré par un agent.")
        )

    return submit_form(
        NothingSchema,
        command=lambda _: steering.ask_volunteers(current_actor(), campaign_id=campaign_id),
        done=done,
        again=lambda form: _campaign_page(campaign_id),
    )


@blueprint.post("/bureau/registre/campagnes/<int:campaign_id>/fin")
def close_campaign(campaign_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: steering.close_campaign(current_actor(), campaign_id=campaign_id),
        done=lambda _: _said(
            campaign_id, gettext("La campagne est terminée. Les appelants ne voient plus rien.")
        ),
        again=lambda form: _campaign_page(campaign_id),
    )


@blueprint.get("/bureau/registre/appels/<int:checkin_id>")
def show_call(checkin_id: int) -> str:
    return _call_page(checkin_id, Form())


def _call_page(checkin_id: int, form: Form) -> str:
    file = steering.open_file(current_actor(), call_id=checkin_id)
    authors = {step.author_id for step, _ in file.steps if step.author_id is not None}
    return render_template(
        "checkins/call_file.html",
        file=file,
        call=file.call,
        campaign=file.campaign,
        entry=file.entry,
        form=form,
        steps=list(TownStep),
        names=accounts.names_of(authors),
        place=territories.names_of({file.entry.territory_id}).get(file.entry.territory_id, "")
        if file.entry
        else "",
    )


@blueprint.post("/bureau/registre/appels/<int:checkin_id>/suites")
def follow_call(checkin_id: int) -> ResponseReturnValue:
    def done(_: Any) -> ResponseReturnValue:
        flash(gettext("C’est noté."), "success")
        return redirect(url_for("campaigns.show_call", checkin_id=checkin_id))

    return submit_form(
        FollowCallSchema,
        command=lambda data: steering.follow_call(current_actor(), call_id=checkin_id, **data),
        done=done,
        again=lambda form: _call_page(checkin_id, form),
    )
