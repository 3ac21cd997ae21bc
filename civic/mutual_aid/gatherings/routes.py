"""Pages of gatherings: what is to come, one of them with its shifts, and the association's forms."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.kernel.access import can, require
from civic.kernel.calendars import CalendarEvent, EventStatus
from civic.kernel.clock import utc_now
from civic.kernel.errors import NotAllowed
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.gatherings import queries, service, words
from civic.mutual_aid.gatherings.access import GatheringsAction
from civic.mutual_aid.gatherings.models import Gathering
from civic.mutual_aid.gatherings.rules import GatheringState, PlaceState
from civic.mutual_aid.gatherings.schemas import (
    AddShiftSchema,
    ChangeGatheringSchema,
    DraftGatheringSchema,
    SetPlacesSchema,
    TakePlaceSchema,
)
from civic.territories import queries as territories
from civic.web.calendars import calendar_answer, public_url, uid_of
from civic.web.editing import compared
from civic.web.forms import Form, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("gatherings", __name__, url_prefix="/entraide/rendez-vous")
for _helper in words.GLOBALS:
    blueprint.add_app_template_global(_helper)


PLACE_STATUS = {
    PlaceState.TAKEN: EventStatus.CONFIRMED,
    PlaceState.WAITING: EventStatus.TENTATIVE,
    PlaceState.HELD: EventStatus.TENTATIVE,
}
"""What a calendar shows of a place; of one that is given up, or lost, that it is cancelled."""


@blueprint.get("")
def list_gatherings() -> str:
    actor, town = current_actor(), territories.find_town()
    page = queries.list_gatherings(town.id if town else 0, now=utc_now(), actor=actor, number=page_number())
    return render_template(
        "gatherings/list.html",
        page=page,
        may_organise=bool(actor.organisation_ids),
        is_agent=town is not None and can(actor, MutualAidAction.WATCH_REQUESTS, town.id),
    )


@blueprint.get("/<int:gathering_id>")
def show_gathering(gathering_id: int) -> str:
    return _gathering_page(gathering_id, Form())


def _gathering_page(gathering_id: int, form: Form, *, shift_id: int | None = None) -> str:
    """``shift_id``: the one that a refused form is about."""
    actor, now = current_actor(), utc_now()
    gathering = queries.get_visible_gathering(actor, gathering_id)
    own = queries.places_of(actor.person_id, [shift.id for shift in gathering.shifts])
    return render_template(
        "gatherings/gathering.html",
        gathering=gathering,
        organisation_name=accounts.get_organisation(gathering.organisation_id).name,
        own=own,
        ranks={
            shift: queries.rank_in_list(place)
            for shift, place in own.items()
            if place.state is PlaceState.WAITING
        },
        form=form,
        refused_shift_id=shift_id,
        now=now,
        is_open=gathering.state is GatheringState.PUBLISHED,
        may_organise=can(actor, GatheringsAction.ORGANISE, gathering.organisation_id),
        may_see_places=can(actor, GatheringsAction.SEE_PLACES, gathering.organisation_id),
        may_take=can(actor, GatheringsAction.TAKE_PLACE, gathering.territory_id),
    )


@blueprint.post("/creneaux/<int:shift_id>/inscription")
def take_place(shift_id: int) -> ResponseReturnValue:
    said = {
        PlaceState.TAKEN: gettext("Votre place est réservée. Merci !"),
        PlaceState.WAITING: gettext("Vous êtes sur la liste d’attente. Si une place se libère, elle vous sera proposée à vous seul."),
        PlaceState.HELD: gettext("Une place vous est gardée."),
    }  # fmt: skip
    gathering_id = queries.get_shift(shift_id).gathering_id

    def done(state: PlaceState) -> ResponseReturnValue:
        flash(said[state], "success")
        return redirect(url_for("gatherings.show_gathering", gathering_id=gathering_id))

    return submit_form(
        TakePlaceSchema,
        command=lambda data: service.take_place(current_actor(), shift_id=shift_id, **data),
        done=done,
        again=lambda form: _gathering_page(gathering_id, form, shift_id=shift_id),
    )


@blueprint.post("/creneaux/<int:shift_id>/desistement")
def give_up_place(shift_id: int) -> ResponseReturnValue:
    gathering_id = queries.get_shift(shift_id).gathering_id
    return _press(
        gathering_id,
        lambda: service.give_up_place(current_actor(), shift_id=shift_id),
        gettext("C’est noté. La place est proposée à la personne suivante."),
    )


def _press(gathering_id: int, command: Callable[[], Any], said: str) -> ResponseReturnValue:
    def done(_: Any) -> ResponseReturnValue:
        flash(said, "success")
        return redirect(url_for("gatherings.show_gathering", gathering_id=gathering_id))

    return submit_form(
        NothingSchema,
        command=lambda _: command(),
        done=done,
        again=lambda form: _gathering_page(gathering_id, form),
    )


@blueprint.get("/creneaux/<int:shift_id>.ics")
def download_shift(shift_id: int) -> Response:
    """One's own place; given up or called off, it is cancelled. Where a gathering takes place is public."""
    place, shift = queries.get_last_place(current_actor().id, shift_id), queries.get_shift(shift_id)
    gathering = queries.get_visible_gathering(current_actor(), shift.gathering_id)
    status = PLACE_STATUS.get(place.state, EventStatus.CANCELLED)
    event = CalendarEvent(
        uid=uid_of("place", place.id),
        title=f"{gathering.title} – {shift.role}",
        place=gathering.address,
        url=public_url() + url_for("gatherings.show_gathering", gathering_id=gathering.id),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        made_at=max(place.changed_at, gathering.changed_at),
        status=status,
        sequence=int(status is EventStatus.CANCELLED),
        is_busy=status is not EventStatus.TENTATIVE,
    )
    return calendar_answer([event], f"creneau-{shift.id}")


# The association


@blueprint.get("/nouveau")
def show_new_gathering() -> str:
    return _words_page(Form())


def _words_page(form: Form, gathering: Gathering | None = None) -> str:
    actor = current_actor()
    if not actor.organisation_ids:
        raise NotAllowed(needs=(gettext("parler au nom d’une association vérifiée"),))
    return render_template(
        "gatherings/words_form.html",
        form=form,
        gathering=gathering,
        organisations=[
            each for each in accounts.list_organisations_of(actor.id) if each.id in actor.organisation_ids
        ],
    )


@blueprint.post("/nouveau")
def draft_gathering() -> ResponseReturnValue:
    def done(gathering_id: int) -> ResponseReturnValue:
        flash(gettext("Le rendez-vous est préparé. Ajoutez ses créneaux, puis publiez-le."), "success")
        return redirect(url_for("gatherings.show_gathering", gathering_id=gathering_id))

    return submit_form(
        DraftGatheringSchema,
        command=lambda data: service.draft_gathering(
            current_actor(), town_id=territories.get_town().id, **data
        ),
        done=done,
        again=_words_page,
    )


@blueprint.get("/<int:gathering_id>/modifier")
def show_words_form(gathering_id: int) -> str:
    gathering = queries.get_visible_gathering(current_actor(), gathering_id)
    require(current_actor(), GatheringsAction.ORGANISE, gathering.organisation_id)
    return _words_page(Form(_stored(gathering)), gathering)


def _stored(gathering: Gathering) -> dict[str, Any]:
    return {name: getattr(gathering, name) for name in (*Gathering.WRITTEN, "seen")}


@blueprint.post("/<int:gathering_id>/modifier")
def change_gathering(gathering_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Le rendez-vous est modifié."), "success")
        return redirect(url_for("gatherings.show_gathering", gathering_id=gathering_id))

    def again(form: Form) -> str:
        gathering = queries.get_visible_gathering(current_actor(), gathering_id)
        return _words_page(compared(form, _stored(gathering)), gathering)

    return submit_form(
        ChangeGatheringSchema,
        command=lambda data: service.change_gathering(current_actor(), gathering_id=gathering_id, **data),
        done=done,
        again=again,
    )


@blueprint.post("/<int:gathering_id>/creneaux")
def add_shift(gathering_id: int) -> ResponseReturnValue:
    def done(_: int) -> ResponseReturnValue:
        flash(gettext("Le créneau est ajouté."), "success")
        return redirect(url_for("gatherings.show_gathering", gathering_id=gathering_id) + "#creneaux")

    return submit_form(
        AddShiftSchema,
        command=lambda data: service.add_shift(current_actor(), gathering_id=gathering_id, **data),
        done=done,
        again=lambda form: _gathering_page(gathering_id, form),
        is_sent_once=True,
    )


@blueprint.post("/<int:gathering_id>/creneaux/<int:shift_id>/places")
def set_places(gathering_id: int, shift_id: int) -> ResponseReturnValue:
    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Le nombre de places est changé."), "success")
        return redirect(url_for("gatherings.show_gathering", gathering_id=gathering_id))

    return submit_form(
        SetPlacesSchema,
        command=lambda data: service.set_places(
            current_actor(), gathering_id=gathering_id, shift_id=shift_id, **data
        ),
        done=done,
        again=lambda form: _gathering_page(gathering_id, form, shift_id=shift_id),
    )


@blueprint.post("/<int:gathering_id>/publication")
def publish_gathering(gathering_id: int) -> ResponseReturnValue:
    return _press(
        gathering_id,
        lambda: service.publish_gathering(current_actor(), gathering_id=gathering_id),
        gettext("Le rendez-vous est publié : chacun peut s’inscrire."),
    )


@blueprint.post("/<int:gathering_id>/annulation")
def cancel_gathering(gathering_id: int) -> ResponseReturnValue:
    return _press(
        gathering_id,
        lambda: service.cancel_gathering(current_actor(), gathering_id=gathering_id),
        gettext("Le rendez-vous est annulé. Les personnes inscrites sont prévenues."),
    )


@blueprint.get("/<int:gathering_id>/inscrits")
def show_places(gathering_id: int) -> str:
    actor = current_actor()
    places = service.see_places(actor, gathering_id=gathering_id)
    gathering = queries.get_visible_gathering(actor, gathering_id)
    return render_template("gatherings/places.html", gathering=gathering, places=places)
