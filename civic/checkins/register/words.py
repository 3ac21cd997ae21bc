"""The values of the register in the reader's language, for its pages."""

from datetime import date

from flask_babel import gettext

from civic.checkins.register.rules import AskedBy, Ground, Leaving, Way
from civic.kernel.errors import N_

GROUNDS = {
    Ground.AGED: N_("65 ans ou plus"),
    Ground.UNFIT: N_("60 ans ou plus, et inaptitude au travail reconnue"),
    Ground.DISABLED: N_("Adulte avec un handicap (AAH, PCH, carte, pension d’invalidité…)"),
}
ASKED_BY = {
    AskedBy.HERSELF: N_("La personne elle-même"),
    AskedBy.REPRESENTATIVE: N_("Son représentant légal (tuteur, mandataire…)"),
    AskedBy.THIRD_PARTY: N_("Un tiers (famille, voisin, médecin, service à domicile…)"),
}
WAYS = {
    Way.SPOKEN: N_("De vive voix, au guichet ou au téléphone"),
    Way.WRITTEN: N_("Par écrit : courrier, courriel, formulaire"),
}
LEAVINGS = {
    Leaving.ASKED: N_("Elle le demande"),
    Leaving.OPPOSED: N_("Elle s’oppose à la demande faite pour elle"),
    Leaving.MOVED: N_("Elle n’habite plus la commune, ou plus à son domicile"),
    Leaving.DIED: N_("Elle est décédée"),
    Leaving.MISTAKE: N_("C’était une erreur"),
}


def ground_in_words(ground: Ground) -> str:
    return gettext(GROUNDS[Ground(ground)])


def asked_by_in_words(asked_by: AskedBy) -> str:
    return gettext(ASKED_BY[asked_by])


def way_in_words(way: Way) -> str:
    return gettext(WAYS[way])


def leaving_in_words(reason: Leaving) -> str:
    return gettext(LEAVINGS[reason])


def day_of(text: str) -> date:
    """Return a day that is kept sealed, as a text."""
    return date.fromisoformat(text)


GLOBALS = (ground_in_words, asked_by_in_words, way_in_words, leaving_in_words, day_of)
