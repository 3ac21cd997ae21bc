"""What the commissioner studies: observations sorted into themes, notes, masks; the town hall's answers; the summary."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from civic.inquiries import lines, queries, rules
from civic.inquiries.access import InquiriesAction
from civic.inquiries.lines import LineView
from civic.inquiries.models import Inquiry
from civic.inquiries.routes.door import blueprint
from civic.inquiries.rules import Channel
from civic.inquiries.schemas import (
    LONGEST_NOTE,
    AddThemeSchema,
    AnswerThemeSchema,
    MaskSchema,
    NoteSchema,
    SortSchema,
    StudyFilter,
    WriteThemeSchema,
)
from civic.inquiries.service import conducting
from civic.inquiries.service.reading import ensure_may_see_themes, get_visible_inquiry
from civic.inquiries.summary import Summary, as_csv, as_workbook
from civic.inquiries.whole_register import studied_lines
from civic.inquiries.words import MASK_WORDS
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.editing import seen_of
from civic.web.editing import SEEN, compared
from civic.web.files import text_in_pieces
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.schemas import NothingSchema

MOST_PRINTED = 2_000
"""Observations of the page to print: more would be a book of a thousand sheets. The page says where the others are."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _studied(inquiry_id: int) -> Inquiry:
    """Return an inquiry whose themes the actor may read. Raises InquiryNotFound, NotSignedIn, NotAllowed."""
    inquiry = get_visible_inquiry(current_actor(), inquiry_id)
    ensure_may_see_themes(current_actor(), inquiry)
    return inquiry


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/etude")
def show_study(inquiry_id: int) -> str:
    return _study_page(inquiry_id, Form())


def _study_page(inquiry_id: int, form: Form) -> str:
    inquiry, filters, actor = _studied(inquiry_id), load_filters(StudyFilter), current_actor()
    may_study = can(actor, InquiriesAction.STUDY, inquiry)
    page = lines.list_lines(
        inquiry_id,
        channel=filters["voie"],
        theme_id=filters["theme"] or None,
        is_unsorted=filters["theme"] == 0,
        number=filters["page"],
    )
    return render_template(
        "inquiries/study.html",
        form=form,
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        page=page,
        lines=lines.view_lines(page.items, is_studied=True, has_notes=may_study),
        themes=lines.list_themes(inquiry_id),
        unsorted=lines.count_unsorted(inquiry_id),
        theme=filters["theme"],
        channel=filters["voie"],
        channels=list(Channel),
        may_study=may_study,
        may_see_contacts=can(actor, InquiriesAction.SEE_CONTACTS, inquiry),
        may_prolong=can(actor, InquiriesAction.PROLONG, inquiry),
        may_report=can(actor, InquiriesAction.PUBLISH_REPORT, inquiry),
    )


def _again(inquiry_id: int) -> Callable[[Form], str]:
    return lambda form: _study_page(inquiry_id, form)


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/themes")
def add_theme(inquiry_id: int) -> ResponseReturnValue:
    def done(theme_id: int) -> ResponseReturnValue:
        flash(gettext("Le thème est ajouté. Cochez des observations pour les y ranger."), "success")
        return redirect(url_for(".show_study", inquiry_id=inquiry_id, theme=0))

    return submit_form(
        AddThemeSchema,
        command=lambda data: conducting.add_theme(current_actor(), inquiry_id=inquiry_id, **data),
        done=done,
        again=_again(inquiry_id),
    )


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/classement")
def sort_observations(inquiry_id: int) -> ResponseReturnValue:
    def done(count: int) -> ResponseReturnValue:
        flash(_sorted_words(count, is_out="is_out" in request.form), "success")
        filters = load_filters(StudyFilter)
        return redirect(
            url_for(
                ".show_study",
                inquiry_id=inquiry_id,
                theme=filters["theme"],
                voie=filters["voie"],
                page=filters["page"],
            )
        )

    return submit_form(
        SortSchema,
        command=lambda data: conducting.sort_observations(current_actor(), inquiry_id=inquiry_id, **data),
        done=done,
        again=_again(inquiry_id),
    )


def _sorted_words(count: int, *, is_out: bool) -> str:
    if is_out and not count:
        return gettext("Aucune de ces observations n’était dans ce thème.")
    if is_out:
        return ngettext(
            "%(num)s observation retirée du thème.", "%(num)s observations retirées du thème.", count
        )
    return ngettext("%(num)s observation rangée.", "%(num)s observations rangées.", count)


# A theme


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/etude/themes/<int:theme_id>")
def show_theme(inquiry_id: int, theme_id: int) -> str:
    theme = lines.get_theme(_studied(inquiry_id).id, theme_id)
    return _theme_page(
        inquiry_id, theme_id, Form({"note": theme.note, "appraisal": theme.appraisal, "answer": theme.answer})
    )


def _theme_page(inquiry_id: int, theme_id: int, form: Form, *, which: str = "") -> str:
    """``which``: the form of the page that was refused."""
    inquiry, actor = _studied(inquiry_id), current_actor()
    theme = lines.get_theme(inquiry_id, theme_id)
    kept = {"note": theme.note, "appraisal": theme.appraisal, "answer": theme.answer}
    page = lines.list_lines(inquiry_id, theme_id=theme_id, number=load_filters(StudyFilter)["page"])
    return render_template(
        "inquiries/theme.html",
        form=Form({**kept, **form.values}, form.errors),
        which=which,
        kept=kept,
        seen={"study": rules.seen_of(theme.note, theme.appraisal), "answer": rules.seen_of(theme.answer)},
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        theme=theme,
        page=page,
        lines=lines.view_lines(page.items, is_studied=True),
        may_study=can(actor, InquiriesAction.STUDY, inquiry),
        may_answer=can(actor, InquiriesAction.ANSWER_THEMES, inquiry),
        longest=LONGEST_NOTE,
    )


def _theme_saved(inquiry_id: int, theme_id: int) -> ResponseReturnValue:
    flash(gettext("C’est enregistré."), "success")
    return redirect(url_for(".show_theme", inquiry_id=inquiry_id, theme_id=theme_id))


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/themes/<int:theme_id>")
def write_theme(inquiry_id: int, theme_id: int) -> ResponseReturnValue:
    return submit_form(
        WriteThemeSchema,
        command=lambda data: conducting.write_theme(
            current_actor(), inquiry_id=inquiry_id, theme_id=theme_id, **data
        ),
        done=lambda nothing: _theme_saved(inquiry_id, theme_id),
        again=lambda form: _theme_page(inquiry_id, theme_id, form, which="study"),
    )


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/themes/<int:theme_id>/reponse")
def answer_theme(inquiry_id: int, theme_id: int) -> ResponseReturnValue:
    return submit_form(
        AnswerThemeSchema,
        command=lambda data: conducting.answer_theme(
            current_actor(), inquiry_id=inquiry_id, theme_id=theme_id, **data
        ),
        done=lambda nothing: _theme_saved(inquiry_id, theme_id),
        again=lambda form: _theme_page(inquiry_id, theme_id, form, which="answer"),
    )


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/themes/<int:theme_id>/retrait")
def remove_theme(inquiry_id: int, theme_id: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Le thème est retiré ; ses observations sont à ranger."), "success")
        return redirect(url_for(".show_study", inquiry_id=inquiry_id))

    return submit_form(
        NothingSchema,
        command=lambda _: conducting.remove_theme(current_actor(), inquiry_id=inquiry_id, theme_id=theme_id),
        done=done,
        again=_again(inquiry_id),
    )


# An observation: what is sealed of it, a note, a mask


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/etude/observations/<int:number>")
def show_sealed(inquiry_id: int, number: int) -> str:
    """Its contact and what is masked of it: that they were read is written in the journal."""
    return _sealed_page(inquiry_id, number, Form())


def _sealed_page(inquiry_id: int, number: int, form: Form, *, which: str = "") -> str:
    actor = current_actor()
    inquiry = get_visible_inquiry(actor, inquiry_id)
    row = conducting.see_observation(actor, inquiry_id=inquiry_id, number=number)
    may_study = can(actor, InquiriesAction.STUDY, inquiry)
    return render_template(
        "inquiries/sealed.html",
        form=form,
        which=which,
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        row=row,
        line=lines.view_lines([row], is_studied=True, has_notes=may_study)[0],
        reasons=[{"value": key.value, "label": gettext(said)} for key, said in MASK_WORDS.items()],
        seen_note=seen_of(lines.find_note(row.id)),
        may_mask=can(actor, InquiriesAction.MASK_OBSERVATION, inquiry),
        may_open_masked=can(actor, InquiriesAction.OPEN_MASKED, inquiry),
        may_study=may_study,
        longest=LONGEST_NOTE,
    )


@blueprint.get(
    "/enquetes-publiques/<int:inquiry_id>/etude/observations/<int:number>/pieces-masquees/<int:file_id>"
)
def open_masked_file(inquiry_id: int, number: int, file_id: int) -> Response:
    """To download, and kept by no browser's cache: that it was opened is written in the journal, each time."""
    file, content = conducting.open_masked_file(
        current_actor(), inquiry_id=inquiry_id, number=number, file_id=file_id
    )
    name = f"observation-{number}-piece-{file.rank}-masquee.{'webp' if file.is_picture else 'pdf'}"
    response = Response(content, mimetype=file.mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/observations/<int:number>/note")
def write_note(inquiry_id: int, number: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("Votre note est enregistrée."), "success")
        return redirect(url_for(".show_sealed", inquiry_id=inquiry_id, number=number))

    def again(form: Form) -> str:
        note = lines.find_note(lines.get_observation(inquiry_id, number).id)
        stored = {"text": note.text if note else "", SEEN: seen_of(note)}
        return _sealed_page(inquiry_id, number, compared(form, stored), which="note")

    return submit_form(
        NoteSchema,
        command=lambda data: conducting.write_note(
            current_actor(), inquiry_id=inquiry_id, number=number, **data
        ),
        done=done,
        again=again,
    )


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/observations/<int:number>/masque")
def mask_observation(inquiry_id: int, number: int) -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> None:
        conducting.mask_observation(current_actor(), inquiry_id=inquiry_id, number=number, **data)

    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("C’est masqué. La raison se lit à la place."), "success")
        return redirect(url_for(".show_observation", inquiry_id=inquiry_id, number=number))

    return submit_form(
        MaskSchema,
        command=command,
        done=done,
        again=lambda form: _sealed_page(inquiry_id, number, form, which="mask"),
    )


@blueprint.post("/enquetes-publiques/<int:inquiry_id>/etude/observations/<int:number>/demasquage")
def lift_mask(inquiry_id: int, number: int) -> ResponseReturnValue:
    def done(nothing: None) -> ResponseReturnValue:
        flash(gettext("L’observation se lit de nouveau en entier."), "success")
        return redirect(url_for(".show_observation", inquiry_id=inquiry_id, number=number))

    return submit_form(
        NothingSchema,
        command=lambda _: conducting.lift_mask(current_actor(), inquiry_id=inquiry_id, number=number),
        done=done,
        again=lambda form: _sealed_page(inquiry_id, number, form),
    )


# The summary


def _summary(inquiry_id: int) -> tuple[Inquiry, Summary]:
    """Her notes and her appraisals are the commissioner's: in the files that the town hall takes, they are not."""
    inquiry = _studied(inquiry_id)
    may_study = can(current_actor(), InquiriesAction.STUDY, inquiry)
    themes = lines.list_themes(inquiry_id)
    return inquiry, Summary(
        inquiry.title,
        inquiry.observation_count,
        lines.view_lines(lines.read_on(inquiry_id, after=0, last=MOST_PRINTED, size=MOST_PRINTED)),
        themes if may_study else [replace(each, appraisal="") for each in themes],
        lines.numbers_by_theme(inquiry_id),
        queries.list_sessions(inquiry_id),
        lines.count_by_channel(inquiry_id),
    )


def _every_line(inquiry: Inquiry) -> Iterator[list[LineView]]:
    return studied_lines(inquiry, has_notes=can(current_actor(), InquiriesAction.STUDY, inquiry))


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/etude/synthese")
def show_summary(inquiry_id: int) -> str:
    """The summary, as a page to print."""
    inquiry, summary = _summary(inquiry_id)
    return render_template(
        "inquiries/summary.html",
        inquiry=queries.view_inquiry(inquiry, at=utc_now()),
        summary=summary,
        masked=lines.count_masked(inquiry_id),
    )


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/etude/synthese.csv")
def download_summary(inquiry_id: int) -> Response:
    inquiry = _studied(inquiry_id)
    told = as_csv(lines.list_themes(inquiry_id), _every_line(inquiry))
    return text_in_pieces(told, "text/csv", f"observations-{inquiry_id}.csv")


@blueprint.get("/enquetes-publiques/<int:inquiry_id>/etude/synthese.xlsx")
def download_workbook(inquiry_id: int) -> Response:
    inquiry, summary = _summary(inquiry_id)
    response = Response(as_workbook(summary, _every_line(inquiry)), mimetype=WORKBOOK)
    response.headers["Content-Disposition"] = f'attachment; filename="observations-{inquiry_id}.xlsx"'
    return response
