"""Pages of the synthesis: its making, what it tells, its themes, its files, the population of the neighbourhoods."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, ngettext

from civic.consultations.models import Consultation
from civic.consultations.panels import Panel, consultation_panel
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import ConsultationState, Status, hidden_until
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can, require
from civic.kernel.clock import utc_now
from civic.participation.access import ParticipationAction
from civic.participation.synthesis import queries
from civic.participation.synthesis.errors import PopulationRefused, SynthesisNotFound
from civic.participation.synthesis.files import as_pdf, as_workbook, method
from civic.participation.synthesis.picture import draw_curve
from civic.participation.synthesis.rules import STAGES, is_being_made
from civic.participation.synthesis.schemas import (
    LONGEST_NAME,
    MakeSynthesisSchema,
    MergeThemesSchema,
    MoveProposalSchema,
    PopulationSchema,
    RenameThemeSchema,
    ThemeQuery,
)
from civic.participation.synthesis.service import making, population, publishing, sorting
from civic.participation.synthesis.showing import view_synthesis
from civic.territories import queries as territories
from civic.web.editing import SEEN, compared
from civic.web.errors import in_words
from civic.web.files import text_file
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.languages import language_tag

blueprint = Blueprint("synthesis", __name__)

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@consultation_panel(order=92)
def show_link(consultation: ConsultationView) -> Panel | None:
    """The link at the end of a consultation: to the published synthesis, and to the making of it for who makes it."""
    if consultation.status is Status.DRAFT:
        return None
    makes = can(current_actor(), ParticipationAction.MAKE_SYNTHESIS, consultation)
    is_published = queries.is_published(consultation.id)
    if not makes and not is_published:
        return None
    return Panel(
        "participation/_synthesis_panel.html",
        {"makes": makes, "is_published": is_published},
        anchor="synthese",
    )


@blueprint.get("/consultations/<int:consultation_id>/synthese")
def show_synthesis(consultation_id: int) -> str:
    return _page(consultation_id)


def _page(consultation_id: int) -> str:
    actor, now = current_actor(), utc_now()
    consultation = get_visible_consultation(actor, consultation_id)
    makes = can(actor, ParticipationAction.MAKE_SYNTHESIS, consultation)
    row = queries.find_synthesis(consultation_id)
    if not makes and (row is None or row.published is None):
        raise SynthesisNotFound
    is_made = row is not None and (row.told is not None if makes else row.published is not None)
    view = view_synthesis(row, makes=makes) if row is not None and is_made else None
    return render_template(
        "participation/synthesis.html",
        consultation=consultation,
        makes=makes,
        may_publish=can(actor, ParticipationAction.PUBLISH_SYNTHESIS, consultation),
        is_draft=consultation.state is not ConsultationState.PUBLISHED,
        view=view,
        curve=draw_curve(view.curve) if view else None,
        method=method(),
        stage=row.stage if row else 0,
        stages=STAGES,
        is_being_made=row is not None and is_being_made(row.asked_at, at=now),
        needs_population=makes
        and not population.has_population(consultation.territory_id)
        and can(actor, ParticipationAction.SET_POPULATION, consultation.territory_id),
    )


@blueprint.post("/consultations/<int:consultation_id>/synthese")
def make_synthesis(consultation_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        making.ask_for_synthesis(
            current_actor(), consultation_id=consultation_id, renews_themes=data["renews_themes"]
        )

    return submit_form(
        MakeSynthesisSchema,
        command=command,
        done=lambda nothing: redirect(url_for(".show_synthesis", consultation_id=consultation_id)),
        again=lambda form: _page(consultation_id),
    )


@blueprint.post("/consultations/<int:consultation_id>/synthese/publication")
def publish_synthesis(consultation_id: int) -> ResponseReturnValue:
    publishing.publish_synthesis(current_actor(), consultation_id=consultation_id)
    flash(gettext("La synthèse est publiée : tout le monde peut la lire, au bout de la page de la consultation."), "success")  # fmt: skip
    return redirect(url_for(".show_synthesis", consultation_id=consultation_id))


@blueprint.post("/consultations/<int:consultation_id>/synthese/retrait")
def unpublish_synthesis(consultation_id: int) -> ResponseReturnValue:
    publishing.unpublish_synthesis(current_actor(), consultation_id=consultation_id)
    flash(gettext("La synthèse n’est plus publiée : la mairie seule la lit."), "success")
    return redirect(url_for(".show_synthesis", consultation_id=consultation_id))


# The files


@blueprint.get("/consultations/<int:consultation_id>/synthese.pdf")
def download_pdf(consultation_id: int) -> Response:
    row, makes = publishing.get_readable_synthesis(current_actor(), consultation_id)
    town = territories.find_town()
    content = as_pdf(
        view_synthesis(row, makes=makes), town=town.name if town else "", language=language_tag(get_locale())
    )
    return _file(content, "application/pdf", f"synthese-{consultation_id}.pdf")


@blueprint.get("/consultations/<int:consultation_id>/synthese.xlsx")
def download_workbook(consultation_id: int) -> Response:
    row, makes = publishing.get_readable_synthesis(current_actor(), consultation_id)
    content = as_workbook(view_synthesis(row, makes=makes))
    return _file(content, WORKBOOK, f"synthese-{consultation_id}.xlsx")


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)


# Themes


def _editable(consultation_id: int) -> Consultation:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    require(current_actor(), ParticipationAction.EDIT_THEMES, consultation)
    return consultation


@blueprint.get("/consultations/<int:consultation_id>/synthese/themes")
def show_themes(consultation_id: int) -> str:
    return _themes_page(Form(), consultation_id)


def _themes_page(form: Form, consultation_id: int, *, opened_id: int | None = None) -> str:
    """``opened_id``: the theme whose form was refused; the one that the address asks for, when None."""
    consultation = _editable(consultation_id)
    filters = load_filters(ThemeQuery)
    is_hidden = hidden_until(consultation.phases, at=utc_now()) is not None
    themes = queries.list_themes(consultation_id)
    wanted = opened_id or filters["theme"]
    opened = next((theme for theme, _ in themes if theme.id == wanted), None)
    if (
        opened_id is None
        and filters["theme"] is None
        and themes
        and not queries.count_unsorted(consultation_id)
    ):
        opened = themes[0][0]
    page = queries.list_proposals_of_theme(
        consultation_id,
        opened.id if opened else None,
        hides_supports=is_hidden,
        number=filters["page"],
        size=filters["page_size"],
    )
    return render_template(
        "participation/themes.html",
        form=form,
        consultation=consultation,
        themes=themes,
        opened=opened,
        hides_supports=is_hidden,
        page=page,
        page_address=lambda number: url_for(
            ".show_themes",
            consultation_id=consultation_id,
            theme=opened.id if opened else None,
            page=number,
            _anchor="propositions",
        ),
        longest_name=LONGEST_NAME,
    )


def _back_to_themes(consultation_id: int, theme_id: int | None = None) -> ResponseReturnValue:
    return redirect(url_for(".show_themes", consultation_id=consultation_id, theme=theme_id))


@blueprint.post("/consultations/<int:consultation_id>/synthese/themes/<int:theme_id>/nom")
def rename_theme(consultation_id: int, theme_id: int) -> ResponseReturnValue:
    def done(nothing: int) -> ResponseReturnValue:
        flash(gettext("Le thème est renommé."), "success")
        return _back_to_themes(consultation_id, theme_id)

    def again(form: Form) -> str:
        named = {theme.id: theme for theme, _ in queries.list_themes(consultation_id)}.get(theme_id)
        stored = {"name": named.name, SEEN: named.seen} if named else {SEEN: None}
        return _themes_page(compared(form, stored), consultation_id, opened_id=theme_id)

    return submit_form(
        RenameThemeSchema,
        command=lambda data: sorting.rename_theme(current_actor(), theme_id=theme_id, **data),
        done=done,
        again=again,
    )


@blueprint.post("/consultations/<int:consultation_id>/synthese/themes/<int:theme_id>/reunion")
def merge_themes(consultation_id: int, theme_id: int) -> ResponseReturnValue:
    into: list[int] = []

    def command(data: dict[str, Any]) -> int:
        into.append(data["into_id"])
        return sorting.merge_themes(current_actor(), theme_id=theme_id, into_id=data["into_id"])

    def done(nothing: int) -> ResponseReturnValue:
        flash(gettext("Les deux thèmes sont réunis."), "success")
        return _back_to_themes(consultation_id, into[0])

    return submit_form(
        MergeThemesSchema,
        command=command,
        done=done,
        again=lambda form: _themes_page(form, consultation_id),
    )


@blueprint.post("/consultations/<int:consultation_id>/synthese/themes/deplacement")
def move_proposal(consultation_id: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        sorting.move_proposal(current_actor(), consultation_id=consultation_id, **data)

    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("La proposition est déplacée."), "success")
        return _back_to_themes(consultation_id, load_filters(ThemeQuery)["theme"])

    return submit_form(
        MoveProposalSchema,
        command=command,
        done=done,
        again=lambda form: _themes_page(form, consultation_id),
    )


# The population


@blueprint.get("/bureau/population")
def show_population() -> str:
    return _population_page(Form(_stored_population()))


def _stored_population() -> dict[str, str]:
    town_id = territories.get_town().id
    return {
        "table": population.population_as_table(town_id),
        SEEN: population.seen_population(town_id),
    }


def _population_page(form: Form, wrong: list[tuple[int, str]] | None = None) -> str:
    require(current_actor(), ParticipationAction.SET_POPULATION, territories.get_town().id)
    return render_template("participation/population.html", form=form, wrong=wrong or [])


@blueprint.post("/bureau/population")
def keep_population() -> ResponseReturnValue:
    """A file, where one was sent, takes the place of what is in the box."""
    sent = request.files.get("file")
    content = sent.read() if sent is not None and sent.filename else b""
    wrong: list[tuple[int, str]] = []

    def command(data: dict[str, Any]) -> int:
        text = _decoded(content) if content else data["table"]
        try:
            return population.keep_population(
                current_actor(), territory_id=territories.get_town().id, text=text, seen=data[SEEN]
            )
        except PopulationRefused as refusal:
            wrong.extend((number, in_words(sentence)) for number, sentence in refusal.values["wrong"])
            raise

    def done(places: int) -> ResponseReturnValue:
        told = ngettext("%(num)s quartier a maintenant ses habitants.", "%(num)s quartiers ont maintenant leurs habitants.", places)  # fmt: skip
        flash(told if places else gettext("Les chiffres sont effacés."), "success")
        return redirect(url_for(".show_population"))

    def again(form: Form) -> str:
        typed = {**form.values, "table": _decoded(content)} if content else form.values
        return _population_page(compared(replace(form, values=typed), _stored_population()), wrong)

    return submit_form(PopulationSchema, command=command, done=done, again=again)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


@blueprint.get("/bureau/population.csv")
def download_population_model() -> Response:
    require(current_actor(), ParticipationAction.SET_POPULATION, territories.get_town().id)
    return text_file(
        "\ufeff" + population.population_as_table(territories.get_town().id), "text/csv", "population.csv"
    )
