"""Pages of draws: what everybody reads and draws again, what the town hall prepares, what somebody drawn answers."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.councils.access import CouncilsAction
from civic.councils.sortition import lists, queries
from civic.councils.sortition.errors import (
    DrawListRefused,
    DrawNotFound,
    ListNotKept,
    PlaceNotFound,
    QuotasRefused,
    WrongDrawState,
)
from civic.councils.sortition.models import Draw
from civic.councils.sortition.rules import SHORT, Quota
from civic.councils.sortition.schemas import (
    LONGEST_PURPOSE,
    LONGEST_SOURCE,
    USUAL_KEEP_DAYS,
    AnswerPlaceSchema,
    CancelDrawSchema,
    DrawLotsSchema,
    DrawWishSchema,
    EditDrawSchema,
    FreezeDrawSchema,
    QuotaFormSchema,
)
from civic.councils.sortition.script import draw_script
from civic.councils.sortition.service import drawing, preparing
from civic.councils.sortition.showing import compared_quotas, rows_of_quotas
from civic.councils.sortition.states import USUAL_ANSWER_DAYS, DrawState, PlaceState
from civic.councils.sortition.words import name_states, told_of_answer, told_of_quotas_absent
from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.files import text_file
from civic.web.forms import Form, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

blueprint = Blueprint("draws", __name__, url_prefix="/tirages-au-sort")
blueprint.app_context_processor(name_states)


def _town_id() -> int:
    town = territories.find_town()
    if town is None:
        raise DrawNotFound
    return town.id


@blueprint.get("")
def list_draws() -> str:
    town = territories.find_town()
    may_draw = town is not None and can(current_actor(), CouncilsAction.DRAW_LOTS, town.id)
    page = queries.list_draws(
        territory_id=town.id if town else None,
        with_drafts=may_draw,
        number=page_number(),
    )
    waiting = queries.list_waiting([draw.id for draw in page.items])
    return render_template("councils/sortition/list.html", page=page, may_draw=may_draw, waiting=waiting)


@blueprint.get("/<int:draw_id>")
def show_draw(draw_id: int) -> ResponseReturnValue:
    draw = preparing.get_visible_draw(current_actor(), draw_id)
    if draw.state is DrawState.DRAFT:
        return redirect(url_for(".show_preparation", draw_id=draw_id))
    return _draw_page(draw, Form())


def _draw_page(draw: Draw, form: Form) -> str:
    actor = current_actor()
    places = queries.view_places(draw.id, with_names=False)
    panel, substitutes = queries.result_of(draw)
    return render_template(
        "councils/sortition/show.html",
        draw=draw,
        form=form,
        places=places,
        panel=panel,
        substitutes=substitutes,
        answers=queries.count_answers(places),
        declined=[place.number for place in places if place.state.value == "declined"],
        rows=rows_of_quotas(draw),
        rules_sha256=lists.fingerprint(draw.rules_text),
        own=queries.find_place_of(draw.id, actor.person_id),
        may_draw=can(actor, CouncilsAction.DRAW_LOTS, draw),
        is_seed_due=draw.seed_at is not None and draw.seed_at <= utc_now(),
        has_list=draw.erased_at is None,
        longest=LONGEST_PURPOSE,
    )


# What anybody downloads


@blueprint.get("/<int:draw_id>/liste.csv")
def download_list(draw_id: int) -> Response:
    actor = current_actor()
    draw = preparing.get_visible_draw(actor, draw_id)
    is_shown = draw.shows_list and draw.frozen_at is not None
    if not draw.list_text or not (is_shown or can(actor, CouncilsAction.DRAW_LOTS, draw)):
        raise ListNotKept
    return text_file(draw.list_text, "text/csv", "liste.csv")


@blueprint.get("/<int:draw_id>/regles.json")
def download_rules(draw_id: int) -> Response:
    draw = _published(draw_id)
    return text_file(draw.rules_text, "application/json", "regles.json")


@blueprint.get("/<int:draw_id>/resultat.json")
def download_result(draw_id: int) -> Response:
    draw = _published(draw_id)
    if draw.drawn_at is None:
        raise DrawNotFound
    return text_file(draw.result_text, "application/json", "resultat.json")


def _published(draw_id: int) -> Draw:
    draw = queries.get_draw(draw_id)
    if draw.frozen_at is None:
        raise DrawNotFound
    return draw


@blueprint.get("/retirer.py")
def download_script() -> Response:
    return text_file(draw_script(), "text/x-python", "retirer.py")


# The town hall prepares


@blueprint.get("/nouveau")
def show_new_draw() -> str:
    return _wish_page(
        None, Form({"answer_days": USUAL_ANSWER_DAYS, "keep_days": USUAL_KEEP_DAYS, "shows_list": True})
    )


@blueprint.get("/<int:draw_id>/modifier")
def show_wish(draw_id: int) -> str:
    draw = _draft(draw_id)
    return _wish_page(draw, Form(_stored_wish(draw)))


def _stored_wish(draw: Draw) -> dict[str, Any]:
    return {name: getattr(draw, name) for name in (*Draw.WRITTEN, "seen")}


def _wish_page(draw: Draw | None, form: Form) -> str:
    require(current_actor(), CouncilsAction.DRAW_LOTS, draw or _town_id())
    return render_template("councils/sortition/wish.html", draw=draw, form=form, longest=LONGEST_PURPOSE)


@blueprint.post("")
def create_draw() -> ResponseReturnValue:
    return submit_form(
        DrawWishSchema,
        command=lambda data: preparing.create_draw(current_actor(), territory_id=_town_id(), **data),
        done=lambda draw_id: redirect(url_for(".show_preparation", draw_id=draw_id)),
        again=lambda form: _wish_page(None, form),
        is_sent_once=True,
    )


@blueprint.post("/<int:draw_id>/modifier")
def edit_draw(draw_id: int) -> ResponseReturnValue:
    def again(form: Form) -> str:
        draw = preparing.get_visible_draw(current_actor(), draw_id)
        return _wish_page(draw, compared(form, _stored_wish(draw)))

    return submit_form(
        EditDrawSchema,
        command=lambda data: preparing.edit_draw(current_actor(), draw_id=draw_id, **data),
        done=lambda _: redirect(url_for(".show_preparation", draw_id=draw_id)),
        again=again,
        is_sent_once=True,
    )


@blueprint.post("/<int:draw_id>/suppression")
def delete_draft(draw_id: int) -> ResponseReturnValue:
    preparing.delete_draft(current_actor(), draw_id=draw_id)
    flash(gettext("Le brouillon est supprimé, avec sa liste."), "success")
    return redirect(url_for(".list_draws"))


def _draft(draw_id: int) -> Draw:
    draw = preparing.get_visible_draw(current_actor(), draw_id)
    require(current_actor(), CouncilsAction.DRAW_LOTS, draw)
    if draw.state is not DrawState.DRAFT:
        raise WrongDrawState
    return draw


@blueprint.get("/<int:draw_id>/preparation")
def show_preparation(draw_id: int) -> ResponseReturnValue:
    draw = preparing.get_visible_draw(current_actor(), draw_id)
    require(current_actor(), CouncilsAction.DRAW_LOTS, draw)
    if draw.state is not DrawState.DRAFT:
        return redirect(url_for(".show_draw", draw_id=draw_id))
    return _preparation_page(draw_id, Form())


def _preparation_page(draw_id: int, form: Form, *, which: str = "") -> str:
    """``which``: the form of the page that was refused."""
    draw = _draft(draw_id)
    return render_template(
        "councils/sortition/prepare.html",
        draw=draw,
        form=form,
        which=which,
        rows=rows_of_quotas(draw, is_exact=True),
        rare=lists.count_rare(queries.entrants_of(draw), SHORT),
        short=SHORT,
        longest=LONGEST_PURPOSE,
        longest_source=LONGEST_SOURCE,
    )


@blueprint.post("/<int:draw_id>/liste")
def load_list(draw_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        sent = request.files.get("file")
        content = sent.read() if sent else b""
        if not content:
            raise DrawListRefused(fields={"file": [gettext("Choisissez un fichier CSV.")]})
        return preparing.load_list(current_actor(), draw_id=draw_id, content=content)

    def done(entrants: int) -> ResponseReturnValue:
        told = ngettext(
            "La liste compte %(num)s personne. Vérifiez les quotas proposés.",
            "La liste compte %(num)s personnes. Vérifiez les quotas proposés.",
            entrants,
        )
        flash(told, "success")
        return redirect(url_for(".show_preparation", draw_id=draw_id, _anchor="quotas"))

    return submit_form(
        NothingSchema,
        command=command,
        done=done,
        again=lambda form: _preparation_page(draw_id, form, which="list"),
    )


@blueprint.post("/<int:draw_id>/quotas")
def set_quotas(draw_id: int) -> ResponseReturnValue:
    """Keep the quotas, then look whether they can be held: what cannot is told beside what was kept."""

    def command(data: dict[str, Any]) -> None:
        draw = _draft(draw_id)
        rows = [row for table in rows_of_quotas(draw, is_exact=True) for row in table.rows]
        if not len(rows) == len(data["least"]) == len(data["most"]):
            told = told_of_quotas_absent()
            raise QuotasRefused(told, fields={"quotas": [told]})
        quotas = [
            Quota(row.criterion, row.value, least, most)
            for row, least, most in zip(rows, data["least"], data["most"], strict=True)
        ]
        preparing.set_quotas(current_actor(), draw_id=draw_id, quotas=quotas, seen=data[SEEN])
        preparing.ensure_possible(current_actor(), draw_id)

    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Ces quotas peuvent être tenus ensemble : ils sont enregistrés."), "success")
        return redirect(url_for(".show_preparation", draw_id=draw_id, _anchor="figer"))

    def again(form: Form) -> str:
        return _preparation_page(draw_id, compared_quotas(form, _draft(draw_id)), which="quotas")

    return submit_form(
        QuotaFormSchema,
        command=command,
        done=done,
        again=again,
    )


@blueprint.post("/<int:draw_id>/gel")
def freeze_draw(draw_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(
            gettext("Le tirage est figé et publié. Notez son empreinte, ou imprimez cette page."), "success"
        )
        return redirect(url_for(".show_draw", draw_id=draw_id))

    return submit_form(
        FreezeDrawSchema,
        command=lambda data: preparing.freeze_draw(current_actor(), draw_id=draw_id, **data),
        done=done,
        again=lambda form: _preparation_page(draw_id, form, which="freeze"),
    )


@blueprint.post("/<int:draw_id>/annulation")
def cancel_draw(draw_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Le tirage est annulé. Sa page reste, avec la raison."), "success")
        return redirect(url_for(".show_draw", draw_id=draw_id))

    return submit_form(
        CancelDrawSchema,
        command=lambda data: preparing.cancel_draw(current_actor(), draw_id=draw_id, **data),
        done=done,
        again=lambda form: _draw_page(_published(draw_id), form),
    )


@blueprint.post("/<int:draw_id>/tirage")
def draw_lots(draw_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Le tirage est fait. Prévenez maintenant les personnes tirées au sort."), "success")
        return redirect(url_for(".show_draw", draw_id=draw_id))

    return submit_form(
        DrawLotsSchema,
        command=lambda data: drawing.draw_lots(current_actor(), draw_id=draw_id, **data),
        done=done,
        again=lambda form: _draw_page(_published(draw_id), form),
    )


# Those who were drawn


@blueprint.get("/<int:draw_id>/appels")
def show_calls(draw_id: int) -> str:
    return _calls_page(draw_id, Form())


def _calls_page(draw_id: int, form: Form) -> str:
    draw = preparing.get_visible_draw(current_actor(), draw_id)
    places, now = drawing.read_places(current_actor(), draw_id=draw_id), utc_now()
    return render_template(
        "councils/sortition/calls.html",
        draw=draw,
        form=form,
        places=places,
        answers=queries.count_answers(places),
        waiting=[place for place in places if place.state is PlaceState.CALLED and not place.is_late(now)],
        late=[place for place in places if place.is_late(now)],
        has_list=draw.erased_at is None,
    )


@blueprint.post("/<int:draw_id>/appels/<path:number>")
def note_answer(draw_id: int, number: str) -> ResponseReturnValue:
    def done(answered: tuple[bool, str | None]) -> ResponseReturnValue:
        flash(told_of_answer(number, *answered), "success")
        return redirect(url_for(".show_calls", draw_id=draw_id))

    def command(data: dict[str, Any]) -> tuple[bool, str | None]:
        called = drawing.answer_place(current_actor(), draw_id=draw_id, number=number, **data)
        return data["is_accepted"], called

    return submit_form(
        AnswerPlaceSchema, command=command, done=done, again=lambda form: _calls_page(draw_id, form)
    )


@blueprint.get("/<int:draw_id>/ma-reponse")
def show_own_place(draw_id: int) -> str:
    return _own_page(draw_id, Form())


def _own_page(draw_id: int, form: Form) -> str:
    draw = _published(draw_id)
    place = queries.find_place_of(draw_id, current_actor().id)
    if place is None:
        raise PlaceNotFound
    return render_template("councils/sortition/own.html", draw=draw, place=place, form=form, now=utc_now())


@blueprint.post("/<int:draw_id>/ma-reponse")
def answer_own_place(draw_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> str | None:
        place = queries.find_place_of(draw_id, current_actor().id)
        if place is None:
            raise PlaceNotFound
        return drawing.answer_place(current_actor(), draw_id=draw_id, number=place.number, **data)

    def done(called: str | None) -> ResponseReturnValue:
        flash(gettext("Merci, votre réponse est enregistrée."), "success")
        return redirect(url_for(".show_own_place", draw_id=draw_id))

    return submit_form(
        AnswerPlaceSchema, command=command, done=done, again=lambda form: _own_page(draw_id, form)
    )
