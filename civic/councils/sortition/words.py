"""What the list and the quotas of a draw lack, in sentences; and the states of a draw."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext

from civic.councils.sortition.lacking import Shortfall
from civic.councils.sortition.lists import (
    LONGEST_VALUE,
    MOST_CRITERIA,
    MOST_LINES,
    MOST_VALUES,
    ListRefused,
)
from civic.councils.sortition.states import DrawState, PlaceState
from civic.kernel.errors import N_

STATE_WORDS = {
    DrawState.DRAFT: N_("Brouillon"),
    DrawState.FROZEN: N_("Graine attendue"),
    DrawState.DRAWN: N_("Tirage fait"),
    DrawState.CANCELLED: N_("Annulé"),
}
PLACE_WORDS = {
    PlaceState.CALLED: N_("Réponse attendue"),
    PlaceState.ACCEPTED: N_("A accepté"),
    PlaceState.DECLINED: N_("A refusé"),
}

LIST_WORDS: dict[str, str] = {
    "empty": N_(
        "Ce fichier ne contient personne : il faut une ligne de titres, puis une ligne par personne."
    ),
    "no_head": N_(
        "La première ligne donne les titres : le numéro, puis au moins un critère (par exemple : numero;sexe;age;quartier)."
    ),
    "too_many_criteria": N_("Ce fichier a plus de %(most_criteria)s critères : retirez des colonnes."),
    "criterion_twice": N_("Deux colonnes ont le même titre."),
    "too_many_lines": N_("Cette liste a plus de %(most_lines)s personnes."),
    "cells": N_("Cette ligne a %(value)s cases : il en faut autant que de titres."),
    "number": N_(
        "« %(value)s » n’est pas un numéro : des lettres sans accent, des chiffres, 20 caractères au plus. N’écrivez jamais un nom."
    ),
    "number_twice": N_("Le numéro %(value)s est déjà dans la liste."),
    "value": N_(
        "Une case est vide, trop longue (%(longest)s caractères au plus), contient un guillemet ou un point-virgule, ou commence par +, -, = ou @ : un tableur y verrait une formule. Écrivez « moins de 30 ans » plutôt que « -30 ans »."
    ),
    "too_many_values": N_(
        "Le critère « %(value)s » a plus de %(most_values)s réponses différentes : regroupez-les (par exemple, l’âge en tranches)."
    ),
}


def told_of_list(refused: ListRefused) -> str:
    """Say what is wrong with a list, and on which line."""
    sentence = gettext(
        LIST_WORDS[refused.reason],
        value=refused.value,
        most_criteria=MOST_CRITERIA,
        most_lines=MOST_LINES,
        most_values=MOST_VALUES,
        longest=LONGEST_VALUE,
    )
    if refused.line is None:
        return str(sentence)
    return str(gettext("Ligne %(line)s. %(sentence)s", line=refused.line, sentence=sentence))


def _value(short: Shortfall) -> str:
    return f"{short.criterion} : {short.value}"


SHORTFALL_WORDS: dict[str, str] = {
    "few_people": N_("La liste a trop peu de personnes pour ce panel : il en manque %(by)s."),
    "least_above_most": N_("%(value)s. Le minimum dépasse le maximum de %(by)s."),
    "leasts_above_seats": N_(
        "%(criterion)s. Les minimums additionnés dépassent le nombre de places de %(by)s : baissez-en."
    ),
    "mosts_below_seats": N_(
        "%(criterion)s. Les maximums additionnés n’atteignent pas le nombre de places : il manque %(by)s."
    ),
    "few_of_value": N_(
        "%(value)s. La liste n’a pas assez de personnes pour le minimum : il en manque %(by)s."
    ),
    "least_with_others": N_(
        "%(value)s. Ce minimum ne peut pas être tenu avec les autres quotas : baissez-le de %(by)s, ou changez-en un autre."
    ),
    "most_with_others": N_(
        "%(value)s. Ce maximum ne peut pas être tenu avec les autres quotas : montez-le de %(by)s, ou changez-en un autre."
    ),
    "together": N_(
        "Plusieurs quotas se contredisent ensemble : élargissez ceux qui laissent le moins de choix (minimum égal au maximum)."
    ),
}


def told_of_quotas(shorts: list[Shortfall]) -> list[str]:
    """Say which quotas cannot be held, and by how much."""
    return [
        str(
            gettext(
                SHORTFALL_WORDS[short.reason], by=short.by, criterion=short.criterion, value=_value(short)
            )
        )
        for short in shorts
    ]


def told_of_quotas_absent() -> str:
    return str(gettext("Donnez un minimum et un maximum à chaque ligne, 0 s’il n’y en a pas."))


def told_of_answer(number: str, is_accepted: bool, called: str | None) -> str:
    """Say what came of an answer: who is called after a no, if anybody can be."""
    if is_accepted:
        return str(gettext("Le numéro %(number)s a accepté.", number=number))
    if called:
        return str(
            gettext(
                "Le numéro %(number)s est remplacé par le numéro %(called)s.", number=number, called=called
            )
        )
    return str(
        gettext(
            "Le numéro %(number)s a refusé. Personne d’autre ne peut prendre sa place sans rompre un quota : elle reste vide.",
            number=number,
        )
    )


def name_states() -> dict[str, Callable[..., Any] | dict[Any, str]]:
    return {"draw_state_words": STATE_WORDS, "place_state_words": PLACE_WORDS}
