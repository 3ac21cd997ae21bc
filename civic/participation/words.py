"""How keys of counts are called, in the reader's language."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from civic.consultations.channels import CHANNEL_NAMES, Channel
from civic.participation.rules import UNKNOWN, AgeBand

_STARTS = {band: band.value.split("-")[0].rstrip("+") for band in AgeBand}


def band_in_words(band: AgeBand) -> str:
    return bands_in_words([band.value])


def bands_in_words(keys: Sequence[str]) -> str:
    """Say one band, or several that follow one another: « 18 à 39 ans »."""
    bands = [AgeBand(key) for key in keys if key != UNKNOWN]
    if not bands:
        return gettext("Âge non indiqué")
    first, last = bands[0], bands[-1]
    if first is AgeBand.UNDER_18 and last is AgeBand.FROM_80:
        told = gettext("Tous les âges")
    elif first is AgeBand.UNDER_18:
        told = gettext("Moins de %(age)s ans", age=_after(last))
    elif last is AgeBand.FROM_80:
        told = gettext("%(age)s ans et plus", age=_STARTS[first])
    else:
        told = gettext("%(first)s à %(last)s ans", first=_STARTS[first], last=_after(last) - 1)
    return gettext("%(told)s, ou âge non indiqué", told=told) if UNKNOWN in keys else told


def _after(band: AgeBand) -> int:
    """Return the first age of the next band."""
    in_order = list(AgeBand)
    return int(_STARTS[in_order[in_order.index(band) + 1]])


def channels_in_words(keys: Sequence[str]) -> str:
    named = [gettext(CHANNEL_NAMES[Channel(key)]) for key in keys]
    return ", ".join([*named[:1], *(name[:1].lower() + name[1:] for name in named[1:])])


def places_in_words(keys: Sequence[str], names: Mapping[str, str]) -> str:
    told = [names[key].removeprefix("Quartier ") for key in keys if key in names]
    unknown = [gettext("Quartier non indiqué")] if UNKNOWN in keys and not told else []
    others = [gettext("ou quartier non indiqué")] if UNKNOWN in keys and told else []
    return ", ".join([*told, *unknown, *others])
