"""What everybody may read of the register, and the page of who is in it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.checkins.campaigns.models import CheckinCampaign
from civic.checkins.campaigns.queries import list_campaigns
from civic.checkins.campaigns.rules import public_number
from civic.checkins.register import service
from civic.checkins.register.queries import find_entry_of_person, list_sights
from civic.territories import queries as territories
from civic.web.forms import submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("checkins", __name__, url_prefix="/registre-nominatif")


@blueprint.get("")
def show_information() -> str:
    """What the law asks the mayor to tell everybody: what the register is for, that it is free, how one gets in and out."""
    town, actor = territories.find_town(), current_actor()
    past = list_campaigns(town.id, is_over=True).items[:5] if town else []
    return render_template(
        "checkins/information.html",
        past=[(campaign, _public(campaign)) for campaign in past],
        has_entry=actor.is_signed_in and find_entry_of_person(actor.id) is not None,
    )


def _public(campaign: CheckinCampaign) -> dict[str, int | None]:
    people = campaign.figures.get("people", 0)
    reached = public_number(campaign.figures.get("reached", 0), people)
    return {"people": public_number(people, people), "reached": reached}


@blueprint.get("/ma-fiche")
def show_own_entry() -> str:
    return _own_page()


def _own_page() -> str:
    entry = service.get_own_entry(current_actor())
    sights = list_sights(entry.id)
    return render_template(
        "checkins/own_entry.html",
        entry=entry,
        place=territories.names_of({entry.territory_id}).get(entry.territory_id, ""),
        sights=sights,
        names=accounts.names_of({sight.viewer_id for sight in sights if sight.viewer_id is not None}),
    )


@blueprint.post("/ma-fiche/radiation")
def leave_register() -> ResponseReturnValue:
    def done(_: Any) -> ResponseReturnValue:
        flash(gettext("Vous n’êtes plus au registre. Tout ce qu’il disait de vous est effacé."), "success")
        return redirect(url_for("checkins.show_information"))

    return submit_form(
        NothingSchema,
        command=lambda _: service.leave_register(current_actor()),
        done=done,
        again=lambda form: _own_page(),
    )
