"""Why an option won by its sum of votes or points, or did not."""

from flask_babel import gettext, ngettext

from civic.voting.explain.count import Count
from civic.voting.explain.scores import ScoreFacts, explain_score
from civic.voting.telling.numbers import counts_points, number, score, share
from civic.voting.telling.ties import tell_tie


def tell_score(count: Count, option: str) -> list[str]:
    facts = explain_score(count, option)
    told = [_tell_sum(count, facts)]
    if facts.is_winner:
        told.append(_tell_victory(count, facts))
    else:
        told.append(_tell_lack(count, facts))
    if facts.tie:
        told.append(tell_tie(count, facts.tie))
    return told


def _tell_sum(count: Count, facts: ScoreFacts) -> str:
    if facts.place is None:
        return gettext("Aucun bulletin ne nomme cette réponse.")
    if counts_points(count):
        return gettext(
            "Elle a reçu %(score)s, et vient à la place %(place)s sur %(of)s.",
            score=score(count, facts.score),
            place=facts.place,
            of=len(count.options),
        )
    return ngettext(
        "%(num)s votant sur %(expressed)s l’a choisie, soit %(share)s des bulletins exprimés.",
        "%(votes)s votants sur %(expressed)s l’ont choisie, soit %(share)s des bulletins exprimés.",
        int(facts.score),
        votes=number(facts.score),
        expressed=number(count.expressed),
        share=share(facts.share),
    )


def _tell_victory(count: Count, facts: ScoreFacts) -> str:
    if facts.lead is None or facts.first_out is None:
        return gettext("Aucune autre réponse n’a reçu de voix qui puisse lui prendre sa place.")
    rival = count.label(facts.first_out)
    if facts.lead == 0:
        return gettext(
            "Elle l’emporte à égalité avec « %(rival)s », la première à ne pas l’emporter.", rival=rival
        )
    return gettext(
        "Elle l’emporte avec %(lead)s de plus que « %(rival)s », la première à ne pas l’emporter.",
        lead=score(count, facts.lead),
        rival=rival,
    )


def _tell_lack(count: Count, facts: ScoreFacts) -> str:
    if facts.last_in is None:
        return gettext("Personne ne l’emporte : aucun bulletin ne choisit de réponse.")
    rival = count.label(facts.last_in)
    if facts.lacked == 0:
        return gettext("Elle avait autant que « %(rival)s », qui l’emporte au départage.", rival=rival)
    return gettext(
        "Elle ne l’emporte pas : il lui manquait %(lacked)s pour égaler « %(rival)s ».",
        lacked=score(count, facts.lacked),
        rival=rival,
    )
