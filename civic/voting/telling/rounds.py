"""Rounds in words: what an option held, when it was elected or eliminated, and where its votes went."""

from flask_babel import gettext

from civic.voting.explain.count import Count
from civic.voting.explain.rounds import RoundFacts, explain_rounds, list_rounds, quota_of
from civic.voting.telling.numbers import number
from civic.voting.telling.ties import tell_tie


def tell_rounds(count: Count, option: str) -> list[str]:
    facts = explain_rounds(count, option)
    if facts.end == "never-named":
        return [gettext("Aucun bulletin ne la nomme : elle n’a pas pris part au décompte.")]
    first, last = facts.history[0], facts.history[-1]
    told = [
        gettext("%(votes)s bulletins la placent en premier.", votes=number(first[1])),
        _tell_end(count, facts, number(last[1])),
    ]
    if facts.went_to:
        told.append(_tell_transfer(count, facts))
    if facts.tie:
        told.append(tell_tie(count, facts.tie))
    return told


def _tell_end(count: Count, facts: RoundFacts, held: str) -> str:
    if facts.end == "elected":
        return _tell_election(count, facts, held)
    if facts.end == "elected-without-quota":
        return gettext(
            "Elle est élue au tour %(round)s avec %(held)s voix, sans le quota : il restait autant de sièges que de réponses.",
            round=facts.end_round,
            held=held,
        )
    if facts.end == "still-running":
        return gettext(
            "Elle est restée jusqu’au dernier tour, avec %(held)s voix, mais n’est pas élue : %(winner)s.",
            held=held,
            winner=_tell_last(count),
        )
    eliminated = gettext(
        "Elle est éliminée au tour %(round)s, avec %(held)s voix, le plus petit nombre.",
        round=facts.end_round,
        held=held,
    )
    if facts.next_above is None:
        return eliminated
    other, gap = facts.next_above
    return (
        gettext(
            "%(eliminated)s Il lui manquait %(gap)s voix pour égaler « %(other)s ».",
            eliminated=eliminated,
            gap=number(gap),
            other=count.label(other),
        )
        if gap
        else eliminated
    )


def _tell_election(count: Count, facts: RoundFacts, held: str) -> str:
    quota = quota_of(count)
    if quota is None:
        return gettext(
            "Elle l’emporte au tour %(round)s, avec %(held)s voix : plus de la moitié de celles qui comptent encore.",
            round=facts.end_round,
            held=held,
        )
    each = list_rounds(count)[(facts.end_round or 1) - 1]
    if not each.surplus:
        return gettext(
            "Elle est élue au tour %(round)s, avec %(held)s voix : juste le quota.",
            round=facts.end_round,
            held=held,
        )
    return gettext(
        "Elle est élue au tour %(round)s, avec %(held)s voix pour un quota de %(quota)s. Les %(surplus)s voix qu’elle a en trop passent aux suivantes.",
        round=facts.end_round,
        held=held,
        quota=number(quota),
        surplus=number(each.surplus),
    )


def _tell_last(count: Count) -> str:
    rounds = list_rounds(count)
    winner = rounds[-1].options[0]
    return gettext(
        "« %(label)s » en avait %(votes)s", label=count.label(winner), votes=number(rounds[-1].votes[winner])
    )


def _tell_transfer(count: Count, facts: RoundFacts) -> str:
    gone = ", ".join(
        gettext("%(votes)s à « %(label)s »", votes=number(votes), label=count.label(one))
        for one, votes in facts.went_to
    )
    return gettext("Au tour suivant, ses voix sont allées ainsi : %(gone)s.", gone=gone)
