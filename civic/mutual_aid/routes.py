"""Pages of mutual aid: the board, an offer, the forms, and the telephone desk."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.kernel.access import can, require
from civic.mutual_aid import queries
from civic.mutual_aid import telephone_routes as _telephone_routes  # noqa: F401  registers the pages of the desk
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.asking import STEPS, summarise
from civic.mutual_aid.disclosure import find_private
from civic.mutual_aid.door import blueprint, show_sent, usual_request
from civic.mutual_aid.models import HelpRequest, Offer
from civic.mutual_aid.moments import DayHalf
from civic.mutual_aid.reviewing.rereading import may_be_read_again
from civic.mutual_aid.rules import Category, DayPart, OfferState, Urgency
from civic.mutual_aid.schemas import (
    BoardQuery,
    CancelRequestSchema,
    ChangeOfferFormSchema,
    OfferHelpSchema,
    OfferStateSchema,
    RequestFormSchema,
    RequestWordsFormSchema,
    offer_details,
    repetition,
    request_details,
)
from civic.mutual_aid.series.service import ask_with_repetition
from civic.mutual_aid.service import corrections, offers, requests
from civic.mutual_aid.volunteers import queries as volunteers
from civic.mutual_aid.wishes import Language, Wish
from civic.mutual_aid.words import day_part_in_words, weekday_in_words
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.steps import Progress, begin, show_again, walk

DISTANCES_METRES = (1_000, 2_000, 3_000, 5_000, 10_000)


@blueprint.app_template_global()
def may_list_requests() -> bool:
    town = territories.find_town()
    return town is not None and can(current_actor(), MutualAidAction.LIST_REQUESTS, town.id)


def _board_context(filters: dict[str, Any]) -> dict[str, Any]:
    actor, town = current_actor(), territories.find_town()
    return {
        "filters": filters,
        "categories": list(Category),
        "places": territories.list_places() if town else [],
        "is_agent": town is not None and can(actor, MutualAidAction.WATCH_REQUESTS, town.id),
    }


@blueprint.get("")
def show_board() -> str:
    filters = load_filters(BoardQuery)
    page = queries.list_offers(
        category=filters["category"], territory_id=filters["territory_id"], number=filters["page"]
    )
    return render_template("mutual_aid/board.html", page=page, **_board_context(filters))


@blueprint.get("/demandes")
def list_requests() -> str:
    return requests_page(Form())


def requests_page(form: Form) -> str:
    """What is sought, where a volunteer may say yes (``civic.matching``): shown again with why she may not."""
    require(current_actor(), MutualAidAction.LIST_REQUESTS, territories.get_town().id)
    filters = load_filters(BoardQuery)
    page = queries.list_open_requests(
        category=filters["category"], territory_id=filters["territory_id"], number=filters["page"]
    )
    return render_template("mutual_aid/requests.html", page=page, form=form, **_board_context(filters))


# Offers


@blueprint.get("/propositions/<int:offer_id>")
def show_offer(offer_id: int) -> str:
    actor = current_actor()
    offer = queries.get_visible_offer(actor, offer_id)
    return render_template(
        "mutual_aid/offer.html",
        offer=queries.present_offer(offer),
        may_change=can(actor, MutualAidAction.CHANGE_OFFER, offer),
    )


@blueprint.get("/propositions/nouvelle")
def show_new_offer() -> str:
    asked = {name: request.args.get(name, "") for name in ("category", "organisation_id")}
    return _offer_page(Form(asked))


def _offer_page(form: Form, offer: Offer | None = None) -> str:
    actor = current_actor()
    return render_template(
        "mutual_aid/offer_form.html",
        form=form,
        offer=offer,
        categories=list(Category),
        places=territories.list_places(),
        distances=DISTANCES_METRES,
        day_parts=list(DayPart),
        organisations=[
            organisation
            for organisation in accounts.list_organisations_of(actor.id)
            if organisation.id in actor.organisation_ids
        ],
        has_charter=queries.has_accepted_charter(actor.id),
    )


@blueprint.post("/propositions")
def offer_help() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        return offers.offer_help(
            current_actor(),
            territory_id=territories.get_town().id,
            details=offer_details(data),
            organisation_id=data["organisation_id"],
            accepts_charter=data["accepts_charter"],
            age=data["age"],
        )

    def done(offer_id: int) -> ResponseReturnValue:
        flash(gettext("Votre offre d’aide est en ligne. Merci !"), "success")
        return redirect(url_for("mutual_aid.show_offer", offer_id=offer_id, publiee=1))

    return submit_form(OfferHelpSchema, command=command, done=done, again=_offer_page, is_sent_once=True)


@blueprint.get("/propositions/<int:offer_id>/modifier")
def show_offer_form(offer_id: int) -> str:
    offer = _own_offer(offer_id)
    return _offer_page(Form(_stored_offer(offer)), offer)


def _stored_offer(offer: Offer) -> dict[str, Any]:
    return {
        "category": offer.category.value,
        "title": offer.title,
        "text": offer.text,
        "area_ids": [str(area_id) for area_id in offer.area_ids],
        "max_distance_metres": offer.max_distance_metres or "",
        "slots": offer.moments,
        SEEN: offer.seen,
    }


def _compared_offer(form: Form, offer: Offer) -> Form:
    """Tell the neighbourhoods and the moments of somebody else's version by their names."""
    form = compared(form, _stored_offer(offer))
    if "area_ids" in form.theirs:
        names = territories.names_of(set(offer.area_ids))
        form.theirs["area_ids"] = ", ".join(sorted(names.values())) or gettext("Toute la commune")
    if "slots" in form.theirs:
        told = [f"{weekday_in_words(slot.weekday)} {day_part_in_words(slot.part)}" for slot in offer.slots]
        form.theirs["slots"] = ", ".join(told) or gettext("N’importe quel moment")
    return form


def _own_offer(offer_id: int) -> Offer:
    actor = current_actor()
    offer = queries.get_visible_offer(actor, offer_id)
    require(actor, MutualAidAction.CHANGE_OFFER, offer)
    return offer


@blueprint.post("/propositions/<int:offer_id>/modifier")
def change_offer(offer_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        offers.change_offer(current_actor(), offer_id=offer_id, seen=data[SEEN], details=offer_details(data))

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("Votre offre d’aide est modifiée."), "success")
        return redirect(url_for("mutual_aid.show_offer", offer_id=offer_id))

    def again(form: Form) -> str:
        offer = _own_offer(offer_id)
        return _offer_page(_compared_offer(form, offer), offer)

    return submit_form(ChangeOfferFormSchema, command=command, done=done, again=again, is_sent_once=True)


@blueprint.post("/propositions/<int:offer_id>/etat")
def set_offer_state(offer_id: int) -> ResponseReturnValue:
    said = {
        OfferState.ACTIVE: gettext("Votre offre d’aide est de nouveau en ligne."),
        OfferState.PAUSED: gettext("Votre offre d’aide est en pause : personne ne vous sollicitera."),
        OfferState.ENDED: gettext("Votre offre d’aide est terminée. Merci pour tout."),
    }

    def command(data: dict[str, Any]) -> OfferState:
        offers.set_offer_state(current_actor(), offer_id=offer_id, state=data["state"])
        state: OfferState = data["state"]
        return state

    def done(state: OfferState) -> ResponseReturnValue:
        flash(said[state], "success")
        return redirect(url_for("mutual_aid.show_offer", offer_id=offer_id))

    def again(form: Form) -> str:
        offer = _own_offer(offer_id)
        return render_template(
            "mutual_aid/offer.html", offer=queries.present_offer(offer), may_change=True, form=form
        )

    return submit_form(OfferStateSchema, command=command, done=done, again=again)


# Requests


@blueprint.get("/demandes/nouvelle")
def show_new_request() -> str:
    actor = current_actor()
    require(actor, MutualAidAction.ASK_FOR_HELP, territories.get_town().id)
    person = accounts.get_person(actor.id)
    own = [place.id for place in territories.list_places() if place.id in actor.residence_ids]
    known = {
        "contact_name": person.name,
        "contact_phone": person.phone or "",
        "territory_id": own[0] if own else "",
    }
    usual = {**usual_request(), "part": DayHalf.ANY.value}
    return _step_page(begin(STEPS, Form({**usual, **known})))


@blueprint.post("/demandes/nouvelle")
def walk_request() -> ResponseReturnValue:
    """Read one step of the form, and show another. Nothing is kept: what was typed travels in the form."""
    require(current_actor(), MutualAidAction.ASK_FOR_HELP, territories.get_town().id)
    progress = walk(RequestFormSchema, STEPS)
    return _step_page(progress), progress.status


def _step_page(progress: Progress) -> str:
    return render_template(
        "mutual_aid/request_form.html",
        progress=progress,
        summary=summarise(progress.form, territories.list_places(), person_id=current_actor().id),
        private=find_private(str(progress.form.value("title")), str(progress.form.value("text"))),
        categories=list(Category),
        urgencies=list(Urgency),
        spoken=list(Language),
        wishes=list(Wish),
        skills=volunteers.list_skills(territories.get_town().id),
        places=territories.list_places(),
    )


@blueprint.post("/demandes")
def ask_for_help() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> int:
        actor = current_actor()
        return ask_with_repetition(
            actor,
            lambda: requests.ask_for_help(actor, details=request_details(data)),
            repetition=repetition(data),
        )

    def again(form: Form) -> str:
        return _step_page(show_again(STEPS, form))

    return submit_form(RequestFormSchema, command=command, done=_show_opened, again=again, is_sent_once=True)


def _show_opened(request_id: int) -> ResponseReturnValue:
    """Its page says how many were asked, or that nobody is free then: what is not known here is not said."""
    return show_sent(request_id)


@blueprint.get("/demandes/<int:request_id>/modifier")
def show_request_words(request_id: int) -> str:
    followed = requests.get_followed_request(current_actor(), request_id)
    return _words_page(request_id, Form(_stored_words(followed)))


def _stored_words(followed: HelpRequest) -> dict[str, str]:
    return {"title": followed.title, "text": followed.text, SEEN: followed.seen}


def _words_page(request_id: int, form: Form) -> str:
    actor = current_actor()
    followed = requests.get_followed_request(actor, request_id)
    return render_template(
        "mutual_aid/request_words_form.html",
        form=form,
        request_id=request_id,
        is_read_again=not can(actor, MutualAidAction.ACCEPT_REQUEST, followed)
        and may_be_read_again(followed),
        private=find_private(str(form.value("title")), str(form.value("text"))),
    )


@blueprint.post("/demandes/<int:request_id>/modifier")
def change_request(request_id: int) -> ResponseReturnValue:
    def done(is_read_again: bool) -> ResponseReturnValue:
        said = (
            gettext("La demande est corrigée : la mairie la relit, puis nous cherchons de nouveau.")
            if is_read_again
            else gettext("La demande est corrigée : les bénévoles lisent le nouveau texte.")
        )
        flash(said, "success")
        return redirect(url_for("matching.show_request", request_id=request_id))

    def again(form: Form) -> str:
        followed = requests.get_followed_request(current_actor(), request_id)
        return _words_page(request_id, compared(form, _stored_words(followed)))

    return submit_form(
        RequestWordsFormSchema,
        command=lambda data: corrections.change_request(current_actor(), request_id=request_id, **data),
        done=done,
        again=again,
    )


@blueprint.post("/demandes/<int:request_id>/annulation")
def cancel_request(request_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        requests.cancel_request(current_actor(), request_id=request_id, state_seen=data["state_seen"])

    def done(_: None) -> ResponseReturnValue:
        flash(gettext("La demande est annulée. Les personnes concernées sont prévenues."), "success")
        return redirect(url_for("matching.show_request", request_id=request_id))

    def again(form: Form) -> str:
        followed = requests.get_followed_request(current_actor(), request_id)
        return render_template(
            "mutual_aid/cancellation_refused.html",
            form=form,
            request_=queries.present_request(followed),
        )

    return submit_form(CancelRequestSchema, command=command, done=done, again=again)
