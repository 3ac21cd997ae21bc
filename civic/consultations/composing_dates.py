"""The page of dates: what its boxes hold, how one date moves the others, and how phases are drawn on a line of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import gettext

from civic.consultations import arranging, rules
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, PhasePlan
from civic.consultations.schemas import PhaseDatesSchema, phase_rows
from civic.kernel.clock import utc_now
from civic.kernel.errors import N_
from civic.web.forms import Form, read_part
from civic.web.languages import form_instant

TWO_WEEKS = timedelta(weeks=2)
ADD_PHASE, LOOK = "add_phase", "look"
"""Buttons that save nothing, and work without a script: one more row; what the dates come to."""
STARTS_AT, STARTED_AT = "starts_at", "started_at"
"""The first date as typed, and as it was shown: changing it moves the others."""

ACTIVITY_LABELS = {
    Activity.PROPOSE: N_("Proposer des idées"),
    Activity.AMEND: N_("Améliorer le texte des propositions : proposer des changements à leurs auteurs"),
    Activity.ARGUE: N_("Débattre : donner des arguments"),
    Activity.SUPPORT: N_("Soutenir des propositions"),
    Activity.REACT: N_("Réagir aux affirmations"),
    Activity.ANSWER: N_("Répondre à un questionnaire"),
    Activity.VOTE: N_("Voter"),
}
"""Reading is always permitted, so no box asks for it."""

DONE_IN_SHORT = {
    Activity.PROPOSE: N_("proposer"),
    Activity.AMEND: N_("améliorer les textes"),
    Activity.ARGUE: N_("débattre"),
    Activity.SUPPORT: N_("soutenir"),
    Activity.REACT: N_("réagir"),
    Activity.ANSWER: N_("répondre au questionnaire"),
    Activity.VOTE: N_("voter"),
}

BOX_LABELS = {
    "name": N_("Nom"),
    "opens_at": N_("S’ouvre le"),
    "closes_at": N_("Se ferme le"),
    "description": N_("En quelques mots"),
}


@dataclass(frozen=True)
class DrawnPhase:
    """A phase on the line of time: its dates, where it lies, how many days of the calendar it touches."""

    plan: PhasePlan
    bar: arranging.Bar
    days: int

    @property
    def opens_with_the_day(self) -> bool:
        return arranging.opens_with_the_day(self.plan)


def draw_phases(phases: Sequence[PhasePlan]) -> list[DrawnPhase]:
    return [
        DrawnPhase(phase, bar, arranging.calendar_days(phase))
        for phase, bar in zip(phases, arranging.bars_of(phases), strict=True)
    ]


def ensure_dates(data: dict[str, Any]) -> None:
    rules.ensure_windows(data["phases"])
    rules.ensure_not_over(data["phases"], at=utc_now())


def move_dates(values: dict[str, Any]) -> dict[str, Any]:
    """Move every date as the first one was; what is typed there and is no date stays, to be refused beside its box."""
    first, before = str(values.get(STARTS_AT, "")), str(values.get(STARTED_AT, ""))
    kept = {name: value for name, value in values.items() if name not in (STARTS_AT, STARTED_AT)}
    kept = {name: value for name, value in kept.items() if name not in (ADD_PHASE, LOOK)}
    is_date = bool(read_part(PhaseDatesSchema(only=("opens_at",)), {"opens_at": first})[0])
    return arranging.move_typed(kept, first, before) if is_date or not first else {**kept, STARTS_AT: first}


def boxes_of(consultation: Consultation) -> dict[str, Any]:
    """Return what the boxes of the dates hold for a stored consultation."""
    values: dict[str, Any] = {"version": consultation.version}
    for number, plan in enumerate(consultation.plan.phases):
        boxes = {
            "id": str(plan.id),
            "name": plan.name,
            "description": plan.description,
            "opens_at": form_instant(plan.opens_at),
            "closes_at": form_instant(plan.closes_at),
            **{activity.value: "true" for activity in plan.activities},
            **({"hides_reactions": "true"} if plan.hides_reactions else {}),
        }
        values |= {f"phases-{number}-{box}": value for box, value in boxes.items()}
    return values


def values_of(form: Form) -> dict[str, Any]:
    """Return what the page of dates shows of what was typed."""
    rows = phase_rows(form.values)
    adds_row = ADD_PHASE in request.form or not rows
    dated = [_dated(row) for row in rows]
    known = [phase for phase in dated if phase is not None]
    each_drawn = iter(draw_phases(known))
    drawn = [phase and next(each_drawn) for phase in dated]
    opens_at = min((phase.opens_at for phase in known), default=None)
    return {
        "rows": rows + [_new_row(known)] * adds_row,
        "drawn": drawn + [None] * adds_row,
        "first_typed": form.value(STARTS_AT) or form_instant(opens_at),
        "first_shown": form_instant(opens_at),
        "is_focused_on_new_row": ADD_PHASE in request.form,
        "activities": ACTIVITY_LABELS,
        "done_in_short": DONE_IN_SHORT,
        "labels": {
            f"phases-{row}-{box}": gettext("Phase %(number)s, %(box)s", number=row + 1, box=gettext(label))
            for row in range(len(rows))
            for box, label in BOX_LABELS.items()
        },
    }


def _new_row(known: Sequence[PhasePlan]) -> dict[str, str]:
    """A phase that somebody adds follows the others, for two weeks; the first of all begins on the usual day."""
    opens_at = max((phase.closes_at for phase in known), default=None) or arranging.usual_start(utc_now())
    return {
        "opens_at": form_instant(opens_at),
        "closes_at": form_instant(arranging.moved(opens_at, TWO_WEEKS)),
    }


def _dated(row: dict[str, str]) -> PhasePlan | None:
    """Return what the calendar draws of a row of the form; nothing while its dates are not two dates in order."""
    dates = {name: row.get(name, "") for name in ("opens_at", "closes_at")}
    read, wrong = read_part(PhaseDatesSchema(), dates)
    if wrong or read["closes_at"] <= read["opens_at"]:
        return None
    return PhasePlan(row.get("name", ""), read["opens_at"], read["closes_at"])
