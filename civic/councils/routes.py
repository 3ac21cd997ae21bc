"""Pages of the neighbourhood councils."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.councils import queries, service, sitting_votes_api, sitting_votes_routes
from civic.councils.access import CouncilsAction
from civic.councils.models import Council, Seat, Sitting
from civic.councils.motions import has_day_come
from civic.councils.rules import SITTING_LASTS, SeatOrigin, SeatRole, initials_of, with_results_since
from civic.councils.schemas import EditCouncilSchema, FoundCouncilSchema, SaveSittingSchema, SeatSchema
from civic.councils.secret_votes import list_shown_votes
from civic.councils.sittings import queries as sittings
from civic.kernel.access import can, require
from civic.kernel.calendars import CalendarEvent
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.plain_language.forms import CHECK_BUTTON, reading_of
from civic.territories import queries as territories
from civic.voting.access import VotingAction
from civic.web.calendars import calendar_answer, public_url, uid_of
from civic.web.editing import compared
from civic.web.forms import Form, page_number, read_form, submit_form
from civic.web.identity import current_actor
from civic.web.languages import form_instant

blueprint = Blueprint("councils", __name__, url_prefix="/conseils-de-quartier")

ROLE_WORDS = {
    SeatRole.CHAIR: N_("Présidence"),
    SeatRole.VICE_CHAIR: N_("Vice-présidence"),
    SeatRole.SECRETARY: N_("Secrétariat"),
    SeatRole.MEMBER: N_("Membre"),
    SeatRole.YOUTH: N_("Siège des jeunes"),
    SeatRole.OBSERVER: N_("Observation, sans voix"),
}
ORIGIN_WORDS = {
    SeatOrigin.ELECTED: N_("élection par les habitants"),
    SeatOrigin.DRAWN: N_("tirage au sort"),
    SeatOrigin.APPOINTED: N_("désignation par la mairie"),
}


def register(app: Flask) -> None:
    app.register_blueprint(sitting_votes_routes.blueprint)
    app.register_blueprint(sitting_votes_api.blueprint)


@blueprint.app_template_global()
def seat_role_in_words(role: SeatRole) -> str:
    return str(gettext(ROLE_WORDS[role]))


@blueprint.app_template_global()
def seat_origin_in_words(origin: SeatOrigin) -> str:
    return str(gettext(ORIGIN_WORDS[origin]))


def _may_edit(council: Council | None) -> bool:
    return can(current_actor(), CouncilsAction.EDIT_COUNCIL, council)


@blueprint.get("")
def list_councils() -> str:
    page = queries.list_councils(number=page_number())
    ids = {council.id for council in page.items}
    return render_template(
        "councils/list.html",
        page=page,
        places=territories.names_of({council.territory_id for council in page.items}),
        seats=queries.count_seats(ids),
        sittings=queries.next_sittings(ids, at=utc_now()),
        may_edit=_may_edit(None),
    )


@blueprint.get("/<int:council_id>")
def show_council(council_id: int) -> str:
    council = queries.get_council(council_id)
    now, may_edit, town = utc_now(), _may_edit(council), territories.find_town()
    return render_template(
        "councils/council.html",
        council=council,
        place=territories.get_territory(council.territory_id),
        seats=queries.list_seats(council.id),
        initials_of=initials_of,
        coming=queries.list_coming_sittings(council.id, at=now, with_drafts=may_edit),
        page=queries.list_past_sittings(council.id, at=now, with_drafts=may_edit, number=page_number()),
        may_edit=may_edit,
        may_call=can(current_actor(), CouncilsAction.WRITE_CALL, town.id if town else None),
        running=sittings.find_running_sitting(council.id),
    )


# The council's page


@blueprint.get("/nouveau")
def show_new_council() -> str:
    return _council_form(None, Form())


@blueprint.post("")
def found_council() -> ResponseReturnValue:
    return submit_form(
        FoundCouncilSchema,
        command=lambda data: service.found_council(current_actor(), **data),
        done=_back_to_council,
        again=lambda form: _council_form(None, form),
    )


@blueprint.get("/<int:council_id>/modifier")
def show_council_form(council_id: int) -> str:
    council = queries.get_council(council_id)
    return _council_form(council, Form(_stored_council(council)))


def _stored_council(council: Council) -> dict[str, Any]:
    return {
        "name": council.name,
        "page": council.page_source,
        "most_proxies": council.most_proxies,
        "seen": council.seen,
    }


@blueprint.post("/<int:council_id>/modifier")
def edit_council(council_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        council = queries.get_council(council_id)
        return _council_form(council, compared(form, _stored_council(council)))

    return submit_form(
        EditCouncilSchema,
        command=lambda data: service.edit_council(current_actor(), council_id=council_id, **data),
        done=lambda _: _back_to_council(council_id),
        again=again,
    )


def _council_form(council: Council | None, form: Form) -> str:
    require(current_actor(), CouncilsAction.EDIT_COUNCIL, council)
    places = territories.list_neighbourhoods() if council is None else []
    return render_template("councils/council_form.html", council=council, places=places, form=form)


def _back_to_council(council_id: int) -> ResponseReturnValue:
    flash(gettext("C’est enregistré."), "success")
    return redirect(url_for("councils.show_council", council_id=council_id))


# Seats


@blueprint.get("/<int:council_id>/sieges/nouveau")
def show_new_seat(council_id: int) -> str:
    return _seat_form(queries.get_council(council_id), None, Form())


@blueprint.get("/sieges/<int:seat_id>")
def show_seat(seat_id: int) -> str:
    seat = queries.get_seat(seat_id)
    return _seat_form(queries.get_council(seat.council_id), seat, Form(_stored_seat(seat)))


def _stored_seat(seat: Seat) -> dict[str, Any]:
    email = accounts.get_person(seat.person_id).email if seat.person_id else None
    return {
        "name": seat.name or "",
        "email": email or "",
        "role": seat.role.value,
        "origin": seat.origin.value,
        "since": seat.since.isoformat(),
        "seen": seat.seen,
    }


def _seat_form(council: Council, seat: Seat | None, form: Form) -> str:
    require(current_actor(), CouncilsAction.EDIT_COUNCIL, council)
    return render_template(
        "councils/seat_form.html",
        council=council,
        seat=seat,
        form=form,
        roles=[(role.value, seat_role_in_words(role)) for role in SeatRole],
        origins=[{"value": origin.value, "label": seat_origin_in_words(origin)} for origin in SeatOrigin],
    )


@blueprint.post("/<int:council_id>/sieges")
def add_seat(council_id: int) -> ResponseReturnValue:
    return submit_form(
        SeatSchema,
        command=lambda data: service.save_seat(current_actor(), council_id=council_id, **data),
        done=lambda _: _back_to_council(council_id),
        again=lambda form: _seat_form(queries.get_council(council_id), None, form),
    )


@blueprint.post("/sieges/<int:seat_id>")
def edit_seat(seat_id: int) -> ResponseReturnValue:
    seat = queries.get_seat(seat_id)
    council_id = seat.council_id
    return submit_form(
        SeatSchema,
        command=lambda data: service.save_seat(
            current_actor(), council_id=council_id, seat_id=seat_id, **data
        ),
        done=lambda _: _back_to_council(council_id),
        again=lambda form: _seat_form(
            queries.get_council(council_id), seat, compared(form, _stored_seat(seat))
        ),
    )


@blueprint.post("/sieges/<int:seat_id>/retrait")
def remove_seat(seat_id: int) -> ResponseReturnValue:
    return _back_to_council(service.remove_seat(current_actor(), seat_id=seat_id))


# Sittings


@blueprint.get("/seances/<int:sitting_id>")
def show_sitting(sitting_id: int) -> str:
    return sitting_page(sitting_id, Form())


def sitting_page(sitting_id: int, form: Form) -> str:
    actor = current_actor()
    sitting = service.get_visible_sitting(actor, sitting_id)
    council, live = queries.get_council(sitting.council_id), sittings.find_live(sitting_id)
    may_edit = _may_edit(council)
    return render_template(
        "councils/sitting.html",
        sitting=sitting,
        council=council,
        form=form,
        may_edit=may_edit,
        may_hold=can(actor, CouncilsAction.HOLD_SITTING, council),
        may_hold_secret=may_edit and can(actor, VotingAction.OPEN_POLL, council),
        votes=list_shown_votes(sitting_id, at=utc_now()),
        has_day_come=has_day_come(sitting.starts_at, at=utc_now()),
        now=utc_now(),
        live=live,
        items=sittings.list_items(sitting_id),
        room=sittings.find_room(sitting_id),
        is_coming=sittings.is_attending(sitting_id, actor.person_id),
        own_seats=sittings.list_own_seats(council.id, actor.person_id),
        answers=sittings.answers_of_seats(sitting_id),
        sent=sittings.list_convocations(sitting_id),
        minutes=sittings.find_minutes(sitting_id),
        additions=sittings.list_additions(sitting_id),
    )


@blueprint.get("/seances/<int:sitting_id>/essentiel")
def show_essential(sitting_id: int) -> str:
    sitting = service.get_visible_sitting(current_actor(), sitting_id)
    council = queries.get_council(sitting.council_id)
    return render_template("councils/essential.html", sitting=sitting, council=council)


@blueprint.get("/seances/<int:sitting_id>.ics")
def download_sitting(sitting_id: int) -> Response:
    sitting = service.get_visible_sitting(current_actor(), sitting_id)
    event = CalendarEvent(
        uid=uid_of("sitting", sitting.id),
        title=f"{queries.get_council(sitting.council_id).name} – {sitting.title}",
        place=sitting.place,
        description="\n".join(
            [*(item.title for item in sittings.list_items(sitting.id)), sitting.agenda_source]
        ),
        url=public_url() + url_for("councils.show_sitting", sitting_id=sitting.id),
        starts_at=sitting.starts_at,
        ends_at=sitting.starts_at + SITTING_LASTS,
        made_at=sitting.updated_at,
    )
    return calendar_answer([event], f"seance-{sitting.id}")


@blueprint.get("/<int:council_id>/seances/nouvelle")
def show_new_sitting(council_id: int) -> str:
    return _sitting_form(queries.get_council(council_id), None, Form())


@blueprint.get("/seances/<int:sitting_id>/modifier")
def show_sitting_form(sitting_id: int) -> str:
    sitting = service.get_visible_sitting(current_actor(), sitting_id)
    return _sitting_form(queries.get_council(sitting.council_id), sitting, Form(_stored_sitting(sitting)))


def _stored_sitting(sitting: Sitting) -> dict[str, Any]:
    return {
        "title": sitting.title,
        "starts_at": form_instant(sitting.starts_at),
        "place": sitting.place,
        "plain_text": sitting.plain_text,
        "agenda": sitting.agenda_source,
        "minutes": sitting.minutes_source,
        "minutes_before": sitting.minutes_source,
        "is_published": "true" if sitting.published_at else "",
        "seen": sitting.seen,
    }


def _compared_sitting(form: Form, sitting: Sitting) -> Form:
    """What was typed is sent again over the minutes of now: the results of votes written since are put in it first."""
    form = compared(form, _stored_sitting(sitting))
    if not form.theirs or sittings.find_live(sitting.id) is not None:
        return form
    kept = sitting.minutes_source
    minutes = with_results_since(form.value("minutes"), before=form.value("minutes_before"), kept=kept)
    return replace(form, values={**form.values, "minutes": minutes, "minutes_before": kept})


def _sitting_form(council: Council, sitting: Sitting | None, form: Form) -> str:
    require(current_actor(), CouncilsAction.EDIT_COUNCIL, council)
    return render_template(
        "councils/sitting_form.html",
        council=council,
        sitting=sitting,
        live=sittings.find_live(sitting.id) if sitting else None,
        form=form,
        reading=reading_of(form),
    )


@blueprint.post("/<int:council_id>/seances")
def plan_sitting(council_id: int) -> ResponseReturnValue:
    if CHECK_BUTTON in request.form:
        return _sitting_form(queries.get_council(council_id), None, read_form(SaveSittingSchema))
    return submit_form(
        SaveSittingSchema,
        command=lambda data: service.save_sitting(current_actor(), council_id=council_id, **data),
        done=_back_to_sitting,
        again=lambda form: _sitting_form(queries.get_council(council_id), None, form),
    )


@blueprint.post("/seances/<int:sitting_id>/modifier")
def edit_sitting(sitting_id: int) -> ResponseReturnValue:
    sitting = service.get_visible_sitting(current_actor(), sitting_id)
    council_id = sitting.council_id
    if CHECK_BUTTON in request.form:
        return _sitting_form(queries.get_council(council_id), sitting, read_form(SaveSittingSchema))
    return submit_form(
        SaveSittingSchema,
        command=lambda data: service.save_sitting(
            current_actor(), council_id=council_id, sitting_id=sitting_id, **data
        ),
        done=_back_to_sitting,
        again=lambda form: _sitting_form(
            queries.get_council(council_id), sitting, _compared_sitting(form, sitting)
        ),
    )


def _back_to_sitting(sitting_id: int) -> ResponseReturnValue:
    flash(gettext("C’est enregistré."), "success")
    return redirect(url_for("councils.show_sitting", sitting_id=sitting_id))
