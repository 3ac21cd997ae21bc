"""The desk of the town hall: looking at petitions, typing sheets, what the council decides, and the rules."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.kernel.access import Action, can, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.editing import seen_of
from civic.petitions import queries, rules
from civic.petitions.access import PetitionsAction
from civic.petitions.errors import PetitionNotFound
from civic.petitions.models import Petition
from civic.petitions.queries import DeskFilter
from civic.petitions.routes.door import blueprint, town_id
from civic.petitions.rules import MOST_LINES, Act, PetitionRules
from civic.petitions.schemas import (
    LONGEST_DECISION,
    LONGEST_NOTE,
    CountSheetSchema,
    DecidePetitionSchema,
    DeskPetitionsFilter,
    PetitionRulesFormSchema,
    PlanPetitionFormSchema,
    ReadPetitionSchema,
    RefusePetitionFormSchema,
)
from civic.petitions.service import deciding, launching, signing
from civic.petitions.service.reading import get_visible_petition
from civic.petitions.service.signing import CountedSheet
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, load_filters, page_number, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

SEES_DESK = (PetitionsAction.EXAMINE, PetitionsAction.FOLLOW_UP, PetitionsAction.SET_RULES)


@blueprint.get("/bureau/petitions")
def list_desk() -> str:
    actor, now, town = current_actor(), utc_now(), town_id()
    if not any(can(actor, action, town) for action in SEES_DESK):
        require(actor, PetitionsAction.EXAMINE, town)
    filters = load_filters(DeskPetitionsFilter)
    page = queries.list_desk({town}, which=filters["etat"], at=now, number=filters["page"])
    return render_template(
        "petitions/desk.html",
        page=page,
        petitions=queries.view_petitions(page.items, at=now),
        counts=queries.count_desk({town}, at=now),
        which=filters["etat"],
        filters=list(DeskFilter),
        is_open=queries.find_open_rules(town) is not None,
        may_set=can(actor, PetitionsAction.SET_RULES, town),
        may_examine=can(actor, PetitionsAction.EXAMINE, town),
        may_follow=can(actor, PetitionsAction.FOLLOW_UP, town),
    )


# Looking at one


@blueprint.get("/bureau/petitions/<int:petition_id>")
def show_examination(petition_id: int) -> ResponseReturnValue:
    """Once it was looked at, its page says what can still be done."""
    petition = _allowed(petition_id, PetitionsAction.EXAMINE)
    if not rules.permits(petition.state_at(utc_now()), Act.ADMIT):
        return redirect(url_for(".show_petition", petition_id=petition_id))
    return _examination_page(petition_id, Form())


def _examination_page(petition_id: int, form: Form) -> str:
    petition, now = _allowed(petition_id, PetitionsAction.EXAMINE), utc_now()
    return render_template(
        "petitions/examine.html",
        form=form,
        petition=queries.view_petition(petition, at=now),
        resembling=queries.view_petitions(queries.list_resembling(petition, at=now), at=now),
        seen=petition.seen,
        rules=queries.find_open_rules(petition.territory_id),
        longest_note=LONGEST_NOTE,
    )


@blueprint.post("/bureau/petitions/<int:petition_id>/ouverture")
def admit_petition(petition_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("La pétition est ouverte : on peut la signer dès maintenant."), "success")
        return redirect(url_for(".show_petition", petition_id=petition_id))

    return submit_form(
        ReadPetitionSchema,
        command=lambda data: launching.admit_petition(current_actor(), petition_id=petition_id, **data),
        done=done,
        again=lambda form: _examination_page(petition_id, form),
    )


@blueprint.post("/bureau/petitions/<int:petition_id>/refus")
def refuse_petition(petition_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("L’auteur reçoit la raison, et ce qu’il peut faire."), "success")
        return redirect(url_for(".list_desk"))

    return submit_form(
        RefusePetitionFormSchema,
        command=lambda data: launching.refuse_petition(current_actor(), petition_id=petition_id, **data),
        done=done,
        again=lambda form: _examination_page(petition_id, form),
    )


# Paper


@blueprint.get("/bureau/petitions/<int:petition_id>/feuilles")
def list_sheets(petition_id: int) -> str:
    return _sheets_page(petition_id, Form({"number": queries.next_sheet_number(petition_id)}))


def _sheets_page(petition_id: int, form: Form) -> str:
    petition = _allowed(petition_id, PetitionsAction.COUNT_PAPER)
    if petition.needed is None:  # it was never opened: nothing could be signed
        raise PetitionNotFound
    return render_template(
        "petitions/sheets.html",
        form=form,
        petition=queries.view_petition(petition, at=utc_now()),
        page=queries.list_sheets(petition_id, number=page_number()),
        most_lines=MOST_LINES,
    )


@blueprint.post("/bureau/petitions/<int:petition_id>/feuilles")
def count_sheet(petition_id: int) -> ResponseReturnValue:
    def done(sheet: CountedSheet) -> ResponseReturnValue:
        flash(_told_of(sheet), "success")
        return redirect(url_for(".list_sheets", petition_id=petition_id, enregistre=sheet.number))

    return submit_form(
        CountSheetSchema,
        command=lambda data: signing.count_sheet(current_actor(), petition_id=petition_id, **data),
        done=done,
        again=lambda form: _sheets_page(petition_id, form),
        is_sent_once=True,
    )


def _told_of(sheet: CountedSheet) -> str:
    """Say what a sheet brought, and why the rest of it is not counted."""
    parts = [ngettext("%(num)s signature comptée", "%(num)s signatures comptées", sheet.counted)]
    if sheet.already:
        parts.append(ngettext("%(num)s déjà comptée", "%(num)s déjà comptées", sheet.already))
    if sheet.too_young:
        parts.append(
            ngettext("%(num)s personne trop jeune", "%(num)s personnes trop jeunes", sheet.too_young)
        )
    if sheet.illegible:
        parts.append(ngettext("%(num)s ligne illisible", "%(num)s lignes illisibles", sheet.illegible))
    return gettext("Feuille n° %(number)s : %(what)s.", number=sheet.number, what=", ".join(parts))


@blueprint.post("/bureau/petitions/<int:petition_id>/feuilles/<int:sheet_id>/retrait")
def remove_sheet(petition_id: int, sheet_id: int) -> ResponseReturnValue:
    def done(number: int) -> ResponseReturnValue:
        flash(gettext("La feuille n° %(number)s est retirée du compte.", number=number), "success")
        return redirect(url_for(".list_sheets", petition_id=petition_id))

    return submit_form(
        NothingSchema,
        command=lambda _: signing.remove_sheet(current_actor(), petition_id=petition_id, sheet_id=sheet_id),
        done=done,
        again=lambda form: _sheets_page(petition_id, form),
    )


# The council


@blueprint.get("/bureau/petitions/<int:petition_id>/suite")
def show_follow_up(petition_id: int) -> ResponseReturnValue:
    petition = _allowed(petition_id, PetitionsAction.FOLLOW_UP)
    if not rules.permits(petition.state_at(utc_now()), Act.DECIDE):
        return redirect(url_for(".show_petition", petition_id=petition_id))
    planned = _planned(petition)
    deliberated = planned["agenda_on"] if petition.agenda_on and petition.agenda_on <= town_today() else ""
    return _follow_up_page(petition_id, Form({**planned, "deliberated_on": deliberated}))


def _planned(petition: Petition) -> dict[str, Any]:
    return {
        "agenda_on": petition.agenda_on.isoformat() if petition.agenda_on else "",
        "sitting_id": petition.sitting_id or "",
        SEEN: petition.seen_planned,
    }


def _follow_up_page(petition_id: int, form: Form, *, which: str = "") -> str:
    """``which``: the form of the page that was refused."""
    now = utc_now()
    petition = _allowed(petition_id, PetitionsAction.FOLLOW_UP)
    return render_template(
        "petitions/follow_up.html",
        form=form,
        which=which,
        petition=queries.view_petition(petition, at=now),
        seen_planned=petition.seen_planned,
        sitting_options=queries.list_sittings(at=now),
        longest_decision=LONGEST_DECISION,
        today=town_today().isoformat(),
    )


@blueprint.post("/bureau/petitions/<int:petition_id>/ordre-du-jour")
def plan_petition(petition_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("La date du conseil est affichée sur la page de la pétition."), "success")
        return redirect(url_for(".show_petition", petition_id=petition_id))

    def again(form: Form) -> str:
        petition = _allowed(petition_id, PetitionsAction.FOLLOW_UP)
        return _follow_up_page(petition_id, compared(form, _planned(petition)), which="agenda")

    return submit_form(
        PlanPetitionFormSchema,
        command=lambda data: deciding.plan_petition(current_actor(), petition_id=petition_id, **data),
        done=done,
        again=again,
    )


@blueprint.post("/bureau/petitions/<int:petition_id>/decision")
def decide_petition(petition_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("La décision est publiée, et dite à ceux qui le souhaitaient."), "success")
        return redirect(url_for(".show_petition", petition_id=petition_id, decision=1))

    return submit_form(
        DecidePetitionSchema,
        command=lambda data: deciding.decide_petition(current_actor(), petition_id=petition_id, **data),
        done=done,
        again=lambda form: _follow_up_page(petition_id, form, which="decision"),
        is_sent_once=True,
    )


# The rules of the commune


@blueprint.get("/bureau/petitions/regles")
def show_rules() -> str:
    require(current_actor(), PetitionsAction.SET_RULES, town_id())
    return _rules_page(Form(_stored_rules()))


def _stored_rules() -> dict[str, Any]:
    settings = queries.find_settings(town_id())
    wanted = settings.rules if settings else PetitionRules()
    typed = _typed(wanted, is_open=settings.is_open if settings else True)
    return {**typed, SEEN: seen_of(settings)}


def _rules_page(form: Form) -> str:
    require(current_actor(), PetitionsAction.SET_RULES, town_id())
    return render_template(
        "petitions/rules.html",
        form=form,
        settings=queries.find_settings(town_id()),
        today=town_today().isoformat(),
    )


def _typed(wanted: PetitionRules, *, is_open: bool) -> dict[str, Any]:
    return {
        "is_open": is_open,
        "threshold": wanted.threshold,
        "share_percent": wanted.share_percent,
        "roll_size": wanted.roll_size,
        "roll_on": wanted.roll_on.isoformat() if wanted.roll_on else "",
        "least_age": wanted.least_age,
        "needs_verified": wanted.needs_verified,
        "days": wanted.days,
        "decision_days": wanted.decision_days,
    }


@blueprint.post("/bureau/petitions/regles")
def set_rules() -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est enregistré pour les prochaines pétitions."), "success")
        return redirect(url_for(".show_rules"))

    return submit_form(
        PetitionRulesFormSchema,
        command=lambda data: deciding.set_rules(current_actor(), territory_id=town_id(), **data),
        done=done,
        again=lambda form: _rules_page(compared(form, _stored_rules())),
    )


def _allowed(petition_id: int, action: Action) -> Petition:
    petition = get_visible_petition(current_actor(), petition_id)
    require(current_actor(), action, petition)
    return petition
