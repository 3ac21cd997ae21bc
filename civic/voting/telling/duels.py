"""Schulze in words: duels won and lost, and the chains that decide."""

from flask_babel import gettext, ngettext

from civic.voting.explain.count import Count
from civic.voting.explain.duels import Chain, DuelFacts, explain_duels
from civic.voting.telling.numbers import labels, number
from civic.voting.telling.ties import tell_tie


def tell_duels(count: Count, option: str) -> list[str]:
    facts = explain_duels(count, option)
    if facts is None:
        return [gettext("Aucun bulletin exprimé : il n’y a pas de duel.")]
    told = [_tell_results(count, facts), *_tell_rival(count, facts)]
    if facts.tie:
        told.append(tell_tie(count, facts.tie))
    return told


def _tell_results(count: Count, facts: DuelFacts) -> str:
    if facts.wins_all:
        return ngettext(
            "Elle gagne son duel : elle l’emporte sans discussion.",
            "Elle gagne ses %(num)s duels, contre chacune des autres : elle l’emporte sans discussion.",
            len(facts.duels),
        )
    won = [duel.other for duel in facts.duels if duel.votes > duel.against]
    lost = [duel.other for duel in facts.duels if duel.votes < duel.against]
    told = []
    if won:
        told.append(gettext("Elle gagne son duel contre %(others)s.", others=labels(count, won)))
    if lost:
        told.append(gettext("Elle perd son duel contre %(others)s.", others=labels(count, lost)))
    if len(won) + len(lost) < len(facts.duels):
        equals = [duel.other for duel in facts.duels if duel.votes == duel.against]
        told.append(gettext("Elle fait jeu égal avec %(others)s.", others=labels(count, equals)))
    return " ".join(told)


def _tell_rival(count: Count, facts: DuelFacts) -> list[str]:
    if facts.wins_all or facts.rival is None:
        return []
    rival = count.label(facts.rival)
    direct = next(duel for duel in facts.duels if duel.other == facts.rival)
    told = [
        gettext(
            "Contre « %(rival)s », %(votes)s votants la placent devant, et %(against)s derrière.",
            rival=rival,
            votes=number(direct.votes),
            against=number(direct.against),
        )
    ]
    for chain, backwards in ((facts.chain, False), (facts.chain_back, True)):
        if chain is not None and len(chain.path) > 2:
            told.append(_tell_chain(count, chain, rival, backwards=backwards))
    if facts.chain is None and not facts.is_winner:
        told.append(gettext("Aucune chaîne de duels gagnés ne mène d’elle à « %(rival)s ».", rival=rival))
    return told


def _tell_chain(count: Count, chain: Chain, rival: str, *, backwards: bool) -> str:
    path = " → ".join(count.label(option) for option in chain.path)
    if backwards:
        return gettext(
            "La plus forte chaîne de « %(rival)s » jusqu’à elle : %(path)s, qui vaut son duel le plus faible, %(votes)s voix.",
            rival=rival,
            path=path,
            votes=number(chain.votes),
        )
    return gettext(
        "La plus forte chaîne d’elle jusqu’à « %(rival)s » : %(path)s, qui vaut son duel le plus faible, %(votes)s voix.",
        rival=rival,
        path=path,
        votes=number(chain.votes),
    )
