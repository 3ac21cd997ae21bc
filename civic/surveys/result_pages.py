"""Pages and files that tell what was answered: totals to everybody, what people wrote to the town hall alone."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext

from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.spreadsheets import as_cell
from civic.kernel.workbook import Sheet, workbook
from civic.surveys import queries
from civic.surveys.access import SurveysAction
from civic.surveys.asking import OTHER, Kind, Question, Questionnaire
from civic.surveys.counting import Cross, Total
from civic.surveys.door import find_asked
from civic.surveys.editing_pages import KIND_LABELS
from civic.surveys.models import Survey, SurveyAnswer
from civic.surveys.rules import Value
from civic.surveys.schemas import TextsQuery
from civic.surveys.service import reading
from civic.surveys.telling import label_of
from civic.web.api import load_query
from civic.web.files import text_file
from civic.web.identity import current_actor
from civic.web.languages import decimal_number, in_percent

BYTE_ORDER_MARK = "\ufeff"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_results(consultation_id: int) -> str:
    asked = find_asked(consultation_id)
    results = None if asked.hidden_until is not None else reading.read_results(asked.consultation)
    return render_template(
        "surveys/results.html",
        asked=asked,
        results=results,
        answers=queries.count_answers(asked.survey.id),
        now=utc_now(),
        written=reading.written_questions(asked.survey),
        may_read=can(current_actor(), SurveysAction.READ_WRITTEN_ANSWERS, asked.consultation),
        label_of=label_of,
        bars_of=bars_of,
        cross_columns=cross_columns,
        cross_rows=cross_rows,
        result_rows=result_rows,
    )


def bars_of(total: Total) -> list[dict[str, Any]]:
    """Return the rows of the chart of a question: of a ranking, its points; the longest drawn stronger, but on a scale, read in order."""
    counts = total.points or total.counts
    most = max((one.count for one in counts), default=0)
    is_ordered = total.question.kind is Kind.SCALE
    return [
        {
            "label": scale_label(total.question, one.place)
            if is_ordered
            else label_of(total.question, one.place),
            "value": one.count,
            "percent": one.percent,
            "is_first": not is_ordered and one.count == most > 0,
        }
        for one in counts
    ]


def result_rows(total: Total) -> list[dict[str, Any]]:
    """Return the rows of the table of first places of a ranking."""
    return [
        {"label": one.label, "count": one.count, "share": in_percent(one.percent)} for one in total.counts
    ]


def scale_label(question: Question, step: int) -> str:
    words = {question.least: question.low_label, question.greatest: question.high_label}.get(step)
    return f"{step} ({words})" if words else str(step)


def cross_columns(cross: Cross) -> list[dict[str, Any]]:
    groups = [
        {"key": f"g{place}", "label": f"{name} ({size})", "is_numeric": True}
        for place, (name, size) in enumerate(cross.groups)
    ]
    return [{"key": "label", "label": gettext("Réponse")}, *groups]


def cross_rows(cross: Cross) -> list[dict[str, Any]]:
    hidden = gettext("non montré")
    return [
        {
            "label": label_of(cross.question, one.place),
            **{f"g{place}": hidden if cell is None else cell for place, cell in enumerate(cells)},
        }
        for one, cells in cross.rows
    ]


def show_texts(consultation_id: int, question_key: int) -> str:
    asked = find_asked(consultation_id)
    query = load_query(TextsQuery)
    question, page = reading.read_texts(
        current_actor(), asked.consultation, key=question_key, number=query["page"]
    )
    return render_template(
        "surveys/texts.html",
        asked=asked,
        question=question,
        page=page,
        texts=[queries.text_of(answer, question) for answer in page.items],
        written=reading.written_questions(asked.survey),
        url_for_page=lambda number: url_for(
            "surveys.show_texts", consultation_id=consultation_id, question_key=question_key, page=number
        ),
    )


def download_totals(consultation_id: int) -> Response:
    """A line for each option of each question: what the page shows, and no more."""
    consultation = get_visible_consultation(current_actor(), consultation_id)
    results = reading.read_results(consultation)
    lines = [line for total in results.totals for line in _total_lines(total)]
    return _csv_file([_totals_head(), *lines], f"consultation-{consultation_id}-resultats.csv")


def download_workbook(consultation_id: int) -> Response:
    """The same as a spreadsheet: the totals, and one sheet for each crossed table that the page shows."""
    consultation = get_visible_consultation(current_actor(), consultation_id)
    results = reading.read_results(consultation)
    lines = [[*map(_figure, line)] for total in results.totals for line in _total_lines(total)]
    crossed = [
        _cross_sheet(f"Q{key} {name}", cross)
        for name, tables in ((gettext("quartiers"), results.by_place), (gettext("âges"), results.by_age))
        for key, cross in tables.items()
    ]
    content = workbook([Sheet(gettext("Totaux"), _totals_head(), lines), *crossed])
    name = f"consultation-{consultation_id}-resultats.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=WORKBOOK, headers=headers)


def _figure(cell: str) -> str | float:
    """A number is written as one, so that the spreadsheet adds it."""
    figure = re.sub(r"[\u202f\u00a0]", "", cell).replace(",", ".")
    return float(figure) if re.fullmatch(r"-?\d{1,10}(\.\d{1,4})?", figure) else cell


def _cross_sheet(name: str, cross: Cross) -> Sheet:
    hidden = gettext("non montré")
    rows = [
        [label_of(cross.question, one.place), *(hidden if cell is None else cell for cell in cells)]
        for one, cells in cross.rows
    ]
    return Sheet(name, [column["label"] for column in cross_columns(cross)], rows)


def _totals_head() -> list[str]:
    return [
        gettext("Question"),
        gettext("Texte"),
        gettext("Réponse"),
        gettext("Nombre"),
        gettext("Part (%)"),
        gettext("Ont répondu à la question"),
    ]


def _total_lines(total: Total) -> Iterable[list[str]]:
    question = total.question
    start, end = [f"Q{question.key}", question.label], str(total.answered)
    for one in total.counts:
        label = gettext("Accord donné") if question.kind is Kind.CONSENT else label_of(question, one.place)
        if question.kind is Kind.RANKING:
            label = gettext("%(option)s (classé premier)", option=label)
        yield [*start, label, str(one.count), str(one.percent), end]
    for one in total.points:
        label = gettext("%(option)s (points)", option=label_of(question, one.place))
        yield [*start, label, str(one.count), "", end]
    if total.mean is not None and total.median is not None:
        yield [*start, gettext("Moyenne"), decimal_number(total.mean), "", end]
        yield [*start, gettext("Médiane"), decimal_number(total.median), "", end]
    if not total.counts and total.mean is None:
        yield [*start, gettext("Réponses écrites"), end, "", end]


def download_codebook(consultation_id: int) -> Response:
    """What each column of the file of answers means: anybody may read it, it holds no answer."""
    asked = find_asked(consultation_id)
    return _csv_file(codebook(asked.survey.questionnaire), f"consultation-{consultation_id}-codes.csv")


def codebook(questionnaire: Questionnaire) -> list[list[str]]:
    head = [gettext("Colonne"), gettext("Question"), gettext("Genre"), gettext("Code"), gettext("Signifie")]
    rows = [head, ["version", "", "", "", gettext("La version du questionnaire à laquelle on a répondu")]]
    rows.append(["compte", "", "", "1", gettext("Réponse donnée avec un compte")])
    rows.append(["compte", "", "", "0", gettext("Réponse donnée sans compte")])
    for question in questionnaire.questions:
        kind = gettext(KIND_LABELS[question.kind])
        rows += [[name, question.label, kind, *meaning] for name, meaning in columns_of(question)]
    return rows


def columns_of(question: Question) -> list[tuple[str, tuple[str, str]]]:
    """Return the columns of a question in the file of answers; one that takes several codes comes once for each."""
    name = f"q{question.key}"
    if question.kind is Kind.SEVERAL:
        places = [*question.choices, *([(OTHER, "")] if question.has_other else [])]
        found = [(f"{name}_{place}", (gettext("1 ou 0"), label_of(question, place))) for place, _ in places]
    elif question.kind in (Kind.ONE, Kind.YES_NO):
        places = [*question.choices, *([(OTHER, "")] if question.has_other else [])]
        found = [(name, (str(place), label_of(question, place))) for place, _ in places]
    elif question.kind is Kind.RANKING:
        found = [(f"{name}_{place}", (gettext("rang, ou vide"), label)) for place, label in question.choices]
    elif question.kind is Kind.CONSENT:
        found = [(name, (gettext("1 ou 0"), gettext("Accord donné ou non")))]
    else:
        found = [(name, ("", gettext("Comme écrit")))]
    return [
        *found,
        *([(f"{name}_autre", ("", gettext("« Autre », comme écrit")))] if question.has_other else []),
    ]


def download_answers(consultation_id: int) -> Response:
    """A line for each answer, drawn in an order of its own: no name, no account, no date, no neighbourhood, no age."""
    consultation = get_visible_consultation(current_actor(), consultation_id)
    survey, answers = reading.read_every_answer(current_actor(), consultation)
    return _csv_file(answer_lines(survey, answers), f"consultation-{consultation_id}-reponses.csv")


def answer_lines(survey: Survey, answers: Sequence[SurveyAnswer]) -> list[list[str]]:
    questions = survey.questionnaire.questions
    names = [
        name for question in questions for name in dict.fromkeys(name for name, _ in columns_of(question))
    ]
    lines = [["version", "compte", *names]]
    for answer in answers:
        cells = {
            name: cell
            for question in questions
            for name, cell in _cells(question, answer.values.get(question.key)).items()
        }
        lines.append(
            [str(answer.edition), str(int(answer.has_account)), *(cells.get(name, "") for name in names)]
        )
    return lines


def _cells(question: Question, value: Value | None) -> dict[str, str]:
    name = f"q{question.key}"
    if value is None:
        return {name: "0"} if question.kind is Kind.CONSENT else {}
    if question.kind is Kind.SEVERAL:
        places = [place for place, _ in question.choices] + [OTHER] * question.has_other
        ticked = {f"{name}_{place}": str(int(place in value["chosen"])) for place in places}
        return {**ticked, f"{name}_autre": value.get("other", "")}
    if "chosen" in value:
        return {name: str(value["chosen"][0]), f"{name}_autre": value.get("other", "")}
    if "ranked" in value:
        return {f"{name}_{place}": str(rank) for rank, place in enumerate(value["ranked"], 1)}
    if "number" in value:
        return {name: str(value["number"]).replace(".", ",")}
    return {name: "1" if value.get("agreed") else value.get("text", "")}


def _csv_file(rows: Iterable[Sequence[str]], name: str) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerows([as_cell(cell) for cell in row] for row in rows)
    return text_file(BYTE_ORDER_MARK + text.getvalue(), "text/csv", name)
