"""The map of opinions: its page, the page of one statement, the file."""

import csv
import io

from flask import Response, render_template
from flask_babel import gettext

from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, hidden_until, permits
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import can
from civic.kernel.clock import utc_now
from civic.kernel.spreadsheets import as_cell
from civic.opinions import picture, queries
from civic.opinions.access import OpinionsAction
from civic.opinions.rules import GROUP_NAMES, Counts, Origin
from civic.opinions.service import map_reading
from civic.opinions.service.map_reading import MapView, TracedStatement
from civic.web.files import text_file
from civic.web.identity import current_actor

BYTE_ORDER_MARK = "\ufeff"


def show_map(consultation_id: int) -> str:
    actor = current_actor()
    consultation = get_visible_consultation(actor, consultation_id)
    until = hidden_until(consultation.phases, at=utc_now())
    view = map_reading.read_map(consultation) if until is None else None
    own = map_reading.find_own_place(consultation_id, actor.person_id) if actor.person_id else None
    return render_template(
        "opinions/map.html",
        consultation=consultation,
        hidden_until=until,
        view=view,
        own=own if view is not None else None,
        drawing=_drawing(view, own) if view is not None and view.groups else None,
        is_open=permits(consultation.phases, Activity.REACT, at=utc_now()),
        statements=queries.count_statements(consultation_id),
    )


def _drawing(view: MapView, own: map_reading.OwnPlace | None) -> dict[str, object]:
    place = own.place if own is not None else None
    return {
        "marks": picture.marks(view.squares),
        "side": picture.SIDE,
        "groups": [(group, picture.spot(group.x, group.y)) for group in view.groups],
        "keys": [(group, picture.key_mark(group.number)) for group in view.groups],
        "between": picture.key_mark(None),
        "you": picture.spot(place.x, place.y) if place is not None else None,
    }


def show_statement(statement_id: int) -> str:
    """Where a statement comes from, and what everybody, each group and the reader said of it."""
    actor = current_actor()
    statement = queries.get_statement(statement_id)
    consultation = get_visible_consultation(actor, statement.consultation_id)
    until = hidden_until(consultation.phases, at=utc_now())
    is_open = permits(consultation.phases, Activity.REACT, at=utc_now())
    stances = queries.own_stances(actor.person_id, [statement_id]) if actor.person_id else {}
    own = stances.get(statement_id)
    return render_template(
        "opinions/statement.html",
        consultation=consultation,
        statement=statement,
        hidden_until=until,
        traced=map_reading.read_statement(consultation, statement) if until is None else None,
        is_open=is_open,
        may_react=is_open and can(actor, OpinionsAction.REACT, consultation),
        own=own.name.lower() if own is not None else None,
    )


def download_opinions(consultation_id: int) -> Response:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    return text_file(_as_csv(consultation), "text/csv", f"consultation-{consultation_id}-opinions.csv")


def _as_csv(consultation: Consultation) -> str:
    """Return a line for each statement: sums alone, never what a person reacted, and nothing of fewer than five people of a group."""
    rows = map_reading.read_all(consultation)
    numbers = sorted({group.number for row in rows for group in row.groups})
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(_headings(numbers))
    writer.writerows([as_cell(cell) for cell in _line(row, numbers)] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def _headings(numbers: list[int]) -> list[str]:
    sides = (gettext("d’accord"), gettext("pas d’accord"), gettext("passent"))
    groups = [gettext("Groupe %(name)s", name=GROUP_NAMES[number]) for number in numbers]
    return [
        gettext("Numéro"),
        gettext("Affirmation"),
        gettext("Origine"),
        gettext("Date"),
        *(gettext("Tous : %(side)s", side=side) for side in sides),
        *(f"{group} : {side}" for group in groups for side in sides),
        gettext("Accord de tous les groupes (0 à 1)"),
        gettext("Refus de tous les groupes (0 à 1)"),
        gettext("Écart entre groupes (0 à 1)"),
    ]


def _line(row: TracedStatement, numbers: list[int]) -> list[str]:
    groups = {group.number: group.counts for group in row.groups}
    origin = {
        Origin.IMPORTED: gettext("conversation importée"),
        Origin.TOWN_HALL: gettext("mairie"),
        Origin.RESIDENT: gettext("habitant"),
    }[row.statement.origin]
    shared = row.shared
    scores = [shared.agreed, shared.refused, shared.dividing] if shared is not None else [None] * 3
    return [
        str(row.id),
        row.body,
        origin,
        row.statement.created_at.date().isoformat(),
        *_three(row.counts),
        *(cell for number in numbers for cell in _three(groups.get(number))),
        *("" if score is None else f"{score:.4f}" for score in scores),
    ]


def _three(counts: Counts | None) -> list[str]:
    if counts is None:
        return ["", "", ""]
    return [str(counts.agree), str(counts.disagree), str(counts.passed)]
