"""Money, votes and shares as people read them. What is rounded here is exact in the published result."""

from fractions import Fraction

from babel.lists import format_list
from babel.numbers import format_currency
from flask_babel import format_decimal, format_percent, get_locale, gettext, ngettext

from civic.voting.explain.count import Count

CENTS, KILO = 100, 1000
LEAST_SHARE = Fraction(1, 1000)
SUMS_OF_POINTS = ("points", "budget-points", "budget-cumulative")


def money(cents: Fraction | int) -> str:
    """« 7 999 520 € », « 12,50 € »; rounded to the cent."""
    locale = get_locale()
    rounded = round(Fraction(cents))
    pattern = locale.currency_formats["standard"].pattern
    if rounded % CENTS == 0:
        pattern = pattern.replace(".00", "")
    return str(format_currency(rounded / CENTS, "EUR", format=pattern, locale=locale, currency_digits=False))


def number(value: Fraction | float) -> str:
    """« 1 234 », « 12,33 »; rounded to two decimals."""
    return str(format_decimal(round(float(value), 2)))


def share(part: Fraction) -> str:
    """« 41,5 % » in French, “41.5%” in English; what is not nothing is never told as « 0 % »."""
    pattern = get_locale().percent_formats[None].pattern.replace("#,##0", "#,##0.#")
    if 0 < part < LEAST_SHARE:
        return gettext("moins de %(share)s", share=format_percent(float(LEAST_SHARE), pattern))
    return str(format_percent(float(part), pattern))


def file_size(size: int) -> str:
    """« 890 octets », « 12 ko », « 1,3 Mo »."""
    if size < KILO:
        return gettext("%(size)s octets", size=number(size))
    if size < KILO * KILO:
        return gettext("%(size)s ko", size=number(round(size / KILO)))
    return gettext("%(size)s Mo", size=number(round(size / KILO / KILO, 1)))


def counts_points(count: Count) -> bool:
    """Tell whether scores are points; else they are votes."""
    return count.method in SUMS_OF_POINTS or (count.method == "budget-threshold" and count.kind != "choices")


def score(count: Count, value: Fraction | int) -> str:
    """« 492 voix », « 1 point »."""
    if counts_points(count):
        return ngettext("%(score)s point", "%(score)s points", round(value), score=number(value))
    return ngettext("%(score)s voix", "%(score)s voix", round(value), score=number(value))


def labels(count: Count, options: list[str] | tuple[str, ...], most: int = 8) -> str:
    """« A », « B » et « C »; a long list is cut, and says how many more there are."""
    named = [gettext("« %(label)s »", label=count.label(option)) for option in options[:most]]
    if len(options) > most:
        more = len(options) - most
        named.append(ngettext("%(num)s autre", "%(num)s autres", more))
    return str(format_list(named, locale=get_locale()))
