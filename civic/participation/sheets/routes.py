"""Pages of the sheets: printing them, typing them, reading the name on one; and how many took part, on a consultation's page."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from civic.consultations import queries as consultations
from civic.consultations.channels import CHANNEL_NAMES, Channel
from civic.consultations.models import Consultation
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import Activity, Status
from civic.kernel.access import can
from civic.kernel.clock import town_today, utc_now
from civic.kernel.numbering import tidy_number
from civic.kernel.undo import is_undoable
from civic.participation.access import ParticipationAction
from civic.participation.rules import AgeBand
from civic.participation.sheets import queries, rules, service
from civic.participation.sheets.schemas import (
    MOST_SHEETS,
    PrintSheetsSchema,
    SheetsQuery,
    TypeSheetFormSchema,
    TypingQuery,
)
from civic.participation.sheets.service import TypedSheet
from civic.participation.showing import participation_of
from civic.participation.words import band_in_words
from civic.proposals.rules import CATEGORY_NAMES
from civic.proposals.schemas import LONGEST_ARGUMENT
from civic.proposals.service.places import places_of
from civic.surveys.marks import condition_place, letters_of
from civic.surveys.queries import find_survey
from civic.territories import queries as territories
from civic.web.forms import Form, flash_undoable, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link

blueprint = Blueprint("sheets", __name__)


@consultation_panel(order=5)
def show_participation(consultation: ConsultationView) -> Panel | None:
    """How many people took part, whatever the way; and, once it is over, until when sheets are still typed."""
    if consultation.status in (Status.DRAFT, Status.COMING):
        return None
    told = participation_of([consultation.id]).get(consultation.id)
    types = can(current_actor(), ParticipationAction.TYPE_SHEETS, consultation)
    phases = [phase.plan for phase in consultation.phases]
    ends, now = rules.typing_ends(phases), utc_now()
    is_over = consultation.status is Status.FINISHED and ends is not None and now < ends
    is_late = is_over and queries.count_sheets(consultation.id)[0] > 0
    sentence = told.sentence if told else ""
    if not sentence and not types and not is_late:
        return None
    values = {
        "sentence": sentence,
        "types": types and ends is not None,
        "typing_ends": ends if is_late else None,
    }
    return Panel("participation/_participation_panel.html", values, anchor="participation")


# Printing


@blueprint.get("/consultations/<int:consultation_id>/feuilles")
def show_sheets(consultation_id: int) -> str:
    return _sheets_page(Form({"count": "20"}), consultation_id)


def _sheets_page(form: Form, consultation_id: int) -> str:
    consultation, now = service.get_typable(current_actor(), consultation_id), utc_now()
    ends = rules.typing_ends(consultation.phases)
    printed, typed = queries.count_sheets(consultation_id)
    return render_template(
        "participation/sheets.html",
        form=form,
        consultation=consultation,
        most=MOST_SHEETS,
        printed=printed,
        typed=typed,
        last=[
            (sheet, is_undoable(sheet.typed_at or now, at=now))
            for sheet in queries.list_typed(consultation_id)
        ],
        channel_names=CHANNEL_NAMES,
        typing_ends=ends,
        may_type=ends is not None and now < ends,
    )


@blueprint.post("/consultations/<int:consultation_id>/feuilles")
def print_sheets(consultation_id: int) -> ResponseReturnValue:
    is_large: list[bool] = []

    def command(data: dict[str, Any]) -> list[int]:
        is_large.append(data["is_large"])
        return service.print_sheets(current_actor(), consultation_id=consultation_id, count=data["count"])

    def done(sheet_ids: list[int]) -> ResponseReturnValue:
        return redirect(
            url_for(
                ".show_printed_sheets",
                consultation_id=consultation_id,
                first=sheet_ids[0],
                last=sheet_ids[-1],
                gros="1" if is_large[0] else None,
            )
        )

    return submit_form(
        PrintSheetsSchema,
        command=command,
        done=done,
        again=lambda form: _sheets_page(form, consultation_id),
    )


@blueprint.get("/consultations/<int:consultation_id>/feuilles/imprimer")
def show_printed_sheets(consultation_id: int) -> str:
    """The same address prints the same numbers again: a sheet that the printer spoilt is not lost."""
    consultation, now = service.get_typable(current_actor(), consultation_id), utc_now()
    asked = load_filters(SheetsQuery)
    wanted = range(asked["first"], min(asked["last"], asked["first"] + MOST_SHEETS - 1) + 1)
    sheets = queries.list_printed(consultation_id, list(wanted))
    path = url_for("consultations.show_consultation", consultation_id=consultation_id)
    activities = rules.asked_on(consultation.phases, at=now)
    return render_template(
        "participation/printed_sheets.html",
        consultation=consultations.view_consultation(consultation, at=now),
        sheets=[(sheet, *_texts(sheet.asked)) for sheet in sheets],
        questions=_questions(consultation) if any(sheet.asked.get("questions") for sheet in sheets) else [],
        last_second=rules.last_second(consultation.phases),
        asks_idea=Activity.PROPOSE in activities,
        asks_support=Activity.SUPPORT in activities,
        asks_argument=Activity.ARGUE in activities,
        is_large=asked["gros"],
        link=printed_link(path),
        bands=[band_in_words(band) for band in AgeBand],
        letters=rules.LETTERS,
    )


def _texts(asked: dict[str, list[int]]) -> tuple[list[str], list[str]]:
    """Return what is printed: statements and proposals, in the order in which they will be typed."""
    statements, proposals = queries.texts_of(asked)
    return (
        [statements.get(key, "–") for key in asked.get("statements", [])],
        [proposals.get(key, "–") for key in asked.get("proposals", [])],
    )


def _questions(consultation: Consultation) -> list[dict[str, Any]]:
    """Return the questions as they are printed and typed: each with its number, its letters, and what makes it asked."""
    survey = find_survey(consultation.id)
    if survey is None:
        return []
    questionnaire = survey.questionnaire
    return [
        {
            "number": number,
            "question": question,
            "kind": question.kind.value,
            "letters": letters_of(question),
            "condition": condition_place(questionnaire, question),
        }
        for number, question in enumerate(questionnaire.questions, start=1)
    ]


# Typing


@blueprint.get("/consultations/<int:consultation_id>/feuilles/saisie")
def show_typing(consultation_id: int) -> str:
    kept = load_filters(TypingQuery)
    values = {
        "channel": kept["moyen"].value,
        "received_on": (kept["recue"] or town_today()).isoformat(),
        "territory_id": kept["quartier"] or "",
    }
    return _typing_page(Form(values), consultation_id)


def _typing_page(form: Form, consultation_id: int) -> str:
    consultation, now = service.get_typable(current_actor(), consultation_id), utc_now()
    ends = rules.typing_ends(consultation.phases)
    activities = rules.asked_on(consultation.phases, at=now)
    asked = service.asked_of(consultation, at=now)
    statements, proposals = _texts(asked)
    _printed, typed = queries.count_sheets(consultation_id)
    return render_template(
        "participation/typing.html",
        form=form,
        consultation=consultation,
        typing_ends=ends,
        may_type=bool(activities),
        asks_idea=Activity.PROPOSE in activities,
        asks_support=Activity.SUPPORT in activities,
        asks_argument=Activity.ARGUE in activities,
        most_arguments=rules.MOST_ARGUMENTS,
        longest_argument=LONGEST_ARGUMENT,
        statements=statements,
        proposals=list(zip(rules.LETTERS, proposals, strict=False)),
        typed=typed,
        questions=_questions(consultation) if asked["questions"] else [],
        last=queries.find_last_typed(consultation_id, current_actor().id, at=now),
        channels=[
            (each.value, gettext(name)) for each, name in CHANNEL_NAMES.items() if each is not Channel.WEB
        ],
        categories=[(key.value, gettext(name)) for key, name in CATEGORY_NAMES.items()],
        bands=[(band.value, band_in_words(band)) for band in AgeBand],
        places=_place_options(consultation),
    )


def _place_options(consultation: Consultation) -> list[tuple[int, str]]:
    names = territories.names_of(places_of(consultation) - {consultation.territory_id})
    return sorted(names.items(), key=lambda place: place[1])


@blueprint.post("/consultations/<int:consultation_id>/feuilles/saisie")
def type_sheet(consultation_id: int) -> ResponseReturnValue:
    kept: dict[str, Any] = {}

    def command(data: dict[str, Any]) -> int:
        kept.update(
            moyen=data["channel"].value, recue=data["received_on"].isoformat(), quartier=data["territory_id"]
        )
        kept["number"] = data["number"]
        return service.type_sheet(current_actor(), consultation_id=consultation_id, typed=TypedSheet(**data))

    def done(sheet_id: int) -> ResponseReturnValue:
        number = kept.pop("number")
        told = (
            gettext("Feuille %(number)s saisie.", number=tidy_number(number))
            if number
            else gettext("C’est saisi.")
        )
        flash_undoable(
            told,
            undo_url=url_for(".take_back_sheet", sheet_id=sheet_id),
            undo_label=gettext("Annuler cette saisie"),
        )
        return redirect(url_for(".show_typing", consultation_id=consultation_id, **kept))

    return submit_form(
        TypeSheetFormSchema,
        command=command,
        done=done,
        again=lambda form: _typing_page(form, consultation_id),
        is_sent_once=True,
    )


@blueprint.post("/feuilles/<int:sheet_id>/annulation")
def take_back_sheet(sheet_id: int) -> ResponseReturnValue:
    consultation_id = service.take_back_sheet(current_actor(), sheet_id=sheet_id)
    flash(gettext("La saisie est annulée : rien de cette feuille ne compte, et elle peut être saisie de nouveau."), "success")  # fmt: skip
    return redirect(url_for(".show_typing", consultation_id=consultation_id))


@blueprint.get("/feuilles/<int:sheet_id>")
def show_sheet(sheet_id: int) -> str:
    """Who wrote a sheet, for the town hall to answer; the journal keeps that it was read."""
    sheet = service.see_name(current_actor(), sheet_id=sheet_id)
    return render_template(
        "participation/sheet.html",
        sheet=sheet,
        consultation=consultations.get_consultation(sheet.consultation_id),
        channel=CHANNEL_NAMES[sheet.channel or Channel.PAPER],
    )
