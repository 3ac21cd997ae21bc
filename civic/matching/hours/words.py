"""Lengths of time in the reader's language."""

from flask_babel import gettext


def duration_in_words(minutes: int) -> str:
    """« 45 min », « 2 h », « 1 h 30 »"""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)s min", minutes=rest)
    if not rest:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(hours)s h %(minutes)s", hours=hours, minutes=f"{rest:02}")


GLOBALS = (duration_in_words,)
