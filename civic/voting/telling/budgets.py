"""Why a project is funded by a budget that goes by score, or is not, and what it lacked."""

from flask_babel import gettext, ngettext

from civic.voting.explain.budgets import BudgetFacts, explain_budget
from civic.voting.explain.count import Count
from civic.voting.telling.numbers import counts_points, money, number, score, share
from civic.voting.telling.ties import tell_tie


def tell_budget(count: Count, option: str) -> list[str]:
    facts = explain_budget(count, option)
    told = [_tell_support(count, facts)]
    if facts.is_winner:
        told.append(
            gettext(
                "Quand son tour est venu, il restait %(before)s. Il coûte %(cost)s : il est retenu, et il restait ensuite %(after)s.",
                before=money(facts.left_before or 0),
                cost=money(facts.cost_cents),
                after=money(facts.left_after or 0),
            )
        )
    else:
        told += [tell_reason(count, facts), tell_more(count, facts)]
    if facts.tie:
        told.append(tell_tie(count, facts.tie))
    return told


def _tell_support(count: Count, facts: BudgetFacts) -> str:
    if not facts.score:
        return gettext("Personne n’a choisi ce projet.")
    if counts_points(count):
        return gettext(
            "Il a reçu %(score)s : il vient au rang %(rank)s sur %(of)s.",
            score=score(count, facts.score),
            rank=facts.rank,
            of=facts.of,
        )
    return ngettext(
        "%(votes)s votant sur %(expressed)s l’a choisi, soit %(share)s : il vient au rang %(rank)s sur %(of)s.",
        "%(votes)s votants sur %(expressed)s l’ont choisi, soit %(share)s : il vient au rang %(rank)s sur %(of)s.",
        int(facts.score),
        votes=number(facts.score),
        expressed=number(count.expressed),
        share=share(facts.share),
        rank=facts.rank,
        of=facts.of,
    )


def tell_reason(count: Count, facts: BudgetFacts) -> str:
    """Tell why a project is not funded."""
    cost, lacked = money(facts.cost_cents), money(facts.lacked_cents)
    if facts.reason == "nobody":
        return gettext("Un projet que personne ne choisit n’est pas retenu.")
    if facts.reason == "threshold":
        return gettext(
            "Il fallait au moins %(threshold)s pour être retenu.",
            threshold=score(count, count.terms["threshold"]),
        )
    if facts.reason == "dearer-than-allowed":
        return gettext(
            "Il coûte %(cost)s : %(excess)s de plus que ce qu’un projet peut coûter.",
            cost=cost,
            excess=lacked,
        )
    if facts.reason == "dearer-than-budget":
        return gettext(
            "Il coûte %(cost)s : %(lacked)s de plus que tout l’argent qu’il y avait.",
            cost=cost,
            lacked=lacked,
        )
    if facts.reason == "excluded" and facts.by:
        return gettext(
            "« %(other)s », avec lequel il ne peut pas être retenu, l’a été avant lui.",
            other=count.label(facts.by),
        )
    if facts.reason == "enough-projects":
        return gettext("Le nombre de projets permis était déjà atteint.")
    left = money(facts.left_before or 0)
    if facts.reason == "after-stop":
        return gettext(
            "Le décompte s’était déjà arrêté, au premier projet trop cher. Il coûte %(cost)s ; il restait %(left)s.",
            cost=cost,
            left=left,
        )
    return gettext(
        "Quand son tour est venu, il restait %(left)s. Il coûte %(cost)s : il manquait %(lacked)s.",
        left=left,
        cost=cost,
        lacked=lacked,
    )


def tell_more(count: Count, facts: BudgetFacts) -> str:
    """Tell how many votes more would have been enough."""
    if facts.more is None:
        return gettext("Aucun nombre de voix n’aurait suffi.")
    if facts.before is None:
        return gettext(
            "Il aurait été retenu avec %(more)s de plus, les autres gardant les leurs.",
            more=score(count, facts.more),
        )
    return gettext(
        "Il aurait été retenu avec %(more)s de plus, les autres gardant les leurs : il serait passé avant « %(other)s ».",
        more=score(count, facts.more),
        other=count.label(facts.before),
    )
