"""What the page of the pace reads: whole numbers within bounds that keep a search from stopping or from wearing people out."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import validates_schema

from civic.matching.pace import DispatchPace
from civic.mutual_aid.rules import Urgency
from civic.web.schemas import BaseSchema, Seen, ValidationError, Whole

URGENCIES = ("urgent", "today", "flexible")


class PaceSchema(BaseSchema):
    live_urgent = Whole(1, 20, required=True)
    live_today = Whole(1, 20, required=True)
    live_flexible = Whole(1, 20, required=True)
    silence_urgent = Whole(2, 120, required=True)
    silence_today = Whole(5, 480, required=True)
    silence_flexible = Whole(15, 2_880, required=True)
    escalation_urgent = Whole(10, 95, required=True)
    escalation_today = Whole(10, 95, required=True)
    escalation_flexible = Whole(10, 95, required=True)
    widening_percent = Whole(10, 100, required=True)
    request_budget = Whole(5, 500, required=True)
    volunteer_week = Whole(1, 50, required=True)
    underserved_percent = Whole(0, 200, required=True)
    seen = Seen()

    @validates_schema
    def _ensure_budget(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("request_budget", 0) < data.get("live_urgent", 0):
            raise ValidationError(
                str(_l("Ce total est plus petit que le nombre de personnes sollicitées en même temps.")),
                field_name="request_budget",
            )


def pace_of(data: dict[str, Any]) -> DispatchPace:
    def by_urgency(name: str) -> dict[Urgency, int]:
        return {Urgency(each): data[f"{name}_{each}"] for each in URGENCIES}

    return DispatchPace(
        live_invitations=by_urgency("live"),
        silence_minutes=by_urgency("silence"),
        escalation_percent=by_urgency("escalation"),
        widening_percent=data["widening_percent"],
        request_budget=data["request_budget"],
        volunteer_week=data["volunteer_week"],
        underserved_percent=data["underserved_percent"],
    )


def typed(pace: DispatchPace) -> dict[str, Any]:
    """Return a pace as the form shows it."""
    values: dict[str, Any] = {
        name: getattr(pace, name)
        for name in ("widening_percent", "request_budget", "volunteer_week", "underserved_percent")
    }
    for name, numbers in (
        ("live", pace.live_invitations),
        ("silence", pace.silence_minutes),
        ("escalation", pace.escalation_percent),
    ):
        values |= {f"{name}_{each}": numbers[Urgency(each)] for each in URGENCIES}
    return values
