"""Asking for help, one thing a page: the steps of the form of a request."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.errors import N_
from civic.mutual_aid.errors import WindowRefused
from civic.mutual_aid.moments import DayHalf, NearDay, ensure_urgency, near_window
from civic.mutual_aid.reviewing.waiting import will_be_read
from civic.mutual_aid.rules import Window, ensure_window
from civic.mutual_aid.schemas import RequestFormSchema, repetition
from civic.mutual_aid.series.rules import Repeat, ensure_repetition
from civic.mutual_aid.series.words import repetition_in_words
from civic.mutual_aid.volunteers import queries as volunteers
from civic.mutual_aid.volunteers.words import skill_in_words
from civic.mutual_aid.words import category_in_words, to_know_in_words, urgency_in_words, window_in_words
from civic.territories import queries as territories
from civic.territories.models import Territory
from civic.web.forms import Check, Form, read_part
from civic.web.languages import form_instant
from civic.web.steps import Step


def _ensure_moment(data: dict[str, Any]) -> None:
    """Raises WindowRefused, about the field that was shown: « aujourd’hui » or the two instants."""
    try:
        ensure_window(Window(data["starts_at"], data["ends_at"]), now=utc_now())
    except WindowRefused as refusal:
        if data["day"] in (None, NearDay.EXACT):
            raise
        raise WindowRefused(fields={"day": [WindowRefused.too_late]}) from refusal


def _ensure_urgency(data: dict[str, Any]) -> None:
    ensure_urgency(data["urgency"], _local_window(data), local_now=utc_now().astimezone(TOWN_TIME))


def _ensure_rhythm(data: dict[str, Any]) -> None:
    if data["repeat"] is not Repeat.ONCE:
        ensure_repetition(repetition(data), _local_window(data))


def _local_window(data: dict[str, Any]) -> Window:
    return Window(data["starts_at"].astimezone(TOWN_TIME), data["ends_at"].astimezone(TOWN_TIME))


INSTANTS = ("starts_at", "ends_at")
WHEN = (
    Check(("day", *INSTANTS), _ensure_moment),
    Check(("urgency", *INSTANTS), _ensure_urgency),
    Check(("repeat", "repeat_until", *INSTANTS), _ensure_rhythm),
)
"""What is refused of when help is wanted: a past moment, « urgent » for another day, a last day before the first."""


def fill_window(values: dict[str, Any]) -> dict[str, Any]:
    """« demain matin » becomes its two instants; an exact date is left as it was typed."""
    days, halves = {each.value: each for each in NearDay}, {each.value: each for each in DayHalf}
    day = days.get(str(values.get("day", "")), NearDay.EXACT)
    if day is NearDay.EXACT:
        return values
    half = halves.get(str(values.get("part", "")), DayHalf.ANY)
    window = near_window(day, half, local_now=utc_now().astimezone(TOWN_TIME))
    return {**values, "starts_at": form_instant(window.starts_at), "ends_at": form_instant(window.ends_at)}


STEPS = (
    Step(N_("De quoi avez-vous besoin ?"), ("category", "title", "text")),
    Step(
        N_("Quand ?"),
        ("day", "part", "urgency", "starts_at", "ends_at", "capacity", "repeat", "repeat_until"),
        WHEN,
        fill_window,
    ),
    Step(
        N_("Où, et comment vous joindre ?"),
        ("territory_id", "contact_name", "contact_phone", "contact_address", "languages", "wishes", "skills"),
    ),
    Step(N_("Relisez, puis envoyez")),
)


FIRST_HOUR, LAST_HOUR = 9, 18
"""Help is seldom wanted at night: outside these hours, a new form suggests the next morning."""


def next_hour_by_day(now: datetime) -> datetime:
    """Return the next full hour of the day, on the town hall's clock; the next morning's when the day is over."""
    local = now.astimezone(TOWN_TIME).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    if local.hour > LAST_HOUR:
        local = local.replace(hour=FIRST_HOUR) + timedelta(days=1)
    return local.replace(hour=max(local.hour, FIRST_HOUR)).astimezone(UTC)


def _names_of(skills: list[str]) -> str:
    town = territories.find_town()
    listed = volunteers.list_skills(town.id) if skills and town else []
    return ", ".join(skill_in_words(skill) for skill in listed if skill.key in skills)


def summarise(form: Form, places: Iterable[Territory], *, person_id: int) -> dict[str, Any]:
    """Return, in words, what a form that is read again holds; nothing as long as something in it is to correct.

    ``is_read_before``: the town hall will read it before volunteers are asked.
    """
    data, errors = read_part(RequestFormSchema(), form.values)
    if errors:
        return {}
    names = {place.id: place.name for place in places}
    return {
        "category": category_in_words(data["category"]),
        "urgency": urgency_in_words(data["urgency"]),
        "window": window_in_words(data["starts_at"], data["ends_at"]),
        "rhythm": repetition_in_words(
            data["repeat"], data["starts_at"].astimezone(TOWN_TIME).date(), data["repeat_until"]
        ),
        "to_know": to_know_in_words(tuple(data["languages"]), tuple(data["wishes"])),
        "needed": _names_of(data["skills"]),
        "place": names.get(data["territory_id"], ""),
        "is_read_before": data["territory_id"] in names
        and will_be_read(person_id, territory_id=data["territory_id"], category=data["category"]),
    }
