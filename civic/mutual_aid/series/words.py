"""A rhythm in the reader's language."""

from datetime import date, datetime, time

from flask_babel import gettext

from civic.kernel.clock import from_town_time
from civic.kernel.errors import N_
from civic.mutual_aid.series.rules import Repeat, Rhythm, rank_in_month, read_rule
from civic.mutual_aid.words import weekday_in_words
from civic.web.languages import day_in_words

REPEATS = {
    Repeat.ONCE: (N_("Une seule fois"), ""),
    Repeat.WEEKLY: (N_("Chaque semaine"), N_("Le même jour, aux mêmes heures.")),
    Repeat.FORTNIGHTLY: (N_("Toutes les deux semaines"), ""),
    Repeat.MONTHLY: (N_("Chaque mois"), N_("Par exemple le deuxième mardi du mois.")),
}

RANKS = {1: N_("premier"), 2: N_("deuxième"), 3: N_("troisième"), 4: N_("quatrième"), -1: N_("dernier")}


def repeat_in_words(repeat: str) -> tuple[str, str]:
    label, help_text = REPEATS[Repeat(repeat)]
    return gettext(label), gettext(help_text) if help_text else ""


def repetition_in_words(repeat: Repeat, first_day: date, until: date | None) -> str:
    """« chaque semaine, le mardi, jusqu’au 1er avril »."""
    day = weekday_in_words(first_day.isoweekday())
    if repeat is Repeat.ONCE:
        return gettext("une seule fois")
    if repeat is Repeat.WEEKLY:
        said = gettext("chaque semaine, le %(day)s", day=day)
    elif repeat is Repeat.FORTNIGHTLY:
        said = gettext("toutes les deux semaines, le %(day)s", day=day)
    else:
        rank = gettext(RANKS[rank_in_month(first_day)])
        said = gettext("chaque mois, le %(rank)s %(day)s", rank=rank, day=day)
    if until is None:
        return said
    return gettext("%(rhythm)s, jusqu’au %(day)s", rhythm=said, day=_day(until))


def _day(day: date) -> str:
    return day_in_words(from_town_time(datetime.combine(day, time(12))))


def rhythm_in_words(rhythm: Rhythm) -> str:
    repetition = read_rule(rhythm.rule)
    return repetition_in_words(repetition.repeat, rhythm.begins_on, repetition.until)


GLOBALS = (repeat_in_words, rhythm_in_words)
