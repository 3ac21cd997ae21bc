"""The reader's language: chosen, else the browser's, else French. Dates and numbers in words, on the town hall's clock."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, numbers
from flask import Flask, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal, format_time, format_timedelta, get_locale, gettext

from civic.extensions import babel
from civic.kernel.clock import TOWN_TIME, is_told_twice, utc_now
from civic.kernel.large_documents import MEGABYTE
from civic.kernel.text import fold
from civic.web.application import use_quick_translations

SPLIT_NUMBER = re.compile(r"(?<=\d) (?=\d|h\b)|(?<=\d[ \u00a0]h) (?=\d)")
TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
SOURCE = "fr"
SLOW_LINE_BITS = 1_000_000
"""In a second: the country, or a telephone in a village."""
SLOW_FROM_BYTES = 3 * MEGABYTE


def find_languages(folder: Path) -> dict[str, str]:
    """Return the languages that are served, by code, each by its own name; French, the source, first.

    A language has a folder with its catalogue, ``messages.po``, and is served once the catalogue is compiled beside it: it is when it
    is complete enough (``.setup/messages.py``). Nothing else names a language, so that a translator adds one without a developer.
    """
    served = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/messages.mo")}
    written = {path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/messages.po")}
    names = {code: own_name(code) for code in served & written - {SOURCE}}
    return {SOURCE: own_name(SOURCE), **dict(sorted(names.items(), key=lambda item: item[1].casefold()))}


def own_name(code: str) -> str:
    """« Français », « English », « Brezhoneg »: a language's name in itself; its code where Unicode knows no name of it."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[:1].upper() + name[1:]


LANGUAGES = find_languages(TRANSLATIONS)
COOKIE = "langue"
YEAR_SECONDS = 31_536_000
SOON = timedelta(days=180)
THREE_DAYS, TWO_WEEKS = timedelta(days=3), timedelta(days=14, hours=12)
USUAL, PAST_TWO, EXACT = 0.85, 2.1, 2.0
"""From how many of a unit (a week, a day) a duration is told in it."""
VOWEL_FIRST = re.compile(r"[aeiouh]|y(?![aeiou])")
"""Names that « de » is elided before; the h of first names is nearly always mute."""
FINAL_YEAR = re.compile(r",?\s*('[^']*'\s*)?y+$")
NO_CENTS = re.compile(r"[.,]00(?!\d)")
FIRST_OF_MONTH = re.compile(r"\b1 (?=[a-zéû])")


def select_language() -> str:
    if not has_request_context():
        return SOURCE
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    served = {code.casefold(): code for code in LANGUAGES}
    for (
        wanted,
        _quality,
    ) in request.accept_languages:  # the most wanted first; « en-GB » is content with « en »
        code = wanted.replace("-", "_").casefold()
        if found := served.get(code) or served.get(code.split("_")[0]):
            return found
    return SOURCE


def language_tag(locale: Locale | str | None) -> str:
    """The value of a ``lang`` attribute: « pt-BR », where files say « pt_BR »."""
    return str(locale or SOURCE).replace("_", "-")


def direction_of(locale: Locale | str | None) -> str:
    """The value of a ``dir`` attribute: « rtl » for Arabic, Hebrew, Persian…, « ltr » otherwise."""
    found = locale if isinstance(locale, Locale) else Locale.parse(language_tag(locale), sep="-")
    return str(found.text_direction)


def is_own_path(address: str) -> bool:
    """Tell whether an address is a path of this site: the only place a redirect may lead."""
    return (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and not any(ord(c) < 33 or c == "\\" for c in address)
    )


def own_path(address: str | None, default: str = "/") -> str:
    return address if address and is_own_path(address) else default


def day_in_words(value: datetime | date) -> str:
    """« lundi 3 mars 2027 »"""
    return _written(str(format_date(_local_date(value), "full")))


def near_day_in_words(value: datetime | date) -> str:
    """« lundi 3 mars », and its year unless it is this year, or soon."""
    day, today = _local_date(value), _local_date(utc_now())
    is_near = day.year == today.year or today <= day < today + SOON
    return _written(str(format_date(day, _pattern_without_year()))) if is_near else day_in_words(day)


def _pattern_without_year() -> str:
    """Return how the reader's language writes a whole date, without the year where it ends with it."""
    locale = get_locale() or Locale.parse(SOURCE)
    return FINAL_YEAR.sub("", locale.date_formats["full"].pattern)


def time_in_words(value: datetime) -> str:
    """« 18 h 30 », « 18 h »; « 6:30 PM » to who reads English, and so on as each language writes it."""
    local = value.astimezone(TOWN_TIME)
    locale = get_locale()
    if locale is not None and locale.language != "fr":
        return str(format_time(local, "short", rebase=False))
    return f"{local.hour}\u00a0h\u00a0{local.minute:02}" if local.minute else f"{local.hour}\u00a0h"


def instant_in_words(value: datetime) -> str:
    """« lundi 3 mars à 18 h 30 »"""
    return gettext("%(day)s à %(time)s", day=near_day_in_words(value), time=time_in_words(value))


def dated_instant_in_words(value: datetime) -> str:
    """« lundi 3 mars 2027 à 18 h 30 »: on what is printed, signed or kept, where « lundi 3 mars » would say nothing later."""
    return gettext("%(day)s à %(time)s", day=day_in_words(value), time=time_in_words(value))


def dated_deadline_in_words(value: datetime) -> str:
    """As ``deadline_in_words``, with its year."""
    if value.astimezone(TOWN_TIME).time() != time(0):
        return dated_instant_in_words(value)
    return gettext("%(day)s à minuit", day=day_in_words(value - timedelta(seconds=1)))


def deadline_in_words(value: datetime) -> str:
    """The end of something, which is no longer part of it: what ends with a day says « mercredi 9 décembre à minuit »."""
    if value.astimezone(TOWN_TIME).time() != time(0):
        return instant_in_words(value)
    return gettext("%(day)s à minuit", day=near_day_in_words(value - timedelta(seconds=1)))


def time_from_now(value: datetime) -> str:
    """« il y a 3 jours », « dans 2 heures »; in days up to two weeks, for « 1 semaine » is said of nine days as of seven."""
    gap = value - utc_now()
    is_in_days = THREE_DAYS <= abs(gap) < TWO_WEEKS
    threshold = PAST_TWO if is_in_days else USUAL
    return str(format_timedelta(gap, add_direction=True, threshold=threshold))


def time_left(value: datetime) -> str:
    """« dans 18 heures », « dans 40 minutes »; in days from the second on: « dans 1 jour » hid which of two was the more urgent."""
    return str(format_timedelta(value - utc_now(), add_direction=True, threshold=EXACT))


def elided(text: str, name: str) -> str:
    """French says « d’Oksana », and « de Marie »: correct « de » before this name, in a text to who reads French."""
    locale = get_locale()
    is_french = locale is None or locale.language == SOURCE
    return text.replace(f"de {name}", f"d’{name}") if is_french and _begins_with_vowel(name) else text


@lru_cache(maxsize=2_000)
def _begins_with_vowel(name: str) -> bool:
    return VOWEL_FIRST.match(fold(name)) is not None


def short_day(value: datetime | date) -> str:
    """« 3 mars 2027 »"""
    return _written(str(format_date(_local_date(value), "long")))


def unbroken(typed: str) -> str:
    """Keep a telephone number, and an hour as « 8 h 30 », on one line, in what an agent typed."""
    return SPLIT_NUMBER.sub("\u00a0", typed)


def iso_instant(value: datetime) -> str:
    """The value of a ``datetime`` attribute: seconds, no microsecond (which is invalid HTML)."""
    return value.astimezone(UTC).isoformat(timespec="seconds")


def form_instant(value: datetime | None) -> str:
    """The value of an ``<input type=datetime-local>``, on the town hall's clock.

    The second of two hours that clocks show alike has its offset: ``told_twice`` parts it for the field.
    """
    if value is None:
        return ""
    local = value.astimezone(TOWN_TIME)
    return (local if local.fold else local.replace(tzinfo=None)).isoformat(timespec="minutes")


@dataclass(frozen=True)
class ToldTwice:
    """A time that comes twice in a night. ``value``: as its field takes it; ``offset``: which one; ``hours``: both, in words."""

    value: str
    offset: str
    hours: tuple[tuple[str, str], tuple[str, str]]


def told_twice(value: Any) -> ToldTwice | None:
    """Return what a field shows of a time that clocks tell twice, as typed or written by ``form_instant``; None of any other."""
    try:
        instant = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    naive = instant.replace(tzinfo=None)
    if not is_told_twice(naive):
        return None
    first, second = (
        naive.replace(tzinfo=TOWN_TIME, fold=fold).isoformat(timespec="minutes")[-6:] for fold in (0, 1)
    )
    return ToldTwice(
        value=naive.isoformat(timespec="minutes"),
        offset=second if instant.tzinfo and instant.isoformat().endswith(second) else first,
        hours=(
            (first, gettext("La première, à l’heure d’été")),
            (second, gettext("La seconde, une heure plus tard, à l’heure d’hiver")),
        ),
    )


def whole_number(value: int) -> str:
    return str(format_decimal(value))


def decimal_number(value: float) -> str:
    """« 1,5 », or « 1.5 » to who reads English."""
    return str(format_decimal(value, "#,##0.##"))


def in_percent(value: float) -> str:
    """« 33,3 % », or « 33.3% » to who reads English; the value goes from 0 to 100."""
    part = Decimal(str(value)) / 100
    return str(numbers.format_percent(part, locale=get_locale() or "fr", decimal_quantization=False))


def euros(cents: int) -> str:
    """« 12 500 € », « 12 500,50 € »; « €12,500 » to who reads English."""
    written = str(numbers.format_currency(Decimal(cents) / 100, "EUR", locale=get_locale() or SOURCE))
    return written if cents % 100 else NO_CENTS.sub("", written)


def weight_in_words(size_bytes: int) -> str:
    """« 320 ko », « 34 Mo »."""
    if size_bytes < MEGABYTE:
        return gettext("%(size)s ko", size=whole_number(max(1, round(size_bytes / 1024))))
    return gettext("%(size)s Mo", size=decimal_number(round(size_bytes / MEGABYTE, 1)))


def slow_minutes(size_bytes: int) -> int:
    """Return how many minutes a slow line takes to bring a file; 0 where it is a moment."""
    minutes = round(size_bytes * 8 / SLOW_LINE_BITS / 60)
    return minutes if size_bytes > SLOW_FROM_BYTES else 0


def lower_first(text: str) -> str:
    """Return a sentence as it goes on after a colon."""
    return text[:1].lower() + text[1:]


def _written(day: str) -> str:
    """French says « 1er mars », which its data leave out."""
    locale = get_locale()
    return FIRST_OF_MONTH.sub("1er ", day) if locale is None or locale.language == "fr" else day


def _local_date(value: datetime | date) -> date:
    return value.astimezone(TOWN_TIME).date() if isinstance(value, datetime) else value


def shortened(text: str, length: int) -> str:
    """Return the beginning of a text, cut between two words, its last comma or stop left out before the dots.

    >>> shortened("Packs d’eau, litière, pommes de terre.", 15)
    'Packs d’eau…'
    """
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" \n,;:.!?…–-«(") + "…"


def register_languages(app: Flask) -> None:
    babel.init_app(app, locale_selector=select_language)
    use_quick_translations(app)
    for helper in (
        day_in_words,
        near_day_in_words,
        time_in_words,
        instant_in_words,
        deadline_in_words,
        dated_instant_in_words,
        dated_deadline_in_words,
        time_from_now,
        time_left,
        elided,
        shortened,
        euros,
        weight_in_words,
        slow_minutes,
        lower_first,
        short_day,
        unbroken,
        iso_instant,
        form_instant,
        whole_number,
        decimal_number,
        in_percent,
    ):
        app.jinja_env.filters[helper.__name__] = helper
    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.globals["told_twice"] = told_twice

    @app.get("/langue/<code>", endpoint="web.choose_language")
    def choose_language(code: str) -> ResponseReturnValue:
        response = redirect(own_path(request.args.get("next")))
        if code in LANGUAGES:
            response.set_cookie(
                COOKIE, code, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure
            )
        return response
