"""The public holidays of France (code du travail, art. L. 3133-1), on which a town hall is closed. No clock.

Those that one part of the country alone has (Good Friday and 26 December in Alsace and Moselle, the end of slavery overseas) are not among them.
"""

from datetime import date, timedelta

FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
EASTER_MONDAY, ASCENSION, WHIT_MONDAY = timedelta(days=1), timedelta(days=39), timedelta(days=50)


def is_public_holiday(day: date) -> bool:
    if (day.month, day.day) in FIXED:
        return True
    return day - easter(day.year) in (EASTER_MONDAY, ASCENSION, WHIT_MONDAY)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, before = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, before + 1)
