"""Ties, and how each was decided."""

from fractions import Fraction

from flask_babel import gettext

from civic.kernel.errors import N_
from civic.voting.explain.count import Count
from civic.voting.methods.ballots import Step
from civic.voting.telling.numbers import labels, score

WAYS = {
    "cost": N_("le moins cher passe d’abord"),
    "votes": N_("celui que le plus de votants ont choisi passe d’abord"),
    "draw": N_("un tirage au sort que chacun peut refaire décide"),
    "listed-order": N_("l’ordre de la liste décide"),
}


MOST_NAMED = 4
"""Of equals: an explanation is read on one screen of a telephone; the count itself names them all."""


def tell_tie(count: Count, tie: Step) -> str:
    """Tell who were equal, and what told them apart; the options are in the order in which they came out."""
    who = labels(count, tie["options"], MOST_NAMED)
    ways = ", ".join(gettext(WAYS[way]) for way in tie["by"])
    if "score" in tie:
        equal = gettext(
            "%(options)s étaient à égalité, avec %(score)s.",
            options=who,
            score=score(count, Fraction(tie["score"])),
        )
    else:
        equal = gettext("%(options)s étaient à égalité.", options=who)
    return gettext("%(equal)s Départage : %(ways)s.", equal=equal, ways=ways)


def tell_ties(count: Count) -> list[str]:
    """Tell every tie that parted winners from the others; the rest changed nothing but an order."""
    decisive = [tie for tie in count.tally.ties if tie.get("decisive", True)]
    return [tell_tie(count, tie) for tie in decisive]


def tell_tie_line(count: Count, *, draws_no_lots: bool = False) -> str:
    """Say in one sentence whether a tie decided anything.

    Args:
        draws_no_lots: the rules that were frozen tell no equals apart.
    """
    if not count.tally.ties:
        return gettext("Aucune égalité.")
    if not any(tie.get("decisive", True) for tie in count.tally.ties):
        return gettext("Des égalités, sans effet sur le résultat.")
    if draws_no_lots:
        return gettext("Une égalité, que les règles de ce scrutin ne départagent pas.")
    return gettext("Une égalité a été départagée par la règle annoncée.")
