"""Equal shares in words: who paid what, or what the supporters of a project had left."""

from flask_babel import gettext, ngettext

from civic.voting.explain.count import Count
from civic.voting.explain.shares import SharesFacts, explain_shares
from civic.voting.telling.numbers import money, number, share
from civic.voting.telling.ties import tell_tie


def tell_shares(count: Count, option: str) -> list[str]:
    facts = explain_shares(count, option)
    told = [_tell_support(count, facts)]
    told += _tell_purchase(facts) if facts.is_winner else _tell_lack(count, facts)
    if facts.tie:
        told.append(tell_tie(count, facts.tie))
    return told


def _tell_support(count: Count, facts: SharesFacts) -> str:
    if not facts.supporters:
        return gettext("Personne n’a choisi ce projet.")
    return ngettext(
        "%(votes)s votant sur %(expressed)s l’a choisi, soit %(share)s : il vient au rang %(rank)s sur %(of)s par le nombre de voix.",
        "%(votes)s votants sur %(expressed)s l’ont choisi, soit %(share)s : il vient au rang %(rank)s sur %(of)s par le nombre de voix.",
        int(facts.supporters),
        votes=number(facts.supporters),
        expressed=number(count.expressed),
        share=share(facts.share_of_voters),
        rank=facts.rank,
        of=facts.of,
    )


def _tell_purchase(facts: SharesFacts) -> list[str]:
    told = [
        gettext(
            "Chaque votant avait %(each)s à dépenser. Ce projet de %(cost)s est le %(place)se acheté.",
            each=money(facts.endowment.each),
            cost=money(facts.cost_cents),
            place=facts.place,
        )
        if facts.place != 1
        else gettext(
            "Chaque votant avait %(each)s à dépenser. Ce projet de %(cost)s est le premier acheté.",
            each=money(facts.endowment.each),
            cost=money(facts.cost_cents),
        )
    ]
    if facts.less:
        paid = ngettext(
            "%(payers)s de ceux qui l’ont choisi a payé %(part)s.",
            "%(payers)s de ceux qui l’ont choisi ont payé %(part)s chacun.",
            facts.full,
            payers=number(facts.full),
            part=money(facts.share),
        )
    else:
        paid = gettext("Chacun de ceux qui l’ont choisi a payé %(part)s.", part=money(facts.share))
    if facts.less:
        paid += " " + ngettext(
            "%(poor)s autre avait moins : il a donné tout ce qui lui restait, soit %(paid)s.",
            "%(poor)s autres avaient moins : ils ont donné tout ce qui leur restait, soit %(paid)s ensemble.",
            facts.less,
            poor=number(facts.less),
            paid=money(facts.paid_less_cents),
        )
    told.append(paid)
    told.append(
        gettext(
            "Pour 1 000 € de son prix, chacun a donné %(price)s au plus : c’est ce prix qui décide de l’ordre, le plus bas d’abord.",
            price=money(facts.price * 100_000),
        )
    )
    return told


def _tell_lack(count: Count, facts: SharesFacts) -> list[str]:
    cost, lacked = money(facts.cost_cents), money(facts.lacked_cents)
    if facts.reason == "supporters-money":
        return _tell_empty_purses(facts, cost, lacked)
    if facts.reason == "nobody":
        return [gettext("Un projet que personne ne choisit n’est pas retenu.")]
    if facts.reason == "threshold":
        return [
            ngettext(
                "Il fallait au moins %(threshold)s voix pour être retenu.",
                "Il fallait au moins %(threshold)s voix pour être retenu.",
                count.terms["threshold"],
                threshold=number(count.terms["threshold"]),
            )
        ]
    if facts.reason == "dearer-than-allowed":
        return [
            gettext(
                "Il coûte %(cost)s : %(excess)s de plus que ce qu’un projet peut coûter.",
                cost=cost,
                excess=lacked,
            )
        ]
    if facts.reason == "dearer-than-budget":
        return [
            gettext(
                "Il coûte %(cost)s : %(lacked)s de plus que tout l’argent qu’il y avait.",
                cost=cost,
                lacked=lacked,
            )
        ]
    if facts.by:
        other = count.label(facts.by)
        return [
            gettext("« %(other)s », avec lequel il ne peut pas être retenu, l’a été avant lui.", other=other)
        ]
    return [gettext("Le nombre de projets permis était déjà atteint.")]


def _tell_empty_purses(facts: SharesFacts, cost: str, lacked: str) -> list[str]:
    told = [
        gettext(
            "Chaque votant avait %(each)s à dépenser. Une fois les autres projets achetés, il restait %(have)s en tout à ceux qui ont choisi celui-ci.",
            each=money(facts.endowment.each),
            have=money(facts.supporters_have_cents),
        ),
        gettext("Il coûte %(cost)s : il leur manquait %(lacked)s.", cost=cost, lacked=lacked),
    ]
    if facts.more is not None:
        told.append(
            ngettext(
                "Avec la même somme pour chacun, il aurait fallu %(more)s votant de plus qui ne choisisse que lui.",
                "Avec la même somme pour chacun, il aurait fallu %(more)s votants de plus qui ne choisissent que lui.",
                facts.more,
                more=number(facts.more),
            )
        )
    return told
