"""What everybody reads and signs, and what an author writes."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.accounts import queries as accounts
from civic.councils import queries as councils
from civic.councils.errors import SittingNotFound
from civic.councils.models import Sitting
from civic.kernel.access import can, require
from civic.kernel.clock import town_today, utc_now
from civic.petitions import queries, rules
from civic.petitions.access import PetitionsAction
from civic.petitions.models import Petition
from civic.petitions.queries import ListFilter, PetitionView
from civic.petitions.routes.door import blueprint, town_id
from civic.petitions.rules import Act
from civic.petitions.schemas import (
    LONGEST_ASK,
    LONGEST_TITLE,
    LONGEST_WHY,
    LaunchPetitionSchema,
    ListPetitionsFilter,
    PetitionTextSchema,
    SignPetitionSchema,
)
from civic.petitions.service import launching, signing
from civic.petitions.service.reading import get_visible_petition
from civic.petitions.service.signing import Standing
from civic.territories import queries as territories
from civic.web.forms import Form, load_filters, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link
from civic.web.schemas import NothingSchema

NAMES_A_PAGE = 50
SHEET_ROWS = 14


@blueprint.get("/petitions")
def list_petitions() -> str:
    filters, now, actor = load_filters(ListPetitionsFilter), utc_now(), current_actor()
    page = queries.list_petitions(at=now, which=filters["etat"], number=filters["page"])
    own = queries.list_own(actor.id) if actor.is_signed_in else []
    town = territories.find_town()
    return render_template(
        "petitions/list.html",
        page=page,
        petitions=queries.view_petitions(page.items, at=now),
        own=queries.view_petitions(own, at=now),
        counts=queries.count_petitions(at=now),
        which=filters["etat"],
        filters=list(ListFilter),
        rules=queries.find_open_rules(town.id) if town else None,
        may_launch=town is not None and can(actor, PetitionsAction.LAUNCH_PETITION, town.id),
        may_set=town is not None and can(actor, PetitionsAction.SET_RULES, town.id),
    )


@blueprint.get("/petitions/<int:petition_id>")
def show_petition(petition_id: int) -> str:
    return _petition_page(petition_id, Form())


def _petition_page(petition_id: int, form: Form) -> str:
    actor, now = current_actor(), utc_now()
    petition = get_visible_petition(actor, petition_id)
    view = queries.view_petition(petition, at=now)
    person = accounts.get_person(actor.id) if actor.is_signed_in else None
    return render_template(
        "petitions/show.html",
        form=form,
        petition=view,
        signed=queries.find_signature(petition_id, actor.person_id),
        may_sign=view.is_signable and can(actor, PetitionsAction.SIGN_PETITION, petition),
        lives_here=can(actor, PetitionsAction.LAUNCH_PETITION, petition.territory_id),
        signer=person,
        is_author=can(actor, PetitionsAction.CHANGE_PETITION, petition),
        is_editable=rules.permits(view.state, Act.REVISE),
        may_examine=rules.permits(view.state, Act.ADMIT) and can(actor, PetitionsAction.EXAMINE, petition),
        may_count=view.takes_paper and can(actor, PetitionsAction.COUNT_PAPER, petition),
        may_follow=rules.permits(view.state, Act.DECIDE) and can(actor, PetitionsAction.FOLLOW_UP, petition),
        names=queries.list_shown_names(petition_id, size=8),
        sitting=_sitting_of(petition),
        today=town_today(),
    )


def _sitting_of(petition: Petition) -> Sitting | None:
    """Return the sitting on whose agenda it is, while it is published."""
    if petition.sitting_id is None:
        return None
    try:
        sitting = councils.get_sitting(petition.sitting_id)
    except SittingNotFound:
        return None
    return sitting if sitting.published_at is not None else None


@blueprint.get("/petitions/<int:petition_id>/signataires")
def list_signers(petition_id: int) -> str:
    petition = get_visible_petition(current_actor(), petition_id)
    number = page_number()
    return render_template(
        "petitions/signers.html",
        petition=queries.view_petition(petition, at=utc_now()),
        page=queries.list_shown_names(petition_id, number=number, size=NAMES_A_PAGE),
    )


@blueprint.get("/petitions/<int:petition_id>/feuille")
def show_sheet(petition_id: int) -> str:
    """A sheet to be signed on paper, while signatures are open."""
    petition = get_visible_petition(current_actor(), petition_id)
    return render_template(
        "petitions/sheet.html",
        petition=queries.view_petition(petition, at=utc_now()),
        link=printed_link(url_for(".show_petition", petition_id=petition_id)),
        rows=SHEET_ROWS,
    )


# Signing


@blueprint.post("/petitions/<int:petition_id>/signature")
def sign_petition(petition_id: int) -> ResponseReturnValue:
    def done(standing: Standing) -> ResponseReturnValue:
        flash(gettext("Votre signature est enregistrée. Merci."), "success")
        return redirect(url_for(".show_petition", petition_id=petition_id, _anchor="signer"))

    return submit_form(
        SignPetitionSchema,
        command=lambda data: signing.sign_petition(current_actor(), petition_id=petition_id, **data),
        done=done,
        again=lambda form: _petition_page(petition_id, form),
        is_sent_once=True,
    )


@blueprint.post("/petitions/<int:petition_id>/signature/retrait")
def withdraw_signature(petition_id: int) -> ResponseReturnValue:
    def done(standing: Standing) -> ResponseReturnValue:
        flash(
            gettext("Votre signature est retirée. Vous pouvez signer de nouveau jusqu’à la fin."), "success"
        )
        return redirect(url_for(".show_petition", petition_id=petition_id, _anchor="signer"))

    return submit_form(
        NothingSchema,
        command=lambda _: signing.withdraw_signature(current_actor(), petition_id=petition_id),
        done=done,
        again=lambda form: _petition_page(petition_id, form),
    )


# Writing


@blueprint.get("/petitions/nouvelle")
def show_new_petition() -> str:
    return _write_page(Form())


@blueprint.post("/petitions/nouvelle")
def submit_petition() -> ResponseReturnValue:
    def done(petition_id: int) -> ResponseReturnValue:
        flash(gettext("Votre pétition est envoyée à la mairie, qui l’examine avant de l’ouvrir."), "success")
        return redirect(url_for(".show_petition", petition_id=petition_id, enregistre=1))

    return submit_form(
        LaunchPetitionSchema,
        command=lambda data: launching.submit_petition(current_actor(), territory_id=town_id(), **data),
        done=done,
        again=_write_page,
        is_sent_once=True,
    )


@blueprint.get("/petitions/<int:petition_id>/modifier")
def show_edit_petition(petition_id: int) -> ResponseReturnValue:
    """What was opened is not written again: its page says so."""
    petition = _own(petition_id)
    if not rules.permits(petition.state_at(utc_now()), Act.REVISE):
        return redirect(url_for(".show_petition", petition_id=petition_id))
    values = {"title": petition.title, "ask": petition.ask_source, "why": petition.why_source}
    return _write_page(Form(values), petition)


@blueprint.post("/petitions/<int:petition_id>/modifier")
def revise_petition(petition_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Votre pétition est renvoyée à la mairie, qui l’examine."), "success")
        return redirect(url_for(".show_petition", petition_id=petition_id, enregistre=1))

    return submit_form(
        PetitionTextSchema,
        command=lambda data: launching.revise_petition(current_actor(), petition_id=petition_id, **data),
        done=done,
        again=lambda form: _write_page(form, _own(petition_id)),
        is_sent_once=True,
    )


@blueprint.post("/petitions/<int:petition_id>/retrait")
def withdraw_petition(petition_id: int) -> ResponseReturnValue:
    launching.withdraw_petition(current_actor(), petition_id=petition_id)
    flash(gettext("Votre pétition est retirée : personne d’autre ne l’avait signée."), "success")
    return redirect(url_for(".list_petitions"))


def _own(petition_id: int) -> Petition:
    petition = get_visible_petition(current_actor(), petition_id)
    require(current_actor(), PetitionsAction.CHANGE_PETITION, petition)
    return petition


def _write_page(form: Form, petition: Petition | None = None) -> str:
    actor = current_actor()
    wanted = queries.find_open_rules(petition.territory_id if petition else town_id())
    if petition is None:
        require(actor, PetitionsAction.LAUNCH_PETITION, town_id())
    mine = accounts.list_organisations_of(actor.id) if petition is None else []
    values: dict[str, Any] = {
        "petition": _seen(petition),
        "rules": wanted,
        "organisation_options": [(each.id, each.name) for each in mine if each.id in actor.organisation_ids],
        "longest_title": LONGEST_TITLE,
        "longest_ask": LONGEST_ASK,
        "longest_why": LONGEST_WHY,
    }
    return render_template("petitions/write.html", form=form, **values)


def _seen(petition: Petition | None) -> PetitionView | None:
    return queries.view_petition(petition, at=utc_now()) if petition else None
