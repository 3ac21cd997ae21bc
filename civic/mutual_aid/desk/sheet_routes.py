"""Sheets of requests to be filled in by hand: how many, then the sheets themselves."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from civic.kernel.access import require
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk import queries, sheets
from civic.mutual_aid.desk.door import blueprint
from civic.mutual_aid.desk.schemas import MOST_SHEETS, PrintSheetsSchema, SheetsQuery
from civic.mutual_aid.rules import Category
from civic.territories import queries as territories
from civic.web.forms import Form, load_filters, submit_form
from civic.web.identity import current_actor
from civic.web.printed_links import printed_link


@blueprint.get("/feuilles")
def show_sheets() -> str:
    return _page(Form({"count": "4"}))


def _page(form: Form) -> str:
    require(current_actor(), MutualAidAction.ASK_FOR_ANOTHER, territories.get_town().id)
    return render_template("telephone_desk/sheets.html", form=form, most=MOST_SHEETS)


@blueprint.post("/feuilles")
def print_sheets() -> ResponseReturnValue:
    def command(data: dict[str, Any]) -> list[int]:
        return sheets.print_sheets(
            current_actor(), territory_id=territories.get_town().id, count=data["count"]
        )

    def done(sheet_ids: list[int]) -> ResponseReturnValue:
        return redirect(url_for("telephone_desk.show_printed_sheets", first=sheet_ids[0], last=sheet_ids[-1]))

    return submit_form(PrintSheetsSchema, command=command, done=done, again=_page)


@blueprint.get("/feuilles/imprimer")
def show_printed_sheets() -> str:
    """The same address prints the same numbers again: a sheet that the printer spoilt is not lost."""
    require(current_actor(), MutualAidAction.ASK_FOR_ANOTHER, territories.get_town().id)
    asked = load_filters(SheetsQuery)
    wanted = range(asked["first"], min(asked["last"], asked["first"] + MOST_SHEETS - 1) + 1)
    return render_template(
        "telephone_desk/printed_sheets.html",
        sheets=queries.list_sheets(territories.get_town().id, list(wanted)),
        link=printed_link(url_for("mutual_aid.show_new_request")),
        categories=list(Category),
    )
