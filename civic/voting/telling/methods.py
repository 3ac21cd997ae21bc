"""Each method by its name and in plain words. Terms that a page knows are told with it."""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from civic.kernel.errors import N_
from civic.voting.explain.budgets import money_by_envelope
from civic.voting.explain.count import Count
from civic.voting.explain.rounds import quota_of
from civic.voting.telling.numbers import money, number, score

NAMES = {
    "single": N_("Choix unique"),
    "approval": N_("Vote par approbation"),
    "k-of-n": N_("Choix limité"),
    "majority-judgment": N_("Jugement majoritaire"),
    "points": N_("Vote par points"),
    "schulze": N_("Duels (méthode de Schulze)"),
    "irv": N_("Vote alternatif"),
    "stv": N_("Vote unique transférable"),
    "budget-greedy": N_("Budget : les plus choisis d’abord"),
    "budget-greedy-stop": N_("Budget : les plus choisis, jusqu’au premier trop cher"),
    "budget-threshold": N_("Budget : les plus choisis, au-dessus d’un seuil"),
    "budget-points": N_("Budget : par points de classement"),
    "budget-cumulative": N_("Budget : par points répartis"),
    "budget-equal-shares": N_("Budget : par parts égales"),
}
IN_ORDER = N_(
    "On prend les projets l’un après l’autre, du plus soutenu au moins soutenu. Un projet est retenu s’il reste assez d’argent pour le payer."
)
SKIPS = N_("Un projet trop cher pour ce qui reste est passé, et on continue avec le suivant.")
RULES: dict[str, tuple[str, ...]] = {
    "single": (N_("Chacun choisit une réponse. Celle qui reçoit le plus de voix l’emporte."),),
    "approval": (N_("Chacun coche toutes les réponses qui lui conviennent. Les plus cochées l’emportent."),),
    "k-of-n": (
        N_("Chacun coche des réponses, sans dépasser le nombre permis. Les plus cochées l’emportent."),
    ),
    "majority-judgment": (
        N_(
            "Chacun donne une mention à chaque réponse. Ne rien dire d’une réponse, c’est lui donner la pire mention."
        ),
        N_(
            "La mention majoritaire d’une réponse est la meilleure mention qu’au moins la moitié des votants lui accordent. La réponse qui a la meilleure mention majoritaire l’emporte."
        ),
        N_(
            "Quand deux réponses ont la même, on retire à chacune un bulletin qui porte cette mention, et on recommence jusqu’à ce qu’elles diffèrent."
        ),
    ),
    "points": (N_("Les bulletins donnent des points aux réponses. Les plus fortes sommes l’emportent."),),
    "schulze": (
        N_(
            "Chacun classe les réponses. Chaque réponse rencontre chaque autre dans un duel, que gagne celle que le plus de votants placent devant."
        ),
        N_(
            "Une réponse qui gagne tous ses duels l’emporte. Si aucune ne les gagne tous, on compare les chaînes de duels gagnés : une chaîne vaut son duel le plus faible, et la plus forte l’emporte."
        ),
    ),
    "irv": (
        N_("Chacun classe les réponses. Au départ, chaque bulletin compte pour sa première."),
        N_(
            "Tant qu’aucune n’a plus de la moitié des voix, la dernière est éliminée, et ses bulletins vont à la suivante de leur classement."
        ),
    ),
    "stv": (
        N_("Chacun classe les réponses. Une réponse est élue quand elle atteint le quota."),
        N_(
            "Ce qu’elle a en trop passe aux suivantes, une part égale de chacun de ses bulletins. Si aucune n’atteint le quota, la dernière est éliminée, et ses bulletins passent entiers à la suivante."
        ),
    ),
    "budget-greedy": (IN_ORDER, SKIPS),
    "budget-greedy-stop": (
        IN_ORDER,
        N_(
            "Au premier projet trop cher pour ce qui reste, on s’arrête : aucun autre n’est retenu après lui."
        ),
    ),
    "budget-threshold": (IN_ORDER, SKIPS),
    "budget-points": (N_("La place d’un projet sur chaque bulletin lui donne des points."), IN_ORDER, SKIPS),
    "budget-cumulative": (N_("Chacun répartit des points entre des projets."), IN_ORDER, SKIPS),
    "budget-equal-shares": (
        N_(
            "Le budget est partagé à parts égales entre les votants. Un projet est acheté par ceux qui l’ont choisi : ils en paient le prix ensemble, chacun la même somme, ou tout ce qui lui reste s’il a moins."
        ),
        N_(
            "On achète d’abord le projet qui demande le moins à chacun pour chaque euro de son prix, puis le suivant, tant que les votants d’un projet peuvent le payer."
        ),
        N_(
            "Puis on recommence en donnant un euro de plus à chacun, jusqu’au dernier tour dont les achats tiennent dans le budget."
        ),
    ),
}


@dataclass(frozen=True)
class RuleWords:
    """A method as a page tells it."""

    name: str
    sentences: tuple[str, ...]


def tell_rule(count: Count, *, draws_no_lots: bool = False) -> RuleWords:
    """Tell the rule of a count, and its terms.

    Args:
        draws_no_lots: the rules that were frozen tell no equals apart.
    """
    sentences = [gettext(sentence) for sentence in RULES[count.method]]
    equal = gettext("En cas d’égalité, les premières arrivent en tête ensemble.")
    tie_rule = equal if draws_no_lots else _tell_tie_rule(count)
    return RuleWords(gettext(NAMES[count.method]), (*sentences, *_tell_terms(count), tie_rule))


def _tell_terms(count: Count) -> list[str]:
    terms, told = count.terms, []
    if count.method.startswith("budget-"):
        told += _tell_budget(count)
    elif count.seats > 1:
        told.append(ngettext("%(num)s réponse est élue.", "%(num)s réponses sont élues.", count.seats))
    if (most := terms.get("most")) is not None and count.method != "single":
        told.append(
            ngettext(
                "Un bulletin nomme %(num)s réponse au plus.",
                "Un bulletin nomme %(num)s réponses au plus.",
                most,
            )
        )
    if (fewest := terms.get("fewest")) is not None:
        told.append(
            ngettext(
                "Un bulletin nomme au moins %(num)s réponse.",
                "Un bulletin nomme au moins %(num)s réponses.",
                fewest,
            )
        )
    if scale := [step["points"] for step in count.steps("scale") if step["points"]]:
        shown = [str(points) for points in scale[0][:5]] + ([gettext("…")] if len(scale[0]) > 5 else [])
        told.append(
            gettext(
                "Points de chaque place, de la première à la dernière : %(points)s.", points=", ".join(shown)
            )
        )
    quota = quota_of(count)
    if quota is not None:
        told.append(
            gettext(
                "Le quota est de %(quota)s voix : avec lui, il ne peut pas y avoir plus d’élues que de sièges.",
                quota=number(quota),
            )
        )
    return told


def _tell_budget(count: Count) -> list[str]:
    terms = count.terms
    told = [gettext("Le budget est de %(budget)s.", budget=money(terms["budget_cents"]))]
    envelopes = {name: cents for name, cents in money_by_envelope(count).items() if name}
    if envelopes:
        listed = ", ".join(
            gettext("%(name)s %(money)s", name=name, money=money(cents)) for name, cents in envelopes.items()
        )
        told.append(gettext("Il est divisé en enveloppes : %(envelopes)s.", envelopes=listed))
    if terms.get("threshold"):
        told.append(
            gettext(
                "Un projet doit recevoir au moins %(score)s pour être retenu.",
                score=score(count, terms["threshold"]),
            )
        )
    if terms.get("most_projects") is not None:
        told.append(
            ngettext(
                "%(num)s projet est retenu au plus.",
                "%(num)s projets sont retenus au plus.",
                terms["most_projects"],
            )
        )
    if terms.get("dearest_cents") is not None:
        told.append(
            gettext("Un projet ne peut pas coûter plus de %(cost)s.", cost=money(terms["dearest_cents"]))
        )
    if terms.get("exclusions"):
        told.append(gettext("Certains projets s’excluent : si l’un est retenu, l’autre ne peut plus l’être."))
    return told


def _tell_tie_rule(count: Count) -> str:
    is_budget = count.method.startswith("budget-")
    if not count.draw.seed:
        return gettext("En cas d’égalité, l’ordre de la liste décide.")
    if is_budget:
        return gettext(
            "En cas d’égalité, le projet le moins cher passe d’abord, puis un tirage au sort que chacun peut refaire décide."
        )
    return gettext("En cas d’égalité, un tirage au sort que chacun peut refaire décide.")
