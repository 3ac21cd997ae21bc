"""The pages of a result: the whole, one question, one option; and what is downloaded. ``routes`` gives their addresses."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext

from civic.kernel.pagination import Page
from civic.kernel.text import fold
from civic.voting.asking import option_key
from civic.voting.booth.presentation import roads_tables
from civic.voting.errors import PollNotFound
from civic.voting.explain.count import Count, Line
from civic.voting.publication.files import PublishedFile, script_file
from civic.voting.register.queries import find_last_line
from civic.voting.result_schemas import ListProjectsQuery, ProjectList
from civic.voting.service import reading, results
from civic.voting.service.results import FileKind, PollResult, QuestionResult
from civic.voting.telling import charts, headlines
from civic.voting.telling.methods import tell_rule
from civic.voting.telling.options import list_lines, tell_option
from civic.voting.telling.ties import tell_tie_line, tell_ties
from civic.web.files import text_file
from civic.web.forms import load_filters
from civic.web.identity import current_actor

PROJECTS_PER_PAGE = 40


def show_result(poll_id: int) -> str:
    result = results.show_poll_result(current_actor(), poll_id=poll_id)
    if len(result.questions) == 1:
        return _question_page(result, result.questions[0])
    return _render("voting/results.html", result, told=[_tell(result, one) for one in result.questions])


def show_question_result(poll_id: int, position: int) -> str:
    result = results.show_poll_result(current_actor(), poll_id=poll_id)
    return _question_page(result, result.question_at(position))


def show_option_result(poll_id: int, position: int, option: int) -> str:
    result = results.show_poll_result(current_actor(), poll_id=poll_id)
    question, key = result.question_at(position), option_key(option)
    if question.count is None:
        return _question_page(result, question)
    if key not in question.count.options:
        raise PollNotFound
    lines, sentences = list_lines(question.count), tell_option(question.count, key)
    equals = headlines.equals_first(question.count) if result.draws_no_lots else ()
    if key in equals:
        lines = tuple(replace(line, is_winner=line.is_winner or line.option == key) for line in lines)
        sentences = [sentences[0], headlines.tell_equals(question.count, equals)]
    at = next(index for index, line in enumerate(lines) if line.option == key)
    address_of = _addresses(poll_id, position)
    return _render(
        "voting/option_result.html",
        result,
        question=question,
        line=lines[at],
        sentences=sentences,
        told=_tell(result, question),
        chart=_option_chart(question.count, key, address_of),
        before=_link(lines[at - 1], address_of) if at else None,
        after=_link(lines[at + 1], address_of) if at + 1 < len(lines) else None,
    )


def download_question_ballots(poll_id: int, position: int) -> Response:
    return _download(poll_id, position, FileKind.BALLOTS)


def download_question_result(poll_id: int, position: int) -> Response:
    return _download(poll_id, position, FileKind.RESULT)


def download_ballots(poll_id: int) -> Response:
    """The ballots of the first question, at the address that polls of one question always had."""
    return _download(poll_id, 1, FileKind.BALLOTS)


def show_recount_help() -> str:
    return render_template("voting/recount_help.html", script=script_file())


def download_recount_script() -> Response:
    return _as_download(script_file())


def _download(poll_id: int, position: int, kind: FileKind) -> Response:
    return _as_download(
        results.export_question(current_actor(), poll_id=poll_id, position=position, kind=kind)
    )


def _as_download(file: PublishedFile) -> Response:
    return text_file(file.text, file.media_type, file.name)


def _question_page(result: PollResult, question: QuestionResult) -> str:
    poll_id = result.poll.id
    if question.count is None:
        return _render("voting/result_under_way.html", result, question=question)
    address_of = _addresses(poll_id, question.position)
    kind = charts.chart_kind(question.method)
    return _render(
        "voting/result.html",
        result,
        question=question,
        told=_tell(result, question),
        chart_kind=kind,
        chart=CHARTS[kind](question.count, address_of),
        ranking=[_link(line, address_of) for line in list_lines(question.count)],
        roads=_roads(result, question),
        files=results.list_recount_files(current_actor(), poll_id=poll_id, position=question.position),
        **(_project_list(question.count, address_of) if kind == "projects" else {}),
    )


def _render(template: str, result: PollResult, **values: Any) -> str:
    view = reading.show_poll(current_actor(), poll_id=result.poll.id)
    return render_template(
        template,
        result=result,
        view=view,
        poll=result.poll,
        register_head=find_last_line(result.poll.id),
        **values,
    )


def _roads(result: PollResult, question: QuestionResult) -> list[dict[str, Any]]:
    """Return what came by each road, of a sealed poll in which somebody voted on paper."""
    if question.roads is None:
        return []
    plan = reading.show_poll(current_actor(), poll_id=result.poll.id).plan
    return roads_tables(plan.questions[question.position - 1], question.roads)


def _tell(result: PollResult, question: QuestionResult) -> dict[str, Any]:
    """Return the result of a question in words; what is not counted yet says only its question."""
    count = question.count
    if count is None:
        return {"question": question, "headline": None}
    draws_no_lots = result.draws_no_lots
    return {
        "question": question,
        "tally": count.tally,
        "expressed": count.expressed,
        "headline": headlines.tell_headline(count, draws_no_lots=draws_no_lots),
        "rule": tell_rule(count, draws_no_lots=draws_no_lots),
        "endowments": headlines.tell_endowments(count),
        "tie_line": tell_tie_line(count, draws_no_lots=draws_no_lots),
        "ties": [] if draws_no_lots else tell_ties(count),
    }


def _addresses(poll_id: int, position: int) -> Callable[[str], str]:
    def address_of(option: str) -> str:
        number = int(option.removeprefix("c"))
        return url_for(
            ".show_option_result", poll_id=poll_id, position=position, option=number, _anchor="reponse"
        )

    return address_of


def _link(line: Line, address_of: Callable[[str], str]) -> dict[str, str]:
    return {"label": line.label, "url": address_of(line.option)}


CHARTS: dict[str, Callable[[Count, Callable[[str], str]], Any]] = {
    "bars": charts.score_rows,
    "merit": charts.merit_rows,
    "duels": lambda count, _: charts.duel_table(count),
    "rounds": lambda count, _: charts.round_tables(count),
    "projects": lambda count, _: charts.spending_of(count),
}


def _project_list(count: Count, address_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the page of the list of projects that the address asks for."""
    filters = load_filters(ListProjectsQuery)
    lines = list(list_lines(count))
    counts = {
        ProjectList.FUNDED: len(count.winners),
        ProjectList.OTHERS: len(lines) - len(count.winners),
        ProjectList.ALL: len(lines),
    }
    wanted = [
        line
        for line in lines
        if filters["list"] is ProjectList.ALL or line.is_winner == (filters["list"] is ProjectList.FUNDED)
    ]
    if filters["q"]:
        wanted = [line for line in lines if fold(filters["q"]) in fold(line.label)]
    number = min(filters["page"], max(1, -(-len(wanted) // PROJECTS_PER_PAGE)))
    start = (number - 1) * PROJECTS_PER_PAGE
    shown = wanted[start : start + PROJECTS_PER_PAGE]
    return {
        "filters": filters,
        "tabs": [
            (ProjectList.FUNDED, gettext("Retenus"), counts[ProjectList.FUNDED]),
            (ProjectList.OTHERS, gettext("Non retenus"), counts[ProjectList.OTHERS]),
            (ProjectList.ALL, gettext("Tous"), counts[ProjectList.ALL]),
        ],
        "projects": Page(
            charts.project_rows(count, shown, address_of), number, PROJECTS_PER_PAGE, len(wanted)
        ),
    }


def _option_chart(count: Count, option: str, address_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return what is drawn of one option: its grades; nothing where sentences say all."""
    if charts.chart_kind(count.method) != "merit":
        return []
    label = count.label(option)
    return [row for row in charts.merit_rows(count, address_of) if row["label"] == label][:1]
