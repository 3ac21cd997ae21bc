"""A draft that somebody else changed while its form was open: what she wrote otherwise, told beside the form.

What two people wrote is compared as it is read, not box by box: a box that the way of answering does not use is in neither draft, and
an option that was added on top moves the others without changing them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext

from civic.voting.poll_form import BOX, PollFormSchema, form_values, question_rows
from civic.voting.rules import PollPlan
from civic.web.editing import SEEN, compared
from civic.web.forms import Form, read_checked

BOXES_TICKED = ("needs_verified_residency", "shows_turnout")


def compared_drafts(form: Form, stored: PollPlan, *, seen: str | None, ways: Mapping[str, str]) -> Form:
    """Return a refused form with what it must be compared with, where somebody changed the draft meanwhile; any other as it is.

    Args:
        stored: the draft as it is now, and ``seen``, which a form that is sent again over it carries.
        ways: what the ways of answering are called.
    """
    if not form.is_late:
        return form
    mine = _told(read_checked(PollFormSchema(), form.values, ()).plan, ways)
    theirs = {**dict.fromkeys(mine, ""), **_told(stored, ways), SEEN: seen}
    told = compared(replace(form, values=mine), theirs).theirs
    return Form({**form.values, SEEN: seen}, form.errors, theirs=told)


def questions_told(names: Iterable[str]) -> int:
    """Return the number of the last question that these names of boxes are about, 0 when there is none."""
    return max((int(box[1]) for name in names if (box := BOX.fullmatch(name))), default=0)


def _told(plan: PollPlan, ways: Mapping[str, str]) -> dict[str, Any]:
    """Return a draft by what it says: its boxes by name, and the options of a question as one text, ``q1-choices``."""
    values = form_values(plan)
    told = {name: value for name, value in values.items() if not BOX.fullmatch(name)}
    told |= {name: name in values for name in BOXES_TICKED}
    for number, boxes in enumerate(question_rows(values), start=1):
        said = {name: value for name, value in boxes.items() if name != "rows"}
        said["method"] = ways.get(boxes["method"], boxes["method"])
        said["choices"] = "\n".join(_option(row) for row in boxes["rows"])
        told |= {f"q{number}-{name}": value for name, value in said.items()}
    return told


def _option(row: Mapping[str, str]) -> str:
    label = row["label"]
    if cost := row.get("cost"):
        label = gettext("%(option)s, %(sum)s €", option=label, sum=cost)
    more = [row[name] for name in ("envelope", "text") if row.get(name)]
    return " – ".join([label, *more])
