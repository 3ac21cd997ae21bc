"""Pages on which a sitting is prepared: its agenda, its places, its convocation; and what one answers to it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.councils import queries as councils
from civic.councils.routes import sitting_page
from civic.councils.sittings import agenda, convocation, queries, registration
from civic.councils.sittings.errors import ItemBegun
from civic.councils.sittings.finding import get_visible_item
from civic.councils.sittings.recording import get_held_sitting
from civic.councils.sittings.schemas import (
    DOWN,
    AnswerCallSchema,
    ChangeItemSchema,
    ItemSchema,
    MoveItemSchema,
    PlacesSchema,
)
from civic.web.editing import compared
from civic.web.errors import message_of
from civic.web.forms import Form, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link
from civic.web.schemas import NothingSchema

blueprint = Blueprint("preparing_sittings", __name__, url_prefix="/conseils-de-quartier")


# The agenda


@blueprint.get("/seances/<int:sitting_id>/preparer")
def show_agenda(sitting_id: int) -> str:
    return _agenda_page(sitting_id, Form())


def _agenda_page(sitting_id: int, form: Form, places_form: Form | None = None) -> str:
    sitting, council = get_held_sitting(current_actor(), sitting_id)
    room, items = queries.find_room(sitting_id), queries.list_items(sitting_id)
    return render_template(
        "councils/sittings/agenda.html",
        sitting=sitting,
        council=council,
        items=items,
        total_minutes=sum(item.expected_minutes or 0 for item in items),
        form=form,
        places_form=places_form or Form({"places": room.places or "" if room else ""}),
        room=room,
        live=queries.find_live(sitting_id),
        sent=queries.list_convocations(sitting_id),
        seats=[each for each in councils.list_seats(council.id) if each.name],
        answers=queries.answers_of_seats(sitting_id),
    )


@blueprint.post("/seances/<int:sitting_id>/points")
def add_item(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        ItemSchema,
        command=lambda data: agenda.add_item(current_actor(), sitting_id=sitting_id, **data),
        done=lambda item_id: _to_agenda(sitting_id, item_id),
        again=lambda form: _agenda_page(sitting_id, form),
        is_sent_once=True,
    )


@blueprint.get("/points/<int:item_id>")
def show_item(item_id: int) -> str:
    return _item_page(item_id, Form(_stored_item(item_id)))


def _stored_item(item_id: int) -> dict[str, Any]:
    item = get_visible_item(current_actor(), item_id)
    return {
        "title": item.title,
        "presenter": item.presenter,
        "expected_minutes": item.expected_minutes,
        "link": item.link,
        "text": item.text,
        "seen": item.seen,
    }


@blueprint.post("/points/<int:item_id>")
def change_item(item_id: int) -> ResponseReturnValue:
    return submit_form(
        ChangeItemSchema,
        command=lambda data: agenda.change_item(current_actor(), item_id=item_id, **data),
        done=lambda sitting_id: _to_agenda(sitting_id, item_id),
        again=lambda form: _item_page(item_id, compared(form, _stored_item(item_id))),
    )


def _item_page(item_id: int, form: Form) -> str:
    item = get_visible_item(current_actor(), item_id)
    sitting, council = get_held_sitting(current_actor(), item.sitting_id)
    if item.opened_at is not None:
        raise ItemBegun
    return render_template(
        "councils/sittings/item_form.html", sitting=sitting, council=council, item=item, form=form
    )


@blueprint.post("/points/<int:item_id>/place")
def move_item(item_id: int) -> ResponseReturnValue:
    sitting_id = get_visible_item(current_actor(), item_id).sitting_id
    return submit_form(
        MoveItemSchema,
        command=lambda data: agenda.move_item(
            current_actor(), item_id=item_id, by=1 if data["direction"] == DOWN else -1
        ),
        done=lambda _: redirect(url_for(".show_agenda", sitting_id=sitting_id, _anchor=f"point-{item_id}")),
        again=lambda form: _agenda_page(sitting_id, form),
    )


@blueprint.post("/points/<int:item_id>/retrait")
def remove_item(item_id: int) -> ResponseReturnValue:
    sitting_id = get_visible_item(current_actor(), item_id).sitting_id
    return submit_form(
        NothingSchema,
        command=lambda _: agenda.remove_item(current_actor(), item_id=item_id),
        done=_to_agenda,
        again=lambda form: _agenda_page(sitting_id, form),
    )


@blueprint.post("/seances/<int:sitting_id>/places")
def set_places(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        PlacesSchema,
        command=lambda data: registration.set_places(current_actor(), sitting_id=sitting_id, **data),
        done=lambda _: _to_agenda(sitting_id),
        again=lambda form: _agenda_page(sitting_id, Form(), form),
    )


def _to_agenda(sitting_id: int, item_id: int | None = None) -> ResponseReturnValue:
    flash(gettext("C’est enregistré."), "success")
    anchor = f"point-{item_id}" if item_id else None
    return redirect(url_for("preparing_sittings.show_agenda", sitting_id=sitting_id, _anchor=anchor))


# The convocation


@blueprint.get("/seances/<int:sitting_id>/convocation")
def show_convocation(sitting_id: int) -> str:
    return _convocation_page(sitting_id, Form())


def _convocation_page(sitting_id: int, form: Form) -> str:
    plan = convocation.plan_call(current_actor(), sitting_id=sitting_id)
    return render_template(
        "councils/sittings/convocation.html",
        plan=plan,
        sitting=plan.sitting,
        council=plan.council,
        form=form,
        refusal=message_of(plan.refusal) if plan.refusal else "",
    )


@blueprint.post("/seances/<int:sitting_id>/convocation")
def send_convocation(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: convocation.send_convocation(current_actor(), sitting_id=sitting_id),
        done=lambda _: _called(sitting_id),
        again=lambda form: _convocation_page(sitting_id, form),
    )


def _called(sitting_id: int) -> ResponseReturnValue:
    flash(gettext("La convocation est partie. Imprimez-la pour qui n’a pas de compte."), "success")
    return redirect(url_for("preparing_sittings.show_convocation", sitting_id=sitting_id))


@blueprint.get("/seances/<int:sitting_id>/convocation/imprimer")
def print_convocation(sitting_id: int) -> str:
    plan = convocation.print_convocations(current_actor(), sitting_id=sitting_id)
    return render_template(
        "councils/sittings/convocation_sheet.html",
        plan=plan,
        sitting=plan.sitting,
        council=plan.council,
        seats=[each for each in councils.list_seats(plan.council.id) if each.name],
        items=queries.list_items(sitting_id),
        link=printed_link(url_for("councils.show_sitting", sitting_id=sitting_id)),
    )


# Coming


@blueprint.post("/seances/<int:sitting_id>/venue")
def say_coming(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: registration.say_coming(current_actor(), sitting_id=sitting_id),
        done=lambda _: _to_sitting(sitting_id, gettext("C’est noté : on vous attend.")),
        again=lambda form: sitting_page(sitting_id, form),
    )


@blueprint.post("/seances/<int:sitting_id>/venue/retrait")
def say_not_coming(sitting_id: int) -> ResponseReturnValue:
    return submit_form(
        NothingSchema,
        command=lambda _: registration.say_not_coming(current_actor(), sitting_id=sitting_id),
        done=lambda _: _to_sitting(sitting_id, gettext("C’est noté : votre place est rendue.")),
        again=lambda form: sitting_page(sitting_id, form),
    )


@blueprint.post("/seances/<int:sitting_id>/sieges/<int:seat_id>/reponse")
def answer_call(sitting_id: int, seat_id: int) -> ResponseReturnValue:
    return submit_form(
        AnswerCallSchema,
        command=lambda data: registration.answer_call(
            current_actor(), sitting_id=sitting_id, seat_id=seat_id, **data
        ),
        done=lambda _: _answered(sitting_id, seat_id),
        again=lambda form: sitting_page(sitting_id, form),
    )


def _answered(sitting_id: int, seat_id: int) -> ResponseReturnValue:
    """To where it was said: the member's page, or that of who notes it for somebody who telephoned."""
    if councils.get_seat(seat_id).person_id == current_actor().person_id:
        return _to_sitting(sitting_id, gettext("La réponse est notée."))
    return _to_agenda(sitting_id)


def _to_sitting(sitting_id: int, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("councils.show_sitting", sitting_id=sitting_id, _anchor="venir"))
